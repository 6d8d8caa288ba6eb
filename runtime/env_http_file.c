// env_http_file.c: downloads: what comes in goes to a file beside the one wanted, which gets its
// name when it is whole. So nobody ever sees half a file.
//
//   open ─ request ─ take … write … ─ close ─ rename, or unlink
//
// The disk is libuv's threads' to wait for, one call at a time. What comes in meanwhile is kept up
// to a bound; then the transfer pauses until the disk has caught up.
#include "env_http.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WRITTEN_FROM = 64 << 10, KEPT = 256 << 10, NAMES_TRIED = 8 };

struct weir__http_file {
    uv_fs_t call; // the one under way
    weir__request *request;
    char *temporary;
    int descriptor, tried;
    bool busy, paused;  // a call is under way; so is the transfer, waiting for it
    bool closing, keep; // the transfer is over; and the file is whole
    int64_t size;
    weir__http_bytes filling, writing;
    size_t written; // of `writing`
};

static void advance(weir__http_file *file);

// ── the end ──────────────────────────────────────────────────────────────────────────────────────

static void free_file(weir__http_file *file)
{
    file->request->file = NULL;
    free(file->temporary);
    free(file->filling.bytes);
    free(file->writing.bytes);
    free(file);
}

static void fail(weir__http_file *file, const char *what, ssize_t error)
{
    if (file->request->operation->error == NULL) {
        weir__http_fail(file->request, "io", "can't %s %s: %s", what,
                        file->request->operation->path->bytes, uv_strerror((int)error));
    }
    file->keep = false;
}

static void done(weir__http_file *file)
{
    weir__request *request = file->request;
    if (request->operation->error == NULL) {
        request->operation->result.integer = file->size;
    }
    free_file(file);
    weir__http_done(request);
}

static void removed(uv_fs_t *call)
{
    weir__http_file *file = call->data;
    uv_fs_req_cleanup(call);
    done(file);
}

static void remove_file(weir__http_file *file)
{
    uv_fs_unlink(file->request->uv->loop, &file->call, file->temporary, removed);
}

static void renamed(uv_fs_t *call)
{
    weir__http_file *file = call->data;
    ssize_t result = call->result;
    uv_fs_req_cleanup(call);
    if (result < 0) {
        fail(file, "write", result);
        remove_file(file);
    } else {
        done(file);
    }
}

static void closed(uv_fs_t *call)
{
    weir__http_file *file = call->data;
    ssize_t result = call->result;
    uv_fs_req_cleanup(call);
    if (result < 0) {
        fail(file, "write", result);
    }
    if (file->keep) {
        uv_fs_rename(file->request->uv->loop, call, file->temporary,
                     file->request->operation->path->bytes, renamed);
    } else {
        remove_file(file);
    }
}

// ── the middle ───────────────────────────────────────────────────────────────────────────────────

static void wrote(uv_fs_t *call);

static void write_rest(weir__http_file *file)
{
    uv_buf_t rest = uv_buf_init(file->writing.bytes + file->written,
                                (unsigned)(file->writing.length - file->written));
    file->busy = true;
    uv_fs_write(file->request->uv->loop, &file->call, file->descriptor, &rest, 1, -1, wrote);
}

static void write_filled(weir__http_file *file)
{
    weir__http_bytes filled = file->filling;
    file->filling = file->writing;
    file->filling.length = 0;
    file->writing = filled;
    file->written = 0;
    write_rest(file);
}

static void wrote(uv_fs_t *call)
{
    weir__http_file *file = call->data;
    ssize_t result = call->result;
    uv_fs_req_cleanup(call);
    file->busy = false;
    file->written += result > 0 ? (size_t)result : 0;
    if (result < 0) {
        fail(file, "write", result);
        weir__http_abort(file->request);
    } else if (file->written < file->writing.length) {
        write_rest(file);
    } else if (file->closing) {
        advance(file);
    } else if (file->paused) {
        weir__http *http = file->request->http;
        file->paused = false;
        http->curl.easy_pause(file->request->easy, CURLPAUSE_CONT); // may take more at once
        weir__http_harvest(http);
    }
}

size_t weir__http_file_take(weir__request *request, const char *bytes, size_t length)
{
    weir__http_file *file = request->file;
    if ((int64_t)length > request->operation->max - file->size) {
        request->refusal = WEIR__HTTP_BODY_TOO_LONG;
        return 0;
    }
    if (file->busy && file->filling.length + length > KEPT) {
        file->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (!weir__http_add_bytes(&file->filling, bytes, length)) {
        request->refusal = WEIR__HTTP_NO_MEMORY;
        return 0;
    }
    file->size += (int64_t)length;
    if (!file->busy && file->filling.length >= WRITTEN_FROM) {
        write_filled(file);
    }
    return length;
}

// No call is under way, and the transfer is over.
static void advance(weir__http_file *file)
{
    if (file->keep && file->filling.length > 0) {
        write_filled(file);
        return;
    }
    file->busy = true;
    uv_fs_close(file->request->uv->loop, &file->call, file->descriptor, closed);
}

void weir__http_file_close(weir__request *request, bool keep)
{
    weir__http_file *file = request->file;
    file->closing = true;
    file->keep = keep;
    if (!file->busy) {
        advance(file);
    }
}

bool weir__http_file_closing(const weir__request *request)
{
    return request->file->closing;
}

// ── the begin ────────────────────────────────────────────────────────────────────────────────────

static int open_next(weir__http_file *file);

static void opened(uv_fs_t *call)
{
    weir__http_file *file = call->data;
    ssize_t result = call->result;
    uv_fs_req_cleanup(call);
    file->busy = false;
    if (result == UV_EEXIST && ++file->tried < NAMES_TRIED && open_next(file) == 0) {
        return;
    }
    if (result < 0) {
        fail(file, "write", result);
        weir__request *request = file->request;
        free_file(file);
        weir__http_done(request);
        return;
    }
    file->descriptor = (int)result;
    if (file->closing) { // cancelled meanwhile
        advance(file);
    } else {
        weir__http_send(file->request);
    }
}

// Beside the file wanted, under a name nobody has. 0 or libuv's error.
static int open_next(weir__http_file *file)
{
    weir__env *env = &file->request->uv->env;
    const char *path = file->request->operation->path->bytes;
    size_t room = strlen(path) + 32;
    free(file->temporary);
    file->temporary = malloc(room);
    if (file->temporary == NULL) {
        return UV_ENOMEM;
    }
    snprintf(file->temporary, room, "%s.%08x.part", path, (unsigned)env->random(env));
    file->busy = true;
    return uv_fs_open(file->request->uv->loop, &file->call, file->temporary,
                      O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666, opened);
}

bool weir__http_file_open(weir__request *request)
{
    weir__http_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return weir__http_fail_memory(request);
    }
    request->file = file;
    file->request = request;
    file->call.data = file;
    int error = open_next(file);
    if (error != 0) {
        fail(file, "write", error);
        free_file(file);
    }
    return error == 0;
}
