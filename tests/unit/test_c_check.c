// The checker: which programs are right, what is said of the others, and what it writes into the
// tree for lower.
//
// Most of it is two tables. A mistake is written "code:line"; all that a program gets must be
// there, and nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "message.h"
#include "parse.h"
#include "walk.h"

typedef struct Checked {
    Arena *arena;
    Sources sources;
    Diags diags;
    Program *program;
} Checked;

static Checked check_text(const char *text)
{
    Checked one = {.arena = calloc(1, sizeof(Arena))};
    one.sources.arena = one.diags.arena = one.arena;
    one.program = program_new(one.arena);
    Source *source = source_text(&one.sources, "test.weir", text, strlen(text));
    Module *module = parse(one.arena, &one.sources, source, &one.diags);
    LIST_ADD(one.arena, &one.program->modules, module);
    resolve(one.program, &one.diags);
    check(one.program, &one.diags);
    diags_sort(&one.diags);
    return one;
}

static void end(Checked *one)
{
    arena_free(one->arena);
    free(one->arena);
}

// "201:2 301:4"; lives until the next call.
static const char *problems(Checked *one)
{
    static char out[4096];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < one->diags.all.count && used < sizeof out - 64; i++) {
        const Diag *diag = one->diags.all.items[i];
        Place place = source_place(&one->sources, diag->span.start);
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%d:%u", i ? " " : "",
                                 message_of(diag->code)->number, place.line);
    }
    return out;
}

typedef struct Sample {
    const char *name; // of a mistake: what is said; of a right program: what it shows
    const char *text;
} Sample;

static const Sample mistakes[] = {
#include "check_mistakes.h"
};

static const Sample programs[] = {
#include "check_programs.h"
};

enum {
    MISTAKES = sizeof mistakes / sizeof *mistakes,
    PROGRAMS = sizeof programs / sizeof *programs,
};

static void test_mistakes(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < MISTAKES; i++) {
        Checked one = check_text(mistakes[i].text);
        const char *said = problems(&one);
        if (strcmp(said, mistakes[i].name) != 0) {
            print_error("expected %s, said %s:\n%s", mistakes[i].name, said, mistakes[i].text);
            wrong++;
        }
        end(&one);
    }
    assert_int_equal(wrong, 0);
}

static void test_programs(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < PROGRAMS; i++) {
        Checked one = check_text(programs[i].text);
        if (one.diags.all.count > 0) {
            print_error("%s: said %s\n", programs[i].name, problems(&one));
            wrong++;
        }
        end(&one);
    }
    assert_int_equal(wrong, 0);
}

// Every code of names, types, tasks, clauses, records has a case above; those of modules are tested
// in test_c_resolve.c and test_c_module.c.
static void test_every_code_has_a_case(void **state)
{
    (void)state;
    for (int code = 0; code < DIAG_COUNT; code++) {
        int number = message_of(code)->number;
        bool module = number == 205 || (number >= 213 && number <= 219);
        if (number < 200 || number >= 900 || module) {
            continue;
        }
        char wanted[16];
        snprintf(wanted, sizeof wanted, "%d:", number);
        bool found = false;
        for (size_t i = 0; i < MISTAKES && !found; i++) {
            found = strstr(mistakes[i].name, wanted) != NULL;
        }
        if (!found) {
            print_error("no case for E%04d %s\n", number, message_of(code)->name);
        }
        assert_true(found);
    }
}

// All arguments that a sentence names are given.
static void test_sentences_are_filled(void **state)
{
    (void)state;
    for (size_t i = 0; i < MISTAKES; i++) {
        Checked one = check_text(mistakes[i].text);
        for (size_t j = 0; j < one.diags.all.count; j++) {
            const Diag *diag = one.diags.all.items[j];
            const MessageText *text = message_of(diag->code);
            const char *parts[] = {text->line, text->under, text->note, diag->help ? NULL
                                   : text->help};
            for (size_t k = 0; k < 4; k++) {
                for (const char *at = parts[k]; at && (at = strchr(at, '{')) != NULL; at++) {
                    bool hole = at[1] >= '0' && at[1] <= '3' && at[2] == '}';
                    if (hole && !diag->args[at[1] - '0']) {
                        print_error("E%04d leaves {%c} open: %s\n", text->number, at[1], parts[k]);
                        fail();
                    }
                }
            }
            assert_true(diag->span.end > 0);
        }
        end(&one);
    }
}

// ── the words of the four pitfalls ───────────────────────────────────────────────────────────────
static void expect_help(const char *text, int number, const char *words)
{
    Checked one = check_text(text);
    assert_int_equal(one.diags.all.count, 1);
    const Diag *diag = one.diags.all.items[0];
    const MessageText *message = message_of(diag->code);
    assert_int_equal(message->number, number);
    const char *help = diag->help ? diag->help : message_fill(one.arena, message->help, diag);
    assert_non_null(help);
    if (!strstr(help, words)) {
        print_error("help: %s\n", help);
    }
    assert_non_null(strstr(help, words));
    end(&one);
}

static void test_help(void **state)
{
    (void)state;
    expect_help("task g() -> int { return 1 }\ntask main() { let t = start g() }\n", 404,
                "await t");
    expect_help("fn f() { sleep(1s) }\n", 401, "make `f` a `task`");
    expect_help("task g() {}\ntask main() { try g() }\n", 406, ".check()");
    expect_help("fn f() -> int { return 1 }\ntask main() { f() }\n", 408, "let _");
    expect_help("task main() { pritn(1) }\n", 201, "`print`");
    expect_help("task main() { print(\"a\".lenght) }\n", 312, "`length`");
    expect_help("task main() { print([1].size) }\n", 312, "`length`");
    expect_help("fn f(s: str) {}\n", 212, "`string`");
    expect_help("task g() -> int { return 1 }\ntask main() { print(await g()) }\n", 409,
                "leave `await` away");
    expect_help("task g() -> int! { return 1 }\ntask main() { print(g() + 1) }\n", 307, "?? value");
    expect_help("task g() {}\ntask main() { g() catch e { if e.kind == \"timout\" { fail e } } }\n",
                424,
                "`timeout`");
    expect_help("task main() { let xs = [1]\n xs.push(2) }\n", 321, "var xs");
    expect_help("task main() { sleep(3) }\n", 301, "unit");
}

// ── what is written into the tree ────────────────────────────────────────────────────────────────
static void expect_types(const char *text, const char *types)
{
    Checked one = check_text(text);
    assert_string_equal(problems(&one), "");
    assert_string_equal(types_dump(one.arena, &one.sources, one.program), types);
    end(&one);
}

static void test_types(void **state)
{
    (void)state;
    expect_types("task a() -> int { return 1 }\n"
                 "task n() {}\n"
                 "task main(xs: [string], wait: duration = 2s) {\n"
                 "    let r = gather { one: a(), two: now() }\n"
                 "    let t = gather { a(), now() }\n"
                 "    let l = gather { a(), n(), a() }\n"
                 "    let m = gather a() for x in xs collect errors\n"
                 "    let h = start n()\n"
                 "    let p, q = gather { a(), a() }\n"
                 "    for x, v in as_completed a() for x in xs { print(\"{x}{v}{wait}\") }\n"
                 "    let s = as_completed { a() } collect errors\n"
                 "    for y in s { match y { ok v => print(v), error e => eprint(e) } }\n"
                 "    print(\"{r}{t}{l}{m.values}{p}{q}\")\n"
                 "    await h\n"
                 "}\n",
                 "task a() -> int @1:6\n"
                 "task n() @2:6\n"
                 "task main(xs: [string], wait: duration = …) @3:6\n"
                 "  r: (one: int, two: time) @4:9\n"
                 "  t: (int, time) @5:9\n"
                 "  l: [int] @6:9\n"
                 "  m: [int!] @7:9\n"
                 "  x: string @7:28\n"
                 "  h: task<nothing> @8:9\n"
                 "  p: int @9:9\n"
                 "  q: int @9:12\n"
                 "  x: string @10:9\n"
                 "  v: int @10:12\n"
                 "  x: string @10:38\n"
                 "  s: stream<int!> @11:9\n"
                 "  y: int! @12:9\n"
                 "  v: int @12:31\n"
                 "  e: Error @12:52\n");
}

static const Stmt *statement(const Checked *one, size_t decl, size_t stmt)
{
    return one->program->modules.items[0]->decls.items[decl]->body.stmts.items[stmt];
}

static void test_conversions(void **state)
{
    (void)state;
    Checked one = check_text("fn f() -> int? { return 1 }\n"
                             "fn g() -> float? { return 2 }\n"
                             "fn h() -> [int?] { return [1, none] }\n");
    assert_string_equal(problems(&one), "");
    const Expr *value = statement(&one, 0, 0)->u.expr.value;
    assert_string_equal(value->type->name, "int");
    assert_string_equal(value->converted->name, "int?");
    value = statement(&one, 1, 0)->u.expr.value;
    assert_int_equal(value->kind, EXPR_FLOAT); // an int literal becomes a float literal …
    assert_string_equal(value->type->name, "float");
    assert_string_equal(value->converted->name, "float?"); // … and that an optional
    value = statement(&one, 2, 0)->u.expr.value;
    assert_string_equal(value->type->name, "[int?]");
    assert_null(value->converted);
    assert_string_equal(value->u.list.items.items[0]->converted->name, "int?");
    assert_string_equal(value->u.list.items.items[1]->type->name, "int?");
    assert_null(value->u.list.items.items[1]->converted);
    end(&one);
}

static void test_calls(void **state)
{
    (void)state;
    Checked one = check_text("record P { x: int, y: int = 7 }\n"
                             "limiter l(host: string) limit 2\n"
                             "task f(a: int, b: string = \"b\") within l(b) {}\n"
                             "task main() {\n"
                             "    f(b: \"x\", a: 1)\n"
                             "    f(2)\n"
                             "    let p = P(1).with(y: 2)\n"
                             "    print(p)\n"
                             "}\n");
    assert_string_equal(problems(&one), "");
    const Expr *call = statement(&one, 3, 0)->u.expr.value;
    assert_int_equal(call->u.call.target, CALLEE_TASK);
    assert_string_equal(call->u.call.symbol->name, "f");
    assert_int_equal(call->u.call.ordered.count, 2);
    assert_int_equal(call->u.call.ordered.items[0]->u.integer, 1);
    assert_string_equal(call->u.call.ordered.items[1]->u.string.text, "x");
    call = statement(&one, 3, 1)->u.expr.value;
    // the default, filled in
    assert_string_equal(call->u.call.ordered.items[1]->u.string.text, "b");
    call = statement(&one, 3, 2)->u.let.value;
    assert_int_equal(call->u.call.target, CALLEE_WITH);
    assert_null(call->u.call.ordered.items[0]); // stays as it is
    assert_int_equal(call->u.call.ordered.items[1]->u.integer, 2);
    call = call->u.call.callee->u.field.object;
    assert_int_equal(call->u.call.target, CALLEE_RECORD);
    assert_int_equal(call->u.call.ordered.items[1]->u.integer, 7);
    call = statement(&one, 3, 3)->u.expr.value;
    assert_int_equal(call->u.call.target, CALLEE_BUILTIN);
    assert_string_equal(call->u.call.builtin->c, "weir_print");
    const Clause *within = one.program->modules.items[0]->decls.items[2]->clauses.items[0];
    assert_string_equal(within->symbol->name, "l");
    assert_int_equal(within->ordered.count, 1);
    end(&one);
}

// A name in two parts, or what is called: no values.
static bool names_no_value(const Expr *expr)
{
    const Symbol *symbol = expr->kind == EXPR_NAME    ? expr->u.name.symbol
                           : expr->kind == EXPR_FIELD ? expr->u.field.symbol
                                                      : NULL;
    bool value = symbol && (symbol->kind < SYMBOL_TASK || symbol->kind == SYMBOL_QUEUE ||
                            symbol->kind == SYMBOL_CONSTANT);
    return symbol && !value;
}

static bool lacks_something(const Expr *expr, void *data)
{
    const Program *program = data;
    if (expr->kind == EXPR_CALL) {
        const Expr *callee = expr->u.call.callee;
        if (expr->u.call.target == CALLEE_UNKNOWN) {
            return true;
        }
        if (callee->kind == EXPR_FIELD && !callee->type) {
            ((Expr *)(uintptr_t)callee)->type = expr->type; // a method's name is no value either
        }
    }
    if (!expr->type && !names_no_value(expr)) {
        print_error("kind %d at %u has no type\n", (int)expr->kind, expr->span.start);
        return true;
    }
    return expr->type && (expr->type == type_plain(program->types, TYPE_UNKNOWN) ||
                          (expr->converted && type_open(expr->converted)));
}

static void test_nothing_is_left_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < PROGRAMS; i++) {
        Checked one = check_text(programs[i].text);
        Walk walk = {.expr = lacks_something, .data = one.program};
        for (size_t j = 0; j < one.program->decls.count; j++) {
            const Decl *decl = one.program->decls.items[j];
            bool found = walk_expr(&walk, decl->value) || walk_clauses(&walk, &decl->clauses) ||
                         walk_block(&walk, &decl->body);
            if (found) {
                print_error("in %s\n", programs[i].name);
            }
            assert_false(found);
        }
        end(&one);
    }
}

static void test_stage_spelled_out(void **state)
{
    (void)state;
    Checked one = check_text("task f(n: int) -> string { return \"{n}\" }\n"
                             "task main() { [1] |> f |> print }\n");
    assert_string_equal(problems(&one), "");
    const Stage *stage = statement(&one, 1, 0)->u.expr.value->u.flow.stages.items[0];
    assert_int_equal(stage->value->kind, EXPR_CALL);
    assert_int_equal(stage->value->u.call.ordered.items[0]->kind, EXPR_IT);
    assert_string_equal(stage->in->name, "int");
    assert_string_equal(stage->out->name, "string");
    end(&one);
}

// Programs of 10^5 lines take time in proportion; a quadratic pass would not get through these
// within the test's limit.
static char *repeated(const char *head, const char *line, size_t count, const char *tail)
{
    size_t room = strlen(head) + strlen(tail) + count * (strlen(line) + 16) + 1;
    char *text = malloc(room);
    size_t used = (size_t)snprintf(text, room, "%s", head);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, room - used, line, (int)i, (int)i + 1);
    }
    snprintf(text + used, room - used, "%s", tail);
    return text;
}

static void test_long_programs(void **state)
{
    (void)state;
    static const char *const shapes[][3] = {
        {"task main() {\n", "    let a%d = %d\n", "}\n"},
        {"", "let a%d = a%d\n", "let a100000 = 1\n"},
        {"", "fn f%d(x: int) -> int { return f%d(x) }\n",
         "fn f100000(x: int) -> int { return x }\n"},
        {"limiter l limit 2\n", "task f%d() within l { f%d() }\n", "task f100000() {}\n"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char *text = repeated(shapes[i][0], shapes[i][1], 100000, shapes[i][2]);
        Checked one = check_text(text);
        assert_true(i == 3 || one.diags.all.count == 0);
        end(&one);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_every_code_has_a_case),
        cmocka_unit_test(test_sentences_are_filled),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_conversions),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_nothing_is_left_open),
        cmocka_unit_test(test_stage_spelled_out),
        cmocka_unit_test(test_long_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
