// library_net.c: requests and child processes.
#include "library_lines.h"

// What a request with a body takes.
#define BODY                                                                                       \
    "body: secret|bytes = none, headers: [string: secret] = none, "                                \
    "json: json of any = none, form: [string: secret] = none, query: [string: string] = none, "    \
    "redirects: int = 10, max: int = 67108864) -> Response"
#define QUERY                                                                                      \
    "(url: string, headers: [string: secret] = none, "                                             \
    "query: [string: string] = none, redirects: int = 10"

const LibraryLine library_net[] = {
    {"Response",
     "{status: int, headers: [string: string], body: bytes, url: string, elapsed: duration}",
     "weir_response", RECORD, "What an HTTP server answered."},
    {"Response.text", "-> string", "weir_response_text", PART, "The body as text."},
    {"Response.check", "() -> Response", "weir_response_check", LIBRARY_FAILS | LIBRARY_EFFECT,
     "The response, or a failure of kind http where its status is 4xx or 5xx."},

    {"http.get", QUERY ", max: int = 67108864) -> Response", "weir_http_get", WAITS,
     "Gets a URL. A status of 4xx or 5xx is an answer, not a failure; see Response.check."},
    {"http.head", QUERY ") -> Response", "weir_http_head", WAITS,
     "Asks for the headers alone."},
    {"http.post", "(url: string, " BODY, "weir_http_post", WAITS,
     "Posts a body: text or bytes, or what `json` or `form` hold."},
    {"http.put", "(url: string, " BODY, "weir_http_put", WAITS, "Puts a body at a URL."},
    {"http.patch", "(url: string, " BODY, "weir_http_patch", WAITS, "Changes what is at a URL."},
    {"http.delete", "(url: string, " BODY, "weir_http_delete", WAITS, "Deletes what is at a URL."},
    {"http.request", "(method: string, url: string, " BODY, "weir_http_request", WAITS,
     "A request with any method."},
    {"http.download",
     "(url: string, path: string, headers: [string: secret] = none, "
     "query: [string: string] = none, redirects: int = 10, max: int = 10737418240) -> int",
     "weir_http_download", WAITS,
     "Gets a URL into a file, which appears when it is whole; gives its bytes. A status that is "
     "not of 2xx is a failure."},
    {"http.stream", QUERY ") -> stream<bytes>", "weir_http_stream", LIBRARY_FAILS,
     "The body of what a URL gives, in pieces, as they come and are asked for. A status that is "
     "not of 2xx is a failure."},

    {"Exec", "{status: int, stdout: string, stderr: string, bytes: bytes, command: [string]}",
     "weir_exec_result", RECORD, "What a child process gave."},
    {"exec",
     "(command: string..., cwd: string = none, "
     "env: [string: secret] = none, stdin: string|bytes = none, "
     "max: int = 67108864) -> Exec",
     "weir_exec", WAITS,
     "Runs a program to its end. Arguments are texts or lists of them; no shell sees them."},
    {"exec.lines",
     "(command: string..., cwd: string = none, "
     "env: [string: secret] = none, stdin: string|bytes = none) -> stream<string>",
     "weir_exec_lines", LIBRARY_FAILS,
     "The lines that a program writes to its two outputs, as they come. At the end it fails as "
     "Exec.check does; a stream that is left ends the program."},
    {"Exec.check", "() -> Exec", "weir_exec_check", LIBRARY_FAILS | LIBRARY_EFFECT,
     "Itself, or a failure of kind exec where the status is not 0."},
    {.path = NULL},
};
