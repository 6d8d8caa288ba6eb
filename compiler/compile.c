#include "compile.h"

#include "live.h"
#include "lower.h"
#include "machine.h"
#include "message.h"
#include "module.h"
#include "name.h"
#include "parse.h"
#include "split.h"
#include "thin.h"

void compilation_init(Compilation *c, Arena *arena)
{
    *c = (Compilation){
        .arena = arena, .sources = {.arena = arena, .next = 1}, .diags = {.arena = arena}};
}

static bool sound(Compilation *c)
{
    diags_sort(&c->diags);
    thin_diags(&c->diags, &c->sources);
    return c->diags.all.count == 0;
}

static void demand_main(Compilation *c, const Source *source)
{
    if (c->needs_main && c->program->main == NULL && c->diags.all.count == 0) {
        diag_add(&c->diags, DIAG_NO_MAIN, (Span){source->base, source->base}, source->path, NULL,
                 NULL);
    }
}

static void note_name(Compilation *c, const char *name)
{
    LIST_ADD(c->arena, &c->shared, name);
}

// What the printed C shares with C of others.
static void note_border(Compilation *c)
{
    const Unit *unit = c->unit;
    for (size_t i = 0; i < unit->routines.count; i++) {
        const Routine *routine = unit->routines.items[i];
        if (!routine->reached || routine->c_name == NULL) {
            continue;
        }
        note_name(c, routine->c_name);
        note_name(c, arena_print(c->arena, "%s_start", routine->c_name));
        note_name(c, arena_print(c->arena, "%s_run", routine->c_name));
        if (routine->external) {
            Extern one = {routine->hint, routine->c_name, routine->file, routine->line};
            LIST_ADD(c->arena, &c->externs, one);
        }
    }
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        if (unit->descriptors.items[i]->shared != NULL) {
            note_name(c, unit->descriptors.items[i]->name);
        }
    }
    for (size_t i = 0; i < unit->shapes.count; i++) {
        if (unit->shapes.items[i]->shared != NULL) {
            note_name(c, unit->shapes.items[i]->maker);
        }
    }
}

bool compile(Compilation *c, Source *source, CompileUntil until)
{
    Module *module = parse(c->arena, &c->sources, source, &c->diags);
    c->program = program_new(c->arena);
    LIST_ADD(c->arena, &c->program->modules, module);
    if (until == UNTIL_PARSED) {
        return sound(c);
    }
    c->program->wants_tests = c->wants_tests;
    c->program->splits = c->splits;
    modules_read(c->program, &c->sources, &c->diags);
    if (until == UNTIL_READ) {
        return sound(c);
    }
    // These may find mistakes …
    resolve(c->program, &c->diags);
    check(c->program, &c->diags);
    demand_main(c, source);
    if (!sound(c) || until == UNTIL_CHECKED) {
        return c->diags.all.count == 0;
    }
    // … from here on nothing can fail.
    c->unit = lower(c->arena, &c->sources, c->program);
    live(c->unit);
    split(c->unit);
    name_all(c->unit);
    c->symbol = c->unit->symbol;
    c->unit_tests = c->unit->tests.count;
    if (until == UNTIL_LOWERED) {
        return true;
    }
    note_border(c);
    c->printed = emit(c->arena, c->unit);
    c->code = c->printed.files.items[0].text;
    c->code_length = c->printed.files.items[0].length;
    c->header = c->printed.header.text;
    c->header_length = c->printed.header.length;
    return true;
}
