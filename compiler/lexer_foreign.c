// lexer_foreign.c: signs of other languages, and characters that mean nothing. What is meant is
// added where it is clear.
#include "lexer_state.h"

#include <string.h>

#include "grammar.h"
#include "say.h"

const char *lexer_meant(Lexer *lexer, int kind, const char *meant, const char *start,
                        const char *end)
{
    const char *written = arena_copy(lexer->arena, start, (size_t)(end - start));
    Span span = lexer_span(lexer, start, end);
    Diag *diag = say_once(lexer->diags, DIAG_FOREIGN_OPERATOR, span, written, meant);
    if (diag && kind != TOKEN_RANGE) { // of `...` either may be meant
        diag_edit(lexer->diags, diag, span, meant);
    }
    lexer_token(lexer, kind, start, end);
    return end;
}

// The last token, when it stands on this line and an operand ends with it; else NULL.
const Token *lexer_operand_before(const Lexer *lexer)
{
    if (lexer->tokens.count == 0 || lexer->first) {
        return NULL;
    }
    const Token *last = &lexer->tokens.items[lexer->tokens.count - 1];
    switch (last->kind) {
    case TOKEN_NAME: case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_DURATION: case TOKEN_STRING:
    case TOKEN_TEXT_CLOSE: case TOKEN_RPAREN: case TOKEN_RBRACKET: case TOKEN_IT: return last;
    }
    return NULL;
}

// `x := 1`, `x, err := f()`: a `let`. In the head of a `for` the parser knows more.
const char *lexer_walrus(Lexer *lexer, const char *start, const char *end)
{
    size_t from = lexer->tokens.count;
    while (!lexer->first && from > 0 &&
           (lexer->tokens.items[from - 1].kind == TOKEN_NAME ||
            lexer->tokens.items[from - 1].kind == TOKEN_COMMA)) {
        from--;
        if (lexer->tokens.items[from].first) {
            break;
        }
    }
    const Token *before = from > 0 ? &lexer->tokens.items[from - 1] : NULL;
    bool begins = from < lexer->tokens.count &&
                  (lexer->tokens.items[from].first || (before && before->kind == TOKEN_LBRACE));
    if (begins) {
        Span span = lexer_span(lexer, start, end);
        Diag *diag = say_once(lexer->diags, DIAG_FOREIGN_OPERATOR, span, ":=", "let … =");
        Token let = lexer->tokens.items[from];
        if (diag) {
            diag_edit(lexer->diags, diag, (Span){let.span.start, let.span.start}, "let ");
            diag_edit(lexer->diags, diag, span, "=");
        }
        let.kind = TOKEN_LET;
        let.text = NULL;
        let.span.end = let.span.start;
        LIST_ADD(lexer->scratch, &lexer->tokens, let);
        memmove(&lexer->tokens.items[from + 1], &lexer->tokens.items[from],
                (lexer->tokens.count - from - 1) * sizeof let);
        lexer->tokens.items[from] = let;
        lexer->tokens.items[from + 1].first = false;
        lexer->tokens.items[from + 1].doc = NULL;
        lexer_token(lexer, TOKEN_ASSIGN, start, end);
        return end;
    }
    if (before && before->kind == TOKEN_FOR) {
        lexer_token(lexer, TOKEN_ASSIGN, start, end);
        return end;
    }
    return lexer_meant(lexer, TOKEN_ASSIGN, "=", start, end);
}

// There are no operators on bits. Between operands the line goes on as if it were a `+`.
const char *lexer_bits(Lexer *lexer, const char *start, const char *end)
{
    const char *written = arena_copy(lexer->arena, start, (size_t)(end - start));
    Diag *diag = say_once(lexer->diags, DIAG_NO_OPERATOR, lexer_span(lexer, start, end), written,
                          NULL);
    bool between = lexer_operand_before(lexer) != NULL && lexer->spaced;
    if (diag) {
        diag->help = message_phrase(between ? PHRASE_HELP_BITS : PHRASE_HELP_REFERENCE);
    }
    if (between) {
        lexer_token(lexer, TOKEN_PLUS, start, end)->broken = true;
    }
    return end;
}

// `0...3` is a range; f(...xs) would be an argument list.
const char *lexer_dots(Lexer *lexer, const char *start, const char *end)
{
    if (lexer_operand_before(lexer)) {
        return lexer_meant(lexer, TOKEN_RANGE, "..` or `..=", start, end);
    }
    Diag *diag = lexer_complain(lexer, DIAG_NO_OPERATOR, start, end, "...");
    diag->help = message_phrase(PHRASE_HELP_SPREAD);
    return end;
}

// `.5` is a number elsewhere, `t.0` the first part of a tuple.
const char *lexer_point(Lexer *lexer, const char *start, const char *end)
{
    const char *text = arena_copy(lexer->arena, start, (size_t)(end - start));
    const Token *operand = lexer->spaced ? NULL : lexer_operand_before(lexer);
    Diag *diag = lexer_complain(lexer, DIAG_NUMBER_SUFFIX, start, end, text);
    if (operand) {
        diag->help = message_phrase(PHRASE_HELP_TUPLE);
        return end;
    }
    diag->help = say(lexer->diags, PHRASE_WRITE, arena_print(lexer->arena, "0%s", text), NULL);
    diag_edit(lexer->diags, diag, (Span){diag->span.start, diag->span.start}, "0");
    return lexer_float(lexer, start, end);
}

// |x| x + 1
const char *lexer_bars(Lexer *lexer, const char *start, const char *end)
{
    diag_add(lexer->diags, DIAG_CLOSURE, lexer_span(lexer, start, end), NULL, NULL, NULL);
    return end;
}

// ── comments, texts ──────────────────────────────────────────────────────────────────────────────
// f(7 // 2): behind an operand, with the bracket's end behind it, that is a division.
static bool divides(const Lexer *lexer, const char *start, const char *end)
{
    int depth = 0;
    for (const char *at = start; at < end; at++) {
        depth += *at == '(' || *at == '[' ? 1 : *at == ')' || *at == ']' ? -1 : 0;
    }
    return start[1] == '/' && depth < 0 && lexer_operand_before(lexer) != NULL;
}

const char *lexer_foreign_comment(Lexer *lexer, const char *start, const char *end)
{
    if (divides(lexer, start, end)) {
        return lexer_meant(lexer, TOKEN_SLASH, "/", start, start + 2);
    }
    const char *written = start[1] == '*' ? "/*" : "//";
    Span span = lexer_span(lexer, start, start + 2);
    Diag *diag = say_once(lexer->diags, DIAG_SLASH_COMMENT, span, written, NULL);
    if (diag && start[1] == '/') {
        diag_edit(lexer->diags, diag, span, "#");
    }
    lexer->spaced = true;
    if (start[1] == '*') { // to its end, and no further than the file
        const char *close = strstr(start + 2, "*/");
        return close ? close + 2 : lexer->source->text + lexer->source->length;
    }
    return end;
}

const char *lexer_single_quoted(Lexer *lexer, const char *start, const char *end, bool closed)
{
    Span span = lexer_span(lexer, start, closed ? end : start + 1);
    const char *quote = *start == '`' ? "`" : "'";
    Diag *diag = say_again(lexer->diags, DIAG_SINGLE_QUOTES, span, quote, NULL);
    bool plain = closed; // it says the same between other quotes
    for (const char *at = start + 1; plain && at < end - 1; at++) {
        plain = !strchr("\"\\{}", *at);
    }
    if (plain) {
        diag_edit(lexer->diags, diag, (Span){span.start, span.start + 1}, "\"");
        diag_edit(lexer->diags, diag, (Span){span.end - 1, span.end}, "\"");
    }
    Token *token = lexer_token(lexer, TOKEN_STRING, start, end);
    token->length = (size_t)(end - start) - (closed ? 2 : 1);
    token->text = arena_copy(lexer->arena, start + 1, token->length);
    token->broken = !closed;
    return end;
}

// ── what has no meaning at all ───────────────────────────────────────────────────────────────────
// “…”: a text all the same, up to the next quote of any kind on this line. NULL: there is none.
static const char *add_curly(Lexer *lexer, const char *start, const char *end)
{
    for (const char *at = end; *at && *at != '\n' && *at != '\r';) {
        uint32_t code = 0;
        size_t size = utf8_read(at, 4, &code);
        if (*at == '"' || (code >= 0x2018 && code <= 0x201F)) {
            Token *token = lexer_token(lexer, TOKEN_STRING, start, at + size);
            token->length = (size_t)(at - end);
            token->text = arena_copy(lexer->arena, end, token->length);
            return at + size;
        }
        at += size ? size : 1;
    }
    return NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

enum { MOST_STRANGE = 256 }; // words reported

// größe: one word, so that the mistake is one. What was said of a word is said once.
static const char *add_strange_word(Lexer *lexer, const char *start, const char *end,
                                    const char *first)
{
    Token *before = lexer->tokens.count > 0 ? &lexer->tokens.items[lexer->tokens.count - 1] : NULL;
    bool joined = before && before->text && !lexer->spaced && !lexer->first &&
                  lexer_span(lexer, start, start).start == before->span.end;
    if (joined) {
        start -= before->span.end - before->span.start;
        lexer->first = before->first;
        lexer->spaced = before->spaced;
        lexer->tokens.count--;
    }
    while (is_word_byte(*end)) {
        end++;
    }
    const char *word = source_intern(lexer->sources, start, (size_t)(end - start));
    bool known = lexer->strange.count == MOST_STRANGE;
    for (size_t i = 0; i < lexer->strange.count; i++) {
        known = known || lexer->strange.items[i] == word;
    }
    if (!known) {
        size_t size = utf8_read(first, 4, NULL);
        lexer_complain(lexer, DIAG_STRANGE_LETTER, first, first + size,
                       arena_copy(lexer->arena, first, size));
        LIST_ADD(lexer->scratch, &lexer->strange, word);
    }
    Token *token = lexer_token(lexer, TOKEN_NAME, start, end);
    token->text = word;
    token->length = (size_t)(end - start);
    return end;
}

// Letters of any script; no punctuation, arrows, signs or pictures.
static bool is_letter(uint32_t code)
{
    bool sign = code == 0xD7 || code == 0xF7 || (code >= 0x2000 && code < 0x2C00) ||
                (code >= 0x3000 && code < 0x3040) || (code >= 0xFE00 && code < 0xFF21) ||
                code >= 0x1F000;
    return code >= 0xC0 && !sign;
}

// What people copy from texts about programs.
static const char *add_sign(Lexer *lexer, uint32_t code, const char *start, const char *end)
{
    switch (code) {
    case 0xD7: return lexer_meant(lexer, TOKEN_STAR, "*", start, end);
    case 0xF7: return lexer_meant(lexer, TOKEN_SLASH, "/", start, end);
    case 0x2212: return lexer_meant(lexer, TOKEN_MINUS, "-", start, end);
    case 0x2192: return lexer_meant(lexer, TOKEN_GIVES, "->", start, end);
    case 0x21D2: return lexer_meant(lexer, TOKEN_ARROW, "=>", start, end);
    case 0x2260: return lexer_meant(lexer, TOKEN_NE, "!=", start, end);
    case 0x2264: return lexer_meant(lexer, TOKEN_LE, "<=", start, end);
    case 0x2265: return lexer_meant(lexer, TOKEN_GE, ">=", start, end);
    }
    return NULL;
}

// Typographic quotes come from word processors; all else is named as it is. A run of strangers is
// one mistake.
const char *lexer_strange(Lexer *lexer, const char *start)
{
    const char *limit = lexer->source->text + lexer->source->length;
    uint32_t code = 0;
    size_t size = utf8_read(start, (size_t)(limit - start), &code);
    const char *end = start + (size ? size : 1);
    bool reported = utf8_is_bidi_control(code) || code == 0xFEFF;
    if (!reported && code >= 0x2018 && code <= 0x201F) {
        lexer_complain(lexer, DIAG_CURLY_QUOTES, start, end,
                       arena_copy(lexer->arena, start, (size_t)(end - start)));
        const char *text = add_curly(lexer, start, end);
        if (text) {
            return text;
        }
    } else if (!reported && is_letter(code)) {
        return add_strange_word(lexer, start, end, start);
    } else if (!reported) {
        const char *sign = add_sign(lexer, code, start, end);
        if (sign) {
            return sign;
        }
        while (end < limit && (unsigned char)*end >= 0x80) {
            end++;
        }
        const char *what = code < 0x20 || code == 0x7F
                               ? arena_print(lexer->arena, "\\u{%X}", (unsigned)code)
                               : arena_copy(lexer->arena, start, (size_t)(end - start));
        Diag *diag = say_once(lexer->diags, DIAG_STRANGE_CHARACTER, lexer_span(lexer, start, end),
                              what, NULL);
        if (diag && *start == '@') {
            diag->help = message_phrase(PHRASE_HELP_DECORATOR);
        }
    }
    lexer->spaced = true;
    return end;
}
