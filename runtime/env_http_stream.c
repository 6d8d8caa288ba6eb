// env_http_stream.c: bodies that are asked for piece by piece.
//
//   open ─ request ─ good answer ─ next … next ─ hang up
//
// What comes in while nobody asks is kept up to a bound; then the transfer pauses until it is asked
// for again. Between two operations the request has none. How the transfer ended is told behind
// what had come by then.
#include "env_http.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "text.h"

enum { KEPT = 64 << 10 };

struct weir__http_stream {
    weir__http_bytes kept; // not asked for so far
    bool opened;           // the answer is a good one, and the core has the transfer
    bool paused, ended;    // ended: with `code`
    CURLcode code;
};

bool weir__http_stream_new(weir__request *request)
{
    request->stream = calloc(1, sizeof *request->stream);
    request->url = strdup(request->operation->url->bytes); // for failures, later on
    return (request->stream != NULL && request->url != NULL) || weir__http_fail_memory(request);
}

void weir__http_stream_free(weir__http_stream *stream)
{
    if (stream != NULL) {
        free(stream->kept.bytes);
        free(stream);
    }
}

bool weir__http_stream_opened(const weir__request *request)
{
    return request->stream != NULL && request->stream->opened;
}

// Gives the operation under way what there is: the transfer itself, a piece, the end or why there
// is no more. It is the request's no longer, and is to be finished.
static weir__operation *settle(weir__request *request)
{
    weir__operation *operation = request->operation;
    weir__http_stream *stream = request->stream;
    weir_context quiet = {.runtime = operation->runtime};
    if (!stream->opened) {
        stream->opened = true;
        operation->result.object = request;
    } else if (stream->kept.length > 0 || stream->code == CURLE_OK) {
        const char *bytes = stream->kept.bytes == NULL ? "" : stream->kept.bytes;
        operation->result.object = weir__bytes_new(&quiet, bytes, (int64_t)stream->kept.length);
        operation->error = weir_take(&quiet);
        stream->kept.length = 0;
    } else {
        weir__http_fail_transfer(request, stream->code);
    }
    operation->outside = NULL;
    request->operation = NULL;
    return operation;
}

size_t weir__http_stream_take(weir__request *request, const char *bytes, size_t length)
{
    weir__http_stream *stream = request->stream;
    if (stream->ended) {
        return 0;
    }
    if (stream->kept.length > 0 && stream->kept.length + length > KEPT) {
        stream->paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (!weir__http_add_bytes(&stream->kept, bytes, length)) {
        request->refusal = WEIR__HTTP_NO_MEMORY;
        return 0;
    }
    if (request->operation != NULL) {
        weir__uv_finish(request->uv, settle(request));
    }
    return length;
}

void weir__http_stream_ended(weir__request *request, CURLcode code)
{
    weir__http_stream *stream = request->stream;
    if (!stream->ended) {
        stream->ended = true;
        stream->code = code;
    }
    if (request->operation != NULL) {
        weir__uv_finish(request->uv, settle(request));
    }
}

void weir__http_next(weir__uv *uv, weir__operation *operation)
{
    weir__request *request = operation->transfer;
    weir__http_stream *stream = request->stream;
    request->operation = operation;
    operation->outside = request;
    if (stream->kept.length == 0 && !stream->ended) {
        return;
    }
    weir__uv_finish_later(uv, settle(request));
    if (stream->paused) {
        stream->paused = false;
        CURLcode code = request->http->curl.easy_pause(request->easy, CURLPAUSE_CONT);
        if (code != CURLE_OK) { // what it had kept itself could not be taken
            weir__http_stream_ended(request, code);
        }
    }
}
