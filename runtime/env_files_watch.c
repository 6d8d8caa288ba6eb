// env_files_watch.c: the news of a directory, by inotify, which is of Linux alone.
//
// A file is watched by way of its directory, since most programs replace a file instead of writing
// to it: then what was watched would no longer be the file of that name. Nameless news are about
// what is watched itself.
#include "env_files.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "map.h"
#include "text.h"

int weir__file_place(weir_context *cx, weir__operation *operation)
{
    const weir_string *path = operation->path;
    struct stat found;
    if (stat(path->bytes, &found) != 0) {
        return errno;
    }
    if (S_ISDIR(found.st_mode)) {
        weir__text place;
        weir__text_begin(&place, cx);
        weir__text_string(&place, path);
        weir__text_word(&place, path->bytes[path->length - 1] == '/' ? "" : "/");
        operation->result.object = weir__text_end(&place);
    } else {
        char *real = realpath(path->bytes, NULL);
        if (real == NULL) {
            return errno;
        }
        operation->result.object = weir_string_new(cx, real, (int64_t)strlen(real));
        free(real);
    }
    return operation->result.object == NULL ? WEIR__FILE_TOLD : 0;
}

#ifdef __linux__

#include <sys/inotify.h>

enum {
    CHANGES = IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE,
    ENDS = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT,
    READ_ROOM = 1 << 14,   // bytes of news read at a time
    MOST_CHANGED = 1 << 14, // names told at a time; as many news as the kernel keeps
};

int weir__file_watch(weir_context *cx, weir__operation *operation)
{
    const weir_string *place = operation->path;
    char directory[WEIR__LONGEST_PATH];
    size_t length = (size_t)(strrchr(place->bytes, '/') - place->bytes) + 1;
    if (length >= sizeof directory) {
        return ENAMETOOLONG;
    }
    memcpy(directory, place->bytes, length);
    directory[length] = '\0';
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) {
        return errno == EMFILE ? weir__file_refuse(cx, operation, false,
                                                   "too many files or watches are open")
                               : errno;
    }
    if (inotify_add_watch(fd, directory, CHANGES | ENDS | IN_ONLYDIR) < 0) {
        int error = errno;
        close(fd);
        return error == ENOSPC ? weir__file_refuse(cx, operation, false,
                                                   "the system watches as much as it may already")
                               : error;
    }
    operation->result.integer = fd;
    return 0;
}

// What a piece of news is about: a name, "." or NULL for nothing that is of interest.
static const char *changed(const weir_string *place, const struct inotify_event *event)
{
    const char *own = strrchr(place->bytes, '/') + 1;
    if ((event->mask & (ENDS | IN_Q_OVERFLOW)) != 0) {
        return "."; // after an overflow anything may have changed
    }
    if ((event->mask & CHANGES) == 0) {
        return NULL;
    }
    if (*own != '\0') {
        return event->len > 0 && strcmp(event->name, own) == 0 ? "." : NULL;
    }
    if (event->len == 0) {
        return ".";
    }
    bool fresh = strncmp(event->name, WEIR__FILE_FRESH, strlen(WEIR__FILE_FRESH)) == 0;
    return fresh ? NULL : event->name;
}

// False: a failure is pending.
static bool note(weir_context *cx, weir_map **news, const char *name)
{
    weir_word word = {.object = weir__string_mend(cx, name, (int64_t)strlen(name))};
    if (word.object == NULL) {
        return false;
    }
    weir_map_set(cx, news, &word, &word);
    weir_drop(word.object);
    return !weir_failed(cx);
}

// Notes a piece of news. *over: nothing more comes. False: a failure is pending.
static bool take_news(weir_context *cx, const weir_string *place, weir_map **news,
                      const struct inotify_event *event, bool *over)
{
    const char *name = changed(place, event);
    if (name != NULL && !note(cx, news, name)) {
        return false;
    }
    *over = (event->mask & ENDS) != 0;
    return !*over || note(cx, news, "");
}

// All there is; 0, an errno or WEIR__FILE_TOLD.
static int read_news(weir_context *cx, const weir__operation *operation, weir_map **news)
{
    _Alignas(struct inotify_event) char piece[READ_ROOM];
    bool over = false;
    while (!over && weir_map_length(cx, *news) < MOST_CHANGED) {
        ssize_t got = read(operation->file, piece, sizeof piece);
        if (got < 0 && errno != EINTR) {
            return errno == EAGAIN ? 0 : errno;
        }
        for (ssize_t at = 0; at < got && !over;) {
            const struct inotify_event *event = (const void *)(piece + at);
            if (!take_news(cx, operation->path, news, event, &over)) {
                return WEIR__FILE_TOLD;
            }
            at += (ssize_t)(sizeof *event + event->len);
        }
    }
    return 0;
}

int weir__file_news(weir_context *cx, weir__operation *operation)
{
    int error = weir__file_await(cx, operation->file, POLLIN);
    weir_map *news = error != 0 ? NULL : weir_map_new(cx, &weir__type_texts);
    if (news == NULL) {
        return error != 0 ? error : WEIR__FILE_TOLD;
    }
    error = read_news(cx, operation, &news);
    if (error != 0) {
        weir_drop(news);
        return error;
    }
    operation->result.object = news;
    return 0;
}

#else

int weir__file_watch(weir_context *cx, weir__operation *operation)
{
    return weir__file_refuse(cx, operation, true, "this system has no inotify to tell of changes");
}

int weir__file_news(weir_context *cx, weir__operation *operation)
{
    return weir__file_watch(cx, operation);
}

#endif
