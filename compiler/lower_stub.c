// Stubs: what a test puts in the place of a library function or an extern.
//
// Only where the tests of the program say `stub http.get(url) => …`, and for http.get alone: its
// calls, wherever they stand, put their arguments into a tuple and ask the runtime which routine
// answers: that of the stub which stands for it now, else the original, which is the call itself in
// a routine of its own. A stub has copies of the locals it reads, in another tuple. What stands for
// a function that gives a stream is the stream's task.
#include "lower_form.h"
#include "lower_stream.h"

#include <string.h>

struct Stubbed {
    const Builtin *builtin; // of the library, or …
    const Symbol *symbol;   // … an extern
    const char *path;
    uint32_t index; // its number at run time
    bool waits;
    bool streams;
    const Type *args; // a tuple; NULL: it takes none
    const Type *gives;
    Routine *original;
};

typedef struct Piece { // of a tuple: a parameter of the function, or a local
    Symbol *symbol;   // NULL: nobody reads it
    const Type *type;
    bool absent; // NULL where the call does not say it
} Piece;

typedef struct StubBody {
    const Stubbed *stubbed;
    const Type *locals; // NULL: none
    LIST(Piece) kept;    // of the locals
    LIST(Piece) params;
    const Expr *value;
    const Block *block;
} StubBody;

// ── which are stubbed ────────────────────────────────────────────────────────────────────────────
static const Stubbed *find(const Lower *l, const Builtin *builtin, const Symbol *symbol)
{
    for (size_t i = 0; i < l->stubs.count; i++) {
        const Stubbed *stubbed = l->stubs.items[i];
        if (builtin != NULL ? stubbed->builtin == builtin : stubbed->symbol == symbol) {
            return stubbed;
        }
    }
    return NULL;
}

const Stubbed *stubbed_call(const Lower *l, const Expr *expr)
{
    const Stubbed *stubbed = NULL;
    if (l->stubs.count > 0 && expr->u.call.target == CALLEE_BUILTIN) {
        stubbed = find(l, expr->u.call.builtin, NULL);
    } else if (l->stubs.count > 0 && expr->u.call.target == CALLEE_EXTERN) {
        stubbed = find(l, NULL, expr->u.call.symbol);
    }
    return stubbed == l->inside ? NULL : stubbed; // in its own stub the name means the original
}

static size_t param_count(const Stubbed *stubbed)
{
    return stubbed->builtin != NULL ? stubbed->builtin->params.count
                                    : stubbed->symbol->decl->params.count;
}

static Piece param_at(Lower *l, const Stubbed *stubbed, size_t index)
{
    if (stubbed->builtin == NULL) {
        return (Piece){.type = stubbed->symbol->decl->params.items[index].symbol->type};
    }
    const TypeField *param = &stubbed->builtin->params.items[index];
    bool absent = param->fallback != NULL && param->fallback->kind == EXPR_NONE &&
                  param->type->kind != TYPE_OPTIONAL;
    return (Piece){.type = library_seen(l->program->types, param->type), .absent = absent};
}

static const Type *tuple_of(Lower *l, const Piece *parts, size_t count)
{
    if (count == 0) {
        return NULL;
    }
    const Type **types = arena_take(l->arena, count * sizeof *types);
    for (size_t i = 0; i < count; i++) {
        types[i] = parts[i].type;
    }
    return type_tuple(l->program->types, types, count);
}

// ── routines ─────────────────────────────────────────────────────────────────────────────────────
static Value *empty_of(Lower *l, const Type *type)
{
    Repr repr = repr_of(l, type);
    switch ((int)type->kind) {
    case TYPE_STRING:
    case TYPE_SECRET: return value_constant(l, "", 0);
    case TYPE_BYTES:
        return value_arg(l,
                         value_runtime(l, "weir_string_bytes", repr, VALUE_OWNED | VALUE_FAILS),
                         value_constant(l, "", 0));
    case TYPE_MAP:
        return value_arg(l, value_runtime(l, "weir_map_new", repr, VALUE_OWNED | VALUE_FAILS),
                         value_descriptor(l, descriptor_of(l, type)));
    case TYPE_LIST: {
        Value *list = value_runtime(l, "weir_list_new", repr, VALUE_OWNED | VALUE_FAILS);
        value_arg(l, list, value_descriptor(l, descriptor_of(l, type)));
        return value_arg(l, list, value_int(l, 0));
    }
    }
    if (repr.kind == REPR_COUNTED) {
        return value_new(l, VALUE_NULL, repr);
    }
    Value *zero = value_int(l, 0);
    zero->repr = repr;
    return zero;
}

static Slot *tuple_param(Lower *l, const char *hint, const Type *type, bool counted)
{
    Repr repr = type == NULL ? repr_counted("weir_record *") : repr_of(l, type);
    return slot_param(l, hint, repr, counted);
}

// A symbol becomes a copy of a part of a tuple.
static void bind(Lower *l, Slot *tuple, const Type *type, size_t index, const Piece *part)
{
    if (part->symbol == NULL) {
        return;
    }
    Slot *field = shape_of(l, type)->fields.items[index];
    Value *value = value_new(l, VALUE_FIELD, field->repr);
    value->slot = field;
    value_arg(l, value, value_slot(l, tuple));
    Slot *slot = slot_new(l, part->symbol->name, repr_of(l, part->type), true);
    slot->by_address = slot->by_address || part->symbol->variable;
    op_set(l, slot, value_own(l, value));
    if (part->absent) { // what the call did not say is empty
        Op *branch = op_add(l, OP_IF);
        branch->value = value_operator(l, "==", repr_plain(REPR_BOOL), value_slot(l, slot),
                                       value_new(l, VALUE_NULL, slot->repr));
        Fork fork;
        fork_open(l, &fork, NULL, (Span){0, 0});
        fork_arm(l, &fork, &branch->then);
        op_set(l, slot, empty_of(l, part->type));
        fork_end(l, &fork);
    }
    scope_bind(l, part->symbol, slot);
    scope_hold(l, slot);
}

static void stub_body(Lower *l, void *data)
{
    const StubBody *body = data;
    if (body->block != NULL) {
        lower_block(l, body->block);
        return;
    }
    if (body->stubbed->streams) {
        lower_forward(l, body->value);
        return;
    }
    size_t mark = l->b->temps.count;
    Value *value = lower_expr(l, body->value, "result");
    Slot *result = l->b->machine ? l->b->routine->result : l->b->then;
    if (result != NULL && value != NULL && l->b->ops != NULL) {
        op_set(l, result, value_own(l, value));
    } else {
        value_discard(l, value);
    }
    temp_finish(l, mark);
}

static Routine *stub_routine(Lower *l, const char *hint, Span span, const StubBody *body)
{
    const Stubbed *stubbed = body->stubbed, *inside = l->inside;
    Routine *routine = routine_new(l, stubbed->waits ? ROUTINE_BRANCH : ROUTINE_FN, hint, span);
    routine->stub = routine->started = true;
    routine->shown = arena_print(l->arena, "stub %s", stubbed->path);
    if (span.end == 0) { // the original: in trails, the call speaks for it
        routine->shown = stubbed->path;
        routine->hidden = true;
    }
    Builder b;
    builder_open(l, &b, routine);
    Slot *locals = tuple_param(l, "locals", body->locals, stubbed->waits);
    Slot *args = tuple_param(l, "arguments", stubbed->args, stubbed->waits);
    Repr repr = stubbed->streams ? repr_plain(REPR_NONE) : repr_of(l, stubbed->gives);
    routine->yields = stubbed->streams;
    routine->gives = repr;
    routine->result_descriptor = stubbed->streams ? NULL : descriptor_of(l, stubbed->gives);
    if (repr.kind != REPR_NONE) {
        Slot *result = slot_new(l, "result", repr, true);
        result->by_address = stubbed->waits;
        *(stubbed->waits ? &routine->result : &b.then) = result;
    }
    for (size_t i = 0; i < body->kept.count; i++) {
        bind(l, locals, body->locals, i, &body->kept.items[i]);
    }
    for (size_t i = 0; i < body->params.count; i++) {
        bind(l, args, stubbed->args, i, &body->params.items[i]);
    }
    op_test(l);
    l->inside = stubbed;
    if (body->block != NULL ? block_starts(l, body->block) : expr_starts(l, body->value)) {
        lower_scoped(l, span, stub_body, (void *)(uintptr_t)body);
    } else {
        stub_body(l, (void *)(uintptr_t)body);
    }
    region_leave(l, NULL, NULL, 0, 0);
    l->inside = inside;
    builder_close(l);
    LIST_ADD(l->arena, &l->unit->routines, routine);
    return routine;
}

// The call itself, with the parts of the tuple as its arguments.
static Routine *original(Lower *l, const Stubbed *stubbed)
{
    StubBody body = {.stubbed = stubbed};
    Expr *call = ARENA_NEW(l->arena, Expr);
    call->kind = EXPR_CALL;
    call->type = stubbed->gives;
    call->u.call.target = stubbed->builtin != NULL ? CALLEE_BUILTIN : CALLEE_EXTERN;
    call->u.call.builtin = stubbed->builtin;
    call->u.call.symbol = (Symbol *)(uintptr_t)stubbed->symbol;
    for (size_t i = 0; i < param_count(stubbed); i++) {
        Piece part = param_at(l, stubbed, i);
        part.absent = false; // the function knows what to make of it
        part.symbol = ARENA_NEW(l->arena, Symbol);
        part.symbol->kind = SYMBOL_PARAM;
        part.symbol->name = arena_print(l->arena, "argument_%zu", i + 1);
        part.symbol->type = part.type;
        Expr *name = ARENA_NEW(l->arena, Expr);
        name->kind = EXPR_NAME;
        name->type = part.type;
        name->u.name.symbol = part.symbol;
        LIST_ADD(l->arena, &body.params, part);
        LIST_ADD(l->arena, &call->u.call.ordered, name);
    }
    body.value = call;
    return stub_routine(l, arena_print(l->arena, "original_%s", stubbed->path), (Span){0, 0},
                        &body);
}

// ── before anything is lowered ───────────────────────────────────────────────────────────────────
static bool note(const Stmt *stmt, void *data)
{
    Lower *l = data;
    if (stmt->kind != STMT_STUB) {
        return false;
    }
    const Symbol *symbol = stmt->u.stub.symbol;
    const Builtin *builtin = symbol->builtin;
    if (find(l, builtin, symbol) != NULL) {
        return false;
    }
    Stubbed *stubbed = ARENA_NEW(l->arena, Stubbed);
    stubbed->builtin = builtin;
    stubbed->symbol = builtin == NULL ? symbol : NULL;
    stubbed->path = builtin != NULL ? builtin->path : symbol->name;
    stubbed->index = (uint32_t)l->stubs.count;
    stubbed->waits = builtin != NULL ? (builtin->flags & LIBRARY_WAITS) != 0
                                     : symbol->decl->kind == DECL_TASK;
    stubbed->gives = builtin != NULL ? builtin->result : symbol->type;
    stubbed->streams = stubbed->gives->kind == TYPE_STREAM;
    stubbed->waits = stubbed->waits || stubbed->streams;
    LIST(Piece) params = {0};
    for (size_t i = 0; i < param_count(stubbed); i++) {
        LIST_ADD(l->arena, &params, param_at(l, stubbed, i));
    }
    stubbed->args = tuple_of(l, params.items, params.count);
    LIST_ADD(l->arena, &l->stubs, stubbed);
    return false;
}

static bool pass(const Expr *expr, void *data)
{
    (void)expr;
    (void)data;
    return false;
}

void lower_stubs(Lower *l)
{
    const Module *module = l->program->modules.items[0]; // whose tests are compiled
    for (size_t i = 0; i < module->decls.count; i++) {
        if (module->decls.items[i]->kind == DECL_TEST) {
            const Walk walk = {.expr = pass, .stmt = note, .data = l};
            walk_block(&walk, &module->decls.items[i]->body);
        }
    }
    for (size_t i = 0; i < l->stubs.count; i++) {
        Stubbed *stubbed = l->stubs.items[i];
        stubbed->original = original(l, stubbed);
    }
}

// ── the statement ────────────────────────────────────────────────────────────────────────────────
static Value *stub_of(Lower *l, Routine *routine)
{
    Value *value = value_new(l, VALUE_STUB, repr_plain(REPR_NONE));
    value->routine = routine;
    return value;
}

static Value *tuple_new(Lower *l, const Type *type)
{
    Repr repr = type == NULL ? repr_counted("weir_record *") : repr_of(l, type);
    Value *made = value_new(l, type == NULL ? VALUE_NULL : VALUE_NEW, repr);
    made->shape = repr.shape;
    made->flags = type == NULL ? 0U : VALUE_OWNED | VALUE_FAILS;
    return made;
}

void lower_stub(Lower *l, const Stmt *stmt)
{
    const Symbol *symbol = stmt->u.stub.symbol;
    StubBody body = {.stubbed = find(l, symbol->builtin, symbol),
                     .value = stmt->u.stub.value,
                     .block = stmt->u.stub.block};
    Beside read = {0};
    beside_reads(l, &read, body.value, NULL);
    if (body.block != NULL) {
        beside_reads_block(l, &read, body.block);
    }
    for (size_t i = 0; i < read.symbols.count; i++) {
        Piece part = {.symbol = read.symbols.items[i], .type = read.symbols.items[i]->type};
        LIST_ADD(l->arena, &body.kept, part);
        LIST_ADD(l->arena, &read.outer, (Slot *)part.symbol->lowered);
    }
    body.locals = tuple_of(l, body.kept.items, body.kept.count);
    Value *locals = tuple_new(l, body.locals);
    for (size_t i = 0; i < read.outer.count; i++) {
        value_arg(l, locals, value_own(l, value_slot(l, read.outer.items[i])));
    }
    for (size_t i = 0; i < param_count(body.stubbed); i++) {
        LIST_ADD(l->arena, &body.params, param_at(l, body.stubbed, i));
    }
    for (size_t i = 0; i < stmt->u.stub.symbols.count; i++) {
        body.params.items[stmt->u.stub.places.items[i]].symbol = stmt->u.stub.symbols.items[i];
    }
    const char *hint = arena_print(l->arena, "stub_%s", body.stubbed->path);
    Routine *routine = stub_routine(l, hint, stmt->span, &body);
    for (size_t i = 0; i < read.symbols.count; i++) {
        read.symbols.items[i]->lowered = read.outer.items[i];
    }
    Value *set = value_runtime(l, "weir_stub_set", repr_plain(REPR_NONE),
                               VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, set, value_int(l, body.stubbed->index));
    op_do(l, value_arg(l, value_arg(l, set, stub_of(l, routine)), locals));
    op_test(l);
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────────
static Value *args_of(Lower *l, const Stubbed *stubbed, const Expr *expr)
{
    Value *made = tuple_new(l, stubbed->args);
    for (size_t i = 0; i < param_count(stubbed); i++) {
        const TypeField *param = stubbed->builtin == NULL ? NULL
                                                          : &stubbed->builtin->params.items[i];
        const Expr *arg = i < expr->u.call.ordered.count ? expr->u.call.ordered.items[i] : NULL;
        if (arg == NULL) {
            arg = param != NULL ? param->fallback
                                : stubbed->symbol->decl->params.items[i].fallback;
        }
        const char *hint = param != NULL ? param->name : "argument";
        bool shown = param != NULL && param->type->kind == TYPE_ANY;
        Value *value = shown ? lower_shown(l, arg) : lower_expr(l, arg, hint);
        value_arg(l, made, value_settle(l, value, hint));
    }
    op_test(l);
    for (size_t i = 0; i < made->args.count; i++) {
        made->args.items[i] = value_own(l, made->args.items[i]);
    }
    return made;
}

static Value *stub_verb(Lower *l, const char *verb, const Stubbed *stubbed)
{
    Value *call = value_runtime(l, verb, repr_plain(REPR_NONE), VALUE_EFFECT | VALUE_FAILS);
    return value_arg(l, value_arg(l, call, value_int(l, stubbed->index)),
                     stub_of(l, stubbed->original));
}

static Value *stubbed_stream(Lower *l, const Stubbed *stubbed, Value *args, const char *hint)
{
    Slot *stream = slot_word(l, hint, repr_of(l, stubbed->gives), true);
    Value *call = stub_verb(l, "weir_stub_stream", stubbed);
    value_arg(l, value_arg(l, call, args), value_address(l, l->b->children));
    value_arg(l, call, value_descriptor(l, descriptor_of(l, stubbed->gives->item)));
    op_do(l, value_arg(l, call, value_address(l, stream)));
    op_test(l);
    return value_slot(l, stream);
}

Value *lower_stubbed(Lower *l, const Stubbed *stubbed, const Expr *expr, const char *hint)
{
    hint = hint != NULL ? hint : stubbed->builtin != NULL ? stubbed->builtin->name : "value";
    Value *args = args_of(l, stubbed, expr);
    if (stubbed->streams) {
        return stubbed_stream(l, stubbed, args, hint);
    }
    Value *call = stub_verb(l, stubbed->waits ? "weir_stub_start" : "weir_stub_call", stubbed);
    Repr repr = repr_of(l, stubbed->gives);
    Slot *result = repr.kind == REPR_NONE ? NULL : slot_word(l, hint, repr, true);
    Value *place = result != NULL ? value_address(l, result)
                                  : value_new(l, VALUE_NULL, repr_plain(REPR_NONE));
    if (!stubbed->waits) {
        op_do(l, value_arg(l, value_arg(l, call, value_borrow(l, args, "arguments")), place));
        op_test(l);
        return result == NULL ? NULL : value_slot(l, result);
    }
    Slot *child = slot_place(l, "child", repr_place("weir_task *"));
    op_do(l, value_arg(l, value_arg(l, call, args), value_address(l, child)));
    op_test(l);
    Value *join = value_runtime(l, "weir_join_private", repr_plain(REPR_NONE), 0);
    value_arg(l, value_arg(l, join, value_slot(l, child)), place);
    op_await(l, join, state_new(l, "answered", expr->span));
    return result == NULL ? NULL : value_slot(l, result);
}

// ── cached tasks ─────────────────────────────────────────────────────────────────────────────────
const Type *params_tuple(Lower *l, const Decl *decl)
{
    LIST(Piece) parts = {0};
    for (size_t i = 0; i < decl->params.count; i++) {
        Piece part = {.symbol = decl->params.items[i].symbol};
        part.type = part.symbol->type;
        LIST_ADD(l->arena, &parts, part);
    }
    return tuple_of(l, parts.items, parts.count);
}

// The run: what the task was, with its arguments in a tuple.
static Routine *cached_run(Lower *l, const Decl *decl, Span span, Body body, void *data)
{
    const Routine *task = decl->symbol->lowered;
    Routine *run = routine_new(l, ROUTINE_BRANCH, arena_print(l->arena, "%s_run", task->hint),
                               span);
    run->stub = run->started = true;
    run->shown = task->hint;
    run->limiter = task->limiter;
    Builder b;
    builder_open(l, &b, run);
    const Type *tuple = params_tuple(l, decl);
    tuple_param(l, "locals", NULL, true);
    Slot *args = tuple_param(l, "arguments", tuple, true);
    if (task->result != NULL) {
        run->result = slot_new(l, "result", task->result->repr, true);
        run->result->by_address = true;
        run->result_descriptor = task->result_descriptor;
    }
    for (size_t i = 0; i < decl->params.count; i++) {
        Piece part = {.symbol = decl->params.items[i].symbol};
        part.type = part.symbol->type;
        bind(l, args, tuple, i, &part);
    }
    lower_clauses(l, &decl->clauses, span, body, data);
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
    LIST_ADD(l->arena, &l->unit->routines, run);
    return run;
}

void lower_cached(Lower *l, const Decl *decl, Span span, Body body, void *data)
{
    Routine *task = l->b->routine;
    LIST(void *) params = {0};
    for (size_t i = 0; i < decl->params.count; i++) {
        LIST_ADD(l->arena, &params, decl->params.items[i].symbol->lowered);
    }
    Routine *run = cached_run(l, decl, span, body, data);
    Value *made = tuple_new(l, params_tuple(l, decl));
    for (size_t i = 0; i < params.count; i++) {
        decl->params.items[i].symbol->lowered = params.items[i];
        value_arg(l, made, value_own(l, value_slot(l, params.items[i])));
    }
    if (made->kind == VALUE_NEW) {
        made = value_own(l, value_settle(l, made, "arguments"));
    }
    op_test(l);
    Value *call = value_runtime(l, "weir_cached", repr_plain(REPR_NONE), 0);
    value_arg(l, value_arg(l, call, value_int(l, task->cache)), stub_of(l, run));
    value_arg(l, call, made);
    value_arg(l, call, task->result != NULL ? value_address(l, task->result)
                                            : value_new(l, VALUE_NULL, repr_plain(REPR_NONE)));
    op_await(l, call, state_new(l, "cached", span));
    region_leave(l, NULL, NULL, 0, 0);
}

// f.forget(args, was: v)
Value *lower_forget(Lower *l, const Expr *expr)
{
    const Decl *decl = expr->u.call.symbol->decl;
    const Routine *task = decl->symbol->lowered;
    const Exprs *ordered = &expr->u.call.ordered;
    Op args = {.kind = OP_START}; // only to hold them
    Exprs given = *ordered;
    given.count = given.count > decl->params.count ? decl->params.count : given.count;
    lower_args(l, &given, &decl->params, &args);
    Value *made = tuple_new(l, params_tuple(l, decl));
    for (size_t i = 0; i < args.args.count; i++) {
        value_arg(l, made, args.args.items[i]);
    }
    made = value_settle(l, value_borrow(l, made, "arguments"), "arguments");
    op_test(l);
    Value *forget = value_runtime(l, "weir_cache_forget", repr_plain(REPR_NONE), VALUE_EFFECT);
    value_arg(l, value_arg(l, forget, value_int(l, task->cache)), made);
    const Expr *was = ordered->count > decl->params.count ? ordered->items[decl->params.count]
                                                          : NULL;
    value_arg(l, forget, was == NULL ? value_new(l, VALUE_NULL, repr_plain(REPR_NONE))
                                     : lower_word(l, was, "was"));
    op_test(l);
    return forget;
}

void define_cache(Lower *l, const Decl *decl)
{
    const Clause *clause = clause_find(&decl->clauses, CLAUSE_CACHE);
    const Routine *task = decl->symbol->lowered;
    const char *name = decl->name.text;
    const Type *tuple = params_tuple(l, decl);
    Value *define = value_runtime(l, "weir_cache_define", repr_plain(REPR_NONE),
                                  VALUE_EFFECT | VALUE_FAILS);
    value_arg(l, value_arg(l, define, value_int(l, task->cache)),
              value_template(l, name, strlen(name)));
    value_arg(l, define, value_settle(l, lower_expr(l, clause->a, "keep"), "keep"));
    value_arg(l, define, clause->b == NULL ? value_int(l, 1000) : lower_expr(l, clause->b, "max"));
    value_arg(l, define, value_descriptor(l, tuple == NULL ? NULL : descriptor_of(l, tuple)));
    op_do(l, value_arg(l, define, value_descriptor(l, task->result_descriptor)));
    temp_finish(l, 0);
}

// ── records of the library ───────────────────────────────────────────────────────────────────────
// Response(status: 200, body: "hi"): what is not said is empty.
Value *lower_library_record(Lower *l, const Expr *expr)
{
    const Type *type = expr->type;
    const Exprs *fields = &expr->u.call.ordered;
    LIST(Value *) values = {0};
    for (size_t i = 0; i < type->fields.count; i++) {
        const TypeField *field = &type->fields.items[i];
        const Expr *given = i < fields->count ? fields->items[i] : NULL;
        Value *value = given != NULL ? lower_expr(l, given, field->name)
                                     : empty_of(l, field->type);
        LIST_ADD(l->arena, &values, value_settle(l, value_own(l, value), field->name));
    }
    Value *made = value_runtime(l, "weir_record_new", repr_of(l, type), VALUE_OWNED | VALUE_FAILS);
    Slot *record = slot_word(l, "record", made->repr, true);
    op_set(l, record, value_arg(l, made, value_descriptor(l, descriptor_of(l, type))));
    op_test(l);
    for (size_t i = 0; i < values.count; i++) {
        Op *store = op_add(l, OP_STORE);
        store->place = value_new(l, VALUE_MEMBER, repr_of(l, type->fields.items[i].type));
        store->place->text = type->fields.items[i].name;
        value_arg(l, store->place, value_slot(l, record));
        store->value = value_own(l, values.items[i]);
    }
    return value_slot(l, record);
}
