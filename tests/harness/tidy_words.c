// tidy_words.c: the words of the language are listed in several places, which agree with the table
// of compiler/lexer.re: highlighting in editors/, and the list in docs/reference.md. The types are
// those of compiler/check_type.c.
#include "files.h"
#include "tidy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// ── sets of words ────────────────────────────────────────────────────────────────────────────────
static bool holds(const Strings *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_word_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

// Adds the words from `at` to `end`.
static void add_words(Strings *words, const char *at, const char *end)
{
    while (at < end) {
        const char *start = at;
        while (at < end && is_word_byte(*at)) {
            at++;
        }
        if (at > start) {
            strings_add(words, copy_text(start, (size_t)(at - start)));
        } else {
            at++;
        }
    }
}

// Adds the words between each `open` and the next `close`, from the first `from` to the next
// `upto`.
static void add_between(Strings *words, const char *text, const char *from, const char *upto,
                        const char *open, const char *close)
{
    const char *at = strstr(text, from);
    at = at == NULL ? "" : at + strlen(from);
    const char *limit = strstr(at, upto);
    limit = limit == NULL ? at + strlen(at) : limit;
    while ((at = strstr(at, open)) != NULL && at < limit) {
        at += strlen(open);
        const char *end = at + strcspn(at, close);
        add_words(words, at, end);
        at = end;
    }
}

static void compare(Text *wrong, const char *where, const char *kind, const Strings *wanted,
                    const Strings *got)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (!holds(got, wanted->items[i])) {
            text_print(wrong, "%s: `%s` is missing among the %s\n", where, wanted->items[i], kind);
        }
    }
    for (size_t i = 0; i < got->count; i++) {
        if (!holds(wanted, got->items[i])) {
            text_print(wrong, "%s: `%s` is not among the %s\n", where, got->items[i], kind);
        }
    }
}

// ── where they stand ─────────────────────────────────────────────────────────────────────────────
typedef enum Kind { RESERVED, CLAUSE, SOFT, TYPE_WORD, KIND_COUNT } Kind;

static const char *const kind_names[KIND_COUNT] = {
    "reserved words", "clause words", "soft words", "types"};

// Rows such as {"after", TOKEN_AFTER, KEYWORD_CLAUSE},
static void read_table(Strings sets[KIND_COUNT], const char *lexer)
{
    static const char *const names[] = {"KEYWORD_RESERVED}", "KEYWORD_CLAUSE}", "KEYWORD_SOFT}"};
    Strings lines = split_lines(lexer);
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = lines.items[i];
        for (Kind kind = RESERVED; kind <= SOFT; kind++) {
            if (starts_with(line, "    {\"") && strstr(line, names[kind]) != NULL) {
                add_words(&sets[kind], line + 6, line + 6 + strcspn(line + 6, "\""));
            }
        }
    }
}

// The list of what an unknown type may have meant; what begins with a capital letter is shown as a
// type anyway.
static void read_types(Strings *types, const char *checker)
{
    Strings all = {0};
    add_between(&all, checker, "unknown_type(", "static const char *const others", "plain[] = {",
                "}");
    for (size_t i = 0; i < all.count; i++) {
        if (islower((unsigned char)all.items[i][0])) {
            strings_add(types, all.items[i]);
        }
    }
}

static void check_vim(Text *wrong, const Strings wanted[KIND_COUNT], const char *path)
{
    static const char *const starts[KIND_COUNT][4] = {
        {"Constant ", "Self ", "Word ", "Keyword "}, {"Clause "}, {"Soft "}, {"Type "}};
    const char *text = file_read(path, NULL);
    for (Kind kind = RESERVED; kind < KIND_COUNT; kind++) {
        Strings got = {0};
        for (size_t i = 0; i < 4 && starts[kind][i] != NULL && text != NULL; i++) {
            char *open = print_text("\nsyntax keyword weir%s", starts[kind][i]);
            add_between(&got, text, "\"", "\nlet b:current_syntax", open, "\n");
        }
        compare(wrong, path, kind_names[kind], &wanted[kind], &got);
    }
}

static void check_code(Text *wrong, const Strings wanted[KIND_COUNT], const char *path)
{
    static const char *const rules[KIND_COUNT + 1] = {"\"reserved\": {", "\"clauses\": {",
                                                      "\"soft\": {", "\"type\": {", "\"call\": {"};
    const char *text = file_read(path, NULL);
    for (Kind kind = RESERVED; kind < KIND_COUNT; kind++) {
        Strings got = {0};
        add_between(&got, text == NULL ? "" : text, rules[kind], rules[kind + 1],
                    "(?<![.\\\\w])(?:", ")");
        compare(wrong, path, kind_names[kind], &wanted[kind], &got);
    }
}

static void check_reference(Text *wrong, const Strings wanted[KIND_COUNT], const char *path)
{
    const char *text = file_read(path, NULL);
    text = text == NULL ? "" : text;
    Strings reserved = {0}, clauses = {0};
    add_between(&reserved, text, "\nReserved ", "\nClause words", ":\n`", "`");
    add_between(&clauses, text, "\nClause words", ")", "(`", "`");
    compare(wrong, path, kind_names[RESERVED], &wanted[RESERVED], &reserved);
    compare(wrong, path, kind_names[CLAUSE], &wanted[CLAUSE], &clauses);
}

void tidy_words(Report *report, Text *wrong, Text *absent)
{
    (void)report;
    (void)absent;
    Strings sets[KIND_COUNT] = {{0}};
    const char *lexer = file_read("compiler/lexer.re", NULL);
    const char *types = file_read("compiler/check_type.c", NULL);
    read_table(sets, lexer == NULL ? "" : lexer);
    read_types(&sets[TYPE_WORD], types == NULL ? "" : types);
    for (Kind kind = RESERVED; kind < KIND_COUNT; kind++) {
        if (sets[kind].count == 0) {
            text_print(wrong, "the table of %s is not found\n", kind_names[kind]);
        }
    }
    check_vim(wrong, sets, "editors/vim/syntax/weir.vim");
    check_code(wrong, sets, "editors/vscode/syntaxes/weir.tmLanguage.json");
    check_reference(wrong, sets, "docs/reference.md");
}
