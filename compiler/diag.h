// diag.h: mistakes as data.
//
// A pass that finds a mistake adds a Diag: a code from the table in message.c, a span, and up to
// three arguments that message.c puts into its sentences. Labels name the other places involved.
// render.c draws them; nothing here prints. One mistake is reported once: a second Diag with the
// same code and span is dropped.
#ifndef DIAG_H
#define DIAG_H

#include "source.h"

// Codes: the enum is in message.h (one table, DIAG_…); here they are numbers, so that diag.h stands
// below it.
typedef struct DiagLabel {
    Span span;
    const char *text; // from message.c; NULL: the place is only underlined
} DiagLabel;

// What a tool may write in the place of a span; an empty span is where it is put in. The edits of a
// mistake belong together, and are there only where it is certain what was meant.
typedef struct DiagEdit {
    Span span;
    const char *text;
} DiagEdit;

typedef struct Diag {
    int code;               // a Message of message.h
    Span span;              // the smallest that shows the mistake
    const char *args[4];    // names, types, counts as text; NULL where unused
    LIST(DiagLabel) labels; // other places, in the order to be read
    LIST(DiagEdit) edits;
    const char *help; // what to do when the table's own help does not fit (did you mean …); NULL:
                      // the table's
} Diag;

typedef struct Diags {
    Arena *arena;
    LIST(Diag *) all; // in the order found; diags_sort puts them in source order
    Diag **seen;      // hash table over `all`, so that a repeated mistake is found at once
    size_t seen_room;
} Diags;

// Adds a mistake. Arguments are borrowed: they must live in the arena or be constants. Gives the
// Diag so that labels can be added; never NULL (a repeated one comes back as a Diag that will not
// be shown).
Diag *diag_add(Diags *diags, int code, Span span, const char *a, const char *b, const char *c);
void diag_label(Diags *diags, Diag *diag, Span span, const char *text);
void diag_edit(Diags *diags, Diag *diag, Span span, const char *text);
void diags_sort(Diags *diags);

#endif
