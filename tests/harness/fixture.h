// fixture.h: the servers that programs under test talk to, each on a free loopback port and for one
// run alone.
#ifndef HARNESS_FIXTURE_H
#define HARNESS_FIXTURE_H

#include "suite.h"

typedef struct Fixture {
    Background process;
    char *url;           // http://127.0.0.1:PORT, https://localhost:PORT
    const char *problem; // why it could not be started, or NULL
    const char *missing; // the reason, where this machine has no such server; else NULL
} Fixture;

// Starts the server a program asks for: `scripted` (server.c), `nginx`, `tls`, which is nginx with
// certificates made for the run (ca.pem is who vouches for them), or `nats`, which keeps what it is
// told in the folder. `scratch` is a folder for its files; it must outlive the server. On failure
// `problem` or `missing` is set and nothing runs.
Fixture fixture_start(const Suite *suite, const char *name, const char *scratch);
// A NATS server where one has been, with what that has kept.
Fixture fixture_again(const Suite *suite, const Fixture *before, const char *scratch);
void fixture_stop(Fixture *fixture);

#endif
