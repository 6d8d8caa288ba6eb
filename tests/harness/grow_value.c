// grow_value.c: random expressions.
#include "grow.h"

#include <string.h>

static const char *literal(Grow *g, GrowKind kind)
{
    static const char *const floats[] = {"0.5", "1.5", "(-2.0)", "3.25", "1e9", "0.0", "7.125"};
    static const char *const texts[] = {
        "\"\"",         "\"a\"",          "\"b c\"",   "\"a,b,c\"",    "\"?\\u{3F}/\"",
        "\"\\\"\\\\\"", "\"\\u{1F30A}\"", "r\"a\\n\"", "\"\\n%d %s\"", "\"\\{x\\}\"",
    };
    static const char *const durations[] = {"0s", "1ms", "5ms", "20ms", "1.5s", "2m", "3h"};
    switch (kind) {
    case GROW_INT:
        // `-2 as string` is -(2 as string).
        return grow_chance(g, 3)    ? "9223372036854775807"
               : grow_chance(g, 15) ? print_text("(-%u)", grow_below(g, 5))
                                    : print_text("%u", grow_below(g, 20));
    case GROW_FLOAT: return floats[grow_below(g, sizeof floats / sizeof *floats)];
    case GROW_BOOL: return grow_chance(g, 50) ? "true" : "false";
    case GROW_TEXT: return texts[grow_below(g, sizeof texts / sizeof *texts)];
    case GROW_DURATION: return durations[grow_below(g, sizeof durations / sizeof *durations)];
    case GROW_STATE: return grow_chance(g, 50) ? "State.up" : "State.down(\"why\")";
    case GROW_ITEM: return grow_chance(g, 50) ? "Item(\"i\")" : "Item(\"j\", 2, [\"t\"])";
    case GROW_PAIR: return print_text("(%u, \"p\")", grow_below(g, 9));
    case GROW_INTS: return grow_chance(g, 50) ? "[1, 2, 3]" : "[4]";
    case GROW_TEXTS: return grow_chance(g, 50) ? "[\"x\", \"y\"]" : "[\"z\"]";
    case GROW_ITEMS: return "[Item(\"k\", 1), Item(\"l\")]";
    case GROW_COUNTS: return "[\"a\": 1, \"b\": 2]";
    case GROW_MAYBE: return "[7, 8].first";
    case GROW_MAYBE_TEXT: return "[\"m\"].last";
    case GROW_KINDS: break;
    }
    return "0";
}

GrowKind grow_kind(Grow *g)
{
    return (GrowKind)grow_below(g, GROW_KINDS);
}

const char *grow_known(Grow *g, GrowKind kind, bool changes)
{
    const char *found = NULL;
    unsigned seen = 0;
    for (size_t i = 0; i < g->name_count; i++) {
        const GrowName *name = &g->names[i];
        if (name->kind == kind && (!changes || (name->changes && name->level == g->level)) &&
            grow_below(g, ++seen) == 0) {
            found = name->name;
        }
    }
    return found;
}

const char *grow_wanted(Grow *g, GrowKind kind)
{
    if (kind >= GROW_INTS && grow_chance(g, 15)) {
        return kind >= GROW_MAYBE ? "none" : kind == GROW_COUNTS ? "[:]" : "[]";
    }
    if (kind == GROW_MAYBE || kind == GROW_MAYBE_TEXT) {
        GrowKind item = kind == GROW_MAYBE ? GROW_INT : GROW_TEXT;
        if (grow_chance(g, 30)) {
            return grow_value(g, item, GROW_DEPTH - 1);
        }
    }
    return grow_value(g, kind, GROW_DEPTH);
}

const char *grow_call_of(Grow *g, const GrowRoutine *routine, unsigned depth)
{
    Text call = {0};
    text_print(&call, "%s(", routine->name);
    for (size_t i = 0; i < routine->param_count; i++) {
        const char *argument = grow_chance(g, 20) ? grow_wanted(g, routine->params[i])
                                                  : grow_value(g, routine->params[i], depth);
        text_print(&call, "%s%s", i > 0 ? ", " : "", argument);
    }
    text_print(&call, ")");
    return text_string(&call);
}

const char *grow_call(Grow *g, GrowKind kind, unsigned depth)
{
    const GrowRoutine *found = NULL;
    unsigned seen = 0;
    for (size_t i = 0; i < g->routine_count; i++) {
        const GrowRoutine *routine = &g->routines[i];
        bool fits = routine->gives == kind && !routine->stream && !routine->nothing;
        bool waits = routine->task || (routine->blocking && g->inside->task);
        if (fits && (g->waits || !waits) && grow_below(g, ++seen) == 0) {
            found = routine;
        }
    }
    return found == NULL || depth == 0 ? NULL : grow_call_of(g, found, depth - 1);
}

// An expression in `it`, which stands for one of that kind.
static const char *in_it(Grow *g, GrowKind it, GrowKind kind, unsigned depth)
{
    int outer = g->it;
    bool waits = g->waits;
    g->it = (int)it;
    g->waits = false;
    const char *value = grow_value(g, kind, depth);
    g->it = outer;
    g->waits = waits;
    return value;
}

static const char *choice(Grow *g, GrowKind kind, unsigned depth)
{
    const char *a = grow_value(g, kind, depth), *b = grow_value(g, kind, depth);
    return print_text("(if %s then %s else %s)", grow_value(g, GROW_BOOL, depth), a, b);
}

static const char *match(Grow *g, GrowKind kind, unsigned depth)
{
    size_t known = g->name_count;
    const char *arms[3];
    const char *on = NULL, *first = grow_name(g), *second = grow_name(g);
    switch (grow_below(g, 4)) {
    case 0:
        on = grow_value(g, GROW_INT, depth);
        arms[0] = print_text("%u => %s", grow_below(g, 3), grow_value(g, kind, depth));
        arms[1] = print_text("-1 => %s", grow_value(g, kind, depth));
        arms[2] = print_text("else => %s", grow_value(g, kind, depth));
        break;
    case 1:
        on = grow_value(g, GROW_STATE, depth);
        arms[0] = print_text("up => %s", grow_value(g, kind, depth));
        grow_know(g, first, GROW_TEXT, false);
        arms[1] = print_text("down(%s) => %s", first, grow_value(g, kind, depth));
        g->names[g->name_count - 1].kind = GROW_INT;
        grow_know(g, second, GROW_ITEM, false);
        arms[2] = print_text("busy(%s, %s) => %s", first, second, grow_value(g, kind, depth));
        break;
    case 2:
        on = grow_value(g, GROW_MAYBE, depth);
        arms[2] = NULL;
        arms[0] = print_text("none => %s", grow_value(g, kind, depth));
        grow_know(g, first, GROW_INT, false);
        arms[1] = print_text("some %s => %s", first, grow_value(g, kind, depth));
        break;
    default:
        on = grow_value(g, GROW_TEXT, depth);
        arms[0] = print_text("\"a\" => %s", grow_value(g, kind, depth));
        arms[1] = print_text("\"\" => %s", grow_value(g, kind, depth));
        arms[2] = print_text("else => %s", grow_value(g, kind, depth));
        break;
    }
    g->name_count = known;
    return print_text("(match %s { %s, %s%s%s })", on, arms[0], arms[1],
                      arms[2] == NULL ? "" : ", ", arms[2] == NULL ? "" : arms[2]);
}

// Two operands of one kind, the outer parentheses sometimes left out.
static const char *two(Grow *g, GrowKind kind, const char *op, unsigned depth, bool bare)
{
    const char *a = grow_value(g, kind, depth), *b = grow_value(g, kind, depth);
    return print_text(bare && grow_chance(g, 40) ? "%s %s %s" : "(%s %s %s)", a, op, b);
}

static const char *whole(Grow *g, unsigned depth)
{
    static const char *const signs[] = {"+", "-", "*"};
    const char *a;
    switch (grow_below(g, 14)) {
    case 0:
    case 1: return two(g, GROW_INT, signs[grow_below(g, 3)], depth, false);
    case 2:
        a = grow_value(g, GROW_INT, depth);
        return print_text("(%s %s %u)", a, grow_chance(g, 50) ? "/" : "%", grow_below(g, 9) + 1);
    case 3: return print_text("%s.length", grow_value(g, GROW_INTS, depth));
    case 4: return print_text("%s.length", grow_value(g, GROW_TEXT, depth));
    case 5: a = grow_value(g, GROW_MAYBE, depth); break;
    case 6:
        a = print_text("%s[%s]", grow_value(g, GROW_COUNTS, depth),
                       grow_value(g, GROW_TEXT, depth));
        break;
    case 7: return print_text("%s.count", grow_value(g, GROW_ITEM, depth));
    case 8: return print_text("%s.sum()", grow_value(g, GROW_INTS, depth));
    case 9:
        a = grow_value(g, GROW_ITEMS, depth);
        return print_text("%s.count(%s)", a, in_it(g, GROW_ITEM, GROW_BOOL, depth));
    case 10:
        a = grow_value(g, GROW_INT, depth);
        return print_text("%s.min(%s)", a, grow_value(g, GROW_INT, depth));
    case 11: return print_text("(-%s)", grow_value(g, GROW_INT, depth));
    case 12:
        a = grow_value(g, GROW_INTS, depth);
        // Computed, since a constant below 0 does not compile.
        return grow_chance(g, 80) ? print_text("%s[0]", a)
                                  : print_text("%s[%s.min(99)]", a, grow_value(g, GROW_INT, depth));
    default: a = print_text("(try (%s as int))", grow_value(g, GROW_TEXT, depth)); break;
    }
    return print_text("(%s ?? %s)", a, grow_value(g, GROW_INT, depth));
}

static const char *real(Grow *g, unsigned depth)
{
    static const char *const signs[] = {"+", "-", "*", "/"};
    const char *a;
    switch (grow_below(g, 5)) {
    case 0: return two(g, GROW_FLOAT, signs[grow_below(g, 4)], depth, false);
    case 1: return print_text("(%s as float)", grow_value(g, GROW_INT, depth));
    case 2:
        a = grow_value(g, GROW_DURATION, depth);
        return print_text("(%s / %s)", a, grow_chance(g, 50) ? "7ms" : "1s");
    case 3: return print_text("%s.abs()", grow_value(g, GROW_FLOAT, depth));
    default: return print_text("(-%s)", grow_value(g, GROW_FLOAT, depth));
    }
}

static const char *truth(Grow *g, unsigned depth)
{
    static const char *const orders[] = {"<", "<=", ">", ">=", "==", "!="};
    static const GrowKind ordered[] = {GROW_INT, GROW_FLOAT, GROW_TEXT, GROW_DURATION};
    const char *a;
    switch (grow_below(g, 10)) {
    case 0:
    case 1:
        return two(g, ordered[grow_below(g, 4)], orders[grow_below(g, 6)], depth, false);
    case 2: return two(g, grow_kind(g), orders[4 + grow_below(g, 2)], depth, false);
    case 3: return two(g, GROW_BOOL, "and", depth, false);
    case 4: return two(g, GROW_BOOL, "or", depth, false);
    case 5: return print_text("(not %s)", grow_value(g, GROW_BOOL, depth));
    case 6:
        a = grow_value(g, GROW_MAYBE, depth);
        return print_text("(%s %s none)", a, grow_chance(g, 50) ? "==" : "!=");
    case 7:
        a = grow_value(g, GROW_TEXTS, depth);
        return print_text("%s.contains(%s)", a, grow_value(g, GROW_TEXT, depth));
    case 8:
        a = grow_value(g, GROW_INTS, depth);
        return print_text("%s.%s(%s)", a, grow_chance(g, 50) ? "any" : "all",
                          in_it(g, GROW_INT, GROW_BOOL, depth));
    default:
        a = grow_value(g, GROW_TEXT, depth);
        return print_text("%s.starts_with(%s)", a, grow_value(g, GROW_TEXT, depth));
    }
}

static const char *text(Grow *g, unsigned depth)
{
    const char *a, *b;
    switch (grow_below(g, 10)) {
    case 0: return two(g, GROW_TEXT, "+", depth, false);
    case 1:
        a = grow_value(g, grow_kind(g), depth);
        b = grow_value(g, grow_kind(g), depth);
        return print_text("\"%s{%s} and {%s}\"", grow_chance(g, 50) ? "" : "\\\"so\\\" ", a, b);
    case 2: return print_text("\"{%s:04d}|\"", grow_value(g, GROW_INT, depth));
    case 3: return print_text("\"{%s:>9.2f}\"", grow_value(g, GROW_FLOAT, depth));
    case 4: return print_text("\"{%s:<5}\"", grow_value(g, GROW_TEXT, depth));
    case 5:
        return print_text("(%s ?? %s)", grow_value(g, GROW_MAYBE_TEXT, depth),
                          grow_value(g, GROW_TEXT, depth));
    case 6: return print_text("%s.name", grow_value(g, GROW_ITEM, depth));
    case 7:
        a = grow_value(g, GROW_TEXT, depth);
        return print_text("%s[%u..%u]", a, grow_below(g, 3), grow_below(g, 6));
    case 8:
        a = grow_value(g, GROW_TEXT, depth);
        return print_text("%s.%s()", a, grow_chance(g, 50) ? "upper" : "trim");
    default: return print_text("(%s as string)", grow_value(g, GROW_INT, depth));
    }
}

static const char *duration(Grow *g, unsigned depth)
{
    const char *a;
    switch (grow_below(g, 4)) {
    case 0: return two(g, GROW_DURATION, grow_chance(g, 50) ? "+" : "-", depth, false);
    case 1: return print_text("(%s * %u)", grow_value(g, GROW_DURATION, depth), grow_below(g, 4));
    case 2: return print_text("%s.abs()", grow_value(g, GROW_DURATION, depth));
    default:
        a = grow_value(g, GROW_DURATION, depth);
        return print_text("%s.max(%s)", a, grow_value(g, GROW_DURATION, depth));
    }
}

static const char *made(Grow *g, GrowKind kind, unsigned depth)
{
    const char *a = grow_value(g, GROW_TEXT, depth), *b = grow_value(g, GROW_INT, depth);
    if (kind == GROW_PAIR) {
        return print_text("(%s, %s)", b, a);
    }
    if (kind == GROW_STATE) {
        return grow_chance(g, 50)
                   ? print_text("State.down(reason: %s)", a)
                   : print_text("State.busy(%s, %s)", b, grow_value(g, GROW_ITEM, depth));
    }
    switch (grow_below(g, 4)) {
    case 0: return print_text("Item(%s, %s)", a, b);
    case 1: return print_text("Item(count: %s, name: %s)", b, a);
    case 2: return print_text("%s.with(count: %s)", grow_value(g, GROW_ITEM, depth), b);
    default:
        return print_text("(%s.find(%s) ?? Item(%s))", grow_value(g, GROW_ITEMS, depth),
                          in_it(g, GROW_ITEM, GROW_BOOL, depth), a);
    }
}

static GrowKind item_of(GrowKind kind)
{
    return kind == GROW_INTS || kind == GROW_MAYBE         ? GROW_INT
           : kind == GROW_TEXTS || kind == GROW_MAYBE_TEXT ? GROW_TEXT
                                                           : GROW_ITEM;
}

static const char *comprehension(Grow *g, GrowKind item, unsigned depth)
{
    size_t known = g->name_count;
    bool waits = g->waits;
    g->waits = false;
    const char *source = grow_value(g, GROW_INTS, depth);
    const char *name = grow_name(g);
    grow_know(g, name, GROW_INT, false);
    const char *value = grow_value(g, item, depth);
    const char *when = grow_chance(g, 50) ? print_text(" if %s", grow_value(g, GROW_BOOL, depth))
                                          : "";
    g->name_count = known;
    g->waits = waits;
    return print_text("[%s for %s in %s%s]", value, name, source, when);
}

static const char *list(Grow *g, GrowKind kind, unsigned depth)
{
    GrowKind item = item_of(kind);
    const char *a;
    switch (grow_below(g, 8)) {
    case 0: return two(g, kind, "+", depth, false);
    case 1:
        a = grow_value(g, item, depth);
        return print_text("[%s, %s]", a, grow_value(g, item, depth));
    case 2: return comprehension(g, item, depth);
    case 3:
        a = grow_value(g, kind, depth);
        return print_text("%s[%u..%u]", a, grow_below(g, 3), grow_below(g, 6));
    case 4:
        a = grow_value(g, kind, depth);
        return print_text("%s.filter(%s)", a, in_it(g, item, GROW_BOOL, depth));
    case 5:
        a = grow_value(g, GROW_INTS, depth);
        return print_text("%s.map(%s)", a, in_it(g, GROW_INT, item, depth));
    case 6: return print_text("%s.reverse()", grow_value(g, kind, depth));
    default:
        if (kind == GROW_ITEMS) {
            return print_text("%s.sort(by: it.count)", grow_value(g, kind, depth));
        }
        return kind == GROW_INTS ? print_text("(0..%u)", grow_below(g, 5))
                                 : print_text("%s.words()", grow_value(g, GROW_TEXT, depth));
    }
}

static const char *optional(Grow *g, GrowKind kind, unsigned depth)
{
    GrowKind list_kind = kind == GROW_MAYBE ? GROW_INTS : GROW_TEXTS;
    const char *a = grow_value(g, list_kind, depth);
    switch (grow_below(g, 3)) {
    case 0: return print_text("%s.first", a);
    case 1: return print_text("%s.max()", a);
    default: return print_text("%s.find(%s)", a, in_it(g, item_of(kind), GROW_BOOL, depth));
    }
}

static const char *counts(Grow *g, unsigned depth)
{
    const char *a = grow_value(g, GROW_TEXT, depth), *b = grow_value(g, GROW_INT, depth);
    return print_text("[%s: %s, \"z\": %s]", a, b, grow_value(g, GROW_INT, depth));
}

const char *grow_value(Grow *g, GrowKind kind, unsigned depth)
{
    if (g->it == (int)kind && grow_chance(g, 40)) {
        return "it";
    }
    if (depth == 0 || grow_chance(g, 25)) {
        const char *known = grow_chance(g, 75) ? grow_known(g, kind, false) : NULL;
        return known != NULL ? known : literal(g, kind);
    }
    depth--;
    const char *call = grow_chance(g, 15) ? grow_call(g, kind, depth) : NULL;
    if (call != NULL) {
        return call;
    }
    if (grow_chance(g, 10)) {
        return grow_chance(g, 50) ? choice(g, kind, depth) : match(g, kind, depth);
    }
    switch (kind) {
    case GROW_INT: return whole(g, depth);
    case GROW_FLOAT: return real(g, depth);
    case GROW_BOOL: return truth(g, depth);
    case GROW_TEXT: return text(g, depth);
    case GROW_DURATION: return duration(g, depth);
    case GROW_STATE:
    case GROW_ITEM:
    case GROW_PAIR: return made(g, kind, depth);
    case GROW_INTS:
    case GROW_TEXTS:
    case GROW_ITEMS: return list(g, kind, depth);
    case GROW_COUNTS: return counts(g, depth);
    case GROW_MAYBE:
    case GROW_MAYBE_TEXT: return optional(g, kind, depth);
    case GROW_KINDS: break;
    }
    return literal(g, kind);
}

const char *grow_shown(Grow *g)
{
    return print_text("\"{%s}\"", grow_value(g, grow_kind(g), GROW_DEPTH));
}
