#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_add(Outputs *outputs, const char *path, const char *bytes, size_t length)
{
    OutputFile file = {.path = path, .bytes = bytes, .length = length};
    LIST_ADD(outputs->arena, &outputs->files, file);
}

bool output_bytes(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t done = write(file, bytes, length);
        if (done < 0 && errno != EINTR) {
            return false;
        }
        if (done > 0) {
            bytes += done;
            length -= (size_t)done;
        }
    }
    return true;
}

// The folder a file is in, as stat finds it, and its own name there.
static const char *folder_of(const char *path, struct stat *folder, bool *exists)
{
    const char *slash = strrchr(path, '/');
    char *name = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    *exists = name && stat(name, folder) == 0;
    free(name);
    return slash ? slash + 1 : path;
}

bool output_is_same(const char *a, const char *b)
{
    struct stat one, other;
    bool has_one = stat(a, &one) == 0, has_other = stat(b, &other) == 0;
    if (!has_one && !has_other) { // neither is there yet: would they come to lie at one place?
        const char *name = folder_of(a, &one, &has_one);
        if (strcmp(name, folder_of(b, &other, &has_other)) != 0) {
            return false;
        }
    }
    return has_one && has_other && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

bool output_holds(const char *path, const char *bytes, size_t length)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return false;
    }
    struct stat about;
    bool same = fstat(file, &about) == 0 && S_ISREG(about.st_mode) &&
                about.st_size == (off_t)length;
    while (same && length > 0) {
        char chunk[16 * 1024];
        ssize_t got = read(file, chunk, length < sizeof chunk ? length : sizeof chunk);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        same = got > 0 && memcmp(chunk, bytes, (size_t)got) == 0;
        bytes += same ? got : 0;
        length -= same ? (size_t)got : 0;
    }
    close(file);
    return same;
}

const char *output_temporary(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    // The process id tells processes apart, and one process asks once for each of its files.
    return arena_print(arena, "%.*s.%.200s.%ld.tmp", (int)(name - path), path, name,
                       (long)getpid());
}

static bool fail_at(Outputs *outputs, const char *path, int error)
{
    outputs->wrong = arena_print(outputs->arena, "%s: %s", path, strerror(error));
    return false;
}

static bool fail(Outputs *outputs, const OutputFile *file, int error)
{
    return fail_at(outputs, file->path, error);
}

// Follows symbolic links, so that the file is replaced and not the link. What does not exist yet
// is its own place.
static void find_place(Arena *arena, OutputFile *file)
{
    char *real = realpath(file->path, NULL);
    file->place = real ? arena_copy(arena, real, strlen(real)) : file->path;
    free(real);
}

static int open_temporary(OutputFile *file)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int opened = open(file->temporary, flags, 0666);
    if (opened < 0 && errno == EEXIST) { // left by a process that had this id and was killed
        unlink(file->temporary);
        opened = open(file->temporary, flags, 0666);
    }
    return opened;
}

static bool write_temporary(Outputs *outputs, OutputFile *file, const struct stat *old)
{
    file->temporary = output_temporary(outputs->arena, file->place);
    int opened = open_temporary(file);
    if (opened < 0) {
        int error = errno;
        file->temporary = NULL;
        return fail(outputs, file, error);
    }
    bool written = output_bytes(opened, file->bytes, file->length) &&
                   (!old || fchmod(opened, old->st_mode & 07777) == 0);
    int error = errno;
    if (close(opened) != 0 && written) { // some file systems tell only now
        written = false;
        error = errno;
    }
    return written || fail(outputs, file, error);
}

static bool stage(Outputs *outputs, OutputFile *file)
{
    struct stat old;
    if (stat(file->path, &old) != 0) {
        file->place = file->path;
        return errno == ENOENT ? write_temporary(outputs, file, NULL) : fail(outputs, file, errno);
    }
    if (S_ISDIR(old.st_mode)) {
        return fail(outputs, file, EISDIR);
    }
    if (!S_ISREG(old.st_mode)) {
        file->direct = true;
        return true;
    }
    if (output_holds(file->path, file->bytes, file->length)) {
        file->unchanged = true;
        return true;
    }
    // Renaming would replace a file that must not be written: its mode is respected first.
    if (access(file->path, W_OK) != 0) {
        return fail(outputs, file, errno);
    }
    find_place(outputs->arena, file);
    return write_temporary(outputs, file, &old);
}

static bool finish(Outputs *outputs, OutputFile *file)
{
    if (file->unchanged) {
        return true;
    }
    if (!file->direct) {
        if (rename(file->temporary, file->place) != 0) {
            return fail(outputs, file, errno);
        }
        file->temporary = NULL;
        return true;
    }
    int opened = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (opened < 0) {
        return fail(outputs, file, errno);
    }
    bool written = output_bytes(opened, file->bytes, file->length);
    int error = errno;
    if (close(opened) != 0 && written) {
        written = false;
        error = errno;
    }
    return written || fail(outputs, file, error);
}

bool output_folder(Outputs *outputs, const char *path)
{
    if (mkdir(path, 0777) == 0) {
        outputs->folder = path;
        return true;
    }
    int error = errno;
    struct stat about;
    if (error == EEXIST && stat(path, &about) == 0) {
        return S_ISDIR(about.st_mode) || fail_at(outputs, path, ENOTDIR);
    }
    return fail_at(outputs, path, error);
}

void output_give_up(Outputs *outputs)
{
    if (outputs->folder) {
        rmdir(outputs->folder); // it stays where a file came to lie in it
        outputs->folder = NULL;
    }
}

bool output_write(Outputs *outputs)
{
    bool good = true;
    for (size_t i = 0; good && i < outputs->files.count; i++) {
        good = stage(outputs, &outputs->files.items[i]);
    }
    // Pipes and terminals first: they may still refuse, a rename hardly can.
    for (int direct = 1; direct >= 0; direct--) {
        for (size_t i = 0; good && i < outputs->files.count; i++) {
            OutputFile *file = &outputs->files.items[i];
            good = file->direct != direct || finish(outputs, file);
        }
    }
    for (size_t i = 0; i < outputs->files.count; i++) {
        OutputFile *file = &outputs->files.items[i];
        if (file->temporary) {
            unlink(file->temporary);
            file->temporary = NULL;
        }
    }
    if (!good) {
        output_give_up(outputs);
    }
    return good;
}
