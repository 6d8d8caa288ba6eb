#include "render.h"

#include <string.h>

#include "message.h"
#include "text.h"

// More than this nobody reads, and every one costs a walk over its line. JSON gets them all.
enum { MOST_SHOWN = 100, TAB = 4 };

// A stretch of one line that is underlined. Columns count what a terminal shows, from 0, tabs and
// wide letters included.
typedef struct Mark {
    const Source *source;
    uint32_t line;
    uint32_t from, to;
    const char *text; // NULL: only underlined
    bool primary;
} Mark;
typedef LIST(Mark) Marks;

typedef struct Render {
    FILE *out;
    Arena arena;
    const Sources *sources;
    RenderStyle style;
    int gutter; // digits of the largest line number
    PlaceCursor cursor;
} Render;

// ── plain output ─────────────────────────────────────────────────────────────────────────────────
typedef enum Tint { PLAIN, BOLD, RED, BLUE, CYAN, GREEN } Tint;

static void tint(Render *render, Tint tint)
{
    static const char *const codes[] = {
        [PLAIN] = "\x1b[0m",   [BOLD] = "\x1b[1m",  [RED] = "\x1b[1;31m",
        [BLUE] = "\x1b[1;34m", [CYAN] = "\x1b[36m", [GREEN] = "\x1b[1;32m"};
    if (render->style.colour) {
        fputs(codes[tint], render->out);
    }
}

// What a terminal must never get from a source: controls, and what turns the direction of text.
static bool is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || utf8_is_bidi_control(code);
}

static const char *stranger(const Render *render)
{
    return render->style.unicode ? "\xEF\xBF\xBD" : "?";
}

static void put_text(Render *render, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t code = 0;
        size_t size = utf8_read(text + at, length - at, &code);
        if (size == 0 || (is_hidden(code) && code != '\n')) {
            fputs(stranger(render), render->out);
        } else {
            fwrite(text + at, 1, size, render->out);
        }
        at += size ? size : 1;
    }
}

static void put_times(Render *render, const char *text, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        fputs(text, render->out);
    }
}

static const char *bar(const Render *render)
{
    return render->style.unicode ? "│" : "|";
}

// The left edge of a line that has no number.
static void put_edge(Render *render)
{
    tint(render, BLUE);
    fprintf(render->out, " %*s %s", render->gutter, "", bar(render));
    tint(render, PLAIN);
}

// ── places and columns ───────────────────────────────────────────────────────────────────────────
static Place place_of(Render *render, uint32_t offset)
{
    return source_place_after(render->sources, &render->cursor, offset);
}

// One character of a line as it is shown: its bytes in the source, its columns on the screen.
typedef struct Glyph {
    size_t size;
    uint32_t columns;
    uint32_t code;
    bool valid;
} Glyph;

static Glyph glyph_at(const char *text, size_t length, uint32_t column)
{
    Glyph glyph = {.columns = 1};
    glyph.size = utf8_read(text, length, &glyph.code);
    glyph.valid = glyph.size > 0;
    if (!glyph.valid) {
        glyph.size = 1;
    } else if (glyph.code == '\t') {
        glyph.columns = TAB - column % TAB;
    } else if (!is_hidden(glyph.code)) {
        glyph.columns = (uint32_t)utf8_width(glyph.code);
    }
    return glyph;
}

// The screen column of the byte at `at` of a line.
static uint32_t column_of(const char *line, uint32_t length, uint32_t at)
{
    uint32_t column = 0;
    for (uint32_t i = 0; i < at && i < length;) {
        Glyph glyph = glyph_at(line + i, length - i, column);
        i += (uint32_t)glyph.size;
        column += glyph.columns;
    }
    return column + (at > length ? 1 : 0); // the line end itself
}

static uint32_t start_of_line(const Source *source, uint32_t line)
{
    return source->base + source->lines.items[line - 1];
}

static void add_mark(Render *render, Marks *marks, const Source *source, uint32_t line,
                     uint32_t start, uint32_t end, const char *text, bool primary)
{
    uint32_t length, first = start_of_line(source, line);
    const char *words = source_line(source, line, &length);
    Mark mark = {source, line, column_of(words, length, start - first), 0, text, primary};
    mark.to = column_of(words, length, end - first > length + 1 ? length + 1 : end - first);
    mark.to = mark.to > mark.from ? mark.to : mark.from + 1;
    LIST_ADD(&render->arena, marks, mark);
}

// A span over several lines is marked where it begins and where it ends.
static void mark_span(Render *render, Marks *marks, Span span, const char *text, bool primary)
{
    if (span.start == 0) {
        return;
    }
    uint32_t stop = span.end > span.start ? span.end : span.start + 1;
    Place from = place_of(render, span.start);
    Place to = place_of(render, stop - 1);
    if (to.source != from.source || to.line <= from.line) {
        add_mark(render, marks, from.source, from.line, span.start, stop, text, primary);
        return;
    }
    uint32_t length, first = start_of_line(from.source, from.line);
    source_line(from.source, from.line, &length);
    add_mark(render, marks, from.source, from.line, span.start, first + length, text, primary);
    const char *words = source_line(to.source, to.line, &length);
    uint32_t blanks = 0;
    while (blanks < length && (words[blanks] == ' ' || words[blanks] == '\t')) {
        blanks++;
    }
    uint32_t start = start_of_line(to.source, to.line) + blanks;
    if (stop > start) {
        add_mark(render, marks, to.source, to.line, start, stop, NULL, primary);
    }
}

// ── one line of source ───────────────────────────────────────────────────────────────────────────
// The part of a line that is shown, in screen columns.
typedef struct View {
    uint32_t from, to;
    bool cut_left, cut_right;
} View;

static const char *dots(const Render *render)
{
    return render->style.unicode ? "…" : "...";
}

static uint32_t dots_width(const Render *render)
{
    return render->style.unicode ? 1 : 3;
}

// The width of a line, counted no further than `enough`: a line may be a megabyte long.
static uint32_t columns_of(const char *line, uint32_t length, uint32_t enough)
{
    uint32_t column = 0;
    for (uint32_t i = 0; i < length && column <= enough;) {
        Glyph glyph = glyph_at(line + i, length - i, column);
        i += (uint32_t)glyph.size;
        column += glyph.columns;
    }
    return column;
}

static View choose_view(const Render *render, const char *line, uint32_t length, const Mark *marks,
                        size_t count)
{
    uint32_t width = render->style.width > 0 ? (uint32_t)render->style.width : 100;
    uint32_t edge = (uint32_t)render->gutter + 4 + 2 * dots_width(render);
    uint32_t room = width > edge + 20 ? width - edge : 20;
    const Mark *wanted = &marks[0];
    for (size_t i = 0; i < count; i++) {
        wanted = marks[i].primary ? &marks[i] : wanted;
    }
    uint32_t columns = columns_of(line, length, wanted->from + room + 2 * dots_width(render));
    if (columns <= room + 2 * dots_width(render)) {
        return (View){0, columns, false, false};
    }
    uint32_t from = wanted->to <= room ? 0 : wanted->from > room / 3 ? wanted->from - room / 3 : 0;
    uint32_t to = from + room;
    return (View){from, to < columns ? to : columns, from > 0, to < columns};
}

// Where a column of the line is drawn.
static uint32_t drawn_at(const Render *render, View view, uint32_t column)
{
    uint32_t shift = view.cut_left ? dots_width(render) : 0;
    if (column < view.from) {
        return shift;
    }
    uint32_t last = view.cut_right && column > view.to ? view.to : column;
    return last - view.from + shift;
}

static void put_words(Render *render, const char *line, uint32_t length, View view)
{
    fputs(view.cut_left ? dots(render) : "", render->out);
    uint32_t column = 0;
    for (uint32_t i = 0; i < length && column < view.to;) {
        Glyph glyph = glyph_at(line + i, length - i, column);
        bool whole = column >= view.from && column + glyph.columns <= view.to;
        if (whole && glyph.valid && glyph.code != '\t' && !is_hidden(glyph.code)) {
            fwrite(line + i, 1, glyph.size, render->out);
        } else if (whole && glyph.code != '\t') {
            fputs(stranger(render), render->out);
        } else { // a tab, or cut in two by the edge
            uint32_t left = column < view.from ? view.from : column;
            uint32_t right = column + glyph.columns < view.to ? column + glyph.columns : view.to;
            put_times(render, " ", right > left ? right - left : 0);
        }
        i += (uint32_t)glyph.size;
        column += glyph.columns;
    }
    fputs(view.cut_right ? dots(render) : "", render->out);
}

static void put_source_line(Render *render, const Source *source, uint32_t line, const Mark *marks,
                            size_t count)
{
    uint32_t length;
    const char *words = source_line(source, line, &length);
    View view = choose_view(render, words, length, marks, count);
    tint(render, BLUE);
    fprintf(render->out, " %*u %s", render->gutter, (unsigned)line, bar(render));
    tint(render, PLAIN);
    if (length > 0) {
        fputs(" ", render->out);
        put_words(render, words, length, view);
    }
    fputs("\n", render->out);
}

// ── what is drawn below it ───────────────────────────────────────────────────────────────────────
// A mark as drawn: columns of the screen row.
typedef struct Stroke {
    uint32_t from, to;
    const char *text;
    bool primary;
} Stroke;

static void put_underlines(Render *render, const Stroke *strokes, size_t count,
                           const Stroke *beside)
{
    uint32_t end = 0;
    for (size_t i = 0; i < count; i++) {
        end = strokes[i].to > end ? strokes[i].to : end;
    }
    put_edge(render);
    fputs(" ", render->out);
    Tint last = PLAIN;
    for (uint32_t column = 0; column < end; column++) {
        const Stroke *over = NULL;
        for (size_t i = 0; i < count; i++) {
            bool covers = column >= strokes[i].from && column < strokes[i].to;
            over = covers && (!over || strokes[i].primary) ? &strokes[i] : over;
        }
        Tint wanted = !over ? PLAIN : over->primary ? RED : CYAN;
        if (wanted != last) {
            tint(render, wanted);
        }
        last = wanted;
        fputs(!over ? " " : over->primary ? "^" : "-", render->out);
    }
    if (beside) {
        tint(render, beside->primary ? RED : CYAN);
        fputs(" ", render->out);
        put_text(render, beside->text);
    }
    tint(render, PLAIN);
    fputs("\n", render->out);
}

// One row of the stems under the strokes [0, count) that still wait for their text; then the text
// of `now`, or NULL.
static void put_stems(Render *render, const Stroke *strokes, size_t count, const Stroke *beside,
                      const Stroke *now)
{
    put_edge(render);
    fputs(" ", render->out);
    uint32_t column = 0;
    for (size_t i = 0; i < count; i++) {
        const Stroke *stroke = &strokes[i];
        bool waits = stroke->text && stroke != beside && stroke != now && stroke->from >= column;
        if (waits) {
            put_times(render, " ", stroke->from - column);
            tint(render, stroke->primary ? RED : CYAN);
            fputs(bar(render), render->out);
            tint(render, PLAIN);
            column = stroke->from + 1;
        }
    }
    if (now) {
        put_times(render, " ", now->from > column ? now->from - column : 0);
        tint(render, now->primary ? RED : CYAN);
        fputs(render->style.unicode ? "╰ " : "`- ", render->out);
        put_text(render, now->text);
        tint(render, PLAIN);
    }
    fputs("\n", render->out);
}

// The texts: that of the rightmost stroke beside it, the others below, from right to left, on
// stems.
static void put_strokes(Render *render, const Stroke *strokes, size_t count)
{
    const Stroke *beside = strokes[count - 1].text ? &strokes[count - 1] : NULL;
    for (size_t i = 0; beside && i < count; i++) {
        beside = strokes[i].to > beside->to ? NULL : beside;
    }
    put_underlines(render, strokes, count, beside);
    for (size_t i = count; i > 0; i--) {
        if (strokes[i - 1].text && &strokes[i - 1] != beside) {
            put_stems(render, strokes, i, beside, &strokes[i - 1]);
        }
    }
}

static void put_marked_line(Render *render, const Mark *marks, size_t count)
{
    uint32_t length;
    const char *words = source_line(marks[0].source, marks[0].line, &length);
    put_source_line(render, marks[0].source, marks[0].line, marks, count);
    View view = choose_view(render, words, length, marks, count);
    Stroke *strokes = arena_take(&render->arena, count * sizeof *strokes);
    for (size_t i = 0; i < count; i++) {
        Stroke *stroke = &strokes[i];
        *stroke = (Stroke){drawn_at(render, view, marks[i].from),
                           drawn_at(render, view, marks[i].to), marks[i].text, marks[i].primary};
        stroke->to = stroke->to > stroke->from ? stroke->to : stroke->from + 1;
    }
    put_strokes(render, strokes, count);
}

// ── the snippet ──────────────────────────────────────────────────────────────────────────────────
static bool comes_before(const Mark *a, const Mark *b)
{
    return a->line != b->line ? a->line < b->line : a->from < b->from;
}

// Takes the marks of one source out of the list, sorted by place.
static Marks marks_of(Render *render, const Marks *all, const Source *source)
{
    Marks marks = {0};
    for (size_t i = 0; i < all->count; i++) {
        if (all->items[i].source != source) {
            continue;
        }
        LIST_ADD(&render->arena, &marks, all->items[i]);
        for (size_t at = marks.count - 1;
             at > 0 && comes_before(&marks.items[at], &marks.items[at - 1]); at--) {
            Mark swap = marks.items[at];
            marks.items[at] = marks.items[at - 1];
            marks.items[at - 1] = swap;
        }
    }
    return marks;
}

static void put_source(Render *render, const Marks *marks, bool other_file)
{
    if (other_file) {
        tint(render, BLUE);
        fprintf(render->out, " %*s %s ", render->gutter, "", render->style.unicode ? "├" : "+");
        put_text(render, marks->items[0].source->path);
        fprintf(render->out, ":%u\n", (unsigned)marks->items[0].line);
        tint(render, PLAIN);
    } else {
        put_edge(render);
        fputs("\n", render->out);
    }
    uint32_t last = 0;
    for (size_t i = 0; i < marks->count;) {
        const Mark *mark = &marks->items[i];
        size_t count = 1;
        while (i + count < marks->count && marks->items[i + count].line == mark->line) {
            count++;
        }
        if (last > 0 && mark->line == last + 2) {
            put_source_line(render, mark->source, last + 1, mark, count);
        } else if (last > 0 && mark->line > last + 2) {
            tint(render, BLUE);
            fprintf(render->out, " %*s %s\n", render->gutter, "",
                    render->style.unicode ? "⋮" : ":");
            tint(render, PLAIN);
        }
        put_marked_line(render, mark, count);
        last = mark->line;
        i += count;
    }
}

static int digits_of(uint32_t number)
{
    int digits = 1;
    for (; number >= 10; number /= 10) {
        digits++;
    }
    return digits;
}

static void put_snippet(Render *render, const Diag *diag, const char *under)
{
    Marks marks = {0};
    mark_span(render, &marks, diag->span, under, true);
    for (size_t i = 0; i < diag->labels.count; i++) {
        mark_span(render, &marks, diag->labels.items[i].span, diag->labels.items[i].text, false);
    }
    render->gutter = 2;
    for (size_t i = 0; i < marks.count; i++) {
        int digits = digits_of(marks.items[i].line);
        render->gutter = digits > render->gutter ? digits : render->gutter;
    }
    for (size_t i = 0; i < marks.count; i++) {
        const Source *source = marks.items[i].source;
        bool drawn = false;
        for (size_t j = 0; j < i; j++) {
            drawn = drawn || marks.items[j].source == source;
        }
        if (!drawn) {
            Marks here = marks_of(render, &marks, source);
            put_source(render, &here, i > 0);
        }
    }
}

static void put_remark(Render *render, const char *kind, Tint colour, const char *text)
{
    if (!text) {
        return;
    }
    tint(render, BLUE);
    fprintf(render->out, " %*s %s ", render->gutter, "", render->style.unicode ? "╰" : "=");
    tint(render, colour);
    fprintf(render->out, "%s:", kind);
    tint(render, PLAIN);
    fputs(" ", render->out);
    put_text(render, text);
    fputs("\n", render->out);
}

static void put_diag(Render *render, const Diag *diag)
{
    const MessageText *text = message_of(diag->code);
    const char *line = message_fill(&render->arena, text->line, diag);
    tint(render, BOLD);
    if (diag->span.start) {
        Place place = place_of(render, diag->span.start);
        put_text(render, place.source->path);
        fprintf(render->out, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
    }
    tint(render, RED);
    fprintf(render->out, "error[E%04d]:", text->number);
    tint(render, BOLD);
    fputs(" ", render->out);
    put_text(render, line);
    tint(render, PLAIN);
    fputs("\n", render->out);
    put_snippet(render, diag, message_fill(&render->arena, text->under, diag));
    put_remark(render, "note", CYAN, message_fill(&render->arena, text->note, diag));
    put_remark(render, "help", GREEN,
               diag->help ? diag->help : message_fill(&render->arena, text->help, diag));
}

// ── JSON ─────────────────────────────────────────────────────────────────────────────────────────
static void json_text(Render *render, const char *text)
{
    if (!text) {
        fputs("null", render->out);
        return;
    }
    size_t length = strlen(text);
    fputs("\"", render->out);
    for (size_t at = 0; at < length;) {
        uint32_t code = 0;
        size_t size = utf8_read(text + at, length - at, &code);
        if (size == 0) {
            fputs("\\ufffd", render->out);
        } else if (code == '"' || code == '\\') {
            fprintf(render->out, "\\%c", (int)code);
        } else if (code < 0x10000 && (is_hidden(code) || code == 0x2028 || code == 0x2029)) {
            fprintf(render->out, "\\u%04x", (unsigned)code);
        } else {
            fwrite(text + at, 1, size, render->out);
        }
        at += size ? size : 1;
    }
    fputs("\"", render->out);
}

static void json_span(Render *render, Span span)
{
    if (!span.start) {
        fputs("\"file\": null", render->out);
        return;
    }
    Place from = place_of(render, span.start);
    Place to = place_of(render, span.end > span.start ? span.end : span.start);
    fputs("\"file\": ", render->out);
    json_text(render, from.source->path);
    fprintf(render->out, ", \"line\": %u, \"column\": %u, \"end_line\": %u, \"end_column\": %u",
            (unsigned)from.line, (unsigned)from.column, (unsigned)to.line, (unsigned)to.column);
}

// A label or an edit, the at-th in its row.
static void json_place(Render *render, size_t at, Span span, const char *text)
{
    fputs(at > 0 ? ", {" : "{", render->out);
    json_span(render, span);
    fputs(", \"text\": ", render->out);
    json_text(render, text);
    fputs("}", render->out);
}

static void json_diag(Render *render, const Diag *diag)
{
    const MessageText *text = message_of(diag->code);
    fprintf(render->out,
            "{\"code\": \"E%04d\", \"severity\": \"error\", \"message\": ", text->number);
    json_text(render, message_fill(&render->arena, text->line, diag));
    fputs(", ", render->out);
    json_span(render, diag->span);
    fputs(", \"under\": ", render->out);
    json_text(render, message_fill(&render->arena, text->under, diag));
    fputs(", \"labels\": [", render->out);
    for (size_t i = 0; i < diag->labels.count; i++) {
        json_place(render, i, diag->labels.items[i].span, diag->labels.items[i].text);
    }
    fputs("], \"note\": ", render->out);
    json_text(render, message_fill(&render->arena, text->note, diag));
    fputs(", \"help\": ", render->out);
    json_text(render, diag->help ? diag->help : message_fill(&render->arena, text->help, diag));
    fputs(", \"edits\": [", render->out);
    for (size_t i = 0; i < diag->edits.count; i++) {
        json_place(render, i, diag->edits.items[i].span, diag->edits.items[i].text);
    }
    fputs("]}\n", render->out);
}

void render_diags(FILE *out, const Sources *sources, const Diags *diags, RenderStyle style)
{
    Render render = {.out = out, .sources = sources, .style = style, .gutter = 2};
    size_t count = diags->all.count;
    size_t shown = style.json || count <= MOST_SHOWN ? count : MOST_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        if (style.json) {
            json_diag(&render, diags->all.items[i]);
        } else {
            fputs(i > 0 ? "\n" : "", out);
            put_diag(&render, diags->all.items[i]);
        }
        arena_free(&render.arena);
    }
    if (shown < count) {
        const char *more = arena_print(&render.arena, message_phrase(PHRASE_MORE_MISTAKES),
                                       count - shown);
        fprintf(out, "\n%s\n", more);
        arena_free(&render.arena);
    }
}
