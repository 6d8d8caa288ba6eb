#include "module.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lexer.h"
#include "message.h"
#include "parse.h"
#include "text.h"

typedef struct Reading {
    Program *program;
    Sources *sources;
    Diags *diags;
    LIST(const char *) real; // of each module, where the file really is
} Reading;

// The folder of a file, with its slash; "" where it has none.
static const char *folder_of(Arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash == NULL ? "" : arena_copy(arena, file, (size_t)(slash - file) + 1);
}

static const char *base_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    return slash == NULL ? file : slash + 1;
}

static bool is_part(const char *part, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(part, word, length) == 0;
}

// "lib/../util.weir" → "util.weir"
static const char *shortened(Arena *arena, const char *path)
{
    Buffer out = {.arena = arena};
    LIST(size_t) starts = {0}; // of the folders in `out` that a `..` takes back
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        size_t whole = length + (path[length] == '/');
        if (is_part(path, length, "..") && starts.count > 0) {
            out.length = starts.items[--starts.count];
            out.bytes[out.length] = '\0';
        } else if (length > 0 && !is_part(path, length, ".")) {
            if (!is_part(path, length, "..") && whole > length) {
                LIST_ADD(arena, &starts, out.length);
            }
            buffer_add(&out, path, whole);
        }
        path += whole;
    }
    return buffer_end(&out);
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

typedef struct Found { // a file that is used
    const char *path; // as it is opened
    const char *file; // from the main file's folder
    const char *real;
} Found;

static Found find(const Reading *r, const Module *user, const char *path)
{
    Arena *arena = r->program->arena;
    const char *main = r->program->modules.items[0]->source->path;
    bool from_user = path[0] != '/' && user->source->path[0] != '<';
    Found found = {.path = path, .file = base_name(path)};
    if (from_user) {
        found.path = arena_print(arena, "%s%s", folder_of(arena, user->source->path), path);
    }
    found.real = real_path(arena, found.path);
    if (path[0] != '/') {
        const char *file = arena_print(arena, "%s%s", folder_of(arena, user->file), path);
        const char *folder = *main == '<' ? "" : folder_of(arena, main);
        // What `..` leads to may not be what it says, where a folder is a link.
        found.file = shortened(arena, file);
        const char *plain = arena_print(arena, "%s%s", folder, found.file);
        if (strcmp(real_path(arena, plain), found.real) == 0) {
            found.path = plain;
        } else {
            found.file = file;
        }
    }
    return found;
}

// ── what its C files are called ──────────────────────────────────────────────────────────────────
static bool same_letters(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

// Some file systems take Net.c and net.c for one file.
static bool is_taken(const Reading *r, const char *stem)
{
    for (size_t i = 0; i < r->program->modules.count; i++) {
        const char *other = r->program->modules.items[i]->stem;
        if (other != NULL && same_letters(other, stem)) {
            return true;
        }
    }
    return false;
}

// "../lib/net.weir" → "lib_net", which also begins the names in it. Where two would be called the
// same, the one read later gets a number.
static const char *stem_of(const Reading *r, const char *file)
{
    Arena *arena = r->program->arena;
    const char *end = strrchr(file, '.');
    end = end == NULL || end == file || strchr(end, '/') != NULL ? file + strlen(file) : end;
    Buffer out = {.arena = arena};
    bool broken = false; // since the last letter or digit
    for (; file < end; file++) {
        unsigned char c = (unsigned char)*file;
        if (c < 128 && isalnum(c)) {
            buffer_text(&out, broken && out.length > 0 ? "_" : "");
            buffer_add(&out, file, 1);
        }
        broken = c >= 128 || !isalnum(c);
    }
    const char *wanted = out.length == 0 ? "module" : buffer_end(&out), *stem = wanted;
    for (unsigned k = 2; is_taken(r, stem); k++) {
        stem = arena_print(arena, "%s_%u", wanted, k);
    }
    return stem;
}

// ── what a module is called ──────────────────────────────────────────────────────────────────────
static bool is_name(const char *text)
{
    size_t count;
    const Keyword *words = keywords(&count);
    for (size_t i = 0; i < count; i++) {
        if (words[i].kind == KEYWORD_RESERVED && strcmp(words[i].word, text) == 0) {
            return false;
        }
    }
    bool plain = *text != '\0' && !isdigit((unsigned char)*text);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        plain = plain && c < 128 && (isalnum(c) || c == '_');
    }
    return plain;
}

// `use "lib/net.weir"` without `as` is called net. That there is no such file is said first.
static void name_module(Reading *r, Decl *use)
{
    if (use->name.text != NULL) {
        return;
    }
    const char *base = base_name(use->path);
    const char *name = source_intern(r->sources, base, strcspn(base, "."));
    if (is_name(name)) {
        use->name = (Name){name, use->span};
    } else if (use->module != NULL) {
        diag_add(r->diags, DIAG_USE_NAME, use->span, name, use->path, NULL);
    }
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────
static void report(Reading *r, const Decl *use, const char *path, SourceError error)
{
    static const int codes[] = {
        [SOURCE_MISSING] = DIAG_USE_MISSING,     [SOURCE_UNREADABLE] = DIAG_USE_UNREADABLE,
        [SOURCE_DIRECTORY] = DIAG_USE_FOLDER,    [SOURCE_NOT_A_FILE] = DIAG_USE_NOT_A_FILE,
        [SOURCE_TOO_LARGE] = DIAG_USE_TOO_LARGE,
    };
    diag_add(r->diags, codes[error], use->span, *path == '\0' ? "\"\"" : path, NULL, NULL);
}

static void read_use(Reading *r, const Module *user, Decl *use)
{
    Arena *arena = r->program->arena;
    Found found = find(r, user, use->path);
    for (size_t i = 0; i < r->real.count; i++) {
        if (strcmp(r->real.items[i], found.real) == 0) {
            use->module = r->program->modules.items[i];
            return;
        }
    }
    SourceError error = SOURCE_OK;
    Source *source = source_read(r->sources, found.path, &error);
    if (source == NULL) {
        report(r, use, found.path, error);
        return;
    }
    use->module = parse(arena, r->sources, source, r->diags);
    use->module->file = found.file;
    use->module->stem = stem_of(r, found.file);
    LIST_ADD(arena, &r->program->modules, use->module);
    LIST_ADD(arena, &r->real, found.real);
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

// "a.weir → b.weir → a.weir", from the module that is met again.
static void report_circle(Circles *c, size_t first, const Decl *use)
{
    Arena *arena = c->r->program->arena;
    const char *names = base_name(c->way.items[first].module->file);
    for (size_t i = first + 1; i < c->way.count; i++) {
        names = arena_print(arena, "%s → %s", names, base_name(c->way.items[i].module->file));
    }
    names = arena_print(arena, "%s → %s", names, base_name(c->way.items[first].module->file));
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
    Module *main = program->modules.items[0];
    const char *path = main->source->path;
    main->file = *path == '<' ? "program.weir" : base_name(path); // standard input, -e
    main->stem = stem_of(&r, main->file);
    LIST_ADD(program->arena, &r.real, real_path(program->arena, path));
    for (size_t i = 0; i < program->modules.count; i++) {
        Module *module = program->modules.items[i];
        for (size_t k = 0; k < module->decls.count; k++) {
            if (module->decls.items[k]->kind == DECL_USE && module->decls.items[k]->path != NULL) {
                read_use(&r, module, module->decls.items[k]);
                name_module(&r, module->decls.items[k]);
            }
        }
    }
    Circles circles = {.r = &r};
    find_circles(&circles, program->modules.items[0], NULL);
}
