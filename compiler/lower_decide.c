// Conditions that are the same whatever the program does: `x == x`, `n > 3 and n < 2`, `not true`.
//
// C compilers warn of them, so they are written as the truth they have. Looked at is what reads one
// place and compares it with constants: its truth can change only at a constant or right beside it,
// so it is tried there and at both ends of int.
#include "lowering.h"

#include <string.h>

enum { POINTS_MAX = 16, DEPTH_MAX = 4 };

typedef struct Trial {
    const Value *place; // what is read; NULL: nothing so far
    int64_t points[POINTS_MAX];
    size_t count;
    int64_t at; // what the place holds in this try
} Trial;

static bool add_point(Trial *trial, int64_t point)
{
    if (trial->count == POINTS_MAX) {
        return false;
    }
    trial->points[trial->count++] = point;
    return true;
}

static bool add_around(Trial *trial, int64_t constant)
{
    return add_point(trial, constant) &&
           (constant == INT64_MIN || add_point(trial, constant - 1)) &&
           (constant == INT64_MAX || add_point(trial, constant + 1));
}

static bool same_place(const Value *a, const Value *b)
{
    if (a->kind != b->kind || a->slot != b->slot || a->args.count != b->args.count ||
        (a->text == NULL) != (b->text == NULL) ||
        (a->text != NULL && strcmp(a->text, b->text) != 0)) {
        return false;
    }
    for (size_t i = 0; i < a->args.count; i++) {
        if (!same_place(a->args.items[i], b->args.items[i])) {
            return false;
        }
    }
    return true;
}

static bool is_place(const Value *value)
{
    switch (value->kind) {
    case VALUE_SLOT:
    case VALUE_GLOBAL: return true;
    case VALUE_FIELD:
    case VALUE_MEMBER: return is_place(value->args.items[0]);
    case VALUE_MOVE:
    case VALUE_ADDRESS:
    case VALUE_INT:
    case VALUE_REAL:
    case VALUE_CONSTANT:
    case VALUE_TEMPLATE:
    case VALUE_NULL:
    case VALUE_NAMED:
    case VALUE_RUNTIME:
    case VALUE_PLAIN:
    case VALUE_ROUTINE:
    case VALUE_NEW:
    case VALUE_ITEM:
    case VALUE_WORD:
    case VALUE_OPERATOR:
    case VALUE_CASE:
    case VALUE_DESCRIPTOR:
    case VALUE_MACHINE:
    case VALUE_WORK:
    case VALUE_STUB:
    case VALUE_ENDED:
    case VALUE_RESULT: return false;
    }
    return false;
}

// What a condition reads. false: more than one place, or something else.
static bool find_place(Trial *trial, const Value *value, unsigned depth)
{
    if (depth > DEPTH_MAX) {
        return false;
    }
    if (value->kind == VALUE_INT || value->kind == VALUE_CASE) {
        return add_around(trial, value->kind == VALUE_INT ? value->integer : value->index);
    }
    if (value->kind == VALUE_OPERATOR) {
        static const char *const known[] = {"!", "&&", "||", "==", "!=", "<", "<=", ">", ">="};
        size_t i = 0;
        while (i < sizeof known / sizeof *known && strcmp(known[i], value->text) != 0) {
            i++;
        }
        bool good = i < sizeof known / sizeof *known;
        for (size_t k = 0; good && k < value->args.count; k++) {
            good = find_place(trial, value->args.items[k], depth + 1);
        }
        return good;
    }
    if ((value->repr.kind != REPR_INT && value->repr.kind != REPR_BOOL) || !is_place(value) ||
        (trial->place != NULL && !same_place(trial->place, value))) {
        return false;
    }
    trial->place = value;
    return true;
}

static int64_t try_value(const Trial *trial, const Value *value)
{
    if (value->kind != VALUE_OPERATOR) {
        return value->kind == VALUE_INT    ? value->integer
               : value->kind == VALUE_CASE ? value->index
                                           : trial->at;
    }
    int64_t a = try_value(trial, value->args.items[0]);
    if (value->args.count == 1) {
        return !a;
    }
    int64_t b = try_value(trial, value->args.items[1]);
    switch (value->text[0]) {
    case '&': return a && b;
    case '|': return a || b;
    case '=': return a == b;
    case '!': return a != b;
    case '<': return value->text[1] == '=' ? a <= b : a < b;
    default: return value->text[1] == '=' ? a >= b : a > b;
    }
}

Value *value_decide(Lower *l, Value *condition)
{
    Trial trial = {0};
    if (!find_place(&trial, condition, 0)) {
        return condition;
    }
    if (trial.place == NULL) {
        trial.count = 1; // constants alone
    } else if (trial.place->repr.kind == REPR_BOOL) {
        trial.count = 0;
        add_point(&trial, 0);
        add_point(&trial, 1);
    } else if (!add_point(&trial, INT64_MIN) || !add_point(&trial, INT64_MAX)) {
        return condition;
    }
    int64_t first = 0;
    for (size_t i = 0; i < trial.count; i++) {
        trial.at = trial.points[i];
        int64_t truth = try_value(&trial, condition);
        if (i > 0 && truth != first) {
            return condition;
        }
        first = truth;
    }
    Value *decided = value_int(l, first);
    decided->repr = condition->repr;
    return decided;
}
