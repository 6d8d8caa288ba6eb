// grow_form.c: random statements that wait: forms, clauses, streams, pipelines, queues.
#include "grow.h"

#include <string.h>

// ── what runs beside other things ────────────────────────────────────────────────────────────────
typedef struct Inner { // the outside of a branch, an item, a stage
    unsigned level, loops;
    bool leaves;
    size_t known;
} Inner;

static Inner go_in(Grow *g)
{
    Inner outer = {g->level, g->loops, g->leaves, g->name_count};
    static unsigned levels;
    g->level = ++levels;
    g->loops = 0;
    g->leaves = false;
    return outer;
}

static void come_out(Grow *g, Inner outer)
{
    g->level = outer.level;
    g->loops = outer.loops;
    g->leaves = outer.leaves;
    g->name_count = outer.known;
}

// Some task that gives a value, or NULL.
static const GrowRoutine *some_task(Grow *g, bool stream, bool nothing)
{
    const GrowRoutine *found = NULL;
    unsigned seen = 0;
    for (size_t i = 0; i < g->routine_count; i++) {
        const GrowRoutine *routine = &g->routines[i];
        if (routine->task && routine->stream == stream && routine->nothing == nothing &&
            grow_below(g, ++seen) == 0) {
            found = routine;
        }
    }
    return found;
}

static const char *call_of(Grow *g, const GrowRoutine *task)
{
    return grow_call_of(g, task, 1);
}

// Clauses behind a call, an item or a stage; maybe none.
static const char *clauses(Grow *g)
{
    Text text = {0};
    if (grow_chance(g, 20)) {
        text_print(&text, " timeout %ums", grow_below(g, 40) + 1);
    }
    if (grow_chance(g, 15)) {
        text_print(&text, " deadline %ums", grow_below(g, 90) + 1);
    }
    if (grow_chance(g, 20)) {
        text_print(&text, " retry %u%s", grow_below(g, 3),
                   grow_chance(g, 50) ? " backoff 1ms..9ms" : "");
    }
    if (grow_chance(g, 15)) {
        text_print(&text, " after %ums", grow_below(g, 9));
    }
    return text_string(&text);
}

// The clauses of a form over items.
static const char *form_clauses(Grow *g)
{
    Text text = {0};
    if (grow_chance(g, 50)) {
        text_print(&text, " limit %u", grow_below(g, 3) + 1);
    }
    if (grow_chance(g, 10)) {
        text_print(&text, " rate 2 per 10ms burst 2");
    }
    if (grow_chance(g, 15)) {
        // One for each form: what its items call may have another.
        text_print(&text, " within few(%u)", g->taken++);
    }
    text_print(&text, "%s", clauses(g));
    return text_string(&text);
}

// ── forms ────────────────────────────────────────────────────────────────────────────────────────
static void plain_call(Grow *g)
{
    const GrowRoutine *nothing = some_task(g, false, true);
    const GrowRoutine *task = grow_chance(g, 30) ? nothing : some_task(g, false, false);
    if (task == NULL) {
        grow_line(g, "sleep(%ums)", grow_below(g, 30));
    } else if (task->nothing) {
        grow_line(g, "%s%s", call_of(g, task), clauses(g));
    } else {
        const char *call = call_of(g, task), *name = grow_name(g);
        grow_line(g, "let %s = %s%s", name, call, clauses(g));
        grow_know(g, name, task->gives, false);
    }
}

static void started(Grow *g)
{
    const GrowRoutine *task = some_task(g, false, false);
    if (task == NULL) {
        plain_call(g);
        return;
    }
    const char *call = call_of(g, task), *handle = grow_name(g), *name = grow_name(g);
    grow_line(g, "let %s = start %s%s", handle, call, clauses(g));
    for (unsigned i = grow_below(g, 2); i > 0; i--) {
        grow_statement(g);
    }
    switch (grow_below(g, 4)) {
    case 0: grow_line(g, "cancel %s", handle); return;
    case 1: grow_line(g, "print(\"{try await %s}\")", handle); return;
    case 2:
        grow_line(g, "let %s = await %s timeout %ums catch e => %s", name, handle,
                  grow_below(g, 40) + 1, grow_value(g, task->gives, 2));
        break;
    default: grow_line(g, "let %s = await %s", name, handle); break;
    }
    grow_know(g, name, task->gives, false);
}

static void branches(Grow *g)
{
    const GrowRoutine *a = some_task(g, false, false), *b = some_task(g, false, false);
    if (a == NULL) {
        plain_call(g);
        return;
    }
    bool named = grow_chance(g, 30), collected = grow_chance(g, 30);
    const char *name = grow_name(g), *other = grow_name(g);
    const char *first = call_of(g, a), *second = call_of(g, b);
    bool apart = !named && !collected && grow_chance(g, 60);
    grow_line(g, "let %s%s%s = gather {", name, apart ? ", " : "", apart ? other : "");
    grow_line(g, "    %s%s%s", named ? "one: " : "", first, clauses(g));
    grow_line(g, "    %s%s%s", named ? "two: " : "", second, clauses(g));
    grow_line(g, "}%s%s", grow_chance(g, 20) ? " limit 1" : "", collected ? " collect errors" : "");
    if (apart) {
        grow_know(g, name, a->gives, false);
        grow_know(g, other, b->gives, false);
    } else {
        grow_line(g, "print(\"{%s}\")", name);
    }
}

static void gathered(Grow *g)
{
    const GrowRoutine *task = some_task(g, false, false);
    if (task == NULL) {
        plain_call(g);
        return;
    }
    const char *source = grow_value(g, GROW_INTS, 2), *name = grow_name(g), *all = grow_name(g);
    bool collected = grow_chance(g, 40);
    Inner outer = go_in(g);
    grow_know(g, name, GROW_INT, false);
    const char *call = call_of(g, task);
    const char *when = grow_chance(g, 20) ? print_text(" if %s != 2", name) : "";
    const char *behind = form_clauses(g);
    come_out(g, outer);
    switch (grow_below(g, 4)) {
    case 0:
        grow_line(g, "for %s in as_completed %s for %s in %s%s%s%s {", all, call, name, source,
                  when, behind, collected ? " collect errors" : "");
        if (collected) {
            grow_line(g, "    print(\"came {%s}\")", all);
        } else {
            grow_know(g, all, task->gives, false);
        }
        g->loops++;
        grow_block(g, 2);
        g->loops--;
        g->name_count = outer.known;
        return;
    case 1:
        grow_line(g, "let %s = race %s for %s in %s + [1]%s%s catch e => %s", all, call, name,
                  source, when, behind, grow_value(g, task->gives, 1));
        grow_know(g, all, task->gives, false);
        return;
    default:
        grow_line(g, "let %s = gather %s for %s in %s%s%s%s", all, call, name, source, when, behind,
                  collected ? " collect errors" : "");
        grow_line(g, "print(\"{%s%s}\")", all, collected && grow_chance(g, 50) ? ".values" : "");
        return;
    }
}

// Branches that are statements of their own: a scope, or tasks that nobody awaits.
static void scoped(Grow *g)
{
    const GrowRoutine *task = some_task(g, false, true);
    bool timed = grow_chance(g, 30);
    grow_line(g, "scope%s {", timed ? print_text(" timeout %ums", grow_below(g, 60) + 1) : "");
    if (task != NULL) {
        g->indent++;
        grow_line(g, "start %s%s", call_of(g, task), clauses(g));
        g->indent--;
    }
    unsigned loops = g->loops;
    grow_block(g, 3);
    g->loops = loops;
    if (grow_chance(g, 60)) {
        g->text.length--;
        text_print(&g->text, " catch e { print(\"scope: {e.kind}\") }\n");
    }
}

// ── streams, pipelines, queues ───────────────────────────────────────────────────────────────────
typedef struct Flow { // a pipeline as it grows
    Text text;
    GrowKind kind;
    bool results;
} Flow;

static void stage(Grow *g, Flow *flow)
{
    Inner outer = go_in(g);
    g->it = (int)flow->kind;
    const char *it = "it";
    if (flow->results) {
        text_print(&flow->text, " |> \"{it}\"");
        flow->kind = GROW_TEXT;
        flow->results = false;
    } else {
        switch (grow_below(g, 6)) {
        case 0:
            text_print(&flow->text, " |> where %s != %s", it, grow_value(g, flow->kind, 1));
            break;
        case 1: text_print(&flow->text, " |> take %u", grow_below(g, 5) + 1); break;
        case 2: text_print(&flow->text, " |> skip %u", grow_below(g, 2)); break;
        case 3:
            text_print(&flow->text, " |> \"<{it}>\"");
            flow->kind = GROW_TEXT;
            break;
        default: {
            const GrowRoutine *task = some_task(g, false, false);
            if (task == NULL || task->param_count == 0) {
                break;
            }
            Text call = {0};
            bool used = false;
            text_print(&call, "%s(", task->name);
            for (size_t i = 0; i < task->param_count; i++) {
                bool this = task->params[i] == flow->kind;
                used = used || this;
                text_print(&call, "%s%s", i > 0 ? ", " : "",
                           this ? "it" : grow_value(g, task->params[i], 1));
            }
            if (!used) {
                break;
            }
            flow->results = grow_chance(g, 30);
            text_print(&flow->text, " |> %s)%s%s%s", text_string(&call),
                       grow_chance(g, 50) ? " limit 2" : "",
                       grow_chance(g, 20) ? " as_completed" : "",
                       flow->results ? " collect errors" : "");
            flow->kind = task->gives;
            break;
        }
        }
    }
    g->it = -1;
    come_out(g, outer);
}

static void flowing(Grow *g)
{
    const GrowRoutine *task = some_task(g, true, false);
    Flow flow = {.kind = GROW_INT};
    if (task != NULL && grow_chance(g, 60)) {
        text_print(&flow.text, "%s", call_of(g, task));
        flow.kind = task->gives;
    } else {
        text_print(&flow.text, "%s", grow_value(g, GROW_INTS, 2));
    }
    text_print(&flow.text, " |> where true");
    for (unsigned i = grow_below(g, 4); i > 0; i--) {
        stage(g, &flow);
    }
    const char *name = grow_name(g);
    size_t known = g->name_count;
    switch (grow_below(g, 4)) {
    case 0:
        grow_line(g, "let %s = gather %s", name, text_string(&flow.text));
        grow_line(g, "print(\"{%s}\")", name);
        return;
    case 1: grow_line(g, "%s |> print(\"- {it}\")", text_string(&flow.text)); return;
    case 2:
        grow_line(g, "%s |> batch %u |> print(\"+ {it}\")", text_string(&flow.text),
                  grow_below(g, 3) + 1);
        return;
    default:
        grow_line(g, "for %s in %s {", name, text_string(&flow.text));
        grow_line(g, "    print(\"{%s}\")", name);
        if (!flow.results) {
            grow_know(g, name, flow.kind, false);
        }
        g->loops++;
        grow_block(g, 2);
        g->loops--;
        g->name_count = known;
        return;
    }
}

static void streamed(Grow *g)
{
    const GrowRoutine *task = some_task(g, true, false);
    if (task == NULL) {
        flowing(g);
        return;
    }
    const char *call = call_of(g, task), *name = grow_name(g);
    size_t known = g->name_count;
    grow_line(g, "for %s in %s {", name, call);
    grow_know(g, name, task->gives, false);
    g->loops++;
    grow_block(g, 3);
    g->loops--;
    g->name_count = known;
}

static void queued(Grow *g)
{
    const char *queue = grow_name(g), *values = grow_value(g, GROW_INTS, 2);
    grow_line(g, "let %s = queue<int>(max: %u)", queue, grow_below(g, 3) + 1);
    grow_line(g, "gather {");
    grow_line(g, "    put_all(%s, %s, %ums)", queue, values, grow_below(g, 9));
    for (unsigned i = 1 + grow_below(g, 2); i > 0; i--) {
        grow_line(g, "    get_all(%s, \"%u\", %ums)", queue, i, grow_below(g, 9));
    }
    grow_line(g, "}");
}

void grow_form(Grow *g)
{
    switch (grow_below(g, 9)) {
    case 0: plain_call(g); return;
    case 1: started(g); return;
    case 2: branches(g); return;
    case 3:
    case 4: gathered(g); return;
    case 5: scoped(g); return;
    case 6: flowing(g); return;
    case 7: streamed(g); return;
    default: queued(g); return;
    }
}
