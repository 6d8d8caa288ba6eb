// env_files.c: what is in files: read as a whole, replaced at one stroke, appended to, copied; and
// how a call that failed is told.
#include "env_files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "error.h"
#include "format.h"
#include "text.h"

enum {
    NEXT_ROOM = 1 << 16,  // bytes that WEIR__FILE_NEXT gives
    PIECE = 1 << 20,      // bytes between two looks at whether the call was asked to end
    MOST_READ = 1 << 30,  // bytes that one read of a file gives
    MOST_PIPED = 1 << 26, // bytes that one read of a pipe or a device gives
    FIRST_ROOM = 1 << 16, // where the size is not known
    LOOK_AGAIN = 50,      // ms: how long a wait for a pipe goes on before it looks
    MOST_LINKS = 40,      // that lead from one to the next
    MOST_NAMES = 100,     // tried for a new file
    SHOWN_PATH = 300,     // bytes of a path in a message
};

// ── how failures are told ────────────────────────────────────────────────────────────────────────

const char *weir__file_reason(int error)
{
    switch (error) {
    case EISDIR: return "it is a directory";
    case ENOTEMPTY: return "the directory is not empty";
    case ENXIO: return "nobody is at its other end";
    case EXDEV: return "they are on different file systems; copy it, then remove it";
    case EINVAL: return "such a path can't be used for this";
    case EDQUOT: return "disk quota exceeded";
    }
    return uv_strerror(-error);
}

// No use in trying the same again: it is about the path and what is there, not about the moment.
static bool is_permanent(int error)
{
    static const int lasting[] = {ENOENT,  ENOTDIR,      EISDIR, EACCES, EPERM,  EEXIST, ENOTEMPTY,
                                  EINVAL,  ENAMETOOLONG, ELOOP,  EROFS,  EXDEV,  EFBIG,  EILSEQ,
                                  ENODEV,  EOPNOTSUPP,   ENOSYS, ENOTBLK};
    for (size_t i = 0; i < sizeof lasting / sizeof *lasting; i++) {
        if (lasting[i] == error) {
            return true;
        }
    }
    return false;
}

// As it was written; quoted where it could not be told from the words around it.
static void show_path(weir__text *text, const weir_string *path)
{
    bool plain = path->length > 0 && path->bytes[path->length - 1] != ' ';
    for (int64_t i = 0; i < path->length; i++) {
        unsigned char c = (unsigned char)path->bytes[i];
        plain = plain && c >= ' ' && c != 0x7f;
    }
    if (path->length > SHOWN_PATH) {
        int64_t end = SHOWN_PATH;
        while ((path->bytes[end] & 0xc0) == 0x80) { // never in the middle of a character
            end--;
        }
        weir_string head = {{WEIR_STATIC, WEIR_STRING, 0, 0}, end, path->bytes};
        weir__show_quoted(text, &head);
        weir__text_word(text, "\xe2\x80\xa6");
    } else if (plain) {
        weir__text_string(text, path);
    } else {
        weir__show_quoted(text, path);
    }
}

// "cannot copy a.txt to b.txt: " and why, as a failure that is pending.
static void fail(weir_context *cx, const weir__operation *operation, const char *kind,
                 bool permanent, const char *why)
{
    static const char *const doing[] = {
        [WEIR__FILE_READ] = "read ",       [WEIR__FILE_READ_BYTES] = "read ",
        [WEIR__FILE_WRITE] = "write ",     [WEIR__FILE_APPEND] = "append to ",
        [WEIR__FILE_LIST] = "list ",       [WEIR__FILE_GLOB] = "search for ",
        [WEIR__FILE_STAT] = "look at ",    [WEIR__FILE_EXISTS] = "look for ",
        [WEIR__FILE_MKDIR] = "make the directory ", [WEIR__FILE_REMOVE] = "remove ",
        [WEIR__FILE_RENAME] = "rename ",   [WEIR__FILE_COPY] = "copy ",
        [WEIR__FILE_OPEN] = "read ",       [WEIR__FILE_NEXT] = "read ",
        [WEIR__FILE_TEMP] = "make the directory ", [WEIR__FILE_PLACE] = "watch ",
        [WEIR__FILE_WATCH] = "watch ",     [WEIR__FILE_NEWS] = "watch ",
    };
    weir__text text;
    weir__text_begin(&text, cx);
    weir__text_printf(&text, "cannot %s", doing[operation->verb]);
    show_path(&text, operation->path);
    if (operation->to != NULL) {
        weir__text_word(&text, " to ");
        show_path(&text, operation->to);
    }
    weir__text_printf(&text, ": %s", why);
    weir_error *error = weir__error_make(cx, kind, NULL, "%.*s", (int)text.length, text.bytes);
    weir__text_clear(&text);
    bool own = false;
    error = weir__error_own(cx, error, &own);
    if (own) {
        error->permanent = permanent;
    }
    weir_fail(cx, error);
}

static int told(weir_context *cx, const weir__operation *operation, const char *kind,
                const char *why)
{
    fail(cx, operation, kind, true, why);
    return WEIR__FILE_TOLD;
}

int weir__file_refuse(weir_context *cx, const weir__operation *operation, bool permanent,
                      const char *why)
{
    fail(cx, operation, "io", permanent, why);
    return WEIR__FILE_TOLD;
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

static int open_file(const char *path, int flags, mode_t mode)
{
    int fd;
    do { // nonblocking: a pipe must not hold the thread
        fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

int weir__file_await(weir_context *cx, int fd, short events)
{
    struct pollfd ready = {.fd = fd, .events = events};
    for (;;) {
        if (weir_stop_asked(cx)) {
            return WEIR__FILE_TOLD;
        }
        int count = poll(&ready, 1, LOOK_AGAIN);
        if (count > 0) {
            return 0;
        }
        if (count < 0 && errno != EINTR) {
            return errno;
        }
    }
}

// The next piece of a file; *got 0: its end.
static int read_piece(weir_context *cx, int fd, char *to, size_t room, size_t *got)
{
    for (;;) {
        if (weir_stop_asked(cx)) {
            return WEIR__FILE_TOLD;
        }
        ssize_t count = read(fd, to, room < PIECE ? room : PIECE);
        if (count >= 0) {
            *got = (size_t)count;
            return 0;
        }
        int error = errno;
        if (error == EAGAIN || error == EWOULDBLOCK) {
            error = weir__file_await(cx, fd, POLLIN);
            if (error != 0) {
                return error;
            }
        } else if (error != EINTR) {
            return error;
        }
    }
}

// One with room for more; consumes the other. NULL: memory is pending.
static weir_string *moved(weir_context *cx, weir_string *from, int64_t length, int64_t room)
{
    weir_string *to = weir__string_room(cx, (weir_kind)from->object.kind, room);
    if (to != NULL) {
        memcpy(to + 1, from + 1, (size_t)length);
    }
    weir_drop(from);
    return to;
}

// Everything up to the end of an open file; size: what to expect; EFBIG: more than `most`.
static int read_whole(weir_context *cx, weir__operation *operation, int fd, int64_t size,
                      int64_t most)
{
    weir_kind kind = operation->verb == WEIR__FILE_READ ? WEIR_STRING : WEIR_BYTES;
    int64_t room = size + 1, length = 0; // one more, to see the end without growing
    weir_string *read = weir__string_room(cx, kind, room);
    while (read != NULL) {
        size_t got = 0;
        int error = read_piece(cx, fd, (char *)(read + 1) + length, (size_t)(room - length), &got);
        length += (int64_t)got;
        if (error != 0 || length > most) {
            weir_drop(read);
            return error != 0 ? error : EFBIG;
        }
        if (got == 0) {
            break;
        }
        if (length == room) {
            room = room * 2 < FIRST_ROOM ? FIRST_ROOM : room * 2;
            read = moved(cx, read, length, room);
        }
    }
    if (read != NULL && room - length > FIRST_ROOM && room / 2 > length) {
        read = moved(cx, read, length, length);
    }
    if (read == NULL) {
        return WEIR__FILE_TOLD;
    }
    read->length = length;
    ((char *)(read + 1))[length] = '\0';
    operation->result.object = read;
    return 0;
}

static int check_utf8(weir_context *cx, weir__operation *operation)
{
    const weir_string *text = operation->result.object;
    int64_t end = weir__utf8_end(text->bytes, text->length), line = 1;
    if (end == text->length) {
        return 0;
    }
    for (int64_t i = 0; i < end; i++) {
        line += text->bytes[i] == '\n';
    }
    char why[160];
    snprintf(why, sizeof why,
             "it is not UTF-8: byte %lld, in line %lld, is 0x%02x (fs.read_bytes takes any)",
             (long long)end, (long long)line, (unsigned)(unsigned char)text->bytes[end]);
    weir_drop(text);
    operation->result.object = NULL;
    return told(cx, operation, "parse", why);
}

static int read_file(weir_context *cx, weir__operation *operation)
{
    int fd = open_file(operation->path->bytes, O_RDONLY, 0);
    if (fd < 0) {
        return errno;
    }
    struct stat found;
    int error = fstat(fd, &found) != 0 ? errno : S_ISDIR(found.st_mode) ? EISDIR : 0;
    bool regular = error == 0 && S_ISREG(found.st_mode);
    if (regular && found.st_size > MOST_READ) {
        error = EFBIG;
    }
    if (error == 0 && !regular) { // a pipe nobody writes to yet is not at its end
        error = weir__file_await(cx, fd, POLLIN);
    }
    if (error == 0) {
        error = read_whole(cx, operation, fd, regular ? (int64_t)found.st_size : FIRST_ROOM,
                           regular ? MOST_READ : MOST_PIPED);
    }
    close(fd);
    if (error == EFBIG) {
        return told(cx, operation, "io",
                    regular ? "it is larger than 1 GiB" : "it goes on after 64 MiB");
    }
    return error != 0 || operation->verb != WEIR__FILE_READ ? error : check_utf8(cx, operation);
}

// ── piece by piece ───────────────────────────────────────────────────────────────────────────────

static int open_to_read(weir__operation *operation)
{
    int fd = open_file(operation->path->bytes, O_RDONLY, 0);
    struct stat found;
    int error = fd < 0 || fstat(fd, &found) != 0 ? errno : S_ISDIR(found.st_mode) ? EISDIR : 0;
    if (error != 0 && fd >= 0) {
        close(fd);
    }
    operation->result.integer = fd;
    return error;
}

bool weir__file_waits(const weir__operation *operation)
{
    struct stat found;
    bool reads = operation->verb == WEIR__FILE_NEXT || operation->verb == WEIR__FILE_NEWS;
    return reads && fstat(operation->file, &found) == 0 && !S_ISREG(found.st_mode);
}

static int read_next(weir_context *cx, weir__operation *operation)
{
    // What the standard input is may be read without O_NONBLOCK only when it is ready.
    int error = weir__file_waits(operation) ? weir__file_await(cx, operation->file, POLLIN) : 0;
    weir_string *piece = error != 0 ? NULL : weir__string_room(cx, WEIR_BYTES, NEXT_ROOM);
    if (piece == NULL) {
        return error != 0 ? error : WEIR__FILE_TOLD;
    }
    size_t got = 0;
    error = read_piece(cx, operation->file, (char *)(piece + 1), NEXT_ROOM, &got);
    if (error != 0) {
        weir_drop(piece);
        return error;
    }
    piece->length = (int64_t)got;
    operation->result.object = piece;
    return 0;
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────

static int write_pieces(weir_context *cx, int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        if (weir_stop_asked(cx)) {
            return WEIR__FILE_TOLD;
        }
        ssize_t count = write(fd, bytes, length < PIECE ? length : PIECE);
        int error = count >= 0 ? 0 : errno;
        if (count >= 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (error == EAGAIN || error == EWOULDBLOCK) {
            error = weir__file_await(cx, fd, POLLOUT);
            if (error != 0) {
                return error;
            }
        } else if (error != EINTR) {
            return error;
        }
    }
    return 0;
}

// A file that is being replaced: what is written goes to a new one beside it, which takes its place
// at the end. A device or a pipe is written to as it is.
typedef struct Replace {
    char target[WEIR__LONGEST_PATH]; // links followed
    char fresh[WEIR__LONGEST_PATH + 64]; // "" where there is none
    int fd;
} Replace;

// Follows the links a path ends in. It need not exist.
static int follow(char target[WEIR__LONGEST_PATH], const char *path)
{
    char to[WEIR__LONGEST_PATH];
    if (strlen(path) >= WEIR__LONGEST_PATH) {
        return ENAMETOOLONG;
    }
    strcpy(target, path);
    for (int i = 0; i < MOST_LINKS; i++) {
        ssize_t length = readlink(target, to, sizeof to);
        if (length < 0) { // no link, or not there
            return errno == EINVAL || errno == ENOENT ? 0 : errno;
        }
        const char *slash = strrchr(target, '/');
        size_t before = slash == NULL || to[0] == '/' ? 0 : (size_t)(slash - target) + 1;
        if (before + (size_t)length >= WEIR__LONGEST_PATH) {
            return ENAMETOOLONG;
        }
        memcpy(target + before, to, (size_t)length);
        target[before + (size_t)length] = '\0';
    }
    return ELOOP;
}

// A new file in the target's directory.
static int make_fresh(Replace *replace, mode_t mode)
{
    const char *slash = strrchr(replace->target, '/');
    int before = slash == NULL ? 0 : (int)(slash - replace->target) + 1;
    for (int i = 0; i < MOST_NAMES; i++) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t mark = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
        snprintf(replace->fresh, sizeof replace->fresh, "%.*s" WEIR__FILE_FRESH "%llx-%llx",
                 before, replace->target, (unsigned long long)getpid(),
                 (unsigned long long)(mark ^ (uint64_t)(uintptr_t)replace << 20));
        replace->fd = open_file(replace->fresh, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (replace->fd >= 0 || errno != EEXIST) {
            break;
        }
    }
    if (replace->fd < 0) {
        replace->fresh[0] = '\0';
        return errno;
    }
    return 0;
}

// mode: of a file that is not there yet.
static int replace_begin(Replace *replace, const char *path, mode_t mode)
{
    replace->fd = -1;
    replace->fresh[0] = '\0';
    int error = follow(replace->target, path);
    struct stat old;
    bool exists = error == 0 && stat(replace->target, &old) == 0;
    if (error == 0 && !exists && errno != ENOENT) {
        error = errno;
    }
    if (error != 0 || !exists) {
        return error != 0 ? error : make_fresh(replace, mode);
    }
    if (S_ISDIR(old.st_mode)) {
        return EISDIR;
    }
    if (!S_ISREG(old.st_mode)) {
        replace->fd = open_file(replace->target, O_WRONLY, 0);
        return replace->fd < 0 ? errno : 0;
    }
    // a file that may not be written to is not replaced either
    if (faccessat(AT_FDCWD, replace->target, W_OK, AT_EACCESS) != 0) {
        return errno;
    }
    error = make_fresh(replace, 0600);
    if (error == 0) { // another's file stays theirs where we may say so
        int given = fchown(replace->fd, old.st_uid, old.st_gid);
        mode_t kept = given == 0 ? 07777 : 0777;
        error = fchmod(replace->fd, old.st_mode & kept) != 0 ? errno : 0;
    }
    return error;
}

// With an error it is as if nothing had been. Gives the error, or the one met here.
static int replace_end(Replace *replace, int error)
{
    if (replace->fd < 0) {
        return error;
    }
    bool fresh = replace->fresh[0] != '\0';
    if (error == 0 && fresh && fsync(replace->fd) != 0 && errno != EINVAL && errno != ENOTSUP) {
        error = errno;
    }
    if (close(replace->fd) != 0 && error == 0 && errno != EINTR) {
        error = errno;
    }
    if (error == 0 && fresh && rename(replace->fresh, replace->target) != 0) {
        error = errno;
    }
    if (error != 0 && fresh) {
        unlink(replace->fresh);
    }
    return error;
}

static int write_file(weir_context *cx, weir__operation *operation)
{
    Replace replace;
    int error = replace_begin(&replace, operation->path->bytes, 0666);
    if (error == 0) {
        error = write_pieces(cx, replace.fd, operation->body->bytes,
                             (size_t)operation->body->length);
    }
    return replace_end(&replace, error);
}

static int append_file(weir_context *cx, weir__operation *operation)
{
    int fd = open_file(operation->path->bytes, O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (fd < 0) {
        return errno;
    }
    int error = write_pieces(cx, fd, operation->body->bytes, (size_t)operation->body->length);
    if (close(fd) != 0 && error == 0 && errno != EINTR) {
        error = errno;
    }
    return error;
}

// ── copying ──────────────────────────────────────────────────────────────────────────────────────

static int copy_pieces(weir_context *cx, int from, int to)
{
    char *piece = malloc(PIECE);
    if (piece == NULL) {
        return ENOMEM;
    }
    int error;
    size_t got = 0;
    do {
        error = read_piece(cx, from, piece, PIECE, &got);
        if (error == 0) {
            error = write_pieces(cx, to, piece, got);
        }
    } while (error == 0 && got > 0);
    free(piece);
    return error;
}

static int copy_file(weir_context *cx, weir__operation *operation)
{
    int from = open_file(operation->path->bytes, O_RDONLY, 0);
    if (from < 0) {
        return errno;
    }
    struct stat one, other;
    int error = fstat(from, &one) != 0 ? errno : S_ISDIR(one.st_mode) ? EISDIR : 0;
    if (error == 0 && stat(operation->to->bytes, &other) == 0) {
        if (one.st_dev == other.st_dev && one.st_ino == other.st_ino) {
            error = told(cx, operation, "io", "they are the same file");
        } else if (S_ISDIR(other.st_mode)) {
            error = told(cx, operation, "io", "the second is a directory");
        }
    }
    if (error == 0 && !S_ISREG(one.st_mode)) {
        error = weir__file_await(cx, from, POLLIN);
    }
    if (error == 0) {
        Replace replace;
        mode_t mode = S_ISREG(one.st_mode) ? one.st_mode & 0777 : 0666;
        error = replace_begin(&replace, operation->to->bytes, mode);
        if (error == 0) {
            error = copy_pieces(cx, from, replace.fd);
        }
        error = replace_end(&replace, error);
    }
    close(from);
    return error;
}

// ── all of them ──────────────────────────────────────────────────────────────────────────────────

static bool has_nul(const weir_string *path)
{
    return path != NULL && memchr(path->bytes, '\0', (size_t)path->length) != NULL;
}

static int perform(weir_context *cx, weir__operation *operation)
{
    switch (operation->verb) {
    case WEIR__FILE_READ:
    case WEIR__FILE_READ_BYTES: return read_file(cx, operation);
    case WEIR__FILE_WRITE: return write_file(cx, operation);
    case WEIR__FILE_APPEND: return append_file(cx, operation);
    case WEIR__FILE_LIST: return weir__file_list(cx, operation);
    case WEIR__FILE_GLOB: return weir__file_glob(cx, operation);
    case WEIR__FILE_STAT: return weir__file_stat(cx, operation);
    case WEIR__FILE_EXISTS: return weir__file_exists(cx, operation);
    case WEIR__FILE_MKDIR: return weir__file_mkdir(cx, operation);
    case WEIR__FILE_REMOVE: return weir__file_remove(cx, operation);
    case WEIR__FILE_RENAME: return weir__file_rename(cx, operation);
    case WEIR__FILE_COPY: return copy_file(cx, operation);
    case WEIR__FILE_OPEN: return open_to_read(operation);
    case WEIR__FILE_NEXT: return read_next(cx, operation);
    case WEIR__FILE_TEMP: return weir__file_temp(cx, operation);
    case WEIR__FILE_PLACE: return weir__file_place(cx, operation);
    case WEIR__FILE_WATCH: return weir__file_watch(cx, operation);
    case WEIR__FILE_NEWS: return weir__file_news(cx, operation);
    }
    return ENOSYS;
}

void weir__file_work(weir_context *cx, void *args)
{
    weir__operation *operation = args;
    if (weir_stop_asked(cx)) {
        return;
    }
    if (has_nul(operation->path) || has_nul(operation->to)) {
        fail(cx, operation, "io", true, "a path has no NUL in it");
        return;
    }
    int error = perform(cx, operation);
    if (error == ENOMEM) {
        weir__fail_memory(cx);
    } else if (error > 0) {
        fail(cx, operation, "io", is_permanent(error), weir__file_reason(error));
    }
}
