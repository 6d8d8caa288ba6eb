// env_files.h: the file system, as blocking calls of POSIX.
//
// A WEIR__FILE operation is work for the pool: env_uv gives it to a thread and env_sim does it when
// polled, both by weir__file_work. env_files.c reads and writes files, env_files_tree.c does the
// rest, env_files_glob.c finds paths by a pattern, env_files_watch.c tells of changes. A call that
// was asked to end does so between two pieces, with everything closed and nothing half done but
// what append has written.
#ifndef WEIR_ENV_FILES_H
#define WEIR_ENV_FILES_H

#include <dirent.h>

#include "env.h"

// The work of a pool operation: args is the weir__operation, whose result it sets; or a failure is
// pending in cx.
void weir__file_work(weir_context *cx, void *operation);
// Removes a directory and what is in it. 0 or an errno.
int weir__file_discard(const char *path);
// Whether the operation may have to wait until someone else writes: then it is begun when what it
// reads from is ready.
bool weir__file_waits(const weir__operation *operation);

// ── among themselves ─────────────────────────────────────────────────────────────────────────────
enum {
    WEIR__FILE_TOLD = -1, // in place of an errno: the failure is pending in cx
    WEIR__LONGEST_PATH = 4096,
};

// Each does one verb: 0, an errno or WEIR__FILE_TOLD.
int weir__file_list(weir_context *cx, weir__operation *operation);
int weir__file_glob(weir_context *cx, weir__operation *operation);
int weir__file_stat(weir_context *cx, weir__operation *operation);
int weir__file_exists(weir_context *cx, weir__operation *operation);
int weir__file_mkdir(weir_context *cx, weir__operation *operation);
int weir__file_remove(weir_context *cx, weir__operation *operation);
int weir__file_rename(weir_context *cx, weir__operation *operation);
int weir__file_temp(weir_context *cx, weir__operation *operation);
int weir__file_place(weir_context *cx, weir__operation *operation);
int weir__file_watch(weir_context *cx, weir__operation *operation);
int weir__file_news(weir_context *cx, weir__operation *operation);

// How the name of a file begins that is not whole yet: it takes another's place when it is.
#define WEIR__FILE_FRESH ".weir-"
// Makes a failure of kind io pending, told as all of them are. WEIR__FILE_TOLD.
int weir__file_refuse(weir_context *cx, const weir__operation *operation, bool permanent,
                      const char *why);
// Until a pipe or the like is ready, or the call is asked to end. As the verbs give.
int weir__file_await(weir_context *cx, int fd, short events);

// What is in a directory but . and .., by name in the order of their bytes.
typedef struct weir__entry_found {
    char *name;
    unsigned char kind; // DT_DIR, DT_LNK, …, or DT_UNKNOWN
} weir__entry_found;
typedef struct weir__entries {
    weir__entry_found *items;
    size_t count, room;
} weir__entries;
// 0 or an errno; the entries are to be freed either way.
int weir__entries_read(weir__entries *entries, const char *path);
void weir__entries_free(weir__entries *entries);
// Adds a path or name to a [string]; false: memory is pending. What is not UTF-8 is mended.
bool weir__file_add(weir_context *cx, weir_list **list, const char *name);
// Why the system refused, in words.
const char *weir__file_reason(int error);

#endif
