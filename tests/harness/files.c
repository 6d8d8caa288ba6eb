#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void give_up(const char *what, const char *path)
{
    fprintf(stderr, "cannot %s %s: %s\n", what, path, strerror(errno));
    exit(1);
}

// Adds the file's bytes to `text` until there are more than `most`; false when it cannot be read.
static bool read_some(const char *path, size_t most, Text *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    char chunk[1 << 16];
    size_t count = 0;
    while (text->length <= most && (count = fread(chunk, 1, sizeof chunk, file)) > 0) {
        text_add(text, chunk, count);
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    text_add(text, "", 0);
    return !failed;
}

char *file_read(const char *path, size_t *length)
{
    Text text = {0};
    if (!read_some(path, SIZE_MAX - 1, &text)) {
        return NULL;
    }
    if (length != NULL) {
        *length = text.length;
    }
    return text.bytes;
}

char *file_read_start(const char *path, size_t most)
{
    Text text = {0};
    if (!read_some(path, most, &text)) {
        return NULL;
    }
    if (text.length > most) {
        text.length = most;
        text_print(&text, "\n(more than %zu bytes)\n", most);
    }
    return text.bytes;
}

void file_write(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        give_up("write", path);
        return;
    }
    size_t written = fwrite(bytes, 1, length, file);
    if (fclose(file) != 0 || written != length) {
        give_up("write", path);
    }
}

bool path_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

Strings folder_names(const char *path, const char *suffix)
{
    Strings names = {0};
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return names;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.' && ends_with(entry->d_name, suffix)) {
            strings_add(&names, copy_text(entry->d_name, strlen(entry->d_name)));
        }
    }
    closedir(folder);
    if (names.count > 0) {
        qsort(names.items, names.count, sizeof *names.items, by_name);
    }
    return names;
}

void folder_make(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        give_up("make the folder", path);
    }
}

void folder_copy(const char *from, const char *to, const char *suffix)
{
    Strings names = folder_names(from, "");
    for (size_t i = 0; i < names.count; i++) {
        char *source = print_text("%s/%s", from, names.items[i]);
        char *target = print_text("%s/%s", to, names.items[i]);
        struct stat about;
        if (stat(source, &about) == 0 && S_ISDIR(about.st_mode)) {
            folder_make(to);
            folder_copy(source, target, suffix);
        } else if (ends_with(source, suffix)) {
            size_t length = 0;
            const char *bytes = file_read(source, &length);
            if (bytes == NULL) {
                give_up("read", source);
            }
            folder_make(to);
            file_write(target, bytes, length);
        }
    }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    if (remove(path) != 0 && errno != ENOENT) {
        fprintf(stderr, "cannot remove %s: %s\n", path, strerror(errno));
    }
    return 0;
}

void folder_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
