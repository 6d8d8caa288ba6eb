// http.h: what the core knows of HTTP: answers as Response records, and what may not stand in a
// request. The environment makes the requests and builds its answers with weir__response_new.
#ifndef WEIR_HTTP_H
#define WEIR_HTTP_H

#include "weir.h"

// A Response. head: the header lines as they came, the status line among them or not; names become
// lower case, what is said twice is joined by ", ". The pieces are copied; url is what was reached
// after redirects. NULL: memory is pending.
weir_response *weir__response_new(weir_context *cx, int64_t status, const char *head,
                                  size_t head_length, const char *body, size_t body_length,
                                  const char *url, int64_t elapsed);
// The body of what a GET of a URL gives, as a stream<bytes>. url and headers (lines, or NULL) are
// consumed. NULL: a failure is pending.
weir_stream *weir__body_stream(weir_context *cx, weir_scope *scope, weir_string *url,
                               weir_list *headers, int64_t redirects);
// What Retry-After says: seconds, or an HTTP date, `now` being the wall clock; in ns from now. -1:
// nothing that makes sense.
int64_t weir__retry_after(const weir_string *text, int64_t now);
// Makes the failure of a status pending, kind http. retry_after: what that header says, or NULL.
void weir__fail_status(weir_context *cx, int64_t status, const char *url,
                       const weir_string *retry_after);
// A URL as it may be shown: without user and password, and not endless.
void weir__show_url(char *to, size_t room, const char *url);

#endif
