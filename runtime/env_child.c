// env_child.c: child processes on posix_spawn, which takes the same time however much memory the
// program holds.
#include "env_child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "exec.h"
#include "value.h"

extern char **environ;

enum { SHOWN = 200, LONGEST_PATH = 4096, PIECE = 64 << 10 };

// ── failures ─────────────────────────────────────────────────────────────────────────────────────

static void fail(weir__operation *operation, bool permanent, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// "git log" and what the format says of it.
static void fail(weir__operation *operation, bool permanent, const char *format, ...)
{
    if (operation->error != NULL) {
        return;
    }
    weir_context quiet = {.runtime = operation->runtime};
    char command[SHOWN], why[LONGEST_PATH];
    weir__show_command(command, sizeof command, operation->command);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    bool own = false;
    weir_error *error = weir__error_make(&quiet, "exec", NULL, "%s %s", command, why);
    error = weir__error_own(&quiet, error, &own);
    if (own) {
        error->permanent = permanent;
    }
    operation->error = error;
}

// ── what is run ──────────────────────────────────────────────────────────────────────────────────

static const char *text_at(const weir_list *list, int64_t i)
{
    return ((const weir_string *)list->items[i].object)->bytes;
}

static bool names(const char *setting, const weir_string *name)
{
    return strncmp(setting, name->bytes, (size_t)name->length) == 0 &&
           setting[name->length] == '=';
}

static bool is_replaced(const weir_map *variables, const char *setting)
{
    const weir_word *name = NULL, *value = NULL;
    for (int64_t at = 0; variables != NULL && weir_map_next(variables, &at, &name, &value);) {
        if (names(setting, name->object)) {
            return true;
        }
    }
    return false;
}

typedef struct Command {
    char **arguments, **environment;
    char *made; // the settings of the child's own variables, one behind the other
} Command;

static void free_command(Command *command)
{
    free(command->arguments);
    free(command->environment);
    free(command->made);
}

// The program's own variables, those of the operation in place of others of their names. False:
// memory ended.
static bool make_environment(Command *command, const weir_map *variables)
{
    size_t count = 1, room = 0;
    for (char **at = environ; *at != NULL; at++) {
        count++;
    }
    const weir_word *name = NULL, *value = NULL;
    for (int64_t at = 0; variables != NULL && weir_map_next(variables, &at, &name, &value);) {
        const weir_string *n = name->object, *v = value->object;
        room += (size_t)n->length + (size_t)v->length + 2;
        count++;
    }
    command->environment = calloc(count, sizeof *command->environment);
    command->made = malloc(room + 1);
    if (command->environment == NULL || command->made == NULL) {
        return false;
    }
    size_t used = 0;
    for (char **at = environ; *at != NULL; at++) {
        if (!is_replaced(variables, *at)) {
            command->environment[used++] = *at;
        }
    }
    char *made = command->made;
    for (int64_t at = 0; variables != NULL && weir_map_next(variables, &at, &name, &value);) {
        const weir_string *n = name->object, *v = value->object;
        command->environment[used++] = made;
        made = (char *)memcpy(made, n->bytes, (size_t)n->length) + n->length;
        *made++ = '=';
        made = (char *)memcpy(made, v->bytes, (size_t)v->length + 1) + v->length + 1;
    }
    return true;
}

static bool make_command(Command *command, const weir__operation *operation)
{
    const weir_list *words = operation->command;
    *command = (Command){.arguments = calloc((size_t)words->length + 1, sizeof(char *))};
    if (command->arguments == NULL || !make_environment(command, operation->variables)) {
        return false;
    }
    for (int64_t i = 0; i < words->length; i++) {
        command->arguments[i] = (char *)(uintptr_t)text_at(words, i);
    }
    return true;
}

static bool is_program(int folder, const char *path)
{
    struct stat about;
    return fstatat(folder, path, &about, 0) == 0 && S_ISREG(about.st_mode) &&
           faccessat(folder, path, X_OK, AT_EACCESS) == 0;
}

// The program of a name without a slash: searched along the child's own PATH, seen from where it
// runs. False: there is none.
static bool find_program(const Command *command, int folder, char *path)
{
    const char *name = command->arguments[0], *search = "/usr/bin:/bin";
    for (char **at = command->environment; *at != NULL; at++) {
        if (strncmp(*at, "PATH=", 5) == 0) {
            search = *at + 5;
        }
    }
    for (;; search++) {
        size_t length = strcspn(search, ":");
        int printed = snprintf(path, LONGEST_PATH, "%.*s%s%s", (int)length, search,
                               length == 0 ? "./" : "/", name);
        if (printed > 0 && printed < LONGEST_PATH && is_program(folder, path)) {
            return true;
        }
        search += length;
        if (*search == '\0') {
            return false;
        }
    }
}

// ── starting ─────────────────────────────────────────────────────────────────────────────────────

// A pipe whose ends have numbers above those of the standard streams. 0 or an errno.
static int make_pipe(int ends[2])
{
    int low[2];
    if (pipe(low) != 0) {
        return errno;
    }
    int error = 0;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        error = ends[i] < 0 ? errno : error;
        close(low[i]);
    }
    if (error != 0) {
        for (int i = 0; i < 2; i++) {
            if (ends[i] >= 0) {
                close(ends[i]);
            }
        }
    }
    return error;
}

static void close_all(int *ends, int count)
{
    for (int i = 0; i < count; i++) {
        if (ends[i] >= 0) {
            close(ends[i]);
            ends[i] = -1;
        }
    }
}

// Our ends into the child, its ends into `theirs`. 0 or an errno, and nothing is open.
static int make_pipes(weir__child *child, int theirs[WEIR__CHILD_PIPES])
{
    int error = 0;
    for (int i = 0; i < WEIR__CHILD_PIPES && error == 0; i++) {
        int ends[2] = {-1, -1};
        if (i == WEIR__CHILD_INPUT && child->operation->body == NULL) {
            ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
            error = ends[0] < 0 ? errno : 0;
        } else {
            error = make_pipe(ends);
        }
        theirs[i] = error != 0 ? -1 : ends[i == WEIR__CHILD_INPUT ? 0 : 1];
        child->pipes[i] = error != 0 ? -1 : ends[i == WEIR__CHILD_INPUT ? 1 : 0];
        if (child->pipes[i] >= 0) {
            fcntl(child->pipes[i], F_SETFL, O_NONBLOCK);
        }
    }
    if (error != 0) {
        close_all(theirs, WEIR__CHILD_PIPES);
        close_all(child->pipes, WEIR__CHILD_PIPES);
    }
    return error;
}

static int spawn(weir__child *child, const char *path, const Command *command,
                 const int theirs[WEIR__CHILD_PIPES])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, ignored;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE); // as env_uv has it
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    for (int i = 0; i < WEIR__CHILD_PIPES && error == 0; i++) {
        error = posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    }
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    if (error == 0) { // what others opened, and what we were given
        error = posix_spawn_file_actions_addclosefrom_np(&actions, WEIR__CHILD_PIPES);
    }
#endif
    if (error == 0 && child->operation->path != NULL) {
        error = posix_spawn_file_actions_addchdir_np(&actions, child->operation->path->bytes);
    }
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF);
    if (error == 0) {
        error = posix_spawn(&child->process, path, &actions, &attributes, command->arguments,
                            command->environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

// Whether trying again can be of use.
static bool is_passing(int error)
{
    return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE;
}

static bool start_found(weir__child *child, const char *path, const Command *command)
{
    int theirs[WEIR__CHILD_PIPES];
    int error = make_pipes(child, theirs);
    if (error == 0) {
        error = spawn(child, path, command, theirs);
        close_all(theirs, WEIR__CHILD_PIPES);
        if (error != 0) {
            close_all(child->pipes, WEIR__CHILD_PIPES);
        }
    }
    if (error != 0) {
        fail(child->operation, !is_passing(error), "can't be run: %s", strerror(error));
    }
    return error == 0;
}

static bool start_in(weir__child *child, const Command *command, int folder)
{
    const char *name = command->arguments[0];
    char path[LONGEST_PATH];
    if (strchr(name, '/') != NULL) {
        return start_found(child, name, command);
    }
    if (!find_program(command, folder, path)) {
        fail(child->operation, true, "can't be run: there is no such program on PATH");
        return false;
    }
    return start_found(child, path, command);
}

static void prepare_signals(void)
{
    struct sigaction told;
    if (sigaction(SIGCHLD, NULL, &told) == 0 && told.sa_handler == SIG_IGN) {
        signal(SIGCHLD, SIG_DFL); // who started us ignored it: the system would reap for us
    }
    if (sigaction(SIGPIPE, NULL, &told) == 0 && told.sa_handler == SIG_DFL) {
        signal(SIGPIPE, SIG_IGN); // a child that reads no more is a failing write
    }
}

bool weir__child_start(weir__child *child, weir__operation *operation)
{
    *child = (weir__child){.operation = operation, .pipes = {-1, -1, -1}};
    prepare_signals();
    Command command;
    if (!make_command(&command, operation)) {
        free_command(&command);
        fail(operation, false, "can't be run: %s", strerror(ENOMEM));
        return false;
    }
    int folder = AT_FDCWD;
    if (operation->path != NULL) {
        folder = open(operation->path->bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    bool started = false;
    if (folder == -1) {
        fail(operation, false, "can't be run in %s: %s", operation->path->bytes, strerror(errno));
    } else {
        started = start_in(child, &command, folder);
    }
    if (folder >= 0) {
        close(folder);
    }
    free_command(&command);
    child->input = started ? weir_keep(operation->body) : NULL;
    return started;
}

// ── the pipes ────────────────────────────────────────────────────────────────────────────────────

void weir__child_close(weir__child *child, int pipe)
{
    if (child->pipes[pipe] >= 0) {
        close(child->pipes[pipe]);
        child->pipes[pipe] = -1;
    }
}

static void write_input(weir__child *child)
{
    const weir_string *input = child->input;
    while (child->written < (size_t)input->length) {
        ssize_t count = write(child->pipes[WEIR__CHILD_INPUT], input->bytes + child->written,
                              (size_t)input->length - child->written);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (count < 0) {
            break; // it reads no more, which is its own affair
        }
        child->written += (size_t)count;
    }
    weir__child_close(child, WEIR__CHILD_INPUT);
}

// Room for one piece. False: the operation has its failure.
static bool make_room(weir__child *child, weir__child_text *text)
{
    if (text->length + PIECE <= text->room) {
        return true;
    }
    size_t room = (text->length + PIECE) * 2;
    char *grown = realloc(text->bytes, room);
    if (grown == NULL) {
        fail(child->operation, false, "wrote more than there is memory for");
        return false;
    }
    text->bytes = grown;
    text->room = room;
    return true;
}

static bool read_output(weir__child *child, int pipe)
{
    weir__child_text *text = &child->texts[pipe - WEIR__CHILD_OUTPUT];
    for (;;) {
        text->length = child->dropping ? 0 : text->length;
        if (!make_room(child, text)) {
            return false;
        }
        ssize_t count = read(child->pipes[pipe], text->bytes + text->length, PIECE);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return true;
        }
        if (count <= 0) {
            weir__child_close(child, pipe);
            return true;
        }
        text->length += (size_t)count;
        if (!child->dropping && (int64_t)text->length > child->operation->max) {
            fail(child->operation, false, "wrote more than %lld bytes to one of its outputs",
                 (long long)child->operation->max);
            return false;
        }
        if (child->dropping || count < PIECE) { // others want their turn
            return true;
        }
    }
}

bool weir__child_move(weir__child *child, int pipe)
{
    if (child->pipes[pipe] < 0) {
        return true;
    }
    if (pipe == WEIR__CHILD_INPUT) {
        write_input(child);
        return true;
    }
    return read_output(child, pipe);
}

// ── the end ──────────────────────────────────────────────────────────────────────────────────────

void weir__child_signal(const weir__child *child, int signal)
{
    kill(-child->process, signal);
}

bool weir__child_reap(weir__child *child)
{
    if (child->ended) {
        return true;
    }
    siginfo_t about = {.si_pid = 0};
    int result = waitid(P_PID, (id_t)child->process, &about, WEXITED | WNOHANG | WNOWAIT);
    if (result == 0 && about.si_pid == 0) {
        return false;
    }
    // While it is not reaped its number is nobody else's: those it left behind are told to end.
    weir__child_signal(child, SIGTERM);
    int status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(child->process, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    int told = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    child->status = reaped < 0 ? 255 : told;
    child->ended = true;
    return true;
}

// Whether the process, by its number in /proc, is one of the group and not dead already: where
// nobody reaps orphans they stay in their group for ever.
static bool is_member(const char *number, pid_t group)
{
    char path[64], about[512];
    snprintf(path, sizeof path, "/proc/%.32s/stat", number);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, about, sizeof about - 1);
    if (file >= 0) {
        close(file);
    }
    about[length < 0 ? 0 : length] = '\0';
    const char *name_end = strrchr(about, ')'); // "12 (name) S 1 12 …": state, parent, group
    char state = 'X';
    int parent = 0, its = 0;
    return name_end != NULL && sscanf(name_end + 1, " %c %d %d", &state, &parent, &its) == 3 &&
           its == group && state != 'Z' && state != 'X';
}

bool weir__child_alone(const weir__child *child)
{
    if (kill(-child->process, 0) != 0 && errno == ESRCH) {
        return true;
    }
    DIR *all = opendir("/proc");
    if (all == NULL) {
        return false;
    }
    bool alone = true, any = false;
    for (struct dirent *one; alone && (one = readdir(all)) != NULL;) {
        if (one->d_name[0] >= '1' && one->d_name[0] <= '9') {
            any = true;
            alone = !is_member(one->d_name, child->process);
        }
    }
    closedir(all);
    return alone && any;
}

void weir__child_finish(weir__child *child)
{
    for (int pipe = WEIR__CHILD_OUTPUT; pipe < WEIR__CHILD_PIPES; pipe++) {
        size_t before = 0;
        do { // a pipe holds only so much, and who may still write to it is not of the group
            before = child->texts[pipe - WEIR__CHILD_OUTPUT].length;
        } while (child->operation->error == NULL && weir__child_move(child, pipe) &&
                 child->texts[pipe - WEIR__CHILD_OUTPUT].length > before);
    }
    close_all(child->pipes, WEIR__CHILD_PIPES);
    const weir__child_text *output = &child->texts[0], *errors = &child->texts[1];
    if (child->operation->error == NULL) {
        weir__exec_set_result(child->operation, child->status, output->bytes, output->length,
                              errors->bytes, errors->length);
    }
    free(child->texts[0].bytes);
    free(child->texts[1].bytes);
    weir_clear(&child->input);
}

// ── from begin to end ────────────────────────────────────────────────────────────────────────────

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void weir__child_work(weir_context *cx, void *argument)
{
    weir__operation *operation = argument;
    weir__child child;
    if (!weir__child_start(&child, operation)) {
        weir_fail(cx, operation->error);
        operation->error = NULL;
        return;
    }
    int64_t asked = 0; // when it was asked to end
    while (!weir__child_reap(&child) || !weir__child_alone(&child)) {
        struct pollfd ready[WEIR__CHILD_PIPES];
        for (int i = 0; i < WEIR__CHILD_PIPES; i++) {
            ready[i] = (struct pollfd){.fd = child.pipes[i],
                                       .events = i == WEIR__CHILD_INPUT ? POLLOUT : POLLIN};
        }
        poll(ready, WEIR__CHILD_PIPES, 1);
        for (int i = 0; i < WEIR__CHILD_PIPES; i++) {
            if (ready[i].revents != 0 && !weir__child_move(&child, i)) {
                child.dropping = true;
                weir__child_signal(&child, SIGTERM);
                asked = milliseconds();
            }
        }
        if (cx->stop != NULL && __atomic_load_n(cx->stop, __ATOMIC_ACQUIRE) && !child.dropping) {
            child.dropping = true;
            weir__child_signal(&child, SIGTERM);
            asked = milliseconds();
        }
        asked = asked == 0 && child.ended ? milliseconds() : asked;
        int64_t since = asked == 0 ? 0 : milliseconds() - asked;
        if (since > WEIR__CHILD_GRACE_MS) {
            weir__child_signal(&child, SIGKILL);
        }
        if (child.ended && since > WEIR__CHILD_GRACE_MS + WEIR__CHILD_KILLED_MS) {
            break;
        }
    }
    weir__child_finish(&child);
    if (weir_stop_asked(cx)) {
        weir_drop(operation->result.object);
        operation->result.object = NULL;
        weir_clear(&operation->error);
    } else if (operation->error != NULL) {
        weir_fail(cx, operation->error);
        operation->error = NULL;
    }
}
