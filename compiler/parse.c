#include "parse.h"

#include <string.h>

#include "build.h"
#include "grammar.h"
#include "grammar_driver.h"
#include "lexer.h"
#include "message.h"
#include "text.h"

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
static const char *describe(Build *build, const Token *token)
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
        buffer_text(&buffer, parts[i]);
        if (i + 1 < count) {
            buffer_text(&buffer, message_phrase(i + 2 == count ? PHRASE_OR : PHRASE_COMMA));
        }
    }
    return buffer_end(&buffer);
}

// ── mistakes ─────────────────────────────────────────────────────────────────────────────────────
static bool is_operand_end(int kind)
{
    switch (kind) {
    case TOKEN_NAME: case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_DURATION: case TOKEN_STRING:
    case TOKEN_TEXT_CLOSE: case TOKEN_RPAREN: case TOKEN_RBRACKET: case TOKEN_RBRACE:
    case TOKEN_TRUE: case TOKEN_FALSE: case TOKEN_NONE:
    case TOKEN_IT: return true;
    }
    return false;
}

static bool is_reserved(const Token *token)
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

static bool is_text(const Token *token, const char *word)
{
    return token->kind == TOKEN_NAME && token->text && strcmp(token->text, word) == 0;
}

// The opening bracket around a token; NULL at the top.
static const Token *opening_around(const Build *build)
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

typedef struct Mistake {
    Build *build;
    const void *parser;
    const Token *token, *before, *next; // never NULL: a blank token where there is none
} Mistake;

static Diag *say(const Mistake *mistake, Message code, Span span, const char *a, const char *b)
{
    return diag_add(mistake->build->diags, (int)code, span, a, b, NULL);
}

static bool fits(const Mistake *mistake, int kind)
{
    return grammar_expects(mistake->parser, kind);
}

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
    bool at_top = fits(mistake, TOKEN_RECORD) && fits(mistake, TOKEN_TASK);
    if (at_top) {
        bool imports = is_text(token, "import") || is_text(token, "from") ||
                       is_text(token, "include") || is_text(token, "require");
        if (imports) {
            say(mistake, DIAG_IMPORT, token->span, token->text, NULL);
        } else if (!mistake->build->outside) {
            say(mistake, DIAG_OUTSIDE, token->span, NULL, NULL);
            mistake->build->outside = true;
        }
        return true;
    }
    bool in_block = fits(mistake, TOKEN_LET) && fits(mistake, TOKEN_YIELD);
    if (in_block && (token->kind == TOKEN_TASK || token->kind == TOKEN_FN)) {
        say(mistake, DIAG_NESTED_DECLARATION, token->span,
            message_phrase(kind_of_declaration(token->kind)), NULL);
        return true;
    }
    Phrase kind = kind_of_declaration(before->kind);
    if (kind != PHRASE_KIND_OTHER && before->kind != TOKEN_TASK && before->kind != TOKEN_FN &&
        token->kind == TOKEN_NAME && fits(mistake, TOKEN_NEWLINE)) {
        say(mistake, DIAG_NESTED_DECLARATION, before->span, message_phrase(kind), NULL);
        return true;
    }
    if (token->kind == TOKEN_ELSE && (in_block || fits(mistake, TOKEN_NEWLINE))) {
        say(mistake, DIAG_LONE_ELSE, token->span, "else", NULL);
        return true;
    }
    return false;
}

// Habits from other languages that only show where the grammar says no.
static bool say_habit(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before, *next = mistake->next;
    bool hole_opens = before->kind == TOKEN_TEXT_OPEN || before->kind == TOKEN_TEXT_NEXT;
    bool hole_ends = token->kind == TOKEN_TEXT_CLOSE || token->kind == TOKEN_TEXT_NEXT ||
                     token->kind == TOKEN_FORMAT;
    if (hole_opens && hole_ends) {
        say(mistake, DIAG_EMPTY_HOLE, (Span){before->span.end - 1, token->span.start + 1}, NULL,
            NULL);
        return true;
    }
    bool block_colon = token->kind == TOKEN_COLON && (next->kind == TOKEN_NEWLINE || next->first);
    if (block_colon && (fits(mistake, TOKEN_LBRACE) || before->kind == TOKEN_ELSE)) {
        say(mistake, DIAG_COLON_BLOCK, token->span, NULL, NULL);
        return true;
    }
    if (token->kind == TOKEN_QUESTION && is_operand_end(before->kind) &&
        fits(mistake, TOKEN_PLUS)) {
        say(mistake, DIAG_TERNARY, token->span, NULL, NULL);
        return true;
    }
    bool closure = (token->kind == TOKEN_ARROW || token->kind == TOKEN_GIVES) &&
                   is_operand_end(before->kind);
    if (closure && (fits(mistake, TOKEN_PLUS) || before->kind == TOKEN_RPAREN)) {
        say(mistake, DIAG_CLOSURE, token->span, NULL, NULL);
        return true;
    }
    if (token->kind == TOKEN_ASSIGN && is_operand_end(before->kind) && fits(mistake, TOKEN_PLUS)) {
        const Token *around = opening_around(mistake->build);
        bool in_call = around && around->kind == TOKEN_LPAREN &&
                       around > mistake->build->tokens->items && around[-1].kind == TOKEN_NAME &&
                       around[-1].span.end == around->span.start;
        say(mistake, in_call ? DIAG_NAMED_ARGUMENT : DIAG_ASSIGN_IN_CONDITION, token->span, NULL,
            NULL);
        return true;
    }
    if (token->kind == TOKEN_LBRACE && fits(mistake, TOKEN_INTEGER)) {
        say(mistake, before->kind == TOKEN_TRY ? DIAG_TRY_BLOCK : DIAG_BRACE_VALUE, token->span,
            NULL, NULL);
        return true;
    }
    if (before->kind == TOKEN_FOR && token->kind == TOKEN_LPAREN) {
        say(mistake, DIAG_FOR_SHAPE, token->span, describe(mistake->build, token), NULL);
        return true;
    }
    return false;
}

static bool begins_operand(const Token *token)
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
    return begins_operand(token);
}

// Among the fields of a record or the cases of an enum?
static bool among_names(const Mistake *mistake)
{
    const Token *open = opening_around(mistake->build), *first = mistake->build->tokens->items;
    return open && open->kind == TOKEN_LBRACE && open - first >= 2 &&
           (open[-2].kind == TOKEN_RECORD || open[-2].kind == TOKEN_ENUM);
}

// Two things side by side where a line should have ended.
static bool say_side_by_side(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    bool complete = fits(mistake, TOKEN_NEWLINE) && is_operand_end(before->kind);
    if (!complete || !begins_statement(token) || among_names(mistake)) {
        return false;
    }
    if (before->kind == TOKEN_NAME && begins_operand(token)) {
        Diag *diag = say(mistake, DIAG_CALL_PARENTHESES, token->span, before->text, NULL);
        (void)diag;
    } else {
        say(mistake, DIAG_SAME_LINE, token->span, NULL, NULL);
    }
    return true;
}

static bool is_clause_word(const Token *token)
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

// `timeout 5s fetch(url)`, and a clause where none goes.
static bool say_clause(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    bool value = token->kind == TOKEN_DURATION || token->kind == TOKEN_INTEGER;
    if (token->kind != TOKEN_NAME && is_clause_word(token)) {
        say(mistake, DIAG_CLAUSE_PLACE, token->span, token->text, NULL);
        return true;
    }
    if (value && is_clause_word(before) && fits(mistake, TOKEN_NEWLINE)) {
        say(mistake, DIAG_CLAUSE_PLACE, before->span, before->text, NULL);
        return true;
    }
    return false;
}

static void say_expected(const Mistake *mistake)
{
    Build *build = mistake->build;
    const Token *token = mistake->token;
    const char *wanted = expected(build, mistake->parser, mistake->before);
    if (is_reserved(token) && fits(mistake, TOKEN_NAME) && !fits(mistake, TOKEN_INTEGER)) {
        say(mistake, DIAG_RESERVED, token->span, token->text, wanted);
        LIST_ADD(build->arena, &build->module->lost, token->text);
        return;
    }
    Diag *diag = say(mistake, DIAG_EXPECTED, token->span, wanted, describe(build, token));
    if (mistake->before->kind == TOKEN_ARROW && begins_statement(token)) {
        diag->help = message_phrase(PHRASE_HELP_ARM_BLOCK);
    }
    const Token *around = opening_around(build);
    bool closes = (fits(mistake, TOKEN_RPAREN) && around && around->kind == TOKEN_LPAREN) ||
                  (fits(mistake, TOKEN_RBRACKET) && around && around->kind == TOKEN_LBRACKET);
    if (closes) {
        diag_label(build->diags, diag, around->span, message_phrase(PHRASE_OPENED_HERE));
    }
}

// The names from the beginning of the statement up to the token at `end`: recovery drops them.
static void lose_names(Build *build, size_t end)
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
    lose_names(build, build->at);
    if (!token || token->broken || before->broken) {
        return; // said already
    }
    bool said = is_reserved(token) && token->text && module_lost(build->module, token->text);
    if (said) {
        return; // it was used as a name before
    }
    if (build->mistakes++ == MOST_MISTAKES) {
        diag_add(build->diags, DIAG_TOO_MANY, token->span, NULL, NULL, NULL);
        build->gave_up = build->module->unreadable = true;
    }
    if (build->gave_up) {
        return;
    }
    Mistake mistake = {build, parser, token, before, token->kind == 0 ? &blank : token + 1};
    if (!say_habit(&mistake) && !say_misplaced(&mistake) && !say_side_by_side(&mistake) &&
        !say_clause(&mistake)) {
        say_expected(&mistake);
    }
}

// ── driving ──────────────────────────────────────────────────────────────────────────────────────
static bool is_opening(int kind)
{
    return kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET || kind == TOKEN_LBRACE ||
           kind == TOKEN_TEXT_OPEN;
}

// Gives the parser its next token. Behind a mistake whole brackets are dropped at once, and a head
// (`if …`) whose block is missing gets an empty one at the end of its line, so that the search does
// not run on into the next statement.
static bool feed(void *parser, Build *build)
{
    static const Token made[] = {{.kind = TOKEN_LBRACE, .broken = true, .text = ""},
                                 {.kind = TOKEN_RBRACE, .broken = true, .text = ""}};
    const Token *token = &build->tokens->items[build->at];
    if (!grammar_skips(parser) && !grammar_accepts(parser, token->kind)) {
        grammar_settle(parser, build);
    }
    bool wants_block = token->kind == TOKEN_NEWLINE && grammar_skips(parser) &&
                       !grammar_expects(parser, TOKEN_NEWLINE) &&
                       grammar_expects(parser, TOKEN_LBRACE);
    if (wants_block) {
        for (size_t i = 0; i < 2; i++) {
            Token *brace = ARENA_NEW(build->arena, Token);
            *brace = made[i];
            brace->span = token->span;
            grammar_feed(parser, brace);
        }
    }
    grammar_feed(parser, token);
    if (token->kind == 0 || build->gave_up) {
        return false;
    }
    bool dropped = is_opening(token->kind) && token->match > build->at && grammar_skips(parser);
    size_t next = dropped ? token->match + 1 : build->at + 1;
    if (grammar_skips(parser)) {
        lose_names(build, next);
    }
    build->at = next;
    return true;
}

static bool begins_declaration(const Token *token)
{
    int next = token[1].kind; // behind the last token stands the end of the file
    switch (token->kind) {
    case TOKEN_TASK:
    case TOKEN_FN:
    case TOKEN_PUB: return true;
    case TOKEN_USE:
    case TOKEN_TEST: return next == TOKEN_STRING || next == TOKEN_TEXT_OPEN;
    case TOKEN_BLOCKING: return next == TOKEN_FN;
    case TOKEN_EXTERN: return next == TOKEN_TASK || next == TOKEN_FN || next == TOKEN_BLOCKING;
    case TOKEN_RECORD:
    case TOKEN_ENUM:
    case TOKEN_LIMITER:
    case TOKEN_QUEUE: return next == TOKEN_NAME;
    }
    return false;
}

// Does nothing outside of brackets begin a declaration? (`let` alone tells nothing.)
static bool only_statements(const Tokens *tokens)
{
    bool line_begins = true;
    for (size_t i = 0; i < tokens->count && tokens->items[i].kind != 0; i++) {
        const Token *token = &tokens->items[i];
        if (line_begins && begins_declaration(token)) {
            return false;
        }
        line_begins = token->kind == TOKEN_NEWLINE;
        if (is_opening(token->kind) && token->match > i) {
            i = token->match;
        }
    }
    return true;
}

Module *parse(Arena *arena, Sources *sources, Source *source, Diags *diags)
{
    Module *module = ARENA_NEW(arena, Module);
    module->source = source;
    if (!lexer_check(sources, source, diags)) {
        module->unreadable = true;
        return module;
    }
    Arena scratch = {0};
    Tokens raw = lexer_read(arena, &scratch, sources, source, diags);
    Tokens tokens = layout_apply(&scratch, sources, &raw, diags);
    Build build = {
        .arena = arena, .sources = sources, .diags = diags, .module = module, .tokens = &tokens};
    grammar_run(&build, source->bare && only_statements(&tokens), feed);
    module->unreadable = module->unreadable || build.gave_up;
    arena_free(&scratch);
    return module;
}
