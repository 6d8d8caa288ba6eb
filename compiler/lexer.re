// lexer.re: characters → raw tokens. The tables below are the whole of the language's spelling.
#include "lexer_state.h"

#include <string.h>

#include "grammar.h"
#include "say.h"

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
// Texts in holes in texts in holes …: nobody reads that, and every level is a bracket.
enum { DEEPEST_TEXT = 250 };

Span lexer_span(const Lexer *lexer, const char *start, const char *end)
{
    uint32_t base = lexer->source->base;
    return (Span){base + (uint32_t)(start - lexer->source->text),
                  base + (uint32_t)(end - lexer->source->text)};
}

Diag *lexer_complain(Lexer *lexer, Message code, const char *start, const char *end,
                     const char *what)
{
    return diag_add(lexer->diags, (int)code, lexer_span(lexer, start, end), what, NULL, NULL);
}

Token *lexer_token(Lexer *lexer, int kind, const char *start, const char *end)
{
    Token token = {.kind = kind,
                   .span = lexer_span(lexer, start, end),
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
    lexer_token(lexer, kind, start, end);
    return end;
}

static const char *add_word(Lexer *lexer, const char *start, const char *end)
{
    const char *word = source_intern(lexer->sources, start, (size_t)(end - start));
    Token *token = lexer_token(lexer, keyword_token(word), start, end);
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

// ── texts ────────────────────────────────────────────────────────────────────────────────────────
// Adds the token for the piece of a text that ends here; what it says comes when the text is whole.
static void add_piece(Lexer *lexer, int kind, const char *token_start, Piece piece,
                      const char *token_end, bool broken)
{
    Token *token = lexer_token(lexer, kind, token_start, token_end);
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
            Diag *diag = lexer_complain(lexer, DIAG_UNTERMINATED_HOLE, outer->hole, outer->hole + 1,
                                        NULL);
            diag_label(lexer->diags, diag,
                       lexer_span(lexer, outer->quote, outer->quote + (outer->block ? 3 : 1)),
                       message_phrase(PHRASE_TEXT_BEGINS));
            return;
        }
    }
    lexer_complain(lexer, text->block ? DIAG_UNTERMINATED_BLOCK : DIAG_UNTERMINATED_TEXT,
                   text->quote, text->quote + (text->block ? 3 : 1), NULL);
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
        lexer_cook(lexer, &text);
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
            lexer_cook(lexer, &text);
            return cursor;
        case HOLE:
            if (lexer->open.count == DEEPEST_TEXT) {
                lexer_complain(lexer, DIAG_NESTING, at, at + 1, NULL);
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
        add_piece(lexer, reopened ? TOKEN_TEXT_CLOSE : TOKEN_STRING, start, (Piece){0, piece, at},
                  at, true);
        lexer_cook(lexer, &text);
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
    Token *token = lexer_token(lexer, TOKEN_FORMAT, start, end + length);
    token->text = arena_copy(lexer->arena, end, length);
    token->length = length;
    return end + length;
}

static const char *add_raw(Lexer *lexer, const char *start, const char *end, bool closed)
{
    if (!closed) {
        lexer_complain(lexer, DIAG_UNTERMINATED_TEXT, start + 1, start + 2, NULL);
    }
    Token *token = lexer_token(lexer, TOKEN_STRING, start, end);
    token->length = (size_t)(end - start) - (closed ? 3 : 2);
    token->text = arena_copy(lexer->arena, start + 2, token->length);
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
        return add_format(lexer, start, start + 1);
    }
    return add(lexer, TOKEN_COLON, start, end);
}

// `:=`: a habit, but in a hole `{n:=+5}` a format.
static const char *add_walrus(Lexer *lexer, const char *start, const char *end)
{
    OpenText *text = in_hole(lexer);
    if (text && text->braces == 0 && text->others == 0) {
        return add_format(lexer, start, start + 1);
    }
    return lexer_walrus(lexer, start, end);
}

// `::`; in a hole it is a format that begins with a colon.
static const char *add_colons(Lexer *lexer, const char *start, const char *end)
{
    OpenText *text = in_hole(lexer);
    if (text && text->braces == 0 && text->others == 0) {
        return add_format(lexer, start, start + 1);
    }
    if (!lexer_operand_before(lexer)) {
        return add_colon(lexer, start, start + 1);
    }
    return lexer_meant(lexer, TOKEN_DOT, ".", start, end);
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
    lexer_token(lexer, 0, at, at);
    lexer->done = true;
    return at;
}

// Reads one token at `cursor`. Gives where to read on.
static const char *read_token(Lexer *lexer, const char *cursor)
{
    const char *start = cursor, *marker = NULL;
    /*!re2c
        end_line = "\r\n" | "\n" | "\r";
        digits   = [0-9] ("_"? [0-9])*;
        fraction = "." [0-9] [0-9_]*;
        exponent = [eE] [+-]? [0-9]+;
        unit     = "ns" | "us" | "ms" | "s" | "m" | "h" | "d";
        word     = [A-Za-z_] [A-Za-z0-9_]*;

        [ \t]+                          { return skip_space(lexer, cursor); }
        end_line                        { return end_line(lexer, start, cursor); }
        "#" [^\n\r\x00]*                { return skip_comment(lexer, start, cursor); }
        "//" [^\n\r\x00]* | "/*"        { return lexer_foreign_comment(lexer, start, cursor); }
        "\x00"                          { return end_file(lexer, start); }

        word                            { return add_word(lexer, start, cursor); }
        "queue<"                        { return add_type_open(lexer, TOKEN_QUEUE_OPEN, start,
       cursor); } "task<"                         { return add_type_open(lexer, TOKEN_TASK_OPEN,
       start, cursor); } "stream<"                       { return add_type_open(lexer,
       TOKEN_STREAM_OPEN, start, cursor); }

        digits                          { return lexer_integer(lexer, start, cursor); }
        digits fraction? exponent       { return lexer_float(lexer, start, cursor); }
        digits fraction                 { return lexer_float(lexer, start, cursor); }
        digits fraction? unit           { return lexer_duration(lexer, start, cursor); }
        digits fraction? word           { return lexer_bad_number(lexer, start, cursor); }

        "\"" | "\"\"\""                 { return begin_text(lexer, start, cursor); }
        "r\"" [^"\n\r\x00]* "\""        { return add_raw(lexer, start, cursor, true); }
        "r\"" [^"\n\r\x00]*             { return add_raw(lexer, start, cursor, false); }
        "`" [^`\n\r\x00]* "`"           { return lexer_single_quoted(lexer, start, cursor, true); }
        "'" [^'\n\r\x00]* "'"           { return lexer_single_quoted(lexer, start, cursor, true); }
        "'" [^'\n\r\x00]*               { return lexer_single_quoted(lexer, start, cursor, false); }

        "("                             { return add_opening(lexer, TOKEN_LPAREN, start, cursor); }
        "["                             { return add_opening(lexer, TOKEN_LBRACKET, start, cursor);
       }
        "{"                             { return add_opening(lexer, TOKEN_LBRACE, start, cursor); }
        ")"                             { return add_closing(lexer, TOKEN_RPAREN, start, cursor); }
        "]"                             { return add_closing(lexer, TOKEN_RBRACKET, start, cursor);
       }
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
        "&&"                            { return lexer_meant(lexer, TOKEN_AND, "and", start, cursor);
       }
        "||"                            { return lexer_meant(lexer, TOKEN_OR, "or", start, cursor); }
        "==="                           { return lexer_meant(lexer, TOKEN_EQ, "==", start, cursor); }
        "!=="                           { return lexer_meant(lexer, TOKEN_NE, "!=", start, cursor); }
        ":="                            { return add_walrus(lexer, start, cursor); }
        "::"                            { return add_colons(lexer, start, cursor); }
        "<>"                            { return lexer_meant(lexer, TOKEN_NE, "!=", start, cursor); }
        "..."                           { return lexer_dots(lexer, start, cursor); }
        "&" | "|" | "^" | "~" | "<<"    { return lexer_bits(lexer, start, cursor); }
        "|" [ ]* word ([ ]* "," [ ]* word)* [ ]* "|" { return lexer_bars(lexer, start, cursor); }
        "." [0-9]+                      { return lexer_point(lexer, start, cursor); }
        "**"                            { return lexer_meant(lexer, TOKEN_STAR, "*", start, cursor); }

        *                               { return lexer_strange(lexer, start); }
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
        lexer_token(&lexer, 0, cursor, cursor);
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
            say_once(diags, DIAG_LONE_CR, span, NULL, NULL);
        }
        at += size;
    }
    return true;
}
