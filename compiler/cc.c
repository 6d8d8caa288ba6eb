#include "cc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "text.h"

extern char **environ;

// ── finding ─────────────────────────────────────────────────────────────────────────────────────

static bool is_program(const char *path, struct stat *about)
{
    return stat(path, about) == 0 && S_ISREG(about->st_mode) && access(path, X_OK) == 0;
}

// As a shell looks for it.
static const char *look_up(Arena *arena, const char *name, struct stat *about)
{
    if (strchr(name, '/')) {
        return is_program(name, about) ? name : NULL;
    }
    const char *folders = getenv("PATH");
    folders = folders ? folders : "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        size_t length = strcspn(folders, ":");
        const char *path = arena_print(arena, "%.*s/%s", length ? (int)length : 1,
                                       length ? folders : ".", name);
        if (is_program(path, about)) {
            return path;
        }
        if (!folders[length]) {
            return NULL;
        }
        folders += length + 1;
    }
}

static void split(CCompiler *cc, Arena *arena, const char *text)
{
    static const char blanks[] = " \t\n";
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        size_t length = strcspn(text, blanks);
        LIST_ADD(arena, &cc->words, arena_copy(arena, text, length));
        text += length;
    }
}

static bool use(CCompiler *cc, Arena *arena)
{
    struct stat about;
    const char *path = look_up(arena, cc->words.items[0], &about);
    if (!path) {
        return false;
    }
    cc->words.items[0] = path;
    const char *identity = "";
    for (size_t i = 0; i < cc->words.count; i++) {
        identity = arena_print(arena, "%s%s ", identity, cc->words.items[i]);
    }
    cc->identity = arena_print(arena, "%s%lld %lld", identity, (long long)about.st_size,
                               (long long)about.st_mtime);
    return true;
}

bool cc_find(CCompiler *cc, Arena *arena)
{
    *cc = (CCompiler){0};
    const char *wanted = getenv("CC");
    if (wanted) {
        split(cc, arena, wanted);
    }
    if (cc->words.count > 0) { // who names a compiler does not want another one
        if (!use(cc, arena)) {
            cc->wrong = arena_print(arena, "the C compiler that $CC names, `%s`, was not found",
                                    cc->words.items[0]);
        }
        return !cc->wrong;
    }
    static const char *const names[] = {"cc", "gcc", "clang"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cc->words.count = 0;
        LIST_ADD(arena, &cc->words, names[i]);
        if (use(cc, arena)) {
            return true;
        }
    }
    cc->wrong = "no C compiler was found: looked for cc, gcc and clang on PATH";
    return false;
}

// ── running ─────────────────────────────────────────────────────────────────────────────────────

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
enum { ENDING_COUNT = sizeof ending / sizeof *ending };

static void on_child(int number)
{
    (void)number; // only so that SIGCHLD is kept and not thrown away
}

static int start(pid_t *child, char *const *argv, const char *log, const sigset_t *mask)
{
    posix_spawn_file_actions_t files;
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0) {
        return error;
    }
    posix_spawnattr_t attributes;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        sigset_t normal;
        sigemptyset(&normal);
        sigaddset(&normal, SIGPIPE); // weir itself ignores it
        posix_spawnattr_setsigdefault(&attributes, &normal);
        posix_spawnattr_setsigmask(&attributes, mask);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        int flags = O_WRONLY | O_CREAT | O_TRUNC;
        error = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
        error = error ? error : posix_spawn_file_actions_addopen(&files, 1, log, flags, 0600);
        error = error ? error : posix_spawn_file_actions_adddup2(&files, 1, 2);
        error = error ? error : posix_spawn(child, argv[0], &files, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return error;
}

// Waits for the child; signals in `wanted` other than SIGCHLD are passed on to it.
static int wait_for(pid_t child, const sigset_t *wanted)
{
    int told = 0, status = 0;
    for (;;) {
        pid_t ended = waitpid(child, &status, WNOHANG);
        if (ended == child) {
            break;
        }
        if (ended < 0 && errno != EINTR) {
            return -1;
        }
        int number = 0;
        if (ended == 0 && sigwait(wanted, &number) == 0 && number != SIGCHLD) {
            told = number;
            kill(child, number);
        }
    }
    if (told) {
        return 128 + told;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int cc_run(const CCompiler *cc, Arena *arena, const Words *words, const char *log)
{
    size_t own = cc->words.count;
    char **argv = arena_take(arena, (own + words->count + 1) * sizeof *argv);
    for (size_t i = 0; i < own + words->count; i++) {
        const char *word = i < own ? cc->words.items[i] : words->items[i - own];
        argv[i] = arena_copy(arena, word, strlen(word));
    }

    sigset_t wanted, old;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    for (int i = 0; i < ENDING_COUNT; i++) {
        struct sigaction now; // what is ignored (nohup) stays ignored
        if (sigaction(ending[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) {
            sigaddset(&wanted, ending[i]);
        }
    }
    struct sigaction keep = {.sa_handler = on_child}, before;
    sigemptyset(&keep.sa_mask);
    sigaction(SIGCHLD, &keep, &before);
    sigprocmask(SIG_BLOCK, &wanted, &old);

    pid_t child = 0;
    int error = start(&child, argv, log, &old);
    int status = error == 0 ? wait_for(child, &wanted) : -1;
    error = error ? error : errno;

    sigaction(SIGCHLD, &before, NULL);
    sigprocmask(SIG_SETMASK, &old, NULL);
    errno = error;
    return status;
}

const char *cc_said(Arena *arena, const char *log)
{
    Buffer text = {.arena = arena};
    FILE *file = fopen(log, "re");
    char chunk[4096];
    size_t got;
    while (file && (got = fread(chunk, 1, sizeof chunk, file)) > 0) {
        buffer_add(&text, chunk, got);
    }
    if (file) {
        fclose(file);
    }
    return text.length > 0 ? buffer_end(&text) : NULL;
}

// Is the text at `error` preceded by a place: `name:12: ` or `name:12:34: `?
static bool has_place(const char *start, const char *error)
{
    const char *at = error;
    if (at - start >= 6 && strncmp(at - 6, "fatal ", 6) == 0) {
        at -= 6;
    }
    return at - start >= 3 && at[-1] == ' ' && at[-2] == ':' && at[-3] >= '0' && at[-3] <= '9';
}

bool cc_blames_code(const char *said)
{
    for (const char *line = said; line && *line;) {
        size_t length = strcspn(line, "\n");
        const char *error = strstr(line, "error:");
        const char *missing = strstr(line, "No such file");
        const char *full = strstr(line, "No space left");
        const char *end = line + length;
        if (error && error < end && has_place(line, error) && !(missing && missing < end) &&
            !(full && full < end)) {
            return true;
        }
        line = *end ? end + 1 : end;
    }
    return false;
}
