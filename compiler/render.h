// render.h: mistakes as a person (or a tool) sees them.
//
// Only this file and the verbs write to the terminal. For each mistake: a first line as gcc writes
// it, so that editors find the place, then the lines of source it is about with every place
// underlined, then why (`note:`) and what to do (`help:`). Nothing is sorted or filtered here: call
// diags_sort before.
#ifndef RENDER_H
#define RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include "diag.h"

typedef struct RenderStyle {
    bool colour;  // ANSI colours; the caller has looked at NO_COLOR and the terminal
    bool unicode; // draw with │ ╰ and …; else with | ` and ...
    bool json;    // one JSON object a line instead
    int width;    // columns of the terminal; 0: 100
} RenderStyle;

// Writes all mistakes. JSON: {"code", "severity", "message", "file", "line", "column", "end_line",
// "end_column", "under", "labels": [{…, "text"}], "note", "help", "edits": [{…, "text"}]}; lines
// and columns from 1, columns in characters, the end exclusive.
void render_diags(FILE *out, const Sources *sources, const Diags *diags, RenderStyle style);

#endif
