// parse_mistake.c: what is said where a token does not fit.
#include "parse_state.h"

#include <string.h>

#include "grammar.h"
#include "grammar_driver.h"
#include "lexer.h"
#include "say.h"

enum { MOST_MISTAKES = 50 };

// ── what a token and a set of tokens are called ──────────────────────────────────────────────────
static const char *quoted(Build *build, const char *text, size_t length)
{
    enum { LONGEST = 40 };
    if (length <= LONGEST) {
        return arena_print(build->arena, "`%.*s`", (int)length, text);
    }
    size_t cut = LONGEST;
    while (cut > 0 && ((unsigned char)text[cut] & 0xC0) == 0x80) {
        cut--; // not in the middle of a character
    }
    return arena_print(build->arena, "`%.*s…`", (int)cut, text);
}

// What stands there, in words: its own text where that is short and telling.
const char *parse_describe(Build *build, const Token *token)
{
    if (token->kind == TOKEN_NEWLINE) {
        const Token *next = token + 1; // one was put before every closing brace
        return next->kind == TOKEN_RBRACE && !next->first && next->span.start >= token->span.start
                   ? "`}`"
                   : message_phrase(PHRASE_END_OF_LINE);
    }
    switch (token->kind) {
    case 0: return message_phrase(PHRASE_END_OF_FILE);
    case TOKEN_STRING: return message_phrase(PHRASE_A_TEXT);
    case TOKEN_TEXT_OPEN: return message_phrase(PHRASE_A_TEXT_WITH_HOLES);
    case TOKEN_TEXT_NEXT:
    case TOKEN_TEXT_CLOSE: return message_phrase(PHRASE_END_OF_HOLE);
    }
    const char *text = build->module->source->text +
                       (token->span.start - build->module->source->base);
    return quoted(build, text, token->span.end - token->span.start);
}

typedef struct Word {
    int kind;
    const char *word; // as it is written; NULL: the phrase
    Phrase phrase;
} Word;

// What can be missing, the most telling first. Operators and clauses are not listed: they fit
// behind every operand.
static const Word structure[] = {
    {TOKEN_RPAREN, "`)`", 0},
    {TOKEN_RBRACKET, "`]`", 0},
    {TOKEN_TYPE_CLOSE, "`>`", 0},
    {TOKEN_TEXT_CLOSE, "`}`", 0},
    {TOKEN_COMMA, "`,`", 0},
    {TOKEN_THEN, "`then`", 0},
    {TOKEN_ELSE, "`else`", 0},
    {TOKEN_IN, "`in`", 0},
    {TOKEN_ARROW, "`=>`", 0},
    {TOKEN_COLON, "`:`", 0},
    {TOKEN_PER, "`per`", 0},
    {TOKEN_ERRORS, "`errors`", 0},
    {TOKEN_MAX, "`max`", 0},
    {TOKEN_TYPE_CLOSE, "`>`", 0},
    {TOKEN_LBRACE, NULL, PHRASE_A_BLOCK},
    {TOKEN_STRING, NULL, PHRASE_A_TEXT},
    {TOKEN_NAME, NULL, PHRASE_A_NAME},
    {TOKEN_FN, "`fn`", 0},
    {TOKEN_NEWLINE, NULL, PHRASE_END_OF_LINE},
};

static Phrase name_after(int kind)
{
    switch (kind) {
    case TOKEN_TASK: return PHRASE_NAME_OF_TASK;
    case TOKEN_FN: return PHRASE_NAME_OF_FN;
    case TOKEN_RECORD: return PHRASE_NAME_OF_RECORD;
    case TOKEN_ENUM: return PHRASE_NAME_OF_ENUM;
    case TOKEN_LIMITER: return PHRASE_NAME_OF_LIMITER;
    case TOKEN_QUEUE: return PHRASE_NAME_OF_QUEUE;
    case TOKEN_LET:
    case TOKEN_VAR: return PHRASE_NAME_OF_VALUE;
    case TOKEN_FOR: return PHRASE_NAME_OF_ITEM;
    case TOKEN_CATCH: return PHRASE_NAME_OF_ERROR;
    case TOKEN_DOT: return PHRASE_NAME_OF_MEMBER;
    }
    return PHRASE_A_NAME;
}

// The first word of the language that fits, where no sign does. Operators fit behind any operand.
static const char *expected_word(Build *build, const void *parser)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        int token = table[i].token;
        bool joins = token == TOKEN_AND || token == TOKEN_OR || token == TOKEN_AS ||
                     token == TOKEN_CATCH;
        if (token != TOKEN_NAME && !joins && grammar_expects(parser, token)) {
            return arena_print(build->arena, "`%s`", table[i].word);
        }
    }
    return message_phrase(PHRASE_OPERATOR);
}

// The tokens that would fit, as the construct they begin or the signs they are.
static const char *expected(Build *build, const void *parser, const Token *before)
{
    bool in_block = grammar_expects(parser, TOKEN_LET) && grammar_expects(parser, TOKEN_YIELD);
    if (in_block) {
        return message_phrase(PHRASE_A_STATEMENT);
    }
    if (grammar_expects(parser, TOKEN_RECORD) && grammar_expects(parser, TOKEN_TASK)) {
        return message_phrase(PHRASE_A_DECLARATION);
    }
    if (grammar_expects(parser, TOKEN_OK) && grammar_expects(parser, TOKEN_ELSE)) {
        return message_phrase(PHRASE_A_PATTERN);
    }
    if (grammar_expects(parser, TOKEN_WHERE)) {
        return message_phrase(PHRASE_A_STAGE);
    }
    if (grammar_expects(parser, TOKEN_INTEGER)) {
        return message_phrase(before->kind == TOKEN_ASSIGN ? PHRASE_A_VALUE : PHRASE_AN_EXPRESSION);
    }
    if (grammar_expects(parser, TOKEN_STREAM_OPEN)) {
        return message_phrase(PHRASE_A_TYPE);
    }
    bool after_operand = grammar_expects(parser, TOKEN_DOT) &&
                         grammar_expects(parser, TOKEN_LPAREN);
    Buffer buffer = {.arena = build->arena};
    const char *parts[4];
    size_t count = 0;
    bool block = grammar_expects(
        parser, TOKEN_LBRACE); // behind a condition: `=` and `then` would also parse
    bool may_assign = grammar_expects(parser, TOKEN_ASSIGN) &&
                      !grammar_expects(parser, TOKEN_ADD_ASSIGN) && !block;
    if (may_assign) {
        parts[count++] = "`=`";
    }
    if (!after_operand && grammar_expects(parser, TOKEN_LPAREN)) {
        parts[count++] = "`(`";
    }
    for (size_t i = 0; i < sizeof structure / sizeof *structure && count < 4; i++) {
        const Word *word = &structure[i];
        bool vague = count > 0 && (word->kind == TOKEN_NEWLINE || word->kind == TOKEN_STRING);
        bool other = (word->kind == TOKEN_THEN && block) ||
                     (word->kind == TOKEN_ELSE && grammar_expects(parser, TOKEN_NEWLINE));
        if (vague || other || !grammar_expects(parser, word->kind)) {
            continue;
        }
        parts[count++] = word->word                 ? word->word
                         : word->kind == TOKEN_NAME ? message_phrase(name_after(before->kind))
                                                    : message_phrase(word->phrase);
    }
    if (count == 0) {
        return grammar_expects(parser, TOKEN_LIMIT) ? message_phrase(PHRASE_A_LIMIT)
                                                    : expected_word(build, parser);
    }
    for (size_t i = 0; i < count; i++) {
        buffer_text(&buffer, message_joint(i, count, PHRASE_OR));
        buffer_text(&buffer, parts[i]);
    }
    return buffer_end(&buffer);
}

// ── questions ────────────────────────────────────────────────────────────────────────────────────
bool parse_ends_operand(int kind)
{
    switch (kind) {
    case TOKEN_NAME: case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_DURATION: case TOKEN_STRING:
    case TOKEN_TEXT_CLOSE: case TOKEN_RPAREN: case TOKEN_RBRACKET: case TOKEN_RBRACE:
    case TOKEN_TRUE: case TOKEN_FALSE: case TOKEN_NONE:
    case TOKEN_IT: return true;
    }
    return false;
}

bool parse_is_reserved(const Token *token)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (table[i].token == token->kind && table[i].kind == KEYWORD_RESERVED) {
            return true;
        }
    }
    return false;
}

// A word of another language, in whose place one of ours stands: that was said.
static bool is_replaced(const Token *token)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; token->text && i < count; i++) {
        if (table[i].token == token->kind && table[i].kind == KEYWORD_RESERVED) {
            return strcmp(table[i].word, token->text) != 0;
        }
    }
    return false;
}

bool parse_is_text(const Token *token, const char *word)
{
    return token->kind == TOKEN_NAME && token->text && strcmp(token->text, word) == 0;
}

// The opening bracket around a token; NULL at the top.
const Token *parse_opening_around(const Build *build)
{
    const Token *tokens = build->tokens->items;
    for (size_t i = build->at; i > 0; i--) {
        const Token *token = &tokens[i - 1];
        if (token->match > build->at ||
            (token->match == build->at && i - 1 < build->at && token->match)) {
            return token;
        }
    }
    return NULL;
}

Diag *parse_report(const Mistake *mistake, Message code, Span span, const char *a, const char *b)
{
    return diag_add(mistake->build->diags, (int)code, span, a, b, NULL);
}

bool parse_fits(const Mistake *mistake, int kind)
{
    return grammar_expects(mistake->parser, kind);
}

bool parse_begins_operand(const Token *token)
{
    switch (token->kind) {
    case TOKEN_NAME:
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
    case TOKEN_DURATION:
    case TOKEN_STRING:
    case TOKEN_TEXT_OPEN:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NONE:
    case TOKEN_IT: return true;
    }
    return false;
}

bool parse_is_clause_word(const Token *token)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; token->text && i < count; i++) {
        if (table[i].kind == KEYWORD_CLAUSE && strcmp(table[i].word, token->text) == 0) {
            return true;
        }
    }
    return false;
}

// The index of the first token of the statement or declaration.
size_t parse_line_start(const Mistake *mistake)
{
    const Token *tokens = mistake->build->tokens->items;
    size_t at = mistake->build->at;
    while (at > 0 && tokens[at - 1].kind != TOKEN_NEWLINE) {
        at--;
    }
    return tokens[at].kind == TOKEN_PUB ? at + 1 : at;
}

const char *parse_fill(const Mistake *mistake, Phrase phrase, const char *a, const char *b)
{
    return say(mistake->build->diags, phrase, a, b);
}

// ── mistakes ─────────────────────────────────────────────────────────────────────────────────────
static Phrase kind_of_declaration(int kind)
{
    switch (kind) {
    case TOKEN_TASK: return PHRASE_KIND_TASK;
    case TOKEN_FN: return PHRASE_KIND_FN;
    case TOKEN_RECORD: return PHRASE_KIND_RECORD;
    case TOKEN_ENUM: return PHRASE_KIND_ENUM;
    case TOKEN_LIMITER: return PHRASE_KIND_LIMITER;
    }
    return PHRASE_KIND_OTHER;
}

// At the top of the file, or in a block where a declaration was tried.
static bool say_misplaced(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    bool at_top = parse_fits(mistake, TOKEN_RECORD) && parse_fits(mistake, TOKEN_TASK);
    if (at_top) {
        bool imports = parse_is_text(token, "import") || parse_is_text(token, "from") ||
                       parse_is_text(token, "include") || parse_is_text(token, "require");
        if (imports) {
            parse_report(mistake, DIAG_IMPORT, token->span, token->text, NULL);
        } else if (!mistake->build->outside) {
            parse_report(mistake, DIAG_OUTSIDE, token->span, NULL, NULL);
            mistake->build->outside = true;
        }
        return true;
    }
    bool in_block = parse_fits(mistake, TOKEN_LET) && parse_fits(mistake, TOKEN_YIELD);
    if (in_block && (token->kind == TOKEN_TASK || token->kind == TOKEN_FN)) {
        parse_report(mistake, DIAG_NESTED_DECLARATION, token->span,
                     message_phrase(kind_of_declaration(token->kind)), NULL);
        return true;
    }
    Phrase kind = kind_of_declaration(before->kind);
    if (kind != PHRASE_KIND_OTHER && before->kind != TOKEN_TASK && before->kind != TOKEN_FN &&
        token->kind == TOKEN_NAME && parse_fits(mistake, TOKEN_NEWLINE)) {
        parse_report(mistake, DIAG_NESTED_DECLARATION, before->span, message_phrase(kind), NULL);
        return true;
    }
    if (token->kind == TOKEN_STRING && before->kind == TOKEN_TEST &&
        parse_fits(mistake, TOKEN_NEWLINE)) {
        parse_report(mistake, DIAG_NESTED_DECLARATION, before->span,
                     message_phrase(PHRASE_KIND_TEST), NULL);
        return true;
    }
    if (token->kind == TOKEN_ELSE && (in_block || parse_fits(mistake, TOKEN_NEWLINE))) {
        parse_report(mistake, DIAG_LONE_ELSE, token->span, "else", NULL);
        return true;
    }
    return false;
}

static bool begins_statement(const Token *token)
{
    switch (token->kind) {
    case TOKEN_LET:
    case TOKEN_VAR:
    case TOKEN_IF:
    case TOKEN_WHILE:
    case TOKEN_RETURN:
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
    case TOKEN_YIELD:
    case TOKEN_DEFER:
    case TOKEN_ASSERT:
    case TOKEN_CANCEL:
    case TOKEN_FAIL:
    case TOKEN_AWAIT:
    case TOKEN_GATHER:
    case TOKEN_START:
    case TOKEN_MATCH: return true;
    }
    return parse_begins_operand(token);
}

// Among the fields of a record or the cases of an enum?
static bool among_names(const Mistake *mistake)
{
    const Token *first = mistake->build->tokens->items;
    const Token *open = parse_opening_around(mistake->build);
    return open && open->kind == TOKEN_LBRACE && open - first >= 2 &&
           (open[-2].kind == TOKEN_RECORD || open[-2].kind == TOKEN_ENUM);
}

// Two things side by side where a line should have ended.
static bool say_side_by_side(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    bool complete = parse_fits(mistake, TOKEN_NEWLINE) && parse_ends_operand(before->kind);
    if (!complete || !begins_statement(token) || among_names(mistake)) {
        return false;
    }
    if (before->kind == TOKEN_NAME && parse_begins_operand(token)) {
        parse_report(mistake, DIAG_CALL_PARENTHESES, token->span, before->text, NULL);
    } else {
        parse_report(mistake, DIAG_SAME_LINE, token->span, NULL, NULL);
    }
    return true;
}

// `timeout 5s fetch(url)`, and a clause where none goes.
static bool say_clause(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    bool value = token->kind == TOKEN_DURATION || token->kind == TOKEN_INTEGER;
    if (token->kind != TOKEN_NAME && parse_is_clause_word(token)) {
        parse_report(mistake, DIAG_CLAUSE_PLACE, token->span, token->text, NULL);
        return true;
    }
    if (value && parse_is_clause_word(before) && parse_fits(mistake, TOKEN_NEWLINE)) {
        parse_report(mistake, DIAG_CLAUSE_PLACE, before->span, before->text, NULL);
        return true;
    }
    return false;
}

// What to do about the commonest of what was not expected.
static void add_advice(const Mistake *mistake, Diag *diag)
{
    const Token *token = mistake->token, *before = mistake->before;
    switch (token->kind) {
    case TOKEN_TRY: case TOKEN_GATHER: case TOKEN_RACE: case TOKEN_START: case TOKEN_SCOPE:
        if (parse_fits(mistake, TOKEN_INTEGER)) {
            diag->help = parse_fill(mistake, PHRASE_HELP_NAME_IT, token->text, NULL);
        }
        return;
    case TOKEN_LPAREN:
        if (before->kind == TOKEN_OK || before->kind == TOKEN_ERROR_WORD ||
            before->kind == TOKEN_SOME) {
            diag->help = parse_fill(mistake, PHRASE_HELP_BARE, before->text, NULL);
        }
        return;
    }
    if (before->kind == TOKEN_USE) {
        diag->help = message_phrase(PHRASE_HELP_PATH);
    }
    const Token *line = &mistake->build->tokens->items[parse_line_start(mistake)];
    if (line->kind == TOKEN_IF && parse_fits(mistake, TOKEN_ELSE) &&
        !parse_fits(mistake, TOKEN_NEWLINE)) {
        diag->help = message_phrase(PHRASE_HELP_IF_BLOCK);
    }
}

static void say_expected(const Mistake *mistake)
{
    Build *build = mistake->build;
    const Token *token = mistake->token;
    const char *wanted = expected(build, mistake->parser, mistake->before);
    if (parse_is_reserved(token) && parse_fits(mistake, TOKEN_NAME) &&
        !parse_fits(mistake, TOKEN_INTEGER)) {
        parse_report(mistake, DIAG_RESERVED, token->span, token->text, wanted);
        LIST_ADD(build->arena, &build->module->lost, token->text);
        build->module->nameless++;
        return;
    }
    if (parse_fits(mistake, TOKEN_GIVES) && token->kind == TOKEN_NAME &&
        mistake->next->kind == TOKEN_LBRACE) {
        wanted = "`->`"; // the type of the result
    }
    Diag *diag = parse_report(mistake, DIAG_EXPECTED, token->span, wanted,
                              parse_describe(build, token));
    bool nameless = parse_fits(mistake, TOKEN_NAME) && !parse_fits(mistake, TOKEN_INTEGER) &&
                    name_after(mistake->before->kind) != PHRASE_A_NAME &&
                    mistake->before->kind != TOKEN_DOT;
    build->module->nameless += nameless ? 1 : 0;
    if (mistake->before->kind == TOKEN_ARROW && begins_statement(token)) {
        diag->help = message_phrase(PHRASE_HELP_ARM_BLOCK);
    }
    add_advice(mistake, diag);
    const Token *around = parse_opening_around(build);
    bool closes = (parse_fits(mistake, TOKEN_RPAREN) && around && around->kind == TOKEN_LPAREN) ||
                  (parse_fits(mistake, TOKEN_RBRACKET) && around && around->kind == TOKEN_LBRACKET);
    if (closes) {
        diag_label(build->diags, diag, around->span, message_phrase(PHRASE_OPENED_HERE));
    }
}

void parse_lose(Build *build, size_t end)
{
    const Token *tokens = build->tokens->items;
    size_t start = build->at;
    while (start > build->lost && tokens[start - 1].kind != TOKEN_NEWLINE) {
        start--;
    }
    if (end > start) {
        build_lose(build, (Span){tokens[start].span.start, tokens[end - 1].span.end});
    }
    build->lost = end > build->lost ? end : build->lost;
}

void grammar_mistake(Build *build, const void *parser, const Token *token)
{
    static const Token blank = {.kind = -1};
    const Token *before = build->at > 0 ? token - 1 : &blank;
    parse_lose(build, build->at);
    if (!token || token->broken || before->broken) {
        return; // said already
    }
    bool lost = parse_is_reserved(token) && token->text && module_lost(build->module, token->text);
    bool misused = parse_is_reserved(before) && before->text &&
                   module_lost(build->module, before->text);
    if (lost || misused || is_replaced(token)) {
        return; // it was used as a name before, or is no word of ours
    }
    if (build->mistakes++ == MOST_MISTAKES) {
        diag_add(build->diags, DIAG_TOO_MANY, token->span, NULL, NULL, NULL);
        build->gave_up = build->module->unreadable = true;
    }
    if (build->gave_up) {
        return;
    }
    Mistake mistake = {build, parser, token, before, token->kind == 0 ? &blank : token + 1};
    if (!parse_say_foreign(&mistake) && !say_misplaced(&mistake) && !say_side_by_side(&mistake) &&
        !say_clause(&mistake)) {
        say_expected(&mistake);
    }
}
