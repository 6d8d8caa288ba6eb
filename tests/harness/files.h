// files.h: files and folders, for the programs of the test harness.
#ifndef HARNESS_FILES_H
#define HARNESS_FILES_H

#include "text.h"

// The bytes of a file, NUL-terminated, or NULL when it cannot be read. `length` may be NULL.
char *file_read(const char *path, size_t *length);
// At most `most` bytes of a file, with a line at the end that says so where it is longer; or NULL.
char *file_read_start(const char *path, size_t most);
// Writes a whole file; ends the program with a message when that fails.
void file_write(const char *path, const char *bytes, size_t length);
bool path_exists(const char *path);
// The sorted names in a folder that end in `suffix`; none when there is no such folder.
Strings folder_names(const char *path, const char *suffix);
// Makes a folder; one that exists already is fine. Ends the program with a message when that fails.
void folder_make(const char *path);
// Copies the files in a folder that end in `suffix`, and those in its folders, to another folder,
// which is made where there are any.
void folder_copy(const char *from, const char *to, const char *suffix);
// Removes a folder with all that is in it.
void folder_remove(const char *path);

#endif
