// Types: equal ones are one, names read as written, questions about what a word holds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "library.h"

typedef struct Fixture {
    Arena arena;
    Types *types;
    const Type *integer, *string, *error;
} Fixture;

static int set_up(void **state)
{
    static Fixture f;
    memset(&f, 0, sizeof f);
    f.types = types_new(&f.arena);
    f.integer = type_plain(f.types, TYPE_INT);
    f.string = type_plain(f.types, TYPE_STRING);
    f.error = type_plain(f.types, TYPE_ERROR);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    arena_free(&f->arena);
    return 0;
}

static void test_interned(void **state)
{
    Fixture *f = *state;
    const Type *list = type_of(f->types, TYPE_LIST, f->integer);
    assert_ptr_equal(list, type_of(f->types, TYPE_LIST, f->integer));
    assert_ptr_not_equal(list, type_of(f->types, TYPE_QUEUE, f->integer));
    assert_ptr_not_equal(list, type_of(f->types, TYPE_LIST, f->string));
    assert_ptr_equal(type_map(f->types, f->string, list), type_map(f->types, f->string, list));
    const Type *ab[] = {f->integer, f->string}, *ba[] = {f->string, f->integer};
    assert_ptr_equal(type_tuple(f->types, ab, 2), type_tuple(f->types, ab, 2));
    assert_ptr_not_equal(type_tuple(f->types, ab, 2), type_tuple(f->types, ba, 2));
    assert_ptr_not_equal(type_tuple(f->types, ab, 2), type_tuple(f->types, ab, 1));
    // Many of them: the table grows.
    const Type *deep[60];
    deep[0] = f->integer;
    for (size_t i = 1; i < 60; i++) {
        deep[i] = type_of(f->types, i % 2 ? TYPE_LIST : TYPE_OPTIONAL, deep[i - 1]);
    }
    for (size_t i = 1; i < 60; i++) {
        TypeKind kind = i % 2 ? TYPE_LIST : TYPE_OPTIONAL;
        assert_ptr_equal(deep[i], type_of(f->types, kind, deep[i - 1]));
    }
    // Declared types are one for each declaration, whatever their names.
    assert_ptr_not_equal(type_declared(f->types, TYPE_RECORD, "P", NULL),
                         type_declared(f->types, TYPE_RECORD, "P", NULL));
}

static void test_shapes(void **state)
{
    Fixture *f = *state;
    TypeField fields[] = {{.name = "a", .type = f->integer}, {.name = "b", .type = f->string}};
    const Type *shape = type_shape(f->types, fields, 2);
    assert_string_equal(shape->name, "(a: int, b: string)");
    char other_a[] = "a"; // names are compared by content
    TypeField same[] = {{.name = other_a, .type = f->integer}, {.name = "b", .type = f->string}};
    assert_ptr_equal(shape, type_shape(f->types, same, 2));
    fields[1].name = "c";
    assert_ptr_not_equal(shape, type_shape(f->types, fields, 2));
}

static void test_names(void **state)
{
    Fixture *f = *state;
    const Type *nothing = type_plain(f->types, TYPE_NOTHING);
    const Type *result = type_of(f->types, TYPE_RESULT, f->integer);
    assert_string_equal(type_of(f->types, TYPE_LIST, result)->name, "[int!]");
    assert_string_equal(type_map(f->types, f->string, result)->name, "[string: int!]");
    assert_string_equal(type_of(f->types, TYPE_TASK, nothing)->name, "task<nothing>");
    assert_null(type_of(f->types, TYPE_TASK, nothing)->item);
    assert_ptr_equal(type_of(f->types, TYPE_TASK, nothing), type_of(f->types, TYPE_TASK, NULL));
    assert_string_equal(type_of(f->types, TYPE_STREAM, f->string)->name, "stream<string>");
    const Type *pair[] = {f->integer, f->string};
    const Type *type = type_tuple(f->types, pair, 2);
    assert_string_equal(type->name, "(int, string)");
    for (size_t i = 0; i < 40; i++) { // a name that doubles each time would not fit anywhere
        const Type *both[] = {type, type};
        type = type_tuple(f->types, both, 2);
    }
    assert_true(strlen(type->name) < 2000);
}

static void test_depth(void **state)
{
    Fixture *f = *state;
    const Type *type = f->integer;
    for (size_t i = 0; i < TYPE_DEPTH; i++) {
        type = type_of(f->types, TYPE_LIST, type);
    }
    assert_false(type_too_deep(f->types));
    assert_int_equal(type->kind, TYPE_LIST);
    assert_int_equal(type_of(f->types, TYPE_LIST, type)->kind, TYPE_UNKNOWN);
    assert_true(type_too_deep(f->types));
    assert_false(type_too_deep(f->types)); // said once
}

static void test_words(void **state)
{
    Fixture *f = *state;
    const Type *boolean = type_plain(f->types, TYPE_BOOL);
    assert_true(type_scalar(boolean) && !type_counted(boolean));
    assert_true(type_counted(f->string) && !type_scalar(f->string));
    const Type *maybe_int = type_of(f->types, TYPE_OPTIONAL, f->integer);
    const Type *maybe_text = type_of(f->types, TYPE_OPTIONAL, f->string);
    assert_true(type_boxed(maybe_int) && type_counted(maybe_int));
    assert_false(type_boxed(maybe_text));
    assert_true(type_boxed(type_of(f->types, TYPE_OPTIONAL, maybe_text)));
    assert_true(type_boxed(type_of(f->types, TYPE_RESULT, f->error))); // or which of the two is it?
    assert_false(type_boxed(type_of(f->types, TYPE_RESULT, NULL)));
    Type *state_type = type_declared(f->types, TYPE_ENUM, "State", NULL);
    TypeCase up = {.name = "up"}, down = {.name = "down"};
    LIST_ADD(&f->arena, &state_type->cases, up);
    assert_true(type_scalar(state_type) && !type_counted(state_type));
    TypeField why = {.name = "why", .type = f->string};
    LIST_ADD(&f->arena, &down.fields, why);
    LIST_ADD(&f->arena, &state_type->cases, down);
    assert_true(type_counted(state_type) && !type_scalar(state_type));
}

static void test_handles_inside(void **state)
{
    Fixture *f = *state;
    const Type *queue = type_of(f->types, TYPE_QUEUE, f->integer);
    const Type *pair[] = {f->integer, type_of(f->types, TYPE_LIST, queue)};
    assert_true(type_handle(type_tuple(f->types, pair, 2)));
    assert_false(type_handle(type_of(f->types, TYPE_LIST, f->integer)));
    // A record that holds itself is looked into once.
    Type *tree = type_declared(f->types, TYPE_RECORD, "Tree", NULL);
    TypeField children = {.name = "children", .type = type_of(f->types, TYPE_LIST, tree)};
    LIST_ADD(&f->arena, &tree->fields, children);
    assert_false(type_handle(tree));
    assert_false(type_handle(children.type));
    TypeField jobs = {.name = "jobs", .type = queue};
    LIST_ADD(&f->arena, &tree->fields, jobs);
    assert_true(type_handle(tree));
    assert_true(type_handle(children.type));
    assert_true(type_open(type_of(f->types, TYPE_LIST, type_plain(f->types, TYPE_UNKNOWN))));
    assert_false(type_open(tree));
}

static void test_library(void **state)
{
    Fixture *f = *state;
    Library *library = library_new(&f->arena,
                                   f->types); // ends the process if a line cannot be read
    const Builtin *zip = library_function(library, NULL, "zip");
    assert_non_null(zip);
    const Type *ints = type_of(f->types, TYPE_LIST, f->integer);
    const Type *texts = type_of(f->types, TYPE_LIST, f->string);
    Binding binding = {0};
    assert_true(library_match(zip->params.items[0].type, ints, &binding));
    assert_true(library_match(zip->params.items[1].type, texts, &binding));
    assert_string_equal(library_fill(f->types, zip->result, &binding)->name, "[(int, string)]");
    assert_non_null(library_function(library, "http", "get"));
    assert_null(library_function(library, NULL, "get"));
    assert_true(library_space(library, "http") && !library_space(library, "print"));
    const Builtin *push = library_method(library, ints, "push");
    assert_non_null(push);
    assert_true(push->flags & LIBRARY_CHANGES);
    assert_null(library_method(library, f->integer, "push"));
    assert_null(library_method(library, ints, "values")); // only of [T!]
    assert_true(library_takes_it(library, "filter") && !library_takes_it(library, "push"));
    binding = (Binding){0};
    assert_false(library_match(zip->params.items[0].type, f->integer, &binding));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_interned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shapes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_handles_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_library, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
