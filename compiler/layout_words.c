// layout_words.c: words that people write who come from another language, replaced by what is
// meant, with one message each.
#include <string.h>

#include "grammar.h"
#include "layout_state.h"
#include "say.h"

typedef enum Behind { BEFORE_NAME, BEFORE_VALUE, BEFORE_DECLARATION, BEFORE_BLOCK } Behind;

typedef struct Foreign {
    const char *word;
    int kind;          // what is meant; 0: nothing, the word is dropped
    const char *meant; // how it is written; NULL: habits.h has advice
    Behind behind;     // what has to follow on the same line
} Foreign;

static const Foreign foreign[] = {
    {"def", TOKEN_TASK, "task` or `fn", BEFORE_NAME},
    {"func", TOKEN_TASK, "task` or `fn", BEFORE_NAME},
    {"fun", TOKEN_TASK, "task` or `fn", BEFORE_NAME},
    {"function", TOKEN_TASK, "task` or `fn", BEFORE_NAME},
    {"proc", TOKEN_TASK, "task` or `fn", BEFORE_NAME},
    {"sub", TOKEN_TASK, "task` or `fn", BEFORE_NAME},
    {"class", TOKEN_RECORD, "record", BEFORE_NAME},
    {"struct", TOKEN_RECORD, "record", BEFORE_NAME},
    {"interface", TOKEN_RECORD, "record", BEFORE_NAME},
    {"const", TOKEN_LET, "let", BEFORE_NAME},
    {"val", TOKEN_LET, "let", BEFORE_NAME},
    {"final", TOKEN_LET, "let", BEFORE_NAME},
    {"auto", TOKEN_LET, "let", BEFORE_NAME},
    {"int", TOKEN_LET, "let", BEFORE_NAME},
    {"float", TOKEN_LET, "let", BEFORE_NAME},
    {"string", TOKEN_LET, "let", BEFORE_NAME},
    {"bool", TOKEN_LET, "let", BEFORE_NAME},
    {"mut", TOKEN_VAR, "var", BEFORE_NAME},
    {"foreach", TOKEN_FOR, "for", BEFORE_NAME},
    {"switch", TOKEN_MATCH, "match", BEFORE_VALUE},
    {"throw", TOKEN_FAIL, "fail", BEFORE_VALUE},
    {"raise", TOKEN_FAIL, "fail", BEFORE_VALUE},
    {"go", TOKEN_START, "start", BEFORE_NAME},
    {"spawn", TOKEN_START, "start", BEFORE_NAME},
    {"new", 0, NULL, BEFORE_NAME},
    {"export", TOKEN_PUB, "pub", BEFORE_DECLARATION},
    {"public", TOKEN_PUB, "pub", BEFORE_DECLARATION},
    {"private", 0, NULL, BEFORE_DECLARATION},
    {"static", 0, NULL, BEFORE_DECLARATION},
    {"loop", TOKEN_WHILE, "while true", BEFORE_BLOCK},
};

// Words that may have been mistyped where a statement, a declaration or an `else` begins.
static const char *const statements[] = {"let",   "var",   "if",     "for",    "while",  "match",
                                         "fail",  "yield", "defer",  "race",   "gather", "start",
                                         "scope", "try",   "cancel", "assert", "await",  "return"};
static const char *const declarations[] = {"task", "fn",  "record", "enum", "limiter", "queue",
                                           "let",  "pub", "test",   "use",  "extern",  "blocking"};
static const char *const after_block[] = {"else", "catch"};

// ── small questions ──────────────────────────────────────────────────────────────────────────────
static const Token *token_after(const Layout *layout)
{
    return &layout->raw[layout->at + 1];
}

static bool text_is(const Token *token, const char *word)
{
    return token->kind == TOKEN_NAME && token->text && strcmp(token->text, word) == 0;
}

static bool begins_declaration(const Token *token)
{
    switch (token->kind) {
    case TOKEN_TASK: case TOKEN_FN: case TOKEN_RECORD: case TOKEN_ENUM: case TOKEN_BLOCKING:
    case TOKEN_LET: return true;
    }
    return text_is(token, "def") || text_is(token, "func") || text_is(token, "function") ||
           text_is(token, "class") || text_is(token, "struct") || text_is(token, "const");
}

static bool fits_behind(Behind behind, const Token *next)
{
    switch (behind) {
    case BEFORE_NAME: return next->kind == TOKEN_NAME;
    case BEFORE_VALUE: // not what goes on behind a name: `for x in switch if …`, `… limit 3`
        return next->kind == TOKEN_NAME || (layout_begins_value(next) && !layout_is_word(next) &&
                                            next->kind != TOKEN_IF && next->kind != TOKEN_MINUS);
    case BEFORE_DECLARATION: return begins_declaration(next);
    case BEFORE_BLOCK: return next->kind == TOKEN_LBRACE;
    }
    return false;
}

// ── messages ─────────────────────────────────────────────────────────────────────────────────────
static void report_foreign(Layout *layout, const Token *token, const char *meant)
{
    Diag *diag = say_once(layout->diags, DIAG_FOREIGN_WORD, token->span, token->text, meant);
    if (diag && !strchr(meant, '`')) {
        diag_edit(layout->diags, diag, token->span, meant);
    }
}

static void report_habit(Layout *layout, const Token *token)
{
    Diag *diag = say_once(layout->diags, DIAG_HABIT, token->span, token->text, NULL);
    if (diag) {
        say_habit(layout->diags, diag, HABIT_WORD, token->text);
    }
}

// ── one word after the other; true: it is dropped ────────────────────────────────────────────────
// `elif` on a line of its own goes on with the `if` before it.
static void replace_elif(Layout *layout, Token *token)
{
    report_foreign(layout, token, "else if");
    size_t count = layout->out.count;
    if (count > 1 && layout_last(layout) == TOKEN_NEWLINE &&
        layout->out.items[count - 2].kind == TOKEN_RBRACE) {
        layout->out.count--;
        layout->line_start = layout->out.count;
    }
    layout_push_as(layout, token, TOKEN_ELSE);
    token->kind = TOKEN_IF;
}

// async def f, async fn f; async f(), async { … }, async for
static bool replace_async(Layout *layout, Token *token)
{
    const Token *next = token_after(layout);
    bool declares = begins_declaration(next) && next->kind != TOKEN_LET;
    bool needless = declares || next->kind == TOKEN_NAME || next->kind == TOKEN_FOR ||
                    next->kind == TOKEN_LBRACE;
    if (!needless) {
        return false;
    }
    Diag *diag = say_once(layout->diags, DIAG_ASYNC, token->span, NULL, NULL);
    if (diag && declares) {
        diag_edit(layout->diags, diag, (Span){token->span.start, next->span.end}, "task");
    }
    layout->after_async = declares;
    if (next->kind == TOKEN_LBRACE) {
        token->kind = TOKEN_SCOPE;
        return false;
    }
    if (next->kind == TOKEN_NAME && !declares) {
        token->kind = TOKEN_START;
        return false;
    }
    return true;
}

// raise ValueError("x"), throw new Error("x"): that the text stands alone is said with the word.
static bool is_exception(const Layout *layout, const Token *token)
{
    if (layout_last(layout) != TOKEN_FAIL) {
        return false;
    }
    const char *written = layout->out.items[layout->out.count - 1].text;
    bool raised = written && strcmp(written, "fail") != 0;
    bool upper = token->text[0] >= 'A' && token->text[0] <= 'Z';
    return raised &&
           (text_is(token, "new") || (upper && token_after(layout)->kind == TOKEN_LPAREN));
}

// case 1: …, default: …, _ => …: arms of a match.
static bool replace_case(Layout *layout, Token *token, bool begins)
{
    const Token *next = token_after(layout);
    bool in_block = layout_innermost(layout) == TOKEN_LBRACE && begins;
    bool value = layout_begins_value(next) || next->kind == TOKEN_OK ||
                 next->kind == TOKEN_ERROR_WORD || next->kind == TOKEN_SOME;
    if (in_block && text_is(token, "case") && value && next->kind != TOKEN_LPAREN) {
        report_habit(layout, token);
        layout->arm = layout->open.count;
        return true;
    }
    bool blank = text_is(token, "_"), rest = text_is(token, "default");
    bool awaited = layout->arm > 0 && layout->arm == layout->open.count;
    if (next->kind == TOKEN_ARROW && in_block && (blank || rest)) {
        report_foreign(layout, token, "else");
        token->kind = TOKEN_ELSE;
    } else if (next->kind == TOKEN_COLON && ((blank && awaited) || (rest && in_block))) {
        if (!awaited && !layout->arms_seen) {
            report_habit(layout, token);
        }
        token->kind = TOKEN_ELSE;
        layout->arm = layout->open.count;
    }
    return false;
}

static int keyword_kind(const char *word)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].word, word) == 0) {
            return table[i].token;
        }
    }
    return TOKEN_NAME;
}

static void feed(Nearest *nearest, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_nearest(nearest, words[i]);
    }
}

// `retrun x`, `tsk main()`: two words side by side, the first of which is nearly one of ours.
static void mend_word(Layout *layout, Token *token, bool begins)
{
    const Token *next = token_after(layout);
    bool key = next->kind == TOKEN_STRING && next[1].kind == TOKEN_COLON; // a field
    bool beside = layout_begins_value(next) && next->kind != TOKEN_LPAREN &&
                  next->kind != TOKEN_MINUS && next->kind != TOKEN_IF && !key;
    bool behind = layout_last(layout) == TOKEN_RBRACE && !token->first &&
                  (next->kind == TOKEN_LBRACE || next->kind == TOKEN_IF);
    Nearest nearest = {.wanted = token->text};
    if (behind) {
        feed(&nearest, after_block, sizeof after_block / sizeof *after_block);
    } else if (!begins || !beside || layout_joins_lines(layout_innermost(layout))) {
        return;
    } else if (layout->open.count == 0) {
        feed(&nearest, declarations, sizeof declarations / sizeof *declarations);
    } else {
        feed(&nearest, statements, sizeof statements / sizeof *statements);
    }
    size_t most = strlen(token->text) < 6 ? 1 : 2;
    if (nearest.best && nearest.distance <= most) {
        Diag *diag = say_once(layout->diags, DIAG_HABIT, token->span, token->text, NULL);
        if (diag) {
            say_nearest(layout->diags, diag, &nearest);
        }
        token->kind = keyword_kind(nearest.best);
        token->text = nearest.best;
    }
}

static bool is_type(const Token *token)
{
    return text_is(token, "int") || text_is(token, "float") || text_is(token, "string") ||
           text_is(token, "bool");
}

// ── the table ────────────────────────────────────────────────────────────────────────────────────
static const Foreign *find_foreign(const Layout *layout, const Token *token, bool begins)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        const Foreign *word = &foreign[i];
        bool anywhere = word->kind == 0 || word->kind == TOKEN_START || word->kind == TOKEN_FAIL ||
                        word->kind == TOKEN_MATCH;
        const Token *next = token_after(layout);
        bool typed = layout->open.count > 0 && next[1].kind == TOKEN_ASSIGN; // int x = 5
        if (is_type(token) && !typed) {
            continue;
        }
        if (text_is(token, word->word) && fits_behind(word->behind, next) &&
            (begins || (anywhere && !layout_ends_operand(layout)))) {
            return word;
        }
    }
    return NULL;
}

static bool replace_by(Layout *layout, Token *token, const Foreign *word)
{
    bool said = layout->after_async; // `async def` is one mistake
    layout->after_async = false;
    if (word->kind == 0) {
        report_habit(layout, token);
        return true;
    }
    if (!said) {
        report_foreign(layout, token, word->meant);
    }
    token->kind = word->kind;
    if (layout_last(layout) == TOKEN_LET) { // let mut x
        layout->out.items[layout->out.count - 1].kind = word->kind;
        return true;
    }
    if (word->behind == BEFORE_BLOCK) {
        layout_push_as(layout, token, TOKEN_WHILE);
        token->kind = TOKEN_TRUE;
    }
    return false;
}

bool layout_replace_word(Layout *layout, Token *token)
{
    const Token *next = token_after(layout);
    int last = layout_last(layout);
    if (token->kind != TOKEN_NAME || next->first || next->kind == 0) {
        return false;
    }
    bool begins = token->first || last == TOKEN_LBRACE || last == TOKEN_ARROW ||
                  last == TOKEN_RBRACE || last == 0 || last == TOKEN_LET;
    bool operand = !layout_ends_operand(layout); // a value could begin here
    if ((begins || operand) && text_is(token, "async")) {
        return replace_async(layout, token);
    }
    bool elif = text_is(token, "elif") || text_is(token, "elsif") || text_is(token, "elseif");
    if (begins && elif && layout_begins_value(next)) {
        replace_elif(layout, token);
        return false;
    }
    bool arm = begins || last == TOKEN_COMMA || last == TOKEN_NEWLINE || layout->arm > 0;
    if (replace_case(layout, token, arm)) {
        return true;
    }
    if (token->kind != TOKEN_NAME) {
        return false;
    }
    if (is_exception(layout, token)) {
        return true;
    }
    bool anonymous = text_is(token, "func") || text_is(token, "function");
    if (operand && !token->first && anonymous && next->kind == TOKEN_LPAREN) {
        token->kind = TOKEN_FN;
        token->text = "fn"; // the parser says that there are no closures
        return false;
    }
    const Foreign *word = find_foreign(layout, token, begins);
    if (word) {
        return replace_by(layout, token, word);
    }
    mend_word(layout, token, begins && last != TOKEN_LET);
    return false;
}
