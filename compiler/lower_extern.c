// The border to C: what C does for the program, and what of the program C may call.
//
//     extern task lookup(name: string) -> int
//
// becomes a machine like any other task's, whose one wait is for C:
//
//     state lookup_entry @1
//         await lookup weir_extern(&result) name -> lookup_completed
//     state lookup_completed @1, waits
//         test -> out
//         finish
//
// An extern fn is a plain function that is declared and never printed. The types that C meets there
// get names that are the same in every program that uses the module: C code written for a module
// fits all of them.
#include "lowering.h"

#include <string.h>

// ── what C does ──────────────────────────────────────────────────────────────────────────────────
void lower_extern(Lower *l, const Decl *decl, Span heading)
{
    Routine *routine = decl->symbol->lowered;
    if (decl->kind != DECL_TASK) {
        return;
    }
    Builder b;
    builder_open(l, &b, routine);
    Value *begin = value_runtime(l, "weir_extern", repr_plain(REPR_NONE), 0);
    value_arg(l, begin,
              routine->result != NULL ? value_address(l, routine->result)
                                      : value_new(l, VALUE_NULL, repr_plain(REPR_NONE)));
    Op *await = op_await_quietly(l, begin, state_new(l, "completed", heading));
    await->routine = routine;
    for (size_t i = 0; i < routine->params.count; i++) {
        LIST_ADD(l->arena, &await->args, value_slot(l, routine->params.items[i]));
    }
    b.test_due = true;
    op_test(l);
    region_leave(l, NULL, NULL, 0, 0);
    builder_close(l);
}

// ── names for what C sees ────────────────────────────────────────────────────────────────────────
// "lib/net.weir" → "net", "18_extern.weir" → "extern"
static const char *module_of(Lower *l, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;
    size_t digits = strspn(name, "0123456789_-");
    name += strncmp(name + digits, ".weir", 5) == 0 ? 0 : digits;
    const char *dot = strrchr(name, '.');
    return arena_copy(l->arena, name,
                      dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

// Of two types only if they are one: what a type consists of stands behind it, and how much of it.
static const char *shared_words(Lower *l, const Type *type)
{
    static const char *const words[] = {
        [TYPE_LIST] = "list",     [TYPE_OPTIONAL] = "optional", [TYPE_RESULT] = "result",
        [TYPE_TASK] = "task",     [TYPE_QUEUE] = "queue",       [TYPE_STREAM] = "stream",
        [TYPE_TUPLE] = "tuple",   [TYPE_RECORD] = "record",     [TYPE_MAP] = "map",
    };
    if (type->decl != NULL) {
        return arena_print(l->arena, "%s_%s", module_of(l, type->decl->module->source->path),
                           type->name);
    }
    const char *word = type->kind <= TYPE_QUEUE + 1 ? words[type->kind] : NULL;
    if (word == NULL || type->c_struct != NULL) {
        return type->name;
    }
    if (type->kind == TYPE_MAP) {
        return arena_print(l->arena, "map_%s_%s", shared_words(l, type->key),
                           shared_words(l, type->item));
    }
    if (type->kind == TYPE_TUPLE || type->kind == TYPE_RECORD) {
        word = arena_print(l->arena, "%s%zu", word, type->fields.count);
        for (size_t i = 0; i < type->fields.count; i++) {
            const TypeField *field = &type->fields.items[i];
            word = arena_print(l->arena, "%s_%s%s%s", word, field->name == NULL ? "" : field->name,
                               field->name == NULL ? "" : "_", shared_words(l, field->type));
        }
        return word;
    }
    return type->item == NULL ? word
                              : arena_print(l->arena, "%s_%s", word, shared_words(l, type->item));
}

static const char *shared_name(Lower *l, const Type *type)
{
    const char *words = shared_words(l, type);
    return type->decl != NULL ? words : arena_print(l->arena, "weir_%s", words);
}

static void share_type(Lower *l, const Type *type);

static void share_enum(Lower *l, const Type *type)
{
    Shape *shape = type_scalar(type) ? NULL : shape_of(l, type);
    for (size_t i = 0; i < type->cases.count; i++) {
        const TypeCase *one = &type->cases.items[i];
        Shape *with = shape == NULL ? NULL : shape->cases.items[i];
        if (with != NULL) {
            with->shared = arena_print(l->arena, "%s_%s", shape->shared, one->name);
        }
        for (size_t k = 0; k < one->fields.count; k++) {
            share_type(l, one->fields.items[k].type);
        }
    }
}

static void share_type(Lower *l, const Type *type)
{
    Descriptor *descriptor = type == NULL ? NULL : descriptor_of(l, type);
    if (descriptor == NULL || descriptor->known != NULL || descriptor->shared != NULL) {
        return;
    }
    descriptor->shared = shared_name(l, type);
    if (descriptor->shape != NULL) {
        descriptor->shape->shared = descriptor->shared;
    }
    share_type(l, type->item);
    share_type(l, type->key);
    for (size_t i = 0; i < type->fields.count; i++) {
        share_type(l, type->fields.items[i].type);
    }
    if (type->kind == TYPE_ENUM) {
        share_enum(l, type);
    }
}

// A handle, a queue or a stream can only be waited for, which C cannot.
static bool crosses(const Decl *decl)
{
    for (size_t i = 0; i < decl->params.count; i++) {
        if (type_handle(decl->params.items[i].symbol->type)) {
            return false;
        }
    }
    return !type_handle(decl->symbol->type);
}

void lower_share(Lower *l, const Decl *decl)
{
    Routine *routine = decl->symbol->lowered;
    bool own = decl->module == l->program->modules.items[0];
    routine->exported = decl->pub && own && !decl->is_extern && crosses(decl);
    if (!routine->exported && !routine->external) {
        return;
    }
    routine->doc = decl->doc;
    routine->c_name = arena_print(l->arena, "%s_%s", module_of(l, routine->file),
                                  decl->name.text);
    routine->started = routine->started || (routine->exported && decl->kind == DECL_TASK);
    l->unit->hosted = l->unit->hosted || routine->exported;
    for (size_t i = 0; i < decl->params.count; i++) {
        share_type(l, decl->params.items[i].symbol->type);
    }
    share_type(l, decl->symbol->type);
}
