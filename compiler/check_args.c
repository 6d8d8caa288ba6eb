// check_args.c: arguments and the parameters they are for.
#include "checker.h"

#include <string.h>

Formals check_formals(Check *c, const Params *params)
{
    Formals formals = {0};
    for (size_t i = 0; i < params->count; i++) {
        const Param *param = &params->items[i];
        const Type *type = param->symbol && param->symbol->type ? param->symbol->type : c->unknown;
        Formal formal = {.name = param->name.text, .type = type, .fallback = param->fallback};
        LIST_ADD(c->arena, &formals, formal);
    }
    return formals;
}

Formals check_fields(Check *c, const Type *record)
{
    Formals formals = {0};
    for (size_t i = 0; i < record->fields.count; i++) {
        const TypeField *field = &record->fields.items[i];
        Formal formal = {.name = field->name, .type = field->type, .fallback = field->fallback};
        // what a test does not say of a library's record is empty
        formal.optional = record->c_struct != NULL;
        LIST_ADD(c->arena, &formals, formal);
    }
    return formals;
}

void check_leftover(Check *c, const Arguments *args)
{
    for (size_t i = 0; i < args->count; i++) {
        check_hinted(c, args->items[i].value, NULL);
    }
}

// ── order ────────────────────────────────────────────────────────────────────────────────────────
static size_t find_formal(const Formals *formals, const char *name)
{
    size_t i = 0;
    while (i < formals->count && strcmp(formals->items[i].name, name) != 0) {
        i++;
    }
    return i;
}

static void label_declared(Check *c, Diag *diag, Span declared)
{
    if (declared.end != 0) {
        diag_label(c->diags, diag, declared, message_phrase(PHRASE_DECLARED_HERE));
    }
}

// "`a`, `b` and `c`"; no more than a line of them.
static const char *names_of(Check *c, const Formals *formals)
{
    enum { MOST = 8 };
    Buffer names = {.arena = c->arena};
    for (size_t i = 0; i < formals->count; i++) {
        if (i == MOST) {
            buffer_text(&names, ", …");
            break;
        }
        buffer_text(&names, message_joint(i, formals->count, PHRASE_AND));
        buffer_print(&names, "`%s`", formals->items[i].name);
    }
    return buffer_end(&names);
}

static void no_parameter(Check *c, const Argument *arg, const char *callee, Span declared,
                         const Formals *formals)
{
    Diag *diag = diag_add(c->diags, DIAG_NO_PARAMETER, arg->name.span, callee, arg->name.text,
                          NULL);
    Nearest nearest = {.wanted = arg->name.text};
    for (size_t i = 0; i < formals->count; i++) {
        text_nearest(&nearest, formals->items[i].name);
    }
    say_nearest(c->diags, diag, &nearest);
    if (!nearest.best && formals->count > 0) {
        diag->help = say(c->diags, PHRASE_HELP_PARAMETERS, names_of(c, formals), NULL);
    }
    label_declared(c, diag, declared);
}

static void too_many(Check *c, const Arguments *args, size_t i, const char *callee, Span declared,
                     const Formals *formals)
{
    Span span = {args->items[i].value->span.start, args->items[args->count - 1].value->span.end};
    Diag *diag = say_once(c->diags, DIAG_TOO_MANY_ARGUMENTS, span, callee,
                          say_counted(c->diags, formals->count, PHRASE_ARGUMENT));
    if (!diag) {
        return;
    }
    diag->args[2] = say_count(c->diags, args->count);
    if (formals->count == 0) {
        diag->help = message_phrase(PHRASE_HELP_NO_ARGUMENTS);
    }
    label_declared(c, diag, declared);
}

static bool missing(Check *c, Span call, const char *callee, Span declared, const Formals *formals,
                    const Exprs *ordered)
{
    Buffer names = {.arena = c->arena};
    for (size_t i = 0; i < formals->count; i++) {
        const Formal *formal = &formals->items[i];
        if (!ordered->items[i] && !formal->fallback && !formal->optional) {
            buffer_print(&names, "%s`%s: %s`", names.length ? ", " : "", formal->name,
                         formal->type->name);
        }
    }
    if (names.length == 0) {
        return false;
    }
    Diag *diag = say_once(c->diags, DIAG_MISSING_ARGUMENT, call, callee, buffer_end(&names));
    if (diag) {
        label_declared(c, diag, declared);
    }
    return true;
}

bool check_order(Check *c, Span call, const char *callee, Span declared, const Formals *formals,
                 const Arguments *args,
                 Exprs *ordered)
{
    bool good = true;
    for (size_t i = 0; i < formals->count; i++) {
        LIST_ADD(c->arena, ordered, NULL);
    }
    size_t place = 0;
    for (size_t i = 0; i < args->count; i++) {
        const Argument *arg = &args->items[i];
        size_t at = arg->name.text ? find_formal(formals, arg->name.text) : place++;
        if (at == formals->count && arg->name.text) {
            no_parameter(c, arg, callee, declared, formals);
            good = false;
        } else if (at >= formals->count) {
            too_many(c, args, i, callee, declared, formals);
            return false;
        } else if (ordered->items[at]) {
            Span span = arg->name.text ? arg->name.span : arg->value->span;
            Diag *diag = diag_add(c->diags, DIAG_ARGUMENT_TWICE, span, formals->items[at].name,
                                  callee, NULL);
            diag_label(c->diags, diag, ordered->items[at]->span,
                       message_phrase(PHRASE_FIRST_GIVEN));
            good = false;
        } else {
            ordered->items[at] = arg->value;
        }
    }
    return good && !missing(c, call, callee, declared, formals, ordered);
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────
static bool is_ordered(const Exprs *ordered, const Expr *value)
{
    for (size_t i = 0; i < ordered->count; i++) {
        if (ordered->items[i] == value) {
            return true;
        }
    }
    return false;
}

static void check_text_or_bytes(Check *c, Expr *value, const Type *bytes)
{
    if (check_hinted(c, value, NULL)->kind == TYPE_STRING) {
        value->converted = bytes;
    } else if (!check_fit(c, value, bytes)) {
        check_mismatch(c, value, bytes);
    }
}

// The argument's type, and where it does not fit the parameter it is for.
static void check_argument(Check *c, const char *callee, Span declared, const Formal *formal,
                           Expr *value)
{
    size_t before = c->diags->all.count;
    check_value(c, value, formal->type);
    Diag *last = c->diags->all.count > before ? c->diags->all.items[before] : NULL;
    if (last && declared.end != 0 && last->code == DIAG_MISMATCH &&
        last->span.start == value->span.start) {
        const char *param = arena_print(c->arena, "%s: %s", formal->name, formal->type->name);
        diag_label(c->diags, last, declared, say(c->diags, PHRASE_TAKES, callee, param));
    }
}

// Every argument is looked into, in the order written, also the misplaced ones.
void check_arguments(Check *c, Span call, const char *callee, Span declared, const Formals *formals,
                     const Arguments *args,
                     Exprs *ordered)
{
    bool good = check_order(c, call, callee, declared, formals, args, ordered);
    bool outer = c->at.hides;
    c->at.hides = false;
    for (size_t i = 0; i < formals->count; i++) {
        if (ordered->items[i] && formals->items[i].takes_text) {
            check_text_or_bytes(c, ordered->items[i], formals->items[i].type);
        } else if (ordered->items[i]) {
            check_argument(c, callee, declared, &formals->items[i], ordered->items[i]);
        } else {
            ordered->items[i] = formals->items[i].fallback;
        }
    }
    for (size_t i = 0; !good && i < args->count; i++) {
        if (!is_ordered(ordered, args->items[i].value)) {
            check_hinted(c, args->items[i].value, NULL);
        }
    }
    c->at.hides = outer;
}
