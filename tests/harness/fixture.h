// fixture.h: the servers that programs under test talk to, each on a free loopback port and for one
// run alone.
#ifndef HARNESS_FIXTURE_H
#define HARNESS_FIXTURE_H

#include "suite.h"

typedef struct Fixture {
    Background process;
    char *url;           // http://127.0.0.1:PORT, https://localhost:PORT
    const char *problem; // why it could not be started, or NULL
} Fixture;

// Starts the server a program asks for: `scripted` (server.c), `nginx`, or `tls`, which is nginx
// with certificates made for the run; ca.pem is who vouches for them. `scratch` is a folder for its
// files; it must outlive the server. On failure `problem` is set and nothing runs.
Fixture fixture_start(const Suite *suite, const char *name, const char *scratch);
void fixture_stop(Fixture *fixture);

#endif
