// Texts: what stands between the quotes → what it says. Escapes are resolved, and texts in """ lose
// their common indentation, which can only be known when the whole text has been read.
#include "lexer_state.h"

#include <string.h>

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
        lexer_complain(lexer, DIAG_BAD_CODE_POINT, start, closed ? at + 1 : start + 2, NULL);
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
    lexer_complain(
        lexer, DIAG_BAD_ESCAPE, start, start + 1 + size,
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

void lexer_cook(Lexer *lexer, const OpenText *text)
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
