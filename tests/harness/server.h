// server.h: a scripted HTTP/1.1 server for tests: it delays, fails, stalls and counts as its paths
// say.
//
//   /delay/SECONDS[/bytes/N]   answers after a while
//   /work/SECONDS[/bytes/N]    the same, and counted for /peak and /starts
//   /bytes/N                   N bytes: abc…zabc…
//   /status/CODE               that status
//   /echo                      the request, as text
//   /stall                     accepts and never answers
//   /close                     closes before any byte of an answer
//   /short                     promises 1000 bytes, sends 100, closes
//   /flaky/KEY/N               503 for the first N requests with this KEY, then 200
//   /ratelimit/KEY/N           429 with Retry-After: 1 for the first N, then 200
//   /redirect/N                N redirects, then 200
//   /moved/CODE[/URL]          that status with Location: URL, or /echo
//   /chunked/N                 N bytes in chunks
//   /peak                      {"peak": most at once, "current": now, "total": so far} over /work
//   /starts                    when each /work request came, ms since the first: [0, 12, …]
//   /reset                     forgets all counts
//
// A target with a host in it, as a proxy gets it, is answered like its path.
//
// server.c moves bytes, server_routes.c decides on answers. One thread, one poll; all state is in
// Server.
#ifndef HARNESS_SERVER_H
#define HARNESS_SERVER_H

#include "text.h"

typedef struct Request {
    const char *method, *target; // "/echo?x=1"
    const char *headers;         // as they came, lines with \r\n, without the empty one
    const char *body;
    size_t body_length;
} Request;

typedef enum AnswerKind { ANSWER_RESPONSE, ANSWER_NEVER, ANSWER_CLOSE } AnswerKind;

typedef struct Answer {
    AnswerKind kind;
    double delay; // seconds until it is sent
    int status;
    Text headers; // more header lines, each with \r\n
    Text body;
    size_t
        missing;  // bytes promised by Content-Length beyond the body; then the connection is closed
    bool chunked; // the body goes in chunks
    bool counted; // a /work request: server_done is owed when it is over
} Answer;

typedef struct Counter {
    char *key;
    int count;
} Counter;

typedef struct Counts {
    int current, peak, total;
    double first; // when the first /work request came
    int *starts;  // ms since then
    size_t start_room;
    Counter *counters; // per path and KEY
    size_t counter_count;
} Counts;

// Decides on the answer to a request that came at `now` (seconds).
Answer routes_answer(Counts *counts, const Request *request, double now);
// A counted answer was sent, or its client has gone.
void routes_done(Counts *counts);

#endif
