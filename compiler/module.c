#include "module.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "parse.h"

typedef struct Reading {
    Program *program;
    Sources *sources;
    Diags *diags;
    LIST(const char *) real; // of each module, where the file really is
} Reading;

// The path as seen from the folder of the file that uses it.
static const char *path_from(Arena *arena, const Source *user, const char *path)
{
    const char *slash = strrchr(user->path, '/');
    if (path[0] == '/' || slash == NULL || user->path[0] == '<') {
        return arena_copy(arena, path, strlen(path));
    }
    return arena_print(arena, "%.*s/%s", (int)(slash - user->path), user->path, path);
}

// One name for one file: links and .. resolved; the path itself where the file is not there.
static const char *real_path(Arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL) {
        return path;
    }
    const char *copy = arena_copy(arena, real, strlen(real));
    free(real);
    return copy;
}

static void report(Reading *r, const Decl *use, const char *path, SourceError error)
{
    static const int codes[] = {
        [SOURCE_MISSING] = DIAG_USE_MISSING,     [SOURCE_UNREADABLE] = DIAG_USE_UNREADABLE,
        [SOURCE_DIRECTORY] = DIAG_USE_FOLDER,    [SOURCE_NOT_A_FILE] = DIAG_USE_NOT_A_FILE,
        [SOURCE_TOO_LARGE] = DIAG_USE_TOO_LARGE,
    };
    diag_add(r->diags, codes[error], use->span, path, NULL, NULL);
}

static void read_use(Reading *r, const Source *user, Decl *use)
{
    Arena *arena = r->program->arena;
    const char *path = path_from(arena, user, use->path);
    const char *real = real_path(arena, path);
    for (size_t i = 0; i < r->real.count; i++) {
        if (strcmp(r->real.items[i], real) == 0) {
            use->module = r->program->modules.items[i];
            return;
        }
    }
    SourceError error = SOURCE_OK;
    Source *source = source_read(r->sources, path, &error);
    if (source == NULL) {
        report(r, use, path, error);
        return;
    }
    use->module = parse(arena, r->sources, source, r->diags);
    LIST_ADD(arena, &r->program->modules, use->module);
    LIST_ADD(arena, &r->real, real);
}

// ── circles ──────────────────────────────────────────────────────────────────────────────────────

typedef struct Walked { // a module on the way from the main one
    const Module *module;
    const Decl *use; // what brought us here
} Walked;

typedef struct Circles {
    Reading *r;
    LIST(Walked) way;
    LIST(const Module *) done;
} Circles;

static const char *base_name(const Module *module)
{
    const char *slash = strrchr(module->source->path, '/');
    return slash == NULL ? module->source->path : slash + 1;
}

// "a.weir → b.weir → a.weir", from the module that is met again.
static void report_circle(Circles *c, size_t first, const Decl *use)
{
    Arena *arena = c->r->program->arena;
    const char *names = base_name(c->way.items[first].module);
    for (size_t i = first + 1; i < c->way.count; i++) {
        names = arena_print(arena, "%s → %s", names, base_name(c->way.items[i].module));
    }
    names = arena_print(arena, "%s → %s", names, base_name(c->way.items[first].module));
    diag_add(c->r->diags, DIAG_USE_CIRCLE, use->span, names, NULL, NULL);
}

static bool is_done(const Circles *c, const Module *module)
{
    for (size_t i = 0; i < c->done.count; i++) {
        if (c->done.items[i] == module) {
            return true;
        }
    }
    return false;
}

// Files nest as deep as people nest them: recursion is bounded by the number of modules, each on
// the way once.
static void find_circles(Circles *c, const Module *module, const Decl *use)
{
    for (size_t i = 0; i < c->way.count; i++) {
        if (c->way.items[i].module == module) {
            report_circle(c, i, use);
            return;
        }
    }
    if (is_done(c, module)) {
        return;
    }
    Arena *arena = c->r->program->arena;
    Walked here = {module, use};
    LIST_ADD(arena, &c->way, here);
    for (size_t i = 0; i < module->decls.count; i++) {
        const Decl *decl = module->decls.items[i];
        if (decl->kind == DECL_USE && decl->module != NULL) {
            find_circles(c, decl->module, decl);
        }
    }
    c->way.count--;
    LIST_ADD(arena, &c->done, module);
}

void modules_read(Program *program, Sources *sources, Diags *diags)
{
    Reading r = {.program = program, .sources = sources, .diags = diags};
    LIST_ADD(program->arena, &r.real,
             real_path(program->arena, program->modules.items[0]->source->path));
    for (size_t i = 0; i < program->modules.count; i++) {
        Module *module = program->modules.items[i];
        for (size_t k = 0; k < module->decls.count; k++) {
            if (module->decls.items[k]->kind == DECL_USE && module->decls.items[k]->path != NULL) {
                read_use(&r, module->source, module->decls.items[k]);
            }
        }
    }
    Circles circles = {.r = &r};
    find_circles(&circles, program->modules.items[0], NULL);
}
