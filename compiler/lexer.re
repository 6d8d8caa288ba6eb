// lexer.re: characters → raw tokens. The tables below are the whole of the language's spelling.
#include "lexer.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "message.h"
#include "text.h"

// ── words ────────────────────────────────────────────────────────────────────────────────────────
// clang-format off
static const Keyword words[] = { // in alphabetical order
    {"after",        TOKEN_AFTER,        KEYWORD_CLAUSE},
    {"and",          TOKEN_AND,          KEYWORD_RESERVED},
    {"as",           TOKEN_AS,           KEYWORD_RESERVED},
    {"as_completed", TOKEN_AS_COMPLETED, KEYWORD_RESERVED},
    {"assert",       TOKEN_ASSERT,       KEYWORD_RESERVED},
    {"await",        TOKEN_AWAIT,        KEYWORD_RESERVED},
    {"backoff",      TOKEN_BACKOFF,      KEYWORD_SOFT},
    {"batch",        TOKEN_BATCH,        KEYWORD_SOFT},
    {"blocking",     TOKEN_BLOCKING,     KEYWORD_SOFT},
    {"break",        TOKEN_BREAK,        KEYWORD_RESERVED},
    {"burst",        TOKEN_BURST,        KEYWORD_SOFT},
    {"cache",        TOKEN_CACHE,        KEYWORD_CLAUSE},
    {"cancel",       TOKEN_CANCEL,       KEYWORD_RESERVED},
    {"catch",        TOKEN_CATCH,        KEYWORD_RESERVED},
    {"collect",      TOKEN_COLLECT,      KEYWORD_CLAUSE},
    {"continue",     TOKEN_CONTINUE,     KEYWORD_RESERVED},
    {"deadline",     TOKEN_DEADLINE,     KEYWORD_CLAUSE},
    {"defer",        TOKEN_DEFER,        KEYWORD_RESERVED},
    {"each",         TOKEN_EACH,         KEYWORD_SOFT},
    {"else",         TOKEN_ELSE,         KEYWORD_RESERVED},
    {"enum",         TOKEN_ENUM,         KEYWORD_SOFT},
    {"error",        TOKEN_ERROR_WORD,   KEYWORD_SOFT},
    {"errors",       TOKEN_ERRORS,       KEYWORD_SOFT},
    {"every",        TOKEN_EVERY,        KEYWORD_SOFT},
    {"extern",       TOKEN_EXTERN,       KEYWORD_SOFT},
    {"fail",         TOKEN_FAIL,         KEYWORD_RESERVED},
    {"false",        TOKEN_FALSE,        KEYWORD_RESERVED},
    {"fn",           TOKEN_FN,           KEYWORD_RESERVED},
    {"for",          TOKEN_FOR,          KEYWORD_RESERVED},
    {"gather",       TOKEN_GATHER,       KEYWORD_RESERVED},
    {"if",           TOKEN_IF,           KEYWORD_RESERVED},
    {"in",           TOKEN_IN,           KEYWORD_RESERVED},
    {"it",           TOKEN_IT,           KEYWORD_RESERVED},
    {"let",          TOKEN_LET,          KEYWORD_RESERVED},
    {"limit",        TOKEN_LIMIT,        KEYWORD_CLAUSE},
    {"limiter",      TOKEN_LIMITER,      KEYWORD_SOFT},
    {"match",        TOKEN_MATCH,        KEYWORD_RESERVED},
    {"max",          TOKEN_MAX,          KEYWORD_SOFT},
    {"none",         TOKEN_NONE,         KEYWORD_RESERVED},
    {"not",          TOKEN_NOT,          KEYWORD_RESERVED},
    {"ok",           TOKEN_OK,           KEYWORD_SOFT},
    {"or",           TOKEN_OR,           KEYWORD_RESERVED},
    {"ordered",      TOKEN_ORDERED,      KEYWORD_CLAUSE},
    {"per",          TOKEN_PER,          KEYWORD_SOFT},
    {"pub",          TOKEN_PUB,          KEYWORD_SOFT},
    {"queue",        TOKEN_QUEUE,        KEYWORD_SOFT},
    {"race",         TOKEN_RACE,         KEYWORD_RESERVED},
    {"rate",         TOKEN_RATE,         KEYWORD_CLAUSE},
    {"record",       TOKEN_RECORD,       KEYWORD_SOFT},
    {"retry",        TOKEN_RETRY,        KEYWORD_CLAUSE},
    {"return",       TOKEN_RETURN,       KEYWORD_RESERVED},
    {"scope",        TOKEN_SCOPE,        KEYWORD_RESERVED},
    {"skip",         TOKEN_SKIP,         KEYWORD_SOFT},
    {"some",         TOKEN_SOME,         KEYWORD_SOFT},
    {"start",        TOKEN_START,        KEYWORD_RESERVED},
    {"stream",       TOKEN_NAME,         KEYWORD_SOFT}, // `stream<` is a token of its own
    {"stub",         TOKEN_STUB,         KEYWORD_RESERVED},
    {"take",         TOKEN_TAKE,         KEYWORD_SOFT},
    {"task",         TOKEN_TASK,         KEYWORD_RESERVED},
    {"test",         TOKEN_TEST,         KEYWORD_SOFT},
    {"then",         TOKEN_THEN,         KEYWORD_RESERVED},
    {"timeout",      TOKEN_TIMEOUT,      KEYWORD_CLAUSE},
    {"true",         TOKEN_TRUE,         KEYWORD_RESERVED},
    {"try",          TOKEN_TRY,          KEYWORD_RESERVED},
    {"use",          TOKEN_USE,          KEYWORD_SOFT},
    {"var",          TOKEN_VAR,          KEYWORD_RESERVED},
    {"where",        TOKEN_WHERE,        KEYWORD_SOFT},
    {"while",        TOKEN_WHILE,        KEYWORD_RESERVED},
    {"within",       TOKEN_WITHIN,       KEYWORD_CLAUSE},
    {"yield",        TOKEN_YIELD,        KEYWORD_RESERVED},
};
// clang-format on

const Keyword *keywords(size_t *count)
{
    *count = sizeof words / sizeof *words;
    return words;
}

static int keyword_token(const char *word)
{
    size_t low = 0, high = sizeof words / sizeof *words;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(word, words[middle].word);
        if (order == 0) {
            return words[middle].token;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return TOKEN_NAME;
}

// ── the state of reading ─────────────────────────────────────────────────────────────────────────
// A piece of a text between quotes and holes, as it stands in the source.
typedef struct Piece {
    size_t token; // index of the token that will carry it
    const char *start, *end;
} Piece;

// A text whose end has not been seen: we are in one of its holes.
typedef struct OpenText {
    const char *quote;       // where it begins
    const char *hole;        // the `{` we are behind
    bool block;              // """
    size_t first_piece;      // index into pieces
    uint32_t braces, others; // brackets open inside the hole
} OpenText;

typedef struct Lexer {
    Arena *arena, *scratch;
    Sources *sources;
    const Source *source;
    Diags *diags;
    Tokens tokens;
    LIST(OpenText) open; // innermost last
    LIST(Piece) pieces;  // of all open texts
    Buffer doc;          // `##` lines waiting for what follows
    bool has_doc;
    bool first, spaced; // what the next token will be told
    bool done;
} Lexer;

// Texts in holes in texts in holes …: nobody reads that, and every level is a bracket.
enum { DEEPEST_TEXT = 250 };

static Span span_of(const Lexer *lexer, const char *start, const char *end)
{
    uint32_t base = lexer->source->base;
    return (Span){base + (uint32_t)(start - lexer->source->text),
                  base + (uint32_t)(end - lexer->source->text)};
}

static Diag *complain(Lexer *lexer, Message code, const char *start, const char *end,
                      const char *what)
{
    return diag_add(lexer->diags, (int)code, span_of(lexer, start, end), what, NULL, NULL);
}

static Token *add_token(Lexer *lexer, int kind, const char *start, const char *end)
{
    Token token = {.kind = kind,
                   .span = span_of(lexer, start, end),
                   .first = lexer->first,
                   .spaced = lexer->spaced};
    if (lexer->has_doc) {
        token.doc = arena_copy(lexer->arena, buffer_end(&lexer->doc), lexer->doc.length);
        lexer->doc = (Buffer){.arena = lexer->scratch};
        lexer->has_doc = false;
    }
    lexer->first = lexer->spaced = false;
    LIST_ADD(lexer->scratch, &lexer->tokens, token);
    return &lexer->tokens.items[lexer->tokens.count - 1];
}

// The actions of the table: each takes the token's text and gives where to read on.
static const char *add(Lexer *lexer, int kind, const char *start, const char *end)
{
    add_token(lexer, kind, start, end);
    return end;
}

static const char *add_meant(Lexer *lexer, int kind, const char *meant, const char *start,
                             const char *end)
{
    const char *written = arena_copy(lexer->arena, start, (size_t)(end - start));
    diag_add(lexer->diags, DIAG_FOREIGN_OPERATOR, span_of(lexer, start, end), written, meant, NULL);
    return add(lexer, kind, start, end);
}

static const char *add_word(Lexer *lexer, const char *start, const char *end)
{
    const char *word = source_intern(lexer->sources, start, (size_t)(end - start));
    Token *token = add_token(lexer, keyword_token(word), start, end);
    token->text = word;
    token->length = (size_t)(end - start);
    return end;
}

// `queue<` opens a type, unless it turns out to be a comparison after all.
static const char *add_type_open(Lexer *lexer, int kind, const char *start, const char *end)
{
    bool member = lexer->tokens.count > 0 &&
                  lexer->tokens.items[lexer->tokens.count - 1].kind == TOKEN_DOT;
    if (member || *end == '=') {
        return add_word(lexer, start, end - 1);
    }
    return add(lexer, kind, start, end);
}

static const char *skip_space(Lexer *lexer, const char *end)
{
    lexer->spaced = true;
    return end;
}

static const char *skip_comment(Lexer *lexer, const char *start, const char *end)
{
    lexer->spaced = true;
    bool is_doc = end - start >= 2 && start[1] == '#' && (end - start == 2 || start[2] != '#');
    if (is_doc) {
        start += end - start > 2 && start[2] == ' ' ? 3 : 2;
        if (lexer->has_doc) {
            buffer_text(&lexer->doc, "\n");
        }
        buffer_add(&lexer->doc, start, (size_t)(end - start));
        lexer->has_doc = true;
    }
    return end;
}

static const char *skip_foreign_comment(Lexer *lexer, const char *start, const char *end)
{
    complain(lexer, DIAG_SLASH_COMMENT, start, start + 2, start[1] == '*' ? "/*" : "//");
    if (start[1] == '*') { // to its end, and no further than the file
        const char *close = strstr(start + 2, "*/");
        return skip_space(lexer, close ? close + 2 : lexer->source->text + lexer->source->length);
    }
    return skip_space(lexer, end);
}

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────
// The digits without `_`, NUL-terminated.
static char *digits_of(Lexer *lexer, const char *start, const char *end)
{
    char *digits = arena_copy(lexer->scratch, start, (size_t)(end - start));
    char *out = digits;
    for (const char *in = start; in < end; in++) {
        if (*in != '_') {
            *out++ = *in;
        }
    }
    *out = '\0';
    return digits;
}

// Is the number to come negated? Then it may be one larger.
static bool after_sign(const Lexer *lexer)
{
    size_t count = lexer->tokens.count;
    if (count == 0 || lexer->tokens.items[count - 1].kind != TOKEN_MINUS) {
        return false;
    }
    if (count == 1) {
        return true;
    }
    switch (lexer->tokens.items[count - 2].kind) {
    case TOKEN_NAME: case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_DURATION: case TOKEN_STRING:
    case TOKEN_TEXT_CLOSE: case TOKEN_RPAREN: case TOKEN_RBRACKET:
    case TOKEN_IT: return false; // a subtraction
    }
    return true;
}

static const char *add_integer(Lexer *lexer, const char *start, const char *end)
{
    const char *digits = digits_of(lexer, start, end);
    errno = 0;
    unsigned long long value = strtoull(digits, NULL, 10);
    uint64_t most = (uint64_t)INT64_MAX + (after_sign(lexer) ? 1 : 0);
    bool fits = errno == 0 && value <= most;
    if (!fits) {
        complain(lexer, DIAG_INT_RANGE, start, end, NULL);
    }
    Token *token = add_token(lexer, TOKEN_INTEGER, start, end);
    token->value.integer = !fits ? 0 : value > (uint64_t)INT64_MAX ? INT64_MIN : (int64_t)value;
    return end;
}

static const char *add_float(Lexer *lexer, const char *start, const char *end)
{
    double value = strtod(digits_of(lexer, start, end), NULL);
    if (isinf(value)) {
        complain(lexer, DIAG_FLOAT_RANGE, start, end, NULL);
        value = 0;
    }
    Token *token = add_token(lexer, TOKEN_FLOAT, start, end);
    token->value.real = value;
    return end;
}

static int64_t unit_nanoseconds(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t nanoseconds;
    } units[] = {
        {"ns", 1},          {"us", 1000},         {"ms", 1000000},       {"s", 1000000000},
        {"m", 60000000000}, {"h", 3600000000000}, {"d", 86400000000000},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].unit) == 0) {
            return units[i].nanoseconds;
        }
    }
    return 0;
}

// Whole units and fraction are counted apart, in integers, so that 0.1s is 100,000,000 ns and not a
// little less.
static const char *add_duration(Lexer *lexer, const char *start, const char *end)
{
    const char *digits = digits_of(lexer, start, end);
    const char *unit = digits + strspn(digits, "0123456789.");
    int64_t one = unit_nanoseconds(unit);
    errno = 0;
    char *point;
    unsigned long long whole = strtoull(digits, &point, 10);
    int64_t rest = 0, step = one;
    if (*point == '.') {
        for (const char *digit = point + 1; digit < unit && step > 0; digit++) {
            int64_t tenth = step / 10;
            rest += (*digit - '0') * tenth;
            step = tenth;
        }
    }
    bool fits = errno == 0 && whole <= (uint64_t)(INT64_MAX / one) &&
                (int64_t)whole * one <= INT64_MAX - rest;
    if (!fits) {
        complain(lexer, DIAG_DURATION_RANGE, start, end, NULL);
    }
    Token *token = add_token(lexer, TOKEN_DURATION, start, end);
    token->value.integer = fits ? (int64_t)whole * one + rest : 0;
    return end;
}

static const char *add_bad_number(Lexer *lexer, const char *start, const char *end)
{
    complain(lexer, DIAG_NUMBER_SUFFIX, start, end,
             arena_copy(lexer->arena, start, (size_t)(end - start)));
    Token *token = add_token(lexer, TOKEN_INTEGER, start, end);
    token->broken = true;
    return end;
}

// ── texts ────────────────────────────────────────────────────────────────────────────────────────
static size_t cook_code_point(Lexer *lexer, const char *start, const char *end, Buffer *out)
{
    const char *at = start + 2; // behind `\u`
    uint32_t code = 0;
    size_t digits = 0;
    if (at < end && *at == '{') {
        for (at++; at < end && digits < 8 && strchr("0123456789abcdefABCDEF", *at) && *at;
             at++, digits++) {
            char digit = (char)(*at | 0x20);
            code = code << 4 | (uint32_t)(digit >= 'a' ? digit - 'a' + 10 : digit - '0');
        }
    }
    char bytes[4];
    size_t size = utf8_write(bytes, code);
    bool closed = digits > 0 && at < end && *at == '}';
    if (!closed || size == 0) {
        complain(lexer, DIAG_BAD_CODE_POINT, start, closed ? at + 1 : start + 2, NULL);
        return closed ? (size_t)(at + 1 - start) : 2;
    }
    buffer_add(out, bytes, size);
    return (size_t)(at + 1 - start);
}

// Resolves the escape that begins at `start`. Gives its length in the source.
static size_t cook_escape(Lexer *lexer, const char *start, const char *end, Buffer *out)
{
    static const char from[] = "nrt0\"\\{}", to[] = "\n\r\t\0\"\\{}";
    if (start + 1 == end) {
        return 1;
    }
    if (start[1] == 'u') {
        return cook_code_point(lexer, start, end, out);
    }
    const char *known = start[1] ? strchr(from, start[1]) : NULL;
    if (known) {
        buffer_add(out, &to[known - from], 1);
        return 2;
    }
    size_t size = utf8_read(start + 1, (size_t)(end - start - 1), NULL);
    size = size ? size : 1;
    complain(lexer, DIAG_BAD_ESCAPE, start, start + 1 + size,
             arena_copy(lexer->arena, start, start[1] == '\n' || start[1] == '\r' ? 1 : 1 + size));
    return 1 + size;
}

// The whitespace at a line's beginning that all lines share.
typedef struct Indent {
    const char *text;
    size_t length;
    bool known;
} Indent;

static size_t blanks_at(const char *start, const char *end)
{
    size_t count = 0;
    while (start + count < end && (start[count] == ' ' || start[count] == '\t')) {
        count++;
    }
    return count;
}

static void narrow_indent(Indent *indent, const char *line, size_t blanks)
{
    if (!indent->known) {
        *indent = (Indent){line, blanks, true};
        return;
    }
    size_t same = 0;
    while (same < blanks && same < indent->length && indent->text[same] == line[same]) {
        same++;
    }
    indent->length = same;
}

static Indent common_indent(const Piece *pieces, size_t count)
{
    Indent indent = {0};
    for (size_t i = 0; i < count; i++) {
        const char *end = pieces[i].end;
        for (const char *at = pieces[i].start; at < end; at++) {
            if (*at != '\n') {
                continue;
            }
            const char *line = at + 1;
            size_t blanks = blanks_at(line, end);
            bool to_hole = line + blanks == end && i + 1 < count;
            bool blank = !to_hole &&
                         (line + blanks == end || line[blanks] == '\n' || line[blanks] == '\r');
            bool closing = line + blanks == end && i + 1 == count;
            if (!blank || closing) {
                narrow_indent(&indent, line, blanks);
            }
        }
    }
    return indent;
}

// Resolves escapes and, in """ texts, takes the indentation away and makes every line end \n.
static void cook_piece(Lexer *lexer, Piece piece, bool block, Indent indent)
{
    Buffer out = {.arena = lexer->arena};
    for (const char *at = piece.start; at < piece.end;) {
        if (*at == '\\') {
            at += cook_escape(lexer, at, piece.end, &out);
        } else if (*at == '\r' && block) {
            at++; // \r\n; a lone one was reported
        } else if (*at == '\n') {
            buffer_add(&out, "\n", 1);
            at++;
            size_t blanks = blanks_at(at, piece.end);
            bool blank = at + blanks < piece.end && (at[blanks] == '\n' || at[blanks] == '\r');
            at += blank ? blanks : blanks < indent.length ? blanks : indent.length;
        } else {
            const char *run = at + 1;
            while (run < piece.end && *run != '\\' && *run != '\r' && *run != '\n') {
                run++;
            }
            buffer_add(&out, at, (size_t)(run - at));
            at = run;
        }
    }
    Token *token = &lexer->tokens.items[piece.token];
    token->text = buffer_end(&out);
    token->length = out.length;
}

// All pieces of a text are there: gives their tokens what they say.
static void cook(Lexer *lexer, const OpenText *text)
{
    Piece *pieces = lexer->pieces.items + text->first_piece;
    size_t count = lexer->pieces.count - text->first_piece;
    Indent indent = {0};
    if (text->block) {
        Piece *first = &pieces[0], *last = &pieces[count - 1];
        indent = common_indent(pieces, count);
        // The lines of the quotes are not part of the text.
        const char *line = first->start + blanks_at(first->start, first->end);
        line += line < first->end && *line == '\r' ? 1 : 0;
        if (line < first->end && *line == '\n') {
            line++;
            size_t blanks = blanks_at(line, first->end);
            bool blank = line + blanks < first->end &&
                         (line[blanks] == '\n' || line[blanks] == '\r');
            first->start = line + (blank                    ? blanks
                                   : blanks < indent.length ? blanks
                                                            : indent.length);
        }
        const char *back = last->end;
        while (back > last->start && (back[-1] == ' ' || back[-1] == '\t')) {
            back--;
        }
        if (back > last->start && back[-1] == '\n') {
            back--;
            last->end = back > last->start && back[-1] == '\r' ? back - 1 : back;
        } else if (back == last->start && count == 1 && last->start != text->quote + 3) {
            last->end = back; // nothing but the line of the closing quotes
        }
    }
    for (size_t i = 0; i < count; i++) {
        cook_piece(lexer, pieces[i], text->block, indent);
    }
    lexer->pieces.count = text->first_piece;
}

// Adds the token for the piece of a text that ends here; what it says comes when the text is whole.
static void add_piece(Lexer *lexer, int kind, const char *token_start,
                      Piece piece, const char *token_end, bool broken)
{
    Token *token = add_token(lexer, kind, token_start, token_end);
    token->broken = broken;
    piece.token = lexer->tokens.count - 1;
    LIST_ADD(lexer->scratch, &lexer->pieces, piece);
}

static void complain_unterminated(Lexer *lexer, const OpenText *text, bool in_hole)
{
    // "price {x" opens a text inside the hole; what is missing is the `}` of the outermost one on
    // this line.
    for (size_t i = 0; i < lexer->open.count; i++) {
        const OpenText *outer = &lexer->open.items[i];
        if (!outer->block || in_hole) {
            Diag *diag = complain(lexer, DIAG_UNTERMINATED_HOLE, outer->hole, outer->hole + 1,
                                  NULL);
            diag_label(lexer->diags, diag,
                       span_of(lexer, outer->quote, outer->quote + (outer->block ? 3 : 1)),
                       message_phrase(PHRASE_TEXT_BEGINS));
            return;
        }
    }
    complain(lexer, text->block ? DIAG_UNTERMINATED_BLOCK : DIAG_UNTERMINATED_TEXT, text->quote,
             text->quote + (text->block ? 3 : 1), NULL);
}

// Closes every text that can't go on past this place: all of them at the file's end, those in "…"
// at a line's end.
static void close_open_texts(Lexer *lexer, const char *at, bool all)
{
    while (lexer->open.count > 0) {
        OpenText text = lexer->open.items[lexer->open.count - 1];
        if (text.block && !all) {
            break;
        }
        add_piece(lexer, TOKEN_TEXT_CLOSE, at, (Piece){0, at, at}, at, true);
        cook(lexer, &text);
        lexer->open.count--;
    }
}

// Reads the words of a text from `piece` to its end, its next hole, or where it breaks off. `start`
// is where its token begins: the quote, or the `}` of the hole before. Gives where to read on.
static const char *read_piece(Lexer *lexer, OpenText text, const char *start, const char *cursor,
                              bool reopened)
{
    const char *marker = NULL;
    const char *piece = cursor;
    for (;;) {
        const char *at = cursor;
        enum { WORDS, QUOTE, QUOTES, HOLE, LINE, STOP } met;
        /*!re2c
            re2c:define:YYCTYPE  = "unsigned char";
            re2c:define:YYCURSOR = cursor;
            re2c:define:YYMARKER = marker;
            re2c:define:YYPEEK   = "(unsigned char)*cursor";
            re2c:yyfill:enable   = 0;

            [^"\\{\n\r\x00]+        { met = WORDS;  goto seen; }
            "\\" [^\n\r\x00]        { met = WORDS;  goto seen; }
            "\\u{"                  { met = WORDS;  goto seen; }
            "\\"                    { met = WORDS;  goto seen; }
            "\"\"\""                { met = QUOTES; goto seen; }
            "\""                    { met = QUOTE;  goto seen; }
            "{"                     { met = HOLE;   goto seen; }
            "\r\n" | "\n" | "\r"    { met = LINE;   goto seen; }
            "\x00"                  { met = STOP;   goto seen; }
        */
    seen:
        switch (met) {
        case WORDS: continue;
        case QUOTES: case QUOTE:
            if (text.block && met == QUOTE) {
                continue;
            }
            if (!text.block) {
                cursor = at + 1; // "" and then another quote
            }
            add_piece(lexer, reopened ? TOKEN_TEXT_CLOSE : TOKEN_STRING, start,
                      (Piece){0, piece, at}, cursor, false);
            cook(lexer, &text);
            return cursor;
        case HOLE:
            if (lexer->open.count == DEEPEST_TEXT) {
                complain(lexer, DIAG_NESTING, at, at + 1, NULL);
                lexer->done = true;
                return cursor;
            }
            add_piece(lexer, reopened ? TOKEN_TEXT_NEXT : TOKEN_TEXT_OPEN, start,
                      (Piece){0, piece, at}, cursor, false);
            text.hole = at;
            text.braces = text.others = 0;
            LIST_ADD(lexer->scratch, &lexer->open, text);
            return cursor;
        case LINE:
            if (text.block) {
                continue;
            }
            break;
        case STOP: break;
        }
        // The end is missing: go on at the end of the line, or of the file.
        complain_unterminated(lexer, &text, text.block && lexer->open.count > 0);
        add_piece(lexer, reopened ? TOKEN_TEXT_CLOSE : TOKEN_STRING, start,
                  (Piece){0, piece, at}, at, true);
        cook(lexer, &text);
        close_open_texts(lexer, at, met == STOP);
        return at;
    }
}

static const char *begin_text(Lexer *lexer, const char *start, const char *end)
{
    OpenText text = {.quote = start, .block = end - start == 3, .first_piece = lexer->pieces.count};
    Token *before = lexer->tokens.count > 0 ? &lexer->tokens.items[lexer->tokens.count - 1] : NULL;
    bool prefixed = before && before->kind == TOKEN_NAME && before->length == 1 && !lexer->spaced &&
                    !lexer->first;
    if (prefixed &&
        lexer->open.count == 0) { // f"…", b"…", u"…"; in a hole it is the end of the text outside
        diag_add(lexer->diags, DIAG_TEXT_PREFIX, before->span, before->text, NULL, NULL);
        lexer->first = before->first;
        lexer->spaced = before->spaced;
        lexer->tokens.count--;
    }
    return read_piece(lexer, text, start, end, false);
}

static const char *end_hole(Lexer *lexer, const char *start, const char *end)
{
    OpenText text = lexer->open.items[--lexer->open.count];
    return read_piece(lexer, text, start, end, true);
}

// `:` in a hole: what stands up to the `}` is the format, as it is written.
static const char *add_format(Lexer *lexer, const char *start, const char *end)
{
    size_t length = strcspn(end, "}{\"\n\r");
    Token *token = add_token(lexer, TOKEN_FORMAT, start, end + length);
    token->text = arena_copy(lexer->arena, end, length);
    token->length = length;
    return end + length;
}

static const char *add_raw(Lexer *lexer, const char *start, const char *end, bool closed)
{
    if (!closed) {
        complain(lexer, DIAG_UNTERMINATED_TEXT, start + 1, start + 2, NULL);
    }
    Token *token = add_token(lexer, TOKEN_STRING, start, end);
    token->length = (size_t)(end - start) - (closed ? 3 : 2);
    token->text = arena_copy(lexer->arena, start + 2, token->length);
    token->broken = !closed;
    return end;
}

static const char *add_single_quoted(Lexer *lexer, const char *start, const char *end, bool closed)
{
    complain(lexer, DIAG_SINGLE_QUOTES, start, closed ? end : start + 1, NULL);
    Token *token = add_token(lexer, TOKEN_STRING, start, end);
    token->length = (size_t)(end - start) - (closed ? 2 : 1);
    token->text = arena_copy(lexer->arena, start + 1, token->length);
    token->broken = !closed;
    return end;
}

// ── brackets, lines, the rest ────────────────────────────────────────────────────────────────────
static OpenText *in_hole(Lexer *lexer)
{
    return lexer->open.count > 0 ? &lexer->open.items[lexer->open.count - 1] : NULL;
}

static const char *add_opening(Lexer *lexer, int kind, const char *start, const char *end)
{
    OpenText *text = in_hole(lexer);
    if (text && kind == TOKEN_LBRACE) {
        text->braces++;
    } else if (text) {
        text->others++;
    }
    return add(lexer, kind, start, end);
}

static const char *add_closing(Lexer *lexer, int kind, const char *start, const char *end)
{
    OpenText *text = in_hole(lexer);
    if (text && kind == TOKEN_RBRACE) {
        if (text->braces == 0) {
            return end_hole(lexer, start, end);
        }
        text->braces--;
    } else if (text && text->others > 0) {
        text->others--;
    }
    return add(lexer, kind, start, end);
}

static const char *add_colon(Lexer *lexer, const char *start, const char *end)
{
    OpenText *text = in_hole(lexer);
    if (text && text->braces == 0 && text->others == 0) {
        return add_format(lexer, start, end);
    }
    return add(lexer, TOKEN_COLON, start, end);
}

static const char *end_line(Lexer *lexer, const char *start, const char *end)
{
    if (in_hole(lexer) && !in_hole(lexer)->block) {
        complain_unterminated(lexer, in_hole(lexer), false);
        close_open_texts(lexer, start, false);
    }
    lexer->first = lexer->spaced = true;
    return end;
}

static const char *end_file(Lexer *lexer, const char *at)
{
    if (in_hole(lexer)) {
        complain_unterminated(lexer, in_hole(lexer), true);
        close_open_texts(lexer, at, true);
    }
    lexer->has_doc = false;
    lexer->first = true;
    add_token(lexer, 0, at, at);
    lexer->done = true;
    return at;
}

// Typographic quotes come from word processors; all else is named as it is. A run of strangers is
// one mistake.
static const char *skip_strange(Lexer *lexer, const char *start)
{
    const char *limit = lexer->source->text + lexer->source->length;
    uint32_t code = 0;
    size_t size = utf8_read(start, (size_t)(limit - start), &code);
    const char *end = start + (size ? size : 1);
    bool reported = utf8_is_bidi_control(code) || code == 0xFEFF;
    if (!reported && code >= 0x2018 && code <= 0x201F) {
        complain(lexer, DIAG_CURLY_QUOTES, start, end,
                 arena_copy(lexer->arena, start, (size_t)(end - start)));
    } else if (!reported) {
        while (end < limit && (unsigned char)*end >= 0x80) {
            end++;
        }
        const char *what = code < 0x20 || code == 0x7F
                               ? arena_print(lexer->arena, "\\u{%X}", (unsigned)code)
                               : arena_copy(lexer->arena, start, (size_t)(end - start));
        complain(lexer, DIAG_STRANGE_CHARACTER, start, end, what);
    }
    lexer->spaced = true;
    return end;
}

// Reads one token at `cursor`. Gives where to read on.
static const char *read_token(Lexer *lexer, const char *cursor)
{
    const char *start = cursor, *marker = NULL;
    /*!re2c
        end_line = "\r\n" | "\n" | "\r";
        digits   = [0-9] [0-9_]*;
        fraction = "." [0-9] [0-9_]*;
        exponent = [eE] [+-]? [0-9]+;
        unit     = "ns" | "us" | "ms" | "s" | "m" | "h" | "d";
        word     = [A-Za-z_] [A-Za-z0-9_]*;

        [ \t]+                          { return skip_space(lexer, cursor); }
        end_line                        { return end_line(lexer, start, cursor); }
        "#" [^\n\r\x00]*                { return skip_comment(lexer, start, cursor); }
        "//" [^\n\r\x00]* | "/*"        { return skip_foreign_comment(lexer, start, cursor); }
        "\x00"                          { return end_file(lexer, start); }

        word                            { return add_word(lexer, start, cursor); }
        "queue<"                        { return add_type_open(lexer, TOKEN_QUEUE_OPEN, start, cursor); }
        "task<"                         { return add_type_open(lexer, TOKEN_TASK_OPEN, start, cursor); }
        "stream<"                       { return add_type_open(lexer, TOKEN_STREAM_OPEN, start, cursor); }

        digits                          { return add_integer(lexer, start, cursor); }
        digits fraction? exponent       { return add_float(lexer, start, cursor); }
        digits fraction                 { return add_float(lexer, start, cursor); }
        digits fraction? unit           { return add_duration(lexer, start, cursor); }
        digits fraction? word           { return add_bad_number(lexer, start, cursor); }

        "\"" | "\"\"\""                 { return begin_text(lexer, start, cursor); }
        "r\"" [^"\n\r\x00]* "\""        { return add_raw(lexer, start, cursor, true); }
        "r\"" [^"\n\r\x00]*             { return add_raw(lexer, start, cursor, false); }
        "'" [^'\n\r\x00]* "'"           { return add_single_quoted(lexer, start, cursor, true); }
        "'" [^'\n\r\x00]*               { return add_single_quoted(lexer, start, cursor, false); }

        "("                             { return add_opening(lexer, TOKEN_LPAREN, start, cursor); }
        "["                             { return add_opening(lexer, TOKEN_LBRACKET, start, cursor); }
        "{"                             { return add_opening(lexer, TOKEN_LBRACE, start, cursor); }
        ")"                             { return add_closing(lexer, TOKEN_RPAREN, start, cursor); }
        "]"                             { return add_closing(lexer, TOKEN_RBRACKET, start, cursor); }
        "}"                             { return add_closing(lexer, TOKEN_RBRACE, start, cursor); }

        "="                             { return add(lexer, TOKEN_ASSIGN, start, cursor); }
        "+="                            { return add(lexer, TOKEN_ADD_ASSIGN, start, cursor); }
        "-="                            { return add(lexer, TOKEN_SUB_ASSIGN, start, cursor); }
        "+"                             { return add(lexer, TOKEN_PLUS, start, cursor); }
        "-"                             { return add(lexer, TOKEN_MINUS, start, cursor); }
        "*"                             { return add(lexer, TOKEN_STAR, start, cursor); }
        "/"                             { return add(lexer, TOKEN_SLASH, start, cursor); }
        "%"                             { return add(lexer, TOKEN_PERCENT, start, cursor); }
        "=="                            { return add(lexer, TOKEN_EQ, start, cursor); }
        "!="                            { return add(lexer, TOKEN_NE, start, cursor); }
        "<"                             { return add(lexer, TOKEN_LT, start, cursor); }
        "<="                            { return add(lexer, TOKEN_LE, start, cursor); }
        ">"                             { return add(lexer, TOKEN_GT, start, cursor); }
        ">="                            { return add(lexer, TOKEN_GE, start, cursor); }
        ".."                            { return add(lexer, TOKEN_RANGE, start, cursor); }
        "..="                           { return add(lexer, TOKEN_RANGE_CLOSED, start, cursor); }
        "."                             { return add(lexer, TOKEN_DOT, start, cursor); }
        ","                             { return add(lexer, TOKEN_COMMA, start, cursor); }
        ":"                             { return add_colon(lexer, start, cursor); }
        "?"                             { return add(lexer, TOKEN_QUESTION, start, cursor); }
        "??"                            { return add(lexer, TOKEN_OR_ELSE, start, cursor); }
        "!"                             { return add(lexer, TOKEN_BANG, start, cursor); }
        "->"                            { return add(lexer, TOKEN_GIVES, start, cursor); }
        "=>"                            { return add(lexer, TOKEN_ARROW, start, cursor); }
        "|>"                            { return add(lexer, TOKEN_PIPE, start, cursor); }

        ";"                             { return add(lexer, RAW_SEMICOLON, start, cursor); }
        "++"                            { return add(lexer, RAW_INCREMENT, start, cursor); }
        "--"                            { return add(lexer, RAW_DECREMENT, start, cursor); }
        "&&"                            { return add_meant(lexer, TOKEN_AND, "and", start, cursor); }
        "||"                            { return add_meant(lexer, TOKEN_OR, "or", start, cursor); }
        "==="                           { return add_meant(lexer, TOKEN_EQ, "==", start, cursor); }
        "!=="                           { return add_meant(lexer, TOKEN_NE, "!=", start, cursor); }
        ":="                            { return add_meant(lexer, TOKEN_ASSIGN, "=", start, cursor); }
        "**"                            { return add_meant(lexer, TOKEN_STAR, "*", start, cursor); }

        *                               { return skip_strange(lexer, start); }
    */
}

Tokens lexer_read(Arena *arena, Arena *scratch, Sources *sources, const Source *source,
                  Diags *diags)
{
    Lexer lexer = {
        .arena = arena,
        .scratch = scratch,
        .sources = sources,
        .source = source,
        .diags = diags,
        .doc = {.arena = scratch},
        .first = true,
    };
    const char *cursor = source->text;
    while (!lexer.done) {
        cursor = read_token(&lexer, cursor);
    }
    if (lexer.tokens.count == 0 || lexer.tokens.items[lexer.tokens.count - 1].kind != 0) {
        add_token(&lexer, 0, cursor, cursor);
    }
    return lexer.tokens;
}

// ── what no source may hold ──────────────────────────────────────────────────────────────────────
bool lexer_check(Sources *sources, const Source *source, Diags *diags)
{
    (void)sources;
    const char *text = source->text, *end = text + source->length;
    for (const char *at = text; at < end;) {
        uint32_t code = 0, offset = source->base + (uint32_t)(at - text);
        size_t size = utf8_read(at, (size_t)(end - at), &code);
        if (size == 0 || code == 0) {
            // One is enough: what follows in such a file is rarely text at all.
            bool binary = memchr(text, 0, source->length) != NULL;
            Span span = {offset, offset + 1};
            const char *byte = arena_print(diags->arena, "0x%02X", (unsigned)(unsigned char)*at);
            diag_add(diags, binary ? DIAG_BINARY : DIAG_BAD_UTF8, span, byte, source->path, NULL);
            return false;
        }
        Span span = {offset, offset + (uint32_t)size};
        if (utf8_is_bidi_control(code)) {
            diag_add(diags, DIAG_BIDI, span, arena_print(diags->arena, "U+%04X", (unsigned)code),
                     NULL, NULL);
        } else if (code == 0xFEFF && at == text) {
            diag_add(diags, DIAG_BOM, span, NULL, NULL, NULL);
        } else if (code == '\r' && at[1] != '\n') {
            diag_add(diags, DIAG_LONE_CR, span, NULL, NULL, NULL);
        }
        at += size;
    }
    return true;
}
