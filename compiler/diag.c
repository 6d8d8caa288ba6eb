#include "diag.h"

#include <string.h>

static size_t slot_of(Diag *const *seen, size_t room, int code, Span span)
{
    uint64_t hash = ((uint64_t)span.start << 32 | span.end) * 0x9E3779B97F4A7C15u +
                    (uint64_t)code * 0xC2B2AE3D27D4EB4Fu;
    size_t at = (size_t)(hash >> 20) & (room - 1);
    while (seen[at] && !(seen[at]->code == code && seen[at]->span.start == span.start &&
                         seen[at]->span.end == span.end)) {
        at = (at + 1) & (room - 1);
    }
    return at;
}

static void make_room(Diags *diags)
{
    if (diags->all.count * 2 < diags->seen_room) {
        return;
    }
    size_t room = diags->seen_room ? diags->seen_room * 2 : 32;
    Diag **seen = arena_take(diags->arena, room * sizeof *seen);
    for (size_t i = 0; i < diags->all.count; i++) {
        Diag *diag = diags->all.items[i];
        seen[slot_of(seen, room, diag->code, diag->span)] = diag;
    }
    diags->seen = seen;
    diags->seen_room = room;
}

Diag *diag_add(Diags *diags, int code, Span span, const char *a, const char *b, const char *c)
{
    Diag *diag = ARENA_NEW(diags->arena, Diag);
    diag->code = code;
    diag->span = span;
    diag->args[0] = a;
    diag->args[1] = b;
    diag->args[2] = c;
    make_room(diags);
    size_t at = slot_of(diags->seen, diags->seen_room, code, span);
    if (diags->seen[at]) {
        return diag; // said before: the caller may go on filling it, nobody will see it
    }
    diags->seen[at] = diag;
    LIST_ADD(diags->arena, &diags->all, diag);
    return diag;
}

void diag_label(Diags *diags, Diag *diag, Span span, const char *text)
{
    DiagLabel label = {span, text};
    LIST_ADD(diags->arena, &diag->labels, label);
}

void diag_edit(Diags *diags, Diag *diag, Span span, const char *text)
{
    DiagEdit edit = {span, text};
    LIST_ADD(diags->arena, &diag->edits, edit);
}

static bool after(const Diag *a, const Diag *b)
{
    return a->span.start != b->span.start ? a->span.start > b->span.start
                                          : a->span.end > b->span.end;
}

// A merge sort, because it is stable: of two mistakes at one place the one found first is shown
// first.
void diags_sort(Diags *diags)
{
    size_t count = diags->all.count;
    Diag **from = diags->all.items;
    Diag **to = arena_take(diags->arena, count * sizeof *to);
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t left = start, right = middle;
            for (size_t out = start; out < end; out++) {
                bool take_right = left == middle || (right < end && after(from[left], from[right]));
                to[out] = take_right ? from[right++] : from[left++];
            }
        }
        Diag **swap = from;
        from = to;
        to = swap;
    }
    if (from != diags->all.items) {
        memcpy(diags->all.items, from, count * sizeof *from);
    }
}
