// What stands outside the functions: constants, structs, type descriptors, the program.
#include "emitting.h"

#include <string.h>

// ── constants ────────────────────────────────────────────────────────────────────────────────────
// A literal of over 4,095 bytes is more than a compiler must take: then the bytes are listed.
static void emit_long_text(Emit *e, const Constant *constant)
{
    out_line(&e->out, "static const char %s_bytes[] = {", constant->name);
    e->out.indent++;
    for (size_t i = 0; i <= constant->length; i++) {
        out(&e->out, "%d,", i < constant->length ? (signed char)constant->text[i] : 0);
        if (i % 24 == 23 || i == constant->length) {
            out_end(&e->out);
        }
    }
    e->out.indent--;
    out_line(&e->out, "};");
}

void emit_constants(Emit *e)
{
    bool any = false;
    for (size_t i = 0; i < e->unit->constants.count; i++) {
        const Constant *constant = &e->unit->constants.items[i];
        if (!constant->used || constant->part != e->part) {
            continue;
        }
        any = true;
        bool large = constant->length > 1000;
        if (large) {
            emit_long_text(e, constant);
        }
        out(&e->out, "static weir_string %s = {{WEIR_STATIC, WEIR_STRING, 0, 0}, %zu, ",
            constant->name, constant->length);
        if (large) {
            out(&e->out, "%s_bytes", constant->name);
        } else {
            out_string(&e->out, constant->text, constant->length);
        }
        out(&e->out, "};");
        out_end(&e->out);
    }
    if (any) {
        out_line(&e->out, "%s", "");
    }
}

// ── types ────────────────────────────────────────────────────────────────────────────────────────
void emit_shape(Emit *e, const Shape *shape)
{
    out_line(&e->out, "struct %s { // %s", shape->name,
             shape->words != NULL ? shape->words : shape->descriptor->words);
    e->out.indent++;
    out_line(&e->out, "weir_record record;");
    for (size_t i = 0; i < shape->fields.count; i++) {
        const Slot *field = shape->fields.items[i];
        out_line(&e->out, "%s%s;", c_type(e, field->repr), field->name);
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

void emit_cases(Emit *e, const Descriptor *descriptor)
{
    out_line(&e->out, "enum { // %s", descriptor->words);
    for (size_t i = 0; i < descriptor->constants.count; i++) {
        out_line(&e->out, "    %s,", descriptor->constants.items[i]);
    }
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static void emit_reference_to(Emit *e, const Descriptor *descriptor)
{
    if (descriptor == NULL) {
        out(&e->out, "NULL");
    } else {
        out(&e->out, "&%s", descriptor->known != NULL ? descriptor->known : descriptor->name);
    }
}

static void emit_fields(Emit *e, const Descriptor *descriptor)
{
    out_line(&e->out, "static const weir_field %s_fields[] = {", descriptor->name);
    e->out.indent++;
    for (size_t i = 0; i < descriptor->fields.count; i++) {
        const char *name = descriptor->field_names.items[i];
        if (name == NULL) {
            out(&e->out, "{NULL, ");
        } else {
            out(&e->out, "{\"%s\", ", name);
        }
        emit_reference_to(e, descriptor->fields.items[i]);
        out(&e->out, "},");
        out_end(&e->out);
    }
    e->out.indent--;
    out_line(&e->out, "};");
}

static void emit_keys(Emit *e, const Descriptor *descriptor)
{
    out_line(&e->out, "static const char *const %s_keys[] = {", descriptor->name);
    for (size_t i = 0; i < descriptor->field_keys.count; i++) {
        const char *key = descriptor->field_keys.items[i];
        out(&e->out, "    ");
        if (key == NULL) {
            out(&e->out, "NULL");
        } else {
            out_string(&e->out, key, strlen(key));
        }
        out(&e->out, ",");
        out_end(&e->out);
    }
    out_line(&e->out, "};");
}

// The functions follow those they call, so they are announced here.
static void emit_defaults(Emit *e, const Descriptor *descriptor)
{
    for (size_t i = 0; i < descriptor->defaults.count; i++) {
        if (descriptor->defaults.items[i] != NULL) {
            out_line(&e->out, "static void %s_fill(weir_context *cx, void *slot);",
                     descriptor->defaults.items[i]->name);
        }
    }
    out_line(&e->out, "static void (*const %s_defaults[])(weir_context *cx, void *slot) = {",
             descriptor->name);
    for (size_t i = 0; i < descriptor->defaults.count; i++) {
        const Routine *routine = descriptor->defaults.items[i];
        out_line(&e->out, "    %s%s,", routine == NULL ? "NULL" : routine->name,
                 routine == NULL ? "" : "_fill");
    }
    out_line(&e->out, "};");
}

static void emit_descriptor_of(Emit *e, const Descriptor *descriptor)
{
    if (descriptor->fields.count > 0) {
        emit_fields(e, descriptor);
    }
    if (descriptor->field_keys.count > 0) {
        emit_keys(e, descriptor);
    }
    if (descriptor->defaults.count > 0) {
        emit_defaults(e, descriptor);
    }
    if (descriptor->shared != NULL) {
        emit_shared(e, descriptor);
    }
    out(&e->out, "%sconst weir_type %s = {.kind = %s, .name = ",
        descriptor->shared != NULL ? "WEIR_SHARED "
        : descriptor->crosses      ? ""
                                   : "static ",
        descriptor->name, descriptor->kind);
    out_string(&e->out, descriptor->words, strlen(descriptor->words));
    if (descriptor->item != NULL) {
        out(&e->out, ", .item = ");
        emit_reference_to(e, descriptor->item);
    }
    if (descriptor->key != NULL) {
        out(&e->out, ", .key = ");
        emit_reference_to(e, descriptor->key);
    }
    if (descriptor->fields.count > 0) {
        out(&e->out, ", .fields = %s_fields, .field_count = %zu", descriptor->name,
            descriptor->fields.count);
    }
    if (descriptor->field_keys.count > 0) {
        out(&e->out, ", .keys = %s_keys", descriptor->name);
    }
    if (descriptor->defaults.count > 0) {
        out(&e->out, ", .defaults = %s_defaults", descriptor->name);
    }
    out(&e->out, "};");
    out_end(&e->out);
}

static void emit_maker_signature(Emit *e, const Shape *shape)
{
    const char *made = shape->words != NULL ? shape->descriptor->shape->name : shape->name;
    out(&e->out, "struct %s *%s(weir_context *cx", made, shape->maker);
    for (size_t i = 0; i < shape->fields.count; i++) {
        out(&e->out, ", %s%s", c_type(e, shape->fields.items[i]->repr),
            shape->fields.items[i]->name);
    }
    out(&e->out, ")");
}

void emit_maker_prototype(Emit *e, const Shape *shape)
{
    emit_maker_signature(e, shape);
    out(&e->out, ";");
    out_end(&e->out);
}

void emit_shared(Emit *e, const Descriptor *descriptor)
{
    out_line(&e->out, "extern const weir_type %s;", descriptor->name);
    const Shape *shape = descriptor->shape;
    if (shape != NULL && shape->cases.count == 0) {
        emit_maker_prototype(e, shape);
    }
    for (size_t i = 0; shape != NULL && i < shape->cases.count; i++) {
        if (shape->cases.items[i] != NULL) {
            emit_maker_prototype(e, shape->cases.items[i]);
        }
    }
}

// The maker takes over the words it is given, also where there is no memory for the record.
static void emit_maker(Emit *e, const Shape *shape)
{
    bool one_case = shape->words != NULL;
    const char *gives = one_case ? shape->descriptor->shape->name : shape->name;
    out(&e->out, "%s",
        shape->shared != NULL  ? "WEIR_SHARED "
        : shape->maker_crosses ? ""
                               : "static ");
    emit_maker_signature(e, shape);
    out_end(&e->out);
    out_line(&e->out, "{");
    e->out.indent++;
    out_line(&e->out, "struct %s *self = weir_record_new(cx, &%s);", shape->name,
             shape->descriptor->name);
    out_line(&e->out, "if (self == NULL) {");
    for (size_t i = 0; i < shape->fields.count; i++) {
        if (shape->fields.items[i]->counted) {
            out_line(&e->out, "    weir_drop(%s);", shape->fields.items[i]->name);
        }
    }
    out_line(&e->out, "    return NULL;");
    out_line(&e->out, "}");
    for (size_t i = 0; i < shape->fields.count; i++) {
        const char *name = shape->fields.items[i]->name;
        if (one_case && i == 0) { // written as it is read
            out_line(&e->out, "((struct %s *)self)->%s = %s;", gives, name, name);
        } else {
            out_line(&e->out, "self->%s = %s;", name, name);
        }
    }
    if (one_case) {
        out_line(&e->out, "return (struct %s *)self;", gives);
    } else {
        out_line(&e->out, "return self;");
    }
    e->out.indent--;
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
}

static bool prints_type(const Emit *e, const Descriptor *descriptor)
{
    return descriptor->used && part_in(&descriptor->users, e->part);
}

static bool later(const Emit *e, size_t index, const Descriptor *wanted)
{
    for (size_t i = index + 1; i < e->unit->descriptors.count; i++) {
        if (e->unit->descriptors.items[i] == wanted) {
            return prints_type(e, wanted) && !wanted->crosses; // else its header has announced it
        }
    }
    return false;
}

static void announce_type(Emit *e, const Descriptor *descriptor)
{
    out_line(&e->out, "%s const weir_type %s;", descriptor->shared != NULL ? "extern" : "static",
             descriptor->name);
}

// A record that holds itself (in a list, as an optional) is named before it is described.
static void announce_types(Emit *e)
{
    for (size_t i = 0; i < e->unit->descriptors.count; i++) {
        const Descriptor *descriptor = e->unit->descriptors.items[i];
        if (!prints_type(e, descriptor)) {
            continue;
        }
        if (descriptor->item != NULL && later(e, i, descriptor->item)) {
            announce_type(e, descriptor->item);
        }
        for (size_t k = 0; k < descriptor->fields.count; k++) {
            if (later(e, i, descriptor->fields.items[k])) {
                announce_type(e, descriptor->fields.items[k]);
            }
        }
    }
}

// What stands at the top level: each run of the program has its own.
void emit_top(Emit *e, const UnitPart *part)
{
    const Unit *unit = e->unit;
    bool main = part == unit->parts.items[0];
    out_line(&e->out, "struct %s { // what stands at the top level", part->top);
    e->out.indent++;
    for (size_t i = 1; main && i < unit->parts.count; i++) {
        const UnitPart *other = unit->parts.items[i];
        if (other->globals.count > 0) {
            out_line(&e->out, "struct %s %s;", other->top, other->member);
        }
    }
    for (size_t i = 0; i < part->globals.count; i++) {
        out_line(&e->out, "%s;", c_declare(e, part->globals.items[i]));
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static void emit_globals(Emit *e)
{
    if (e->part != e->unit->parts.items[0] || !unit_has_globals(e->unit)) {
        return;
    }
    emit_top(e, e->part);
    out_line(&e->out, "static struct %s *%s(weir_context *cx)", e->part->top, e->part->top);
    out_line(&e->out, "{");
    out_line(&e->out, "    return weir_top(cx);");
    out_line(&e->out, "}");
    out_line(&e->out, "%s", "");
    emit_part_globals(e);
}

void emit_types(Emit *e)
{
    const Unit *unit = e->unit;
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        const Descriptor *descriptor = unit->descriptors.items[i];
        if ((descriptor->used || descriptor->named) && part_in(&descriptor->users, e->part) &&
            !descriptor->crosses && descriptor->constants.count > 0) {
            emit_cases(e, descriptor);
        }
    }
    for (size_t i = 0; i < unit->shapes.count; i++) {
        const Shape *shape = unit->shapes.items[i];
        if (part_in(&shape->users, e->part) && !shape->crosses) {
            emit_shape(e, shape);
        }
    }
    announce_types(e);
    bool any = false;
    for (size_t i = 0; i < unit->descriptors.count; i++) {
        if (prints_type(e, unit->descriptors.items[i])) {
            any = true;
            emit_descriptor_of(e, unit->descriptors.items[i]);
        }
    }
    if (any) {
        out_line(&e->out, "%s", "");
    }
    for (size_t i = 0; i < unit->shapes.count; i++) {
        if (unit->shapes.items[i]->made && part_in(&unit->shapes.items[i]->makers, e->part)) {
            emit_maker(e, unit->shapes.items[i]);
        }
    }
    if (unit_runs(unit)) {
        emit_globals(e);
    }
}

// ── the program ──────────────────────────────────────────────────────────────────────────────────
static void emit_text_or_null(Emit *e, const char *text)
{
    if (text == NULL) {
        out(&e->out, "NULL");
    } else {
        out_string(&e->out, text, strlen(text));
    }
}

static void emit_parameters(Emit *e)
{
    const Unit *unit = e->unit;
    out_line(&e->out, "static const weir_parameter %s_parameters[] = {", unit->main->name);
    e->out.indent++;
    for (size_t i = 0; i < unit->parameters.count; i++) {
        const Parameter *parameter = &unit->parameters.items[i];
        out(&e->out, "{\"%s\", ", parameter->words);
        emit_text_or_null(e, parameter->doc);
        out(&e->out, ", ");
        emit_reference_to(e, parameter->descriptor);
        out(&e->out, ", offsetof(struct %s, %s), %s, ", unit->main->name, parameter->slot->name,
            parameter->has_default ? "true" : "false");
        emit_text_or_null(e, parameter->shown_default);
        out(&e->out, "},");
        out_end(&e->out);
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

static void emit_tests(Emit *e)
{
    const Unit *unit = e->unit;
    for (size_t i = 0; i < unit->tests.count; i++) {
        const char *name = unit->tests.items[i].routine->name;
        out_line(&e->out, "static void %s_open(weir_context *cx, void *frame)", name);
        out_line(&e->out, "{");
        out_line(&e->out, "    (void)cx;");
        out_line(&e->out, "    %s_begin(frame);", name);
        out_line(&e->out, "}");
        out_line(&e->out, "%s", "");
    }
    out_line(&e->out, "static const weir_test %s_tests[] = {", unit->symbol);
    e->out.indent++;
    for (size_t i = 0; i < unit->tests.count; i++) {
        const TestBlock *test = &unit->tests.items[i];
        out(&e->out, "{");
        out_string(&e->out, test->title, strlen(test->title));
        out(&e->out, ", %u, &%s_machine, %s_open},", test->line, test->routine->name,
            test->routine->name);
        out_end(&e->out);
    }
    e->out.indent--;
    out_line(&e->out, "};");
    out_line(&e->out, "%s", "");
}

void emit_program(Emit *e)
{
    const Unit *unit = e->unit;
    if (!unit_runs(unit)) {
        return;
    }
    Routine *plain[] = {unit->begin, unit->end, unit->begin_main};
    for (size_t i = 0; i < 3; i++) {
        if (plain[i] != NULL) {
            emit_plain(e, plain[i]);
        }
    }
    if (unit->tests.count > 0) {
        emit_tests(e);
    }
    if (unit->parameters.count > 0) {
        emit_parameters(e);
    }
    out_line(&e->out, "extern const weir_program %s;", unit->symbol);
    out_line(&e->out, "const weir_program %s = {", unit->symbol);
    e->out.indent++;
    out(&e->out, ".name = ");
    out_string(&e->out, unit->hint, strlen(unit->hint));
    out(&e->out, ",");
    out_end(&e->out);
    out(&e->out, ".file = ");
    out_string(&e->out, unit->file, strlen(unit->file));
    out(&e->out, ",");
    out_end(&e->out);
    if (unit->doc != NULL) {
        out(&e->out, ".doc = ");
        out_string(&e->out, unit->doc, strlen(unit->doc));
        out(&e->out, ",");
        out_end(&e->out);
    }
    if (unit->main != NULL) {
        out_line(&e->out, ".main = &%s_machine,", unit->main->name);
    }
    if (unit->parameters.count > 0) {
        out_line(&e->out, ".parameters = %s_parameters,", unit->main->name);
        out_line(&e->out, ".parameter_count = %zu,", unit->parameters.count);
    }
    if (unit->limiters > 0) {
        out_line(&e->out, ".limiter_count = %u,", unit->limiters);
    }
    if (unit_has_globals(unit)) {
        out_line(&e->out, ".top_size = sizeof(struct %s),", e->part->top);
    }
    if (unit->begin != NULL) {
        out_line(&e->out, ".begin = %s,", unit->begin->name);
    }
    if (unit->end != NULL) {
        out_line(&e->out, ".end = %s,", unit->end->name);
    }
    if (unit->begin_main != NULL) {
        out_line(&e->out, ".begin_main = %s,", unit->begin_main->name);
    }
    if (unit->tests.count > 0) {
        out_line(&e->out, ".tests = %s_tests,", unit->symbol);
        out_line(&e->out, ".test_count = %zu,", unit->tests.count);
    }
    e->out.indent--;
    out_line(&e->out, "};");
}
