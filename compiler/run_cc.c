// run_cc.c: programs as shared objects, made by the C compiler and kept.
//
// The cache is $XDG_CACHE_HOME/weir/run, else ~/.cache/weir/run; one folder for each program:
//
//     <key>/program.c    the printed C           the key is a hash of these three;
//     <key>/weir.h       what it includes        an entry is used only when all three
//     <key>/compiler     which C compiler, how   are the same byte for byte
//     <key>/program.so   what is loaded
//
// An entry is made in a folder of its own and renamed when it is whole, and never changed after
// that, so any number of runs may meet. When the cache grows over its bounds, what was not used for
// longest goes; who has loaded it already keeps it.
#include "load.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cc.h"
#include "options.h"
#include "output.h"
#include "text.h"

enum {
    MOST_ENTRIES = 256,
    MOST_BYTES = 64 * 1024 * 1024,
    HOUR = 3600,
};

static const char *const flags[] = {"-O1", "-shared", "-fPIC", "-std=gnu11", "-w"};
enum { FLAG_COUNT = sizeof flags / sizeof *flags };

typedef struct Cache {
    Loading *loading;
    Arena *arena;
    const char *root;  // NULL: there is none, the program is compiled for this run only
    const char *entry; // root/key
    const char *compiler;
} Cache;

static bool fail(Loading *loading, int status, const char *wrong)
{
    loading->status = status;
    loading->wrong = wrong;
    return false;
}

static bool fail_with(Cache *cache, const char *what, const char *path)
{
    return fail(cache->loading, STATUS_OUTPUT,
                arena_print(cache->arena, "%s `%s`: %s", what, path, strerror(errno)));
}

static const char *in(Cache *cache, const char *folder, const char *name)
{
    return arena_print(cache->arena, "%s/%s", folder, name);
}

// ── where ───────────────────────────────────────────────────────────────────────────────────────

static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made) {
            return false;
        }
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

// NULL where there is none to be trusted: what lies there is executed.
static const char *find_root(Arena *arena)
{
    const char *base = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    char *root = NULL;
    if (base && base[0] == '/') { // a relative one is to be ignored
        root = arena_print(arena, "%s/weir/run", base);
    } else if (home && home[0] == '/') {
        root = arena_print(arena, "%s/.cache/weir/run", home);
    }
    struct stat about;
    bool good = root && make_folders(root) && stat(root, &about) == 0 && S_ISDIR(about.st_mode) &&
                about.st_uid == geteuid() && !(about.st_mode & (S_IWGRP | S_IWOTH)) &&
                access(root, W_OK) == 0;
    return good ? root : NULL;
}

static uint64_t hash(uint64_t so_far, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        so_far = (so_far ^ (unsigned char)bytes[i]) * 0x100000001B3u;
    }
    so_far ^= so_far >> 29;
    return (so_far + length) * 0x9E3779B97F4A7C15u;
}

// Only finds the place: what lies there is compared before it is used.
static const char *key_of(Cache *cache)
{
    uint64_t key[2] = {0xCBF29CE484222325u, 0x6C62272E07BB0142u};
    for (int i = 0; i < 2; i++) {
        key[i] = hash(key[i], cache->loading->code, cache->loading->code_length);
        key[i] = hash(key[i], weir_header, weir_header_length);
        key[i] = hash(key[i], cache->compiler, strlen(cache->compiler));
    }
    return arena_print(cache->arena, "%016llx%016llx", (unsigned long long)key[0],
                       (unsigned long long)key[1]);
}

// ── using ───────────────────────────────────────────────────────────────────────────────────────

static bool is_ours(Cache *cache, const char *entry)
{
    const Loading *loading = cache->loading;
    return output_holds(in(cache, entry, "program.c"), loading->code, loading->code_length) &&
           output_holds(in(cache, entry, "weir.h"), weir_header, weir_header_length) &&
           output_holds(in(cache, entry, "compiler"), cache->compiler, strlen(cache->compiler));
}

static bool open_library(Cache *cache, const char *folder)
{
    void *library = dlopen(in(cache, folder, "program.so"), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        return false;
    }
    cache->loading->program = dlsym(library, cache->loading->symbol);
    return cache->loading->program != NULL;
}

// Its time says when an entry was used last; once a day is enough.
static void mark_used(const char *entry)
{
    struct stat about;
    if (stat(entry, &about) == 0 && about.st_mtime + 24 * HOUR < time(NULL)) {
        utimensat(AT_FDCWD, entry, NULL, 0);
    }
}

// ── removing ────────────────────────────────────────────────────────────────────────────────────

// Of the folders of programs that C files go with, which are never kept.
static void remove_header(Cache *cache, const char *folder)
{
    if (cache->loading->with.count > 0) {
        unlink(in(cache, folder, cache->loading->header_name));
    }
}

static off_t size_of(Cache *cache, const char *folder)
{
    static const char *const names[] = {"program.c", "weir.h", "program.so"};
    off_t size = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat about;
        size += stat(in(cache, folder, names[i]), &about) == 0 ? about.st_size : 0;
    }
    return size;
}

// Only what an entry consists of: nothing else is ever removed.
static void remove_entry(Cache *cache, const char *folder)
{
    static const char *const names[] = {"program.so", "program.c", "weir.h", "compiler", "log"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        unlink(in(cache, folder, names[i]));
    }
    remove_header(cache, folder);
    rmdir(folder);
}

typedef struct Entry {
    const char *path;
    time_t used;
    off_t size;
} Entry;

static int by_use(const void *a, const void *b)
{
    const Entry *one = a, *other = b;
    return one->used > other->used ? -1 : one->used < other->used;
}

static void clean_up(Cache *cache)
{
    DIR *folder = opendir(cache->root);
    if (!folder) {
        return;
    }
    LIST(Entry) entries = {0};
    time_t now = time(NULL);
    for (struct dirent *next; (next = readdir(folder));) {
        struct stat about;
        const char *path = in(cache, cache->root, next->d_name);
        bool unfinished = strncmp(next->d_name, "new.", 4) == 0;
        if (next->d_name[0] == '.' || lstat(path, &about) != 0 || !S_ISDIR(about.st_mode)) {
            continue;
        }
        if (unfinished && about.st_mtime + HOUR < now) { // its maker was killed
            remove_entry(cache, path);
        } else if (!unfinished) {
            Entry entry = {path, about.st_mtime, size_of(cache, path)};
            LIST_ADD(cache->arena, &entries, entry);
        }
    }
    closedir(folder);
    if (entries.count > 1) {
        qsort(entries.items, entries.count, sizeof *entries.items, by_use);
    }
    off_t total = 0;
    for (size_t i = 0; i < entries.count; i++) {
        total += entries.items[i].size;
        if (i >= MOST_ENTRIES || (i > 0 && total > MOST_BYTES)) {
            remove_entry(cache, entries.items[i].path);
        }
    }
}

// ── making ──────────────────────────────────────────────────────────────────────────────────────

static bool write_parts(Cache *cache, const char *folder)
{
    const Loading *loading = cache->loading;
    Outputs outputs = {.arena = cache->arena};
    output_add(&outputs, in(cache, folder, "program.c"), loading->code, loading->code_length);
    output_add(&outputs, in(cache, folder, "weir.h"), weir_header, weir_header_length);
    output_add(&outputs, in(cache, folder, "compiler"), cache->compiler, strlen(cache->compiler));
    if (loading->with.count > 0) {
        output_add(&outputs, in(cache, folder, loading->header_name), loading->header,
                   loading->header_length);
    }
    return output_write(&outputs) || fail(cache->loading, STATUS_OUTPUT, outputs.wrong);
}

static bool compile_in(Cache *cache, const CCompiler *cc, const char *folder)
{
    Words words = {0};
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        LIST_ADD(cache->arena, &words, flags[i]);
    }
#ifdef __APPLE__
    LIST_ADD(cache->arena, &words, "-Wl,-undefined,dynamic_lookup");
#endif
    LIST_ADD(cache->arena, &words, "-o");
    LIST_ADD(cache->arena, &words, in(cache, folder, "program.so"));
    LIST_ADD(cache->arena, &words, in(cache, folder, "program.c"));
    const char *log = in(cache, folder, "log");
    Loading *loading = cache->loading;
    if (loading->with.count > 0) {
        LIST_ADD(cache->arena, &words, "-D_GNU_SOURCE");
        LIST_ADD(cache->arena, &words, arena_print(cache->arena, "-I%s", folder));
    }
    for (size_t i = 0; i < loading->with.count; i++) {
        LIST_ADD(cache->arena, &words, loading->with.items[i]);
    }
    int status = cc_run(cc, cache->arena, &words, log);
    if (status < 0) {
        return fail_with(cache, "could not start", cc->words.items[0]);
    }
    if (status > 128) {
        bool told = status == 128 + SIGINT || status == 128 + SIGTERM || status == 128 + SIGHUP;
        return fail(loading, told ? status : STATUS_USAGE,
                    arena_print(cache->arena, "the C compiler `%s` was ended by signal %d",
                                cc->words.items[0], status - 128));
    }
    if (status != 0) {
        loading->details = cc_said(cache->arena, log);
        if (loading->with.count > 0) {
            return fail(loading, STATUS_USAGE, "the C that `--with` gives does not compile");
        }
        bool ours = cc_blames_code(loading->details);
        return fail(
            loading, ours ? STATUS_BUG : STATUS_USAGE,
            ours ? "the C that was printed for this program does not compile"
                 : arena_print(cache->arena, "the C compiler `%s` failed", cc->words.items[0]));
    }
    unlink(log);
    return true;
}

// Loads what was made, then gives it to the cache; when somebody else was faster, or the cache
// can't take it, the program runs all the same.
static bool load_and_keep(Cache *cache, const char *folder)
{
    if (!open_library(cache, folder)) {
        const char *why = dlerror();
        cache->loading->details = why ? arena_print(cache->arena, "%s\n", why) : NULL;
        return fail(cache->loading, cache->loading->with.count > 0 ? STATUS_USAGE : STATUS_BUG,
                    "the compiled program could not be loaded");
    }
    if (!cache->root) {
        return true;
    }
    if (rename(folder, cache->entry) != 0 && !is_ours(cache, cache->entry)) {
        remove_entry(cache, cache->entry); // damaged
        rename(folder, cache->entry);
    }
    clean_up(cache);
    return true;
}

static bool make(Cache *cache, const CCompiler *cc)
{
    const char *temporary = getenv("TMPDIR");
    temporary = temporary && temporary[0] == '/' ? temporary : "/tmp";
    char *folder = arena_print(cache->arena, "%s/%s.XXXXXX", cache->root ? cache->root : temporary,
                               cache->root ? "new" : "weir");
    if (!mkdtemp(folder)) {
        return fail_with(cache, "could not make the folder", folder);
    }
    bool good = write_parts(cache, folder) && compile_in(cache, cc, folder) &&
                load_and_keep(cache, folder);
    remove_entry(cache, folder); // where it was not renamed
    return good;
}

bool load_with_cc(Loading *loading)
{
    CCompiler cc;
    Arena *arena = loading->arena;
    if (!cc_find(&cc, arena)) {
        return fail(loading, STATUS_USAGE, cc.wrong);
    }
    // What a C file includes can't be told, so what is made of one is not kept.
    const char *root = loading->with.count > 0 ? NULL : find_root(arena);
    Cache cache = {.loading = loading, .arena = arena, .root = root};
    Buffer how = {.arena = arena};
    buffer_print(&how, "%s\nweir " WEIR_VERSION "\n", cc.identity);
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        buffer_print(&how, "%s\n", flags[i]);
    }
    cache.compiler = buffer_end(&how);
    if (cache.root) {
        cache.entry = in(&cache, cache.root, key_of(&cache));
        if (is_ours(&cache, cache.entry)) {
            if (open_library(&cache, cache.entry)) {
                mark_used(cache.entry);
                return true;
            }
            remove_entry(&cache, cache.entry); // what can't be loaded is made again
        }
    }
    return make(&cache, &cc);
}
