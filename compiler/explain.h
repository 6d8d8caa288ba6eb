// explain.h: the pages of `weir explain`, one for each mistake.
//
// A page is a file docs/errors/E0301.md: `# E0301: title`, what the mistake means, then `## A wrong
// program`, `## What Weir says`, `## A right program` and `## Why`. build.zig makes the files a
// table in C; tests/harness/pages.c keeps what they show true. Nothing here prints.
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

typedef struct ExplainPage {
    int number;       // 301 is E0301
    const char *text; // the whole file
} ExplainPage;

// In the order of their numbers; made from the files when Weir is built.
extern const ExplainPage explain_pages[];
extern const size_t explain_page_count;

// The page of a code as people type it: E0301, e301, 301. NULL: there is none.
const ExplainPage *explain_find(const char *code);
// The code that was probably meant, in the arena; NULL when none is near.
const char *explain_nearest(Arena *arena, const char *code);
// What stands behind `# E0301: `. In the arena.
const char *explain_title(Arena *arena, const ExplainPage *page);
// A page for a terminal: code is indented; with `colour` headings, words of the language and the
// places in messages stand out. In the arena.
const char *explain_text(Arena *arena, const ExplainPage *page, bool colour);
// All codes with their titles, by area. In the arena.
const char *explain_list(Arena *arena, bool colour);

#endif
