#include "process.h"
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <time.h>
#include <unistd.h>

extern char **environ; // POSIX has it in no header

enum {
    FILE_LIMIT = 256 << 20, // bytes a child may write to one file
    OUTPUT_LIMIT = 8 << 20, // bytes of its output that are looked at
};

void command_add(Command *command, const char *argument)
{
    strings_add(&command->argv, copy_text(argument, strlen(argument)));
}

void command_set(Command *command, const char *name, const char *value)
{
    char *setting = print_text("%s=%s", name, value);
    char *start = print_text("%s=", name);
    for (size_t i = 0; i < command->environment.count; i++) {
        if (starts_with(command->environment.items[i], start)) {
            command->environment.items[i] = setting;
            return;
        }
    }
    strings_add(&command->environment, setting);
}

char *command_line(const Command *command)
{
    Text line = {0};
    for (size_t i = 0; i < command->argv.count; i++) {
        const char *word = command->argv.items[i];
        bool plain = *word != '\0' && strpbrk(word, " \t\n\"'\\$`*?;&|<>()") == NULL;
        text_print(&line, plain ? "%s%s" : "%s'%s'", i == 0 ? "" : " ", word);
    }
    return line.bytes;
}

double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void seconds_sleep(double seconds)
{
    struct timespec span = {
        .tv_sec = (time_t)seconds,
        .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
    };
    nanosleep(&span, NULL);
}

// In the child: the streams are set, now become the program.
static _Noreturn void become(Command *command)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); // an interrupted suite leaves nothing running
#endif
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    struct rlimit limit = {FILE_LIMIT, FILE_LIMIT};
    setrlimit(RLIMIT_FSIZE, &limit);
    char **argv = strings_argv(&command->argv);
    if (command->folder != NULL && chdir(command->folder) != 0) {
        fprintf(stderr, "cannot enter %s: %s\n", command->folder, strerror(errno));
        _exit(127);
    }
    environ = strings_argv(&command->environment);
    execvp(argv[0], argv);
    fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static void redirect(int to, const char *path, int flags)
{
    int from = open(path, flags, 0666);
    if (from < 0 || dup2(from, to) < 0) {
        _exit(127);
    }
    close(from);
}

static pid_t fork_or_give_up(void)
{
    fflush(NULL);
    pid_t process = fork();
    if (process < 0) {
        perror("fork");
        exit(1);
    }
    return process;
}

// Waits for the end of a child, at most until `until`; false when it still runs then.
static bool wait_until(pid_t process, double until, int *status)
{
    double pause = 0.0005;
    for (;;) {
        pid_t ended = waitpid(process, status, WNOHANG);
        if (ended == process) {
            return true;
        }
        if (seconds_now() >= until) {
            return false;
        }
        seconds_sleep(pause);
        pause = pause < 0.005 ? pause * 1.2 : pause;
    }
}

// True when a process of the group is still there a moment after its leader's end.
static bool group_lives(pid_t group)
{
    double until = seconds_now() + 0.2;
    while (kill(-group, 0) == 0) {
        if (seconds_now() > until) {
            return true;
        }
        seconds_sleep(0.005);
    }
    return false;
}

Outcome command_run(Command *command, const char *scratch)
{
    char *input = print_text("%s/stdin", scratch);
    char *output = print_text("%s/stdout", scratch);
    char *errors = print_text("%s/stderr", scratch);
    if (command->input != NULL) {
        file_write(input, command->input, strlen(command->input));
    }
    double start = seconds_now();
    pid_t process = fork_or_give_up();
    if (process == 0) {
        setpgid(0, 0);
        redirect(0, command->input == NULL ? "/dev/null" : input, O_RDONLY);
        redirect(1, output, O_WRONLY | O_CREAT | O_TRUNC);
        redirect(2, errors, O_WRONLY | O_CREAT | O_TRUNC);
        become(command);
    }
    setpgid(process, process); // in both, since either may come first

    Outcome outcome = {0};
    int status = 0;
    if (!wait_until(process, start + command->seconds, &status)) {
        outcome.timed_out = true;
        kill(-process, SIGKILL);
        waitpid(process, &status, 0);
    }
    outcome.seconds = seconds_now() - start;
    outcome.left_children = !outcome.timed_out && group_lives(process);
    kill(-process, SIGKILL);
    outcome.status = outcome.timed_out     ? -1
                     : WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                           : WEXITSTATUS(status);
    outcome.output = file_read_start(output, OUTPUT_LIMIT);
    outcome.errors = file_read_start(errors, OUTPUT_LIMIT);
    if (outcome.output == NULL || outcome.errors == NULL) {
        fprintf(stderr, "cannot read back what %s printed\n", command->argv.items[0]);
        exit(1);
    }
    return outcome;
}

Background background_start(Command *command, const char *errors_path)
{
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0) {
        perror("pipe");
        exit(1);
    }
    pid_t process = fork_or_give_up();
    if (process == 0) {
        setpgid(0, 0);
        dup2(to[0], 0);
        dup2(from[1], 1);
        redirect(2, errors_path, O_WRONLY | O_CREAT | O_TRUNC);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        become(command);
    }
    setpgid(process, process);
    close(to[0]);
    close(from[1]);
    // Not inherited by the programs under test: they would keep the server's input open.
    fcntl(to[1], F_SETFD, FD_CLOEXEC);
    fcntl(from[0], F_SETFD, FD_CLOEXEC);
    return (Background){.process = process, .input = to[1], .output = from[0]};
}

void background_stop(Background *background)
{
    close(background->input);
    close(background->output);
    kill(background->process, SIGTERM);
    int status = 0;
    if (!wait_until(background->process, seconds_now() + 2, &status)) {
        kill(-background->process, SIGKILL);
        waitpid(background->process, &status, 0);
    }
    kill(-background->process, SIGKILL);
}
