// verb_tokens.c: `weir emit --dump=tokens`: what the lexer sees, for highlighters and their tests.
#include "grammar.h"
#include "lexer.h"
#include "verbs.h"

#include <string.h>

#include "text.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// What a highlighter would call it. Clause words are keywords here, also where the grammar takes
// them as names.
static const char *class_of(int kind, const char *text, size_t length)
{
    switch (kind) {
    case TOKEN_NEWLINE: return "newline";
    case TOKEN_NAME: return "name";
    case TOKEN_INTEGER: return "int";
    case TOKEN_FLOAT: return "float";
    case TOKEN_DURATION: return "duration";
    case TOKEN_STRING:
    case TOKEN_TEXT_OPEN:
    case TOKEN_TEXT_NEXT:
    case TOKEN_TEXT_CLOSE: return "text";
    default: break;
    }
    return length > 0 && is_letter(text[0]) ? "keyword" : "sign";
}

static void add_token(Buffer *out, const Sources *sources, PlaceCursor *cursor,
                      const Source *source, const Token *token)
{
    Place start = source_place_after(sources, cursor, token->span.start);
    Place end = source_place_after(sources, cursor, token->span.end);
    const char *text = source->text + (token->span.start - source->base);
    size_t length = token->span.end - token->span.start;
    buffer_print(out, "%u:%u-%u:%u %s", start.line, start.column, end.line, end.column,
                 class_of(token->kind, text, length));
    if (token->kind != TOKEN_NEWLINE && length > 0) {
        buffer_text(out, " ");
    }
    for (size_t i = 0; token->kind != TOKEN_NEWLINE && i < length; i++) {
        if (text[i] == '\n') { // a text over several lines stays on one here
            buffer_text(out, "\\n");
        } else {
            buffer_add(out, text + i, 1);
        }
    }
    buffer_text(out, "\n");
}

const char *verb_tokens(Compilation *c, const Source *source)
{
    Diags unseen = {.arena = c->arena}; // its mistakes were reported, and there were none
    Buffer out = {.arena = c->arena};
    if (lexer_check(&c->sources, source, &unseen)) {
        Tokens raw = lexer_read(c->arena, c->arena, &c->sources, source, &unseen);
        Tokens tokens = layout_apply(c->arena, &c->sources, &raw, &unseen);
        PlaceCursor cursor = {0};
        for (size_t i = 0; i < tokens.count; i++) {
            if (tokens.items[i].kind != 0) {
                add_token(&out, &c->sources, &cursor, source, &tokens.items[i]);
            }
        }
    }
    return buffer_end(&out);
}
