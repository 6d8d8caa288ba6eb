#include "parse.h"

#include "grammar.h"
#include "grammar_driver.h"
#include "lexer.h"
#include "parse_state.h"

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
    grammar_feed(parser, token);
    bool lacks_block = token->kind == TOKEN_NEWLINE && grammar_skips(parser) &&
                       !grammar_expects(parser, TOKEN_NEWLINE) &&
                       grammar_expects(parser, TOKEN_LBRACE);
    if (lacks_block) { // the line end was dropped: once more, behind a block
        for (size_t i = 0; i < 2; i++) {
            Token *brace = ARENA_NEW(build->arena, Token);
            *brace = made[i];
            brace->span = token->span;
            grammar_feed(parser, brace);
        }
        grammar_feed(parser, token);
    }
    if (token->kind == 0 || build->gave_up) {
        return false;
    }
    bool dropped = is_opening(token->kind) && token->match > build->at && grammar_skips(parser);
    size_t next = dropped ? token->match + 1 : build->at + 1;
    if (grammar_skips(parser)) {
        parse_lose(build, next);
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
