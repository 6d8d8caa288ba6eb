// parse_habits.c: habits from other languages that only show where the grammar says no.
#include "parse_state.h"

#include <string.h>

#include "grammar.h"
#include "grammar_driver.h"
#include "lexer.h"
#include "say.h"

static Diag *report_edit(const Mistake *mistake, Message code, const Token *token, const char *a,
                         const char *b, const char *text)
{
    Diag *diag = say_once(mistake->build->diags, (int)code, token->span, a, b);
    if (diag && text) {
        diag_edit(mistake->build->diags, diag, token->span, text);
    }
    return diag;
}

// The token `back` places before the one that does not fit; never NULL.
static const Token *earlier(const Mistake *mistake, size_t back)
{
    static const Token none = {.kind = -1};
    size_t at = mistake->build->at;
    return at >= back ? &mistake->build->tokens->items[at - back] : &none;
}

// Signs that mean something else elsewhere.
static bool say_sign(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before, *next = mistake->next;
    bool behind = parse_ends_operand(before->kind);
    bool more = parse_fits(mistake, TOKEN_PLUS);
    if (token->kind == TOKEN_GIVES && parse_fits(mistake, TOKEN_ARROW)) {
        report_edit(mistake, DIAG_FOREIGN_OPERATOR, token, "->", "=>", "=>");
        return true;
    }
    if (token->kind == TOKEN_DOT && parse_fits(mistake, TOKEN_ARROW) &&
        before->kind == TOKEN_NAME && next->kind == TOKEN_NAME) {
        Span span = {before->span.start, next->span.end};
        Diag *diag = say_again(mistake->build->diags, DIAG_PATTERN_PATH, span, NULL, NULL);
        if (!diag->help) {
            diag->help = parse_fill(mistake, PHRASE_WRITE, next->text, NULL);
        }
        diag_edit(mistake->build->diags, diag, span, next->text);
        return true;
    }
    if (token->kind == TOKEN_COLON && parse_fits(mistake, TOKEN_GIVES) &&
        parse_fits(mistake, TOKEN_LBRACE) && !next->first && next->kind != TOKEN_NEWLINE) {
        report_edit(mistake, DIAG_FOREIGN_OPERATOR, token, ":", "->", " ->");
        return true;
    }
    const Token *around = parse_opening_around(mistake->build);
    bool indexes = around && around->kind == TOKEN_LBRACKET &&
                   around > mistake->build->tokens->items && parse_ends_operand(around[-1].kind) &&
                   around[-1].span.end == around->span.start;
    if (token->kind == TOKEN_COLON && more && indexes) {
        report_edit(mistake, DIAG_FOREIGN_OPERATOR, token, ":", "..", "..");
        return true;
    }
    bool contains = more && behind && !parse_fits(mistake, TOKEN_IN) &&
                    (token->kind == TOKEN_IN ||
                     (token->kind == TOKEN_NOT && next->kind == TOKEN_IN));
    if (contains) {
        parse_report(mistake, DIAG_FOREIGN_OPERATOR,
                     token->kind == TOKEN_IN ? token->span : next->span, "in", ".contains(…)");
        return true;
    }
    bool mark = (token->kind == TOKEN_QUESTION || token->kind == TOKEN_BANG) && behind && more;
    bool chooses = token->kind == TOKEN_QUESTION && parse_begins_operand(next);
    if (mark && !chooses) {
        Diag *diag = parse_report(mistake, DIAG_TYPE_MARK, token->span,
                                  token->kind == TOKEN_BANG ? "!" : "?", NULL);
        diag->help = message_phrase(next->kind == TOKEN_DOT || token->kind == TOKEN_BANG
                                        ? PHRASE_HELP_UNWRAP
                                        : PHRASE_HELP_TRAVELS);
        if (token->kind == TOKEN_BANG && next->kind == TOKEN_LPAREN) {
            diag->help = message_phrase(PHRASE_HELP_MACRO);
            diag_edit(mistake->build->diags, diag, token->span, "");
        }
        return true;
    }
    return false;
}

// `1 if x else 2`: is there an `else` further on in the line?
static bool chooses_late(const Mistake *mistake)
{
    if (mistake->token->kind != TOKEN_IF || !parse_ends_operand(mistake->before->kind) ||
        !parse_fits(mistake, TOKEN_PLUS)) {
        return false;
    }
    for (const Token *at = mistake->next; at->kind != TOKEN_NEWLINE && at->kind != 0; at++) {
        if (at->kind == TOKEN_LBRACE) {
            return false;
        }
        if (at->kind == TOKEN_ELSE) {
            return true;
        }
    }
    return false;
}

static bool say_closure(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    bool arrow = (token->kind == TOKEN_ARROW || token->kind == TOKEN_GIVES) &&
                 parse_ends_operand(before->kind);
    bool anonymous = token->kind == TOKEN_FN && parse_fits(mistake, TOKEN_INTEGER) &&
                     !parse_fits(mistake, TOKEN_LET);
    if ((arrow && (parse_fits(mistake, TOKEN_PLUS) || before->kind == TOKEN_RPAREN)) || anonymous) {
        parse_report(mistake, DIAG_CLOSURE, token->span, NULL, NULL);
        return true;
    }
    return false;
}

// Is it behind `catch e =>`?
static bool follows_catch(const Mistake *mistake)
{
    return mistake->before->kind == TOKEN_ARROW && earlier(mistake, 2)->kind == TOKEN_NAME &&
           earlier(mistake, 3)->kind == TOKEN_CATCH;
}

// What is wrong with a brace.
static bool say_brace(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before, *next = mistake->next;
    if (token->kind != TOKEN_LBRACE) {
        return false;
    }
    bool fields = next->kind == TOKEN_NAME && next[1].kind == TOKEN_COLON;
    if (fields && before->kind == TOKEN_NAME && !parse_fits(mistake, TOKEN_INTEGER)) {
        Diag *diag = parse_report(mistake, DIAG_BRACE_RECORD, token->span, NULL, NULL);
        diag->help = parse_fill(mistake, PHRASE_HELP_MAKE_RECORD, before->text, next->text);
        return true;
    }
    if (mistake->build->tokens->items[parse_line_start(mistake)].kind == TOKEN_EXTERN) {
        parse_report(mistake, DIAG_EXTERN_BODY, token->span, NULL, NULL);
        return true;
    }
    if (before->kind == TOKEN_FOR) {
        Diag *diag = parse_report(mistake, DIAG_FOR_SHAPE, token->span, "`{`", NULL);
        diag->help = message_phrase(PHRASE_HELP_FOREVER);
        return true;
    }
    if (parse_fits(mistake, TOKEN_INTEGER) && !parse_is_clause_word(before)) {
        Message code = before->kind == TOKEN_TRY ? DIAG_TRY_BLOCK : DIAG_BRACE_VALUE;
        Diag *diag = parse_report(mistake, code, token->span, NULL, NULL);
        if (follows_catch(mistake)) {
            diag->help = message_phrase(PHRASE_HELP_CATCH_BLOCK);
            diag_edit(mistake->build->diags, diag, (Span){before->span.start, token->span.start},
                      "");
        }
        return true;
    }
    return false;
}

static bool say_habit_here(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before, *next = mistake->next;
    bool hole_opens = before->kind == TOKEN_TEXT_OPEN || before->kind == TOKEN_TEXT_NEXT;
    bool hole_ends = token->kind == TOKEN_TEXT_CLOSE || token->kind == TOKEN_TEXT_NEXT ||
                     token->kind == TOKEN_FORMAT;
    if (hole_opens && hole_ends) {
        parse_report(mistake, DIAG_EMPTY_HOLE, (Span){before->span.end - 1, token->span.start + 1},
                     NULL, NULL);
        return true;
    }
    if (token->kind == TOKEN_COLON && parse_fits(mistake, TOKEN_LBRACE) &&
        (next->kind == TOKEN_NEWLINE || next->first || !parse_fits(mistake, TOKEN_GIVES))) {
        say_once(mistake->build->diags, DIAG_COLON_BLOCK, token->span, NULL, NULL);
        return true;
    }
    bool question = token->kind == TOKEN_QUESTION && parse_ends_operand(before->kind) &&
                    parse_fits(mistake, TOKEN_PLUS) && parse_begins_operand(next);
    if (question || chooses_late(mistake)) {
        parse_report(mistake, DIAG_TERNARY, token->span, question ? "?" : "if", NULL);
        return true;
    }
    if (token->kind == TOKEN_ASSIGN && parse_ends_operand(before->kind) &&
        parse_fits(mistake, TOKEN_PLUS)) {
        const Token *around = parse_opening_around(mistake->build);
        bool in_call = around && around->kind == TOKEN_LPAREN &&
                       around > mistake->build->tokens->items && around[-1].kind == TOKEN_NAME &&
                       around[-1].span.end == around->span.start;
        report_edit(mistake, in_call ? DIAG_NAMED_ARGUMENT : DIAG_ASSIGN_IN_CONDITION, token, NULL,
                    NULL, in_call ? ":" : "==");
        return true;
    }
    bool counts = token->kind == TOKEN_ASSIGN && (earlier(mistake, 2)->kind == TOKEN_FOR ||
                                                  earlier(mistake, 4)->kind == TOKEN_FOR);
    if ((before->kind == TOKEN_FOR && token->kind == TOKEN_LPAREN) || counts) {
        parse_report(mistake, DIAG_FOR_SHAPE, token->span, parse_describe(mistake->build, token),
                     NULL);
        return true;
    }
    return false;
}

// `fetch(url)`, `url string`: a parameter or a field without its type.
static bool say_untyped(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    if (before->kind != TOKEN_NAME || !parse_fits(mistake, TOKEN_COLON) ||
        parse_fits(mistake, TOKEN_PLUS) || parse_fits(mistake, TOKEN_ASSIGN)) {
        return false;
    }
    const Token *around = parse_opening_around(mistake->build);
    bool param = around && around->kind == TOKEN_LPAREN;
    bool ends = token->kind == TOKEN_RPAREN || token->kind == TOKEN_COMMA ||
                token->kind == TOKEN_NEWLINE;
    bool beside = token->kind == TOKEN_NAME &&
                  (mistake->next->kind == TOKEN_COMMA || mistake->next->kind == TOKEN_RPAREN ||
                   mistake->next->kind == TOKEN_NEWLINE);
    if (!around || (!param && !parse_fits(mistake, TOKEN_STRING)) || (!ends && !beside)) {
        return false;
    }
    Diag *diag = parse_report(mistake, DIAG_UNTYPED, before->span, before->text, NULL);
    if (beside) { // Go has the name first, C the type
        bool type = strcmp(before->text, "string") == 0 || strcmp(before->text, "int") == 0 ||
                    strcmp(before->text, "float") == 0 || strcmp(before->text, "bool") == 0;
        const Token *name = type ? token : before, *other = type ? before : token;
        diag->args[0] = name->text;
        diag->span = name->span;
        diag->help = parse_fill(
            mistake, PHRASE_WRITE,
            arena_print(mistake->build->arena, "%s: %s", name->text, other->text), NULL);
        diag_edit(mistake->build->diags, diag, (Span){before->span.start, token->span.end},
                  arena_print(mistake->build->arena, "%s: %s", name->text, other->text));
    }
    return true;
}

// [T], map[K]V, list<T>, int[], fn f<T>(…)
static bool say_type_shape(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    int first = earlier(mistake, 2)->kind;
    bool opens = token->kind == TOKEN_LT || token->kind == TOKEN_LBRACKET;
    if (!opens || before->kind != TOKEN_NAME) {
        return false;
    }
    if ((first == TOKEN_FN || first == TOKEN_TASK || first == TOKEN_RECORD ||
         first == TOKEN_ENUM) &&
        token->kind == TOKEN_LT) {
        parse_report(mistake, DIAG_GENERIC, token->span, before->text, NULL);
        return true;
    }
    if (parse_fits(mistake, TOKEN_QUESTION) && !parse_fits(mistake, TOKEN_PLUS)) {
        parse_report(mistake, DIAG_TYPE_SHAPE, token->span, token->kind == TOKEN_LT ? "<" : "[",
                     before->text);
        return true;
    }
    return false;
}

// Is this the name of something in the file? Then it is no keyword of another language.
static bool is_declared(const Mistake *mistake, const char *text)
{
    const Tokens *tokens = mistake->build->tokens;
    for (size_t i = 1; i + 1 < tokens->count; i++) {
        const Token *token = &tokens->items[i];
        int before = tokens->items[i - 1].kind;
        if (token->kind == TOKEN_NAME && token->text && strcmp(token->text, text) == 0 &&
            (before == TOKEN_LET || before == TOKEN_VAR || before == TOKEN_FOR ||
             before == TOKEN_TASK || before == TOKEN_FN ||
             tokens->items[i + 1].kind == TOKEN_COLON)) {
            return true;
        }
    }
    return false;
}

// The clause word that was meant: `timout 5s`.
static void near_clauses(const Mistake *mistake, Nearest *nearest)
{
    size_t count;
    const Keyword *table = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        bool clause = table[i].kind == KEYWORD_CLAUSE || table[i].token == TOKEN_PER ||
                      table[i].token == TOKEN_BACKOFF || table[i].token == TOKEN_ERRORS ||
                      table[i].token == TOKEN_CATCH || table[i].token == TOKEN_THEN ||
                      table[i].token == TOKEN_IN || table[i].token == TOKEN_AND;
        if (clause && parse_fits(mistake, table[i].token)) {
            text_nearest(nearest, table[i].word);
        }
    }
}

// A word of another language beside a value, or one of ours that was mistyped.
static bool say_word(const Mistake *mistake)
{
    const Token *token = mistake->token, *before = mistake->before;
    const Token *words[] = {before, token};
    bool beside = parse_begins_operand(token) || token->kind == TOKEN_LBRACE ||
                  parse_is_reserved(token);
    for (size_t i = 0; i < 2; i++) {
        const Token *word = words[i];
        if (word->kind != TOKEN_NAME || (i == 0 && !beside) || is_declared(mistake, word->text) ||
            !message_habit(HABIT_WORD, word->text)) {
            continue;
        }
        Diag *diag = say_once(mistake->build->diags, DIAG_HABIT, word->span, word->text, NULL);
        if (diag) {
            say_habit(mistake->build->diags, diag, HABIT_WORD, word->text);
        }
        return true;
    }
    Nearest nearest = {.wanted = token->text};
    bool value = parse_begins_operand(mistake->next) || mistake->next->kind == TOKEN_LBRACE ||
                 parse_is_reserved(mistake->next);
    if (token->kind == TOKEN_NAME && value && !token->first) {
        near_clauses(mistake, &nearest);
    }
    if (nearest.best) {
        Diag *diag = parse_report(mistake, DIAG_HABIT, token->span, token->text, NULL);
        say_nearest(mistake->build->diags, diag, &nearest);
    }
    return nearest.best != NULL;
}

bool parse_say_foreign(const Mistake *mistake)
{
    return say_brace(mistake) || say_sign(mistake) || say_habit_here(mistake) ||
           say_closure(mistake) || say_untyped(mistake) || say_type_shape(mistake) ||
           say_word(mistake);
}
