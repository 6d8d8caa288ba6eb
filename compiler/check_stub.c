// check_stub.c: what a test puts in the place of a library function or an extern.
#include "checker.h"

#include <string.h>

// Why something cannot be stubbed; NULL: it can.
static const char *not_stubbed(const Builtin *builtin, const Decl *decl)
{
    if (builtin == NULL) {
        return decl != NULL && decl->is_extern ? NULL : message_phrase(PHRASE_STUB_OWN);
    }
    bool open = (builtin->flags & (LIBRARY_INLINE | LIBRARY_TYPED)) != 0 ||
                type_open(builtin->result);
    for (size_t i = 0; i < builtin->params.count; i++) {
        const Type *type = builtin->params.items[i].type;
        open = open || (type->kind != TYPE_ANY && type_open(type));
    }
    return open ? message_phrase(PHRASE_STUB_GENERIC) : NULL;
}

// A name of a stub is that of a parameter, or stands for the parameter at its place.
static size_t place_of(const Builtin *builtin, const Decl *decl, size_t count, const char *name,
                       size_t place)
{
    for (size_t i = 0; i < count; i++) {
        const char *param = builtin ? builtin->params.items[i].name
                                    : decl->params.items[i].name.text;
        if (strcmp(param, name) == 0) {
            return i;
        }
    }
    return place;
}

static void check_params(Check *c, Stmt *stmt, const Builtin *builtin, const Decl *decl)
{
    const Names *names = &stmt->u.stub.params;
    size_t count = builtin ? builtin->params.count : decl ? decl->params.count : 0;
    bool said = false; // one message for all that are too many
    for (size_t i = 0; i < names->count; i++) {
        size_t place = place_of(builtin, decl, count, names->items[i].text, i);
        const Type *type = place >= count ? c->unknown
                           : builtin ? library_seen(c->types, builtin->params.items[place].type)
                                     : decl->params.items[place].symbol->type;
        if (place >= count && (builtin || decl) && !said) {
            said = true;
            Span extra = {names->items[i].span.start, names->items[names->count - 1].span.end};
            diag_add(c->diags, DIAG_TOO_MANY_ARGUMENTS, extra, stmt->u.stub.symbol->name,
                     say_counted(c->diags, count, PHRASE_ARGUMENT),
                     say_count(c->diags, names->count));
        }
        LIST_ADD(c->arena, &stmt->u.stub.places, place);
        check_own(c, stmt->u.stub.symbols.items[i], type);
    }
}

static void check_body(Check *c, Stmt *stmt, const Type *result)
{
    bool nothing = result->kind == TYPE_NOTHING;
    if (stmt->u.stub.block) {
        bool outer = c->yielded;
        c->yielded = false;
        bool ends = check_block(c, stmt->u.stub.block) || c->yielded;
        c->yielded = outer;
        if (!ends && !nothing && !check_silent(result)) {
            Span brace = {stmt->span.end - 1, stmt->span.end};
            diag_add(c->diags, DIAG_MISSING_RETURN, brace, stmt->u.stub.symbol->name,
                     result->name, NULL);
        }
    } else if (check_silent(result)) {
        check_expr(c, stmt->u.stub.value, NULL);
    } else if (nothing) {
        check_expr(c, stmt->u.stub.value, c->nothing);
        check_dropped(c, stmt->u.stub.value);
    } else {
        check_value(c, stmt->u.stub.value, result);
    }
}

void check_stub(Check *c, Stmt *stmt)
{
    const Symbol *symbol = stmt->u.stub.symbol;
    const Builtin *builtin = symbol ? symbol->builtin : NULL;
    const Decl *decl = symbol && !builtin ? symbol->decl : NULL;
    const char *wrong = symbol ? not_stubbed(builtin, decl) : NULL;
    const Names *path = &stmt->u.stub.path;
    if (!c->at.test) {
        diag_add(c->diags, DIAG_STUB_OUTSIDE, stmt->span, NULL, NULL, NULL);
    } else if (wrong) {
        Span span = {path->items[0].span.start, path->items[path->count - 1].span.end};
        diag_add(c->diags, DIAG_STUB_WHAT, span, symbol->name, wrong, NULL);
    }
    bool known = symbol && !wrong;
    bool waits = !known || (builtin ? (builtin->flags & LIBRARY_WAITS) != 0
                                    : decl->kind == DECL_TASK);
    const Type *result = !known ? c->unknown : builtin ? builtin->result : symbol->type;
    bool stream = result->kind == TYPE_STREAM; // answered by what a stream task would say
    waits = waits || stream;
    Where outer = c->at;
    c->at.barrier = BARRIER_NONE;
    c->at.ban = waits ? c->at.ban : BAN_STUB;
    c->at.loop = false;
    c->at.test = false;
    c->at.level++; // it has copies of the locals
    c->at.result = result;
    c->at.yields = stream ? result->item : NULL;
    check_params(c, stmt, known ? builtin : NULL, known ? decl : NULL);
    check_body(c, stmt, result);
    c->at = outer;
}
