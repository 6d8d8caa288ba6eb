// grow_stmt.c: random statements.
#include "grow.h"

#include <string.h>

// The end of a block with what stands in it: `most` statements, at least one.
void grow_block(Grow *g, unsigned most)
{
    size_t known = g->name_count;
    unsigned count = 1 + grow_below(g, most);
    g->indent++;
    g->depth++;
    for (unsigned i = 0; i < count; i++) {
        grow_statement(g);
    }
    g->depth--;
    g->indent--;
    g->name_count = known;
    grow_line(g, "}");
}

static void let(Grow *g)
{
    GrowKind kind = grow_kind(g);
    bool changes = grow_chance(g, 50);
    bool typed = kind >= GROW_INTS || grow_chance(g, 30);
    const char *value = typed ? grow_wanted(g, kind) : grow_value(g, kind, GROW_DEPTH);
    const char *name = grow_name(g);
    grow_line(g, "%s %s%s%s = %s", changes ? "var" : "let", name, typed ? ": " : "",
              typed ? grow_words(kind) : "", value);
    grow_know(g, name, kind, changes);
}

static void assign(Grow *g)
{
    GrowKind kind = grow_kind(g);
    const char *name = grow_known(g, kind, true);
    if (name == NULL) {
        let(g);
        return;
    }
    bool part = grow_chance(g, 60);
    if (part && (kind == GROW_INTS || kind == GROW_TEXTS || kind == GROW_ITEMS)) {
        GrowKind item = kind == GROW_INTS ? GROW_INT : kind == GROW_TEXTS ? GROW_TEXT : GROW_ITEM;
        const char *value = grow_value(g, item, GROW_DEPTH);
        switch (grow_below(g, 4)) {
        case 0: grow_line(g, "%s.push(%s)", name, value); return;
        case 1: grow_line(g, "if %s.length > 1 { %s[1] = %s }", name, name, value); return;
        case 2: grow_line(g, "%s += [%s]", name, value); return;
        default: grow_line(g, "let _ = %s.pop()", name); return;
        }
    }
    if (part && kind == GROW_ITEM) {
        if (grow_chance(g, 50)) {
            grow_line(g, "%s.count = %s", name, grow_value(g, GROW_INT, GROW_DEPTH));
        } else {
            grow_line(g, "%s.tags.push(%s)", name, grow_value(g, GROW_TEXT, GROW_DEPTH));
        }
    } else if (part && kind == GROW_COUNTS) {
        const char *value = grow_value(g, GROW_INT, GROW_DEPTH);
        grow_line(g, "%s[%s] = %s", name, grow_value(g, GROW_TEXT, 1), value);
    } else if (part && (kind == GROW_INT || kind == GROW_FLOAT || kind == GROW_DURATION)) {
        grow_line(g, "%s %s %s", name,
                  grow_chance(g, 50) ? "+=" : "-=", grow_value(g, kind, GROW_DEPTH));
    } else {
        grow_line(g, "%s = %s", name, grow_wanted(g, kind));
    }
}

static void branch(Grow *g)
{
    if (grow_chance(g, 25)) {
        const char *value = grow_value(g, GROW_MAYBE, GROW_DEPTH);
        const char *name = grow_name(g);
        grow_line(g, "if let %s = %s {", name, value);
        size_t known = g->name_count;
        grow_know(g, name, GROW_INT, false);
        grow_block(g, 3);
        g->name_count = known;
        return;
    }
    grow_line(g, "if %s {", grow_value(g, GROW_BOOL, GROW_DEPTH));
    grow_block(g, 3);
    if (grow_chance(g, 50)) {
        g->text.length -= 2; // the brace and the end of its line
        text_print(&g->text, "} else {\n");
        grow_block(g, 3);
    }
}

static void loop(Grow *g)
{
    size_t known = g->name_count;
    const char *name = grow_name(g), *other = grow_name(g);
    switch (grow_below(g, 5)) {
    case 0:
        grow_line(g, "for %s in 0..%s%u {", name, grow_chance(g, 30) ? "=" : "", grow_below(g, 4));
        grow_know(g, name, GROW_INT, false);
        break;
    case 1:
        grow_line(g, "for %s in %s {", name, grow_value(g, GROW_ITEMS, GROW_DEPTH));
        grow_know(g, name, GROW_ITEM, false);
        break;
    case 2:
        grow_line(g, "for %s, %s in %s {", name, other, grow_value(g, GROW_COUNTS, GROW_DEPTH));
        grow_know(g, name, GROW_TEXT, false);
        grow_know(g, other, GROW_INT, false);
        break;
    case 3:
        grow_line(g, "for %s, %s in %s.indexed() {", name, other,
                  grow_value(g, GROW_TEXTS, GROW_DEPTH));
        grow_know(g, name, GROW_INT, false);
        grow_know(g, other, GROW_TEXT, false);
        break;
    default:
        grow_line(g, "var %s = %u", name, grow_below(g, 4));
        grow_know(g, name, GROW_PAIR, false); // others leave it alone
        grow_line(g, "while %s > 0%s {", name,
                  grow_chance(g, 30) ? print_text(" and %s", grow_value(g, GROW_BOOL, 2)) : "");
        grow_line(g, "    %s -= 1", name);
        g->name_count = known;
        break;
    }
    g->loops++;
    grow_block(g, 3);
    g->loops--;
    g->name_count = known;
}

// Anything that can be tried: a call, or something that may fail.
static const char *attempt(Grow *g, GrowKind kind)
{
    const char *call = grow_call(g, kind, GROW_DEPTH);
    return call != NULL ? call : grow_value(g, kind, GROW_DEPTH + 1);
}

static void handle(Grow *g)
{
    GrowKind kind = grow_kind(g);
    const char *call = grow_call(g, kind, GROW_DEPTH);
    if (call == NULL) {
        let(g);
        return;
    }
    const char *name = grow_name(g), *error = grow_name(g);
    size_t known = g->name_count;
    switch (grow_below(g, 3)) {
    case 0:
        grow_line(g, "match (try %s) {", attempt(g, kind));
        grow_line(g, "    ok %s => print(\"ok {%s}\")", name, name);
        grow_line(g, "    error %s => print(\"{%s.kind}: {%s.message}\")", error, error, error);
        grow_line(g, "}");
        break;
    case 1:
        grow_line(g, "let %s = %s catch %s => %s", name, call, error,
                  grow_value(g, kind, GROW_DEPTH));
        grow_know(g, name, kind, false);
        break;
    default:
        grow_line(g, "print(\"{%s}\") catch %s {", call, error);
        grow_line(g, "    print(\"caught {%s.kind}\")", error);
        grow_block(g, 2);
        g->name_count = known;
        break;
    }
}

static void leave(Grow *g)
{
    const char *when = grow_value(g, GROW_BOOL, GROW_DEPTH);
    if (g->loops > 0 && grow_chance(g, 50)) {
        grow_line(g, "if %s { %s }", when, grow_chance(g, 50) ? "break" : "continue");
    } else if (g->leaves && grow_chance(g, 60)) {
        bool value = !g->inside->nothing && !g->inside->stream;
        grow_line(g, "if %s { return%s%s }", when, value ? " " : "",
                  value ? grow_wanted(g, g->inside->gives) : "");
    } else if (grow_chance(g, 50)) {
        grow_line(g, "if %s { fail %s }", when, grow_value(g, GROW_TEXT, 1));
    } else {
        grow_line(g, "if %s and %s { fail error(kind: \"odd\", message: %s, permanent: %s) }", when,
                  grow_value(g, GROW_BOOL, 1), grow_value(g, GROW_TEXT, 1),
                  grow_value(g, GROW_BOOL, 1));
    }
}

// What is matched as a statement, with blocks.
static void cases(Grow *g)
{
    grow_line(g, "match %s {", grow_value(g, GROW_STATE, GROW_DEPTH));
    size_t known = g->name_count;
    const char *first = grow_name(g), *second = grow_name(g);
    g->indent++;
    grow_line(g, "up => {");
    grow_block(g, 2);
    grow_line(g, "down(%s) => print(%s)", first, first);
    grow_know(g, first, GROW_INT, false);
    grow_know(g, second, GROW_ITEM, false);
    grow_line(g, "busy(%s, %s) => {", first, second);
    grow_block(g, 2);
    g->indent--;
    g->name_count = known;
    grow_line(g, "}");
}

static void deferred(Grow *g)
{
    unsigned loops = g->loops;
    bool leaves = g->leaves;
    g->loops = 0;
    g->leaves = false;
    if (grow_chance(g, 50)) {
        grow_line(g, "defer print(%s)", grow_shown(g));
    } else {
        grow_line(g, "defer {");
        grow_block(g, 2);
    }
    g->loops = loops;
    g->leaves = leaves;
}

void grow_statement(Grow *g)
{
    bool deep = g->depth > 3;
    if (g->waits && grow_chance(g, 40) && !deep) {
        grow_form(g);
        return;
    }
    switch (grow_below(g, deep ? 6 : 12)) {
    case 0:
    case 1: let(g); return;
    case 2: assign(g); return;
    case 3: grow_line(g, "print(%s)", grow_shown(g)); return;
    case 4: leave(g); return;
    case 5: handle(g); return;
    case 6:
    case 7: branch(g); return;
    case 8: loop(g); return;
    case 9: cases(g); return;
    case 10: deferred(g); return;
    default: {
        const char *pair = grow_value(g, GROW_PAIR, GROW_DEPTH);
        const char *a = grow_name(g), *b = grow_name(g);
        grow_line(g, "let %s, %s = %s", a, b, pair);
        grow_know(g, a, GROW_INT, false);
        grow_know(g, b, GROW_TEXT, false);
        return;
    }
    }
}
