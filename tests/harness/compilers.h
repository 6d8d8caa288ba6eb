// compilers.h: the C compilers under which what Weir prints has no warning.
#ifndef HARNESS_COMPILERS_H
#define HARNESS_COMPILERS_H

#include "suite.h"

typedef enum CCompiler {
    COMPILER_GCC,
    COMPILER_CLANG,
    COMPILER_TCC,
    COMPILER_CXX, // reads headers alone
    COMPILER_COUNT,
} CCompiler;
enum { C_COMPILERS = COMPILER_CXX };

const char *compiler_name(CCompiler compiler);
// What it says of a C file in a folder, beside which it may leave an object file; NULL: nothing.
char *compiler_says(const Report *report, CCompiler compiler, const char *folder, const char *file);

#endif
