// env_files_tree.c: directories and what is said of files: listing, looking, making, removing,
// renaming, and directories that live as long as the program.
#include "env_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "list.h"
#include "task.h"
#include "text.h"

// ── entries ──────────────────────────────────────────────────────────────────────────────────────

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool add_entry(weir__entries *entries, const char *name, unsigned char kind)
{
    if (entries->count == entries->room) {
        size_t room = entries->room == 0 ? 64 : entries->room * 2;
        weir__entry_found *items = realloc(entries->items, room * sizeof *items);
        if (items == NULL) {
            return false;
        }
        entries->items = items;
        entries->room = room;
    }
    weir__entry_found found = {strdup(name), kind};
    if (found.name == NULL) {
        return false;
    }
    entries->items[entries->count++] = found;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const weir__entry_found *one = a, *other = b;
    return strcmp(one->name, other->name);
}

int weir__entries_read(weir__entries *entries, const char *path)
{
    *entries = (weir__entries){0};
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno;
    }
    int error = 0;
    for (;;) {
        errno = 0;
        const struct dirent *next = readdir(directory);
        if (next == NULL) {
            error = errno;
            break;
        }
        if (!is_dots(next->d_name) && !add_entry(entries, next->d_name, next->d_type)) {
            error = ENOMEM;
            break;
        }
    }
    closedir(directory);
    if (entries->count > 0) {
        qsort(entries->items, entries->count, sizeof *entries->items, by_name);
    }
    return error;
}

void weir__entries_free(weir__entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        free(entries->items[i].name);
    }
    free(entries->items);
}

bool weir__file_add(weir_context *cx, weir_list **list, const char *name)
{
    weir_word word = {.object = weir__string_mend(cx, name, (int64_t)strlen(name))};
    if (word.object == NULL) {
        return false;
    }
    weir__list_take(cx, list, word);
    return !weir_failed(cx);
}

int weir__file_list(weir_context *cx, weir__operation *operation)
{
    weir__entries entries;
    int error = weir__entries_read(&entries, operation->path->bytes);
    weir_list *names = error != 0 ? NULL
                                  : weir_list_new(cx, &weir_type_strings, (int64_t)entries.count);
    for (size_t i = 0; names != NULL && i < entries.count; i++) {
        if (!weir__file_add(cx, &names, entries.items[i].name)) {
            weir_drop(names);
            names = NULL;
        }
    }
    weir__entries_free(&entries);
    operation->result.object = names;
    return error != 0 ? error : names == NULL ? WEIR__FILE_TOLD : 0;
}

// ── looking ──────────────────────────────────────────────────────────────────────────────────────

static bool is_absent(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

int weir__file_stat(weir_context *cx, weir__operation *operation)
{
    struct stat link, found;
    if (lstat(operation->path->bytes, &link) != 0) {
        return is_absent(errno) ? 0 : errno; // none
    }
    bool is_link = S_ISLNK(link.st_mode);
    if (!is_link || stat(operation->path->bytes, &found) != 0) {
        found = link; // a link that leads nowhere is what there is
    }
    weir_stat *stat = weir_record_new(cx, &weir_type_stat);
    if (stat == NULL) {
        return WEIR__FILE_TOLD;
    }
    stat->size = found.st_size;
    stat->modified = (int64_t)found.st_mtim.tv_sec * 1000000000 + found.st_mtim.tv_nsec;
    stat->is_file = S_ISREG(found.st_mode);
    stat->is_dir = S_ISDIR(found.st_mode);
    stat->is_link = is_link;
    stat->mode = found.st_mode & 07777;
    operation->result.object = stat;
    return 0;
}

int weir__file_exists(weir_context *cx, weir__operation *operation)
{
    (void)cx;
    struct stat found;
    bool there = stat(operation->path->bytes, &found) == 0;
    operation->result.integer = there;
    return there || is_absent(errno) ? 0 : errno;
}

// ── making ───────────────────────────────────────────────────────────────────────────────────────

int weir__file_mkdir(weir_context *cx, weir__operation *operation)
{
    (void)cx;
    char path[WEIR__LONGEST_PATH];
    size_t length = (size_t)operation->path->length;
    if (length >= sizeof path || length == 0) {
        return length == 0 ? ENOENT : ENAMETOOLONG;
    }
    memcpy(path, operation->path->bytes, length + 1);
    for (size_t i = 1; i <= length; i++) { // those above it first; / is there
        bool part = path[i] == '/' || path[i] == '\0';
        if (!part || path[i - 1] == '/') {
            continue;
        }
        char next = path[i];
        path[i] = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            int error = errno;
            struct stat found; // above it there may be what can be seen and not made: /home
            if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode)) {
                return error;
            }
        }
        path[i] = next;
    }
    struct stat made;
    return stat(path, &made) != 0 ? errno : S_ISDIR(made.st_mode) ? 0 : EEXIST;
}

int weir__file_temp(weir_context *cx, weir__operation *operation)
{
    size_t length = (size_t)operation->path->length;
    weir__temp *temp = weir__allocate(cx, sizeof *temp + length + 1);
    weir_string *path = temp == NULL ? NULL : weir__string_room(cx, WEIR_STRING, (int64_t)length);
    if (path == NULL) {
        weir__release(cx, temp);
        return WEIR__FILE_TOLD;
    }
    memcpy(temp->path, operation->path->bytes, length + 1);
    if (mkdtemp(temp->path) == NULL) {
        int error = errno;
        weir_drop(path);
        weir__release(cx, temp);
        return error;
    }
    memcpy(path + 1, temp->path, length + 1);
    operation->result.object = path;
    weir__temp **all = &cx->runtime->temps; // other threads add theirs
    temp->next = __atomic_load_n(all, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(all, &temp->next, temp, false, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED)) {
    }
    return 0;
}

// ── removing ─────────────────────────────────────────────────────────────────────────────────────

static int remove_tree(weir_context *cx, int above, const char *name);

// All that is in an open directory, which is closed. What others add meanwhile goes too.
static int empty_directory(weir_context *cx, DIR *directory)
{
    int error = 0;
    bool removed = true;
    while (error == 0 && removed) {
        removed = false;
        rewinddir(directory);
        const struct dirent *next;
        while (error == 0 && (errno = 0, next = readdir(directory)) != NULL) {
            if (!is_dots(next->d_name)) {
                error = remove_tree(cx, dirfd(directory), next->d_name);
                removed = true;
            }
        }
        error = error != 0 ? error : errno;
    }
    closedir(directory);
    return error;
}

// A file, a link (never what it leads to), or a directory with what is in it. cx may be NULL.
static int remove_tree(weir_context *cx, int above, const char *name)
{
    if (cx != NULL && weir_stop_asked(cx)) {
        return WEIR__FILE_TOLD;
    }
    if (unlinkat(above, name, 0) == 0 || errno == ENOENT) {
        return 0;
    }
    int error = errno; // EISDIR here, EPERM elsewhere
    if (error != EISDIR && error != EPERM) {
        return error;
    }
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOTDIR || errno == ELOOP ? error : errno;
    }
    DIR *directory = fdopendir(fd);
    if (directory == NULL) {
        error = errno;
        close(fd);
        return error;
    }
    error = empty_directory(cx, directory);
    if (error == 0 && unlinkat(above, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
        error = errno;
    }
    return error;
}

int weir__file_discard(const char *path)
{
    return remove_tree(NULL, AT_FDCWD, path);
}

// The last part of a path is . or .., or it is / itself.
static bool is_too_much(const char *path)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/') {
        length--;
    }
    if (length == 0) {
        return path[0] == '/';
    }
    size_t start = length;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    return length - start <= 2 && memcmp(path + start, "..", length - start) == 0;
}

int weir__file_remove(weir_context *cx, weir__operation *operation)
{
    const char *path = operation->path->bytes;
    struct stat found;
    if (lstat(path, &found) != 0) {
        return errno;
    }
    if (is_too_much(path)) {
        return EINVAL;
    }
    if (operation->deep) {
        return remove_tree(cx, AT_FDCWD, path);
    }
    return (S_ISDIR(found.st_mode) ? rmdir(path) : unlink(path)) == 0 ? 0 : errno;
}

int weir__file_rename(weir_context *cx, weir__operation *operation)
{
    (void)cx;
    return rename(operation->path->bytes, operation->to->bytes) == 0 ? 0 : errno;
}
