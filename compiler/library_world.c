// library_world.c: the program, its tasks and the outside world.
#include "library_lines.h"

const LibraryLine library_world[] = {
    {"print", "(text: any)", "weir_print", LIBRARY_FAILS | LIBRARY_EFFECT,
     "Writes a line to standard output."},
    {"eprint", "(text: any)", "weir_eprint", LIBRARY_FAILS | LIBRARY_EFFECT,
     "Writes a line to standard error."},
    {"now", "() -> time", "weir_now", COPY, "The time. Differences of two are monotonic."},
    {"env", "(name: string) -> string?", "weir_env", LIBRARY_FAILS | COPY,
     "A variable the program was started with."},
    {"error",
     "(kind: string, message: string, permanent: bool = false, retry_after: duration = -1s, "
     "status: int = -1, cause: Error? = none) -> Error",
     "weir_error_make", LIBRARY_FAILS | COPY,
     "A failure to be raised by `fail`. permanent: no use in trying again; retry_after: when to."},
    {"sleep", "(for: duration)", "weir_sleep", LIBRARY_WAITS | LIBRARY_EFFECT,
     "Waits; other tasks run."},

    {"Response",
     "{status: int, headers: [string: string], body: bytes, text: string, url: string, "
     "elapsed: duration}",
     "weir_response", RECORD, "What an HTTP server answered."},
    {"http.get", "(url: string) -> Response", "weir_http_get",
     LIBRARY_WAITS | LIBRARY_FAILS | LIBRARY_EFFECT,
     "Gets a URL. A status of 4xx or 5xx is an answer, not a failure; see Response.check."},
    {"Response.check", "() -> Response", "weir_response_check", LIBRARY_FAILS | LIBRARY_EFFECT,
     "The response, or a failure of kind http where its status is 4xx or 5xx."},

    {"queue<T>.put", "(item: T)", "weir_put", LIBRARY_WAITS | LIBRARY_FAILS | LIBRARY_EFFECT,
     "Adds an item; waits while the queue is full. Fails (kind closed) once it is closed."},
    {"queue<T>.get", "() -> T?", "weir_get", LIBRARY_WAITS | LIBRARY_EFFECT,
     "Takes an item; waits while the queue is empty. none once it is closed and drained."},
    {"queue<T>.close", "()", "weir_close", LIBRARY_EFFECT,
     "Ends it: readers get what it still holds, then none."},
    {.path = NULL},
};
