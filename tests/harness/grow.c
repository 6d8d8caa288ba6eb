// grow.c: the declarations of a random program.
#include "grow.h"

#include <string.h>

const char *grow_words(GrowKind kind)
{
    static const char *const words[] = {
        "int",           "float", "bool",     "string", "duration",      "State", "Item",
        "(int, string)", "[int]", "[string]", "[Item]", "[string: int]", "int?",  "string?",
    };
    return words[kind];
}

// ── chance ───────────────────────────────────────────────────────────────────────────────────────
unsigned grow_below(Grow *g, unsigned limit)
{
    g->state += 0x9E3779B97F4A7C15u;
    uint64_t mixed = (g->state ^ (g->state >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    mixed ^= mixed >> 31;
    return (unsigned)(mixed % limit);
}

bool grow_chance(Grow *g, unsigned percent)
{
    return grow_below(g, 100) < percent;
}

// ── names, lines ─────────────────────────────────────────────────────────────────────────────────
const char *grow_name(Grow *g)
{
    static const char *const words[] = {
        "n",      "x",      "word",  "list",  "self",   "cx",     "step",  "state",     "frame",
        "call",   "result", "left",  "item",  "double", "void",   "errno", "register",  "static",
        "struct", "linux",  "unix",  "stdin", "NULL",   "value",  "this",  "inline",    "weir",
        "key",    "at",     "maybe", "way",   "failed", "switch", "auto",  "INT64_MAX", "again",
    };
    unsigned word = grow_below(g, sizeof words / sizeof *words);
    g->taken++;
    if ((g->words_used >> word & 1) == 0) { // each name once in a program
        g->words_used |= UINT64_C(1) << word;
        return words[word];
    }
    return print_text("%s%u", words[word], g->taken);
}

void grow_know(Grow *g, const char *name, GrowKind kind, bool changes)
{
    if (g->name_count < GROW_NAMES) {
        g->names[g->name_count++] = (GrowName){name, kind, changes, g->level};
    }
}

void grow_line(Grow *g, const char *format, ...)
{
    for (unsigned i = 0; i < g->indent; i++) {
        text_print(&g->text, "    ");
    }
    va_list args;
    va_start(args, format);
    text_vprint(&g->text, format, args);
    va_end(args);
    text_print(&g->text, "\n");
}

// ── declarations ─────────────────────────────────────────────────────────────────────────────────
static void prelude(Grow *g)
{
    static const char text[] =
        "record Item { name: string, count: int = 0, tags: [string] = [] }\n"
        "enum State { up, down(reason: string), busy(left: int, item: Item) }\n"
        "limiter few(form: int) limit 2\n\n"
        "task put_all(q: queue<int>, xs: [int], pause: duration) {\n"
        "    defer q.close()\n"
        "    for x in xs {\n"
        "        q.put(x)\n"
        "        sleep(pause)\n"
        "    }\n"
        "}\n\n"
        "task get_all(q: queue<int>, name: string, pause: duration) {\n"
        "    for x in q {\n"
        "        print(\"{name} got {x}\")\n"
        "        sleep(pause)\n"
        "    }\n"
        "}\n\n";
    text_add(&g->text, text, sizeof text - 1);
}

static const char *params(Grow *g, GrowRoutine *routine)
{
    Text text = {0};
    routine->param_count = grow_below(g, 4);
    for (size_t i = 0; i < routine->param_count; i++) {
        const char *name = grow_name(g);
        routine->params[i] = grow_kind(g);
        text_print(&text, "%s%s: %s", i > 0 ? ", " : "", name, grow_words(routine->params[i]));
        grow_know(g, name, routine->params[i], false);
    }
    return text_string(&text);
}

static const char *task_clauses(Grow *g, const GrowRoutine *routine)
{
    Text text = {0};
    if (routine->stream) {
        return "";
    }
    if (grow_chance(g, 15)) {
        text_print(&text, " limit %u", grow_below(g, 3) + 1);
    }
    if (grow_chance(g, 10)) {
        text_print(&text, " rate 3 per 10ms");
    }
    if (grow_chance(g, 15)) {
        text_print(&text, " timeout %ums", grow_below(g, 200) + 20);
    }
    if (grow_chance(g, 15)) {
        text_print(&text, " retry %u backoff 1ms..5ms", grow_below(g, 3));
    }
    if (!routine->nothing && grow_chance(g, 10)) {
        text_print(&text, " cache 20ms max 3");
    }
    return text_string(&text);
}

static void body(Grow *g, const GrowRoutine *routine)
{
    g->inside = routine;
    g->leaves = true;
    g->waits = routine->task;
    g->indent = 1;
    unsigned count = 2 + grow_below(g, 5);
    for (unsigned i = 0; i < count; i++) {
        grow_statement(g);
        if (routine->stream) {
            grow_line(g, "yield %s", grow_wanted(g, routine->gives));
        }
    }
    if (!routine->stream && !routine->nothing) {
        grow_line(g, "return %s", grow_wanted(g, routine->gives));
    }
    g->indent = 0;
    grow_line(g, "}\n");
}

static void routine(Grow *g, bool task)
{
    static const char *const words[] = {"drop",   "begin",  "resume", "sites", "malloc", "free",
                                        "printf", "signal", "y0",     "Page",  "open",   "reads"};
    GrowRoutine *made = &g->routines[g->routine_count];
    made->name = print_text("%s_%zu", words[grow_below(g, 12)], g->routine_count);
    made->task = task;
    made->stream = task && grow_chance(g, 25);
    made->nothing = !made->stream && grow_chance(g, 15);
    made->gives = grow_kind(g);
    g->name_count = 0;
    const char *formals = params(g, made);
    made->blocking = !task && grow_chance(g, 20);
    const char *word = task ? "task" : made->blocking ? "blocking fn" : "fn";
    Text gives = {0};
    if (!made->nothing) {
        text_print(&gives, made->stream ? " -> stream<%s>" : " -> %s", grow_words(made->gives));
    }
    grow_line(g, "%s %s(%s)%s%s {", word, made->name, formals, text_string(&gives),
              task ? task_clauses(g, made) : "");
    body(g, made);
    g->routine_count++;
}

char *grow_program(uint64_t seed)
{
    Grow *g = take(sizeof *g);
    g->state = seed;
    g->it = -1;
    prelude(g);
    unsigned fns = 1 + grow_below(g, 4), tasks = 1 + grow_below(g, 5);
    for (unsigned i = 0; i < fns; i++) {
        routine(g, false);
    }
    for (unsigned i = 0; i < tasks; i++) {
        routine(g, true);
    }
    g->name_count = 0;
    GrowRoutine main_task = {.name = "main", .task = true, .nothing = true};
    grow_line(g, "task main() {");
    grow_line(g, "    let began = now()");
    body(g, &main_task);
    g->text.length -= 3; // the end of main once more, behind the time it took
    text_print(&g->text, "    print(\"{now() - began:.3s}\")\n}\n");
    return g->text.bytes;
}
