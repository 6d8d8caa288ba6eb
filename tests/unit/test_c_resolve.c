// Names: what they mean, in which order declarations come, and names of other modules.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "message.h"
#include "parse.h"
#include "symbols.h"

typedef struct Resolved {
    Arena *arena;
    Sources sources;
    Diags diags;
    Program *program;
} Resolved;

static Resolved begin(void)
{
    Resolved one = {.arena = calloc(1, sizeof(Arena))};
    one.sources.arena = one.diags.arena = one.arena;
    one.program = program_new(one.arena);
    return one;
}

static Module *add_module(Resolved *one, const char *text)
{
    Source *source = source_text(&one->sources, "test.weir", text, strlen(text));
    Module *module = parse(one->arena, &one->sources, source, &one->diags);
    LIST_ADD(one->arena, &one->program->modules, module);
    return module;
}

static void end(Resolved *one)
{
    arena_free(one->arena);
    free(one->arena);
}

static void test_order(void **state)
{
    (void)state;
    Resolved one = begin();
    add_module(&one, "let a = b + f()\n"
                     "fn f() -> int { return c }\n"
                     "let b = 1\n"
                     "let c = 2\n"
                     "task main(p: P) { print(a) }\n"
                     "record P { q: [Q] }\n"
                     "record Q { p: P? }\n");
    resolve(one.program, &one.diags);
    assert_int_equal(one.diags.all.count, 0);
    assert_int_equal(one.program->decls.count, 7);
    char order[64] = "";
    for (size_t i = 0; i < 7; i++) {
        strcat(order, one.program->decls.items[i]->name.text);
        strcat(order, " ");
    }
    assert_string_equal(order, "b c f a Q P main ");
    assert_ptr_equal(one.program->main, one.program->decls.items[6]->symbol);
    end(&one);
}

static void test_shadowing(void **state)
{
    (void)state;
    Resolved one = begin();
    Module *module = add_module(&one, "task main(x: int) {\n"
                                      "    print(x)\n"
                                      "    if x > 0 {\n"
                                      "        let x = \"inner\"\n"
                                      "        print(x)\n"
                                      "    }\n"
                                      "    var n = x\n"
                                      "    n += 1\n"
                                      "}\n");
    resolve(one.program, &one.diags);
    check(one.program, &one.diags);
    assert_int_equal(one.diags.all.count, 0);
    const Decl *decl = module->decls.items[0];
    const Symbol *param = decl->params.items[0].symbol;
    assert_int_equal(param->reads, 3);
    const Stmt *branch = decl->body.stmts.items[1];
    const Symbol *inner = branch->u.branch.then.stmts.items[0]->u.let.symbols.items[0];
    assert_ptr_not_equal(inner, param);
    assert_int_equal(inner->reads, 1);
    const Expr *shown = branch->u.branch.then.stmts.items[1]->u.expr.value;
    assert_ptr_equal(shown->u.call.args.items[0].value->u.name.symbol, inner);
    const Symbol *n = decl->body.stmts.items[2]->u.let.symbols.items[0];
    assert_true(n->variable);
    assert_int_equal(n->reads, 0);
    assert_int_equal(n->writes, 1);
    end(&one);
}

static void test_innermost_it(void **state)
{
    (void)state;
    Resolved one = begin();
    Module *module = add_module(&one, "task main(xs: [int], ys: [int]) {\n"
                                      "    print(xs.filter(ys.any(it > 1) and it > 2))\n"
                                      "}\n");
    resolve(one.program, &one.diags);
    assert_int_equal(one.diags.all.count, 0);
    const Expr *print = module->decls.items[0]->body.stmts.items[0]->u.expr.value;
    const Expr *filter = print->u.call.args.items[0].value;
    const Expr *both = filter->u.call.args.items[0].value;
    const Expr *any = both->u.op.a;
    assert_non_null(filter->u.call.it);
    assert_ptr_equal(both->u.op.b->u.op.a->u.it.symbol, filter->u.call.it);
    assert_ptr_equal(any->u.call.args.items[0].value->u.op.a->u.it.symbol, any->u.call.it);
    end(&one);
}

static void test_modules(void **state)
{
    (void)state;
    Resolved one = begin();
    Module *main = add_module(&one, "use \"lib/net.weir\" as net\n"
                                    "use \"net.weir\" as other\n"
                                    "task go(p: net.Page) {\n"
                                    "    net.fetch(p.url)\n"
                                    "    other.fetch(p.url)\n"
                                    "    net.inside()\n"
                                    "    net.fetsch(p.url)\n"
                                    "    net.fetch(p.url) within net.five\n"
                                    "}\n");
    Module *net = add_module(&one, "pub record Page { url: string }\n"
                                   "pub limiter five limit 5\n"
                                   "pub task fetch(url: string) { hidden() }\n"
                                   "task inside() {}\n"
                                   "fn hidden() {}\n");
    main->decls.items[0]->module = main->decls.items[1]->module = net;
    resolve(one.program, &one.diags);
    check(one.program, &one.diags);
    diags_sort(&one.diags);
    assert_int_equal(one.diags.all.count, 2);
    assert_int_equal(message_of(one.diags.all.items[0]->code)->number, 205);
    assert_int_equal(one.diags.all.items[0]->labels.count, 1);
    assert_int_equal(message_of(one.diags.all.items[1]->code)->number, 204);
    assert_non_null(strstr(one.diags.all.items[1]->help, "fetch"));
    end(&one);
}

static void test_table(void **state)
{
    (void)state;
    Arena arena = {0};
    SymbolTable *table = symbols_new(&arena);
    static Symbol symbols[400];
    static char names[400][8];
    for (size_t i = 0; i < 400; i++) { // more than it begins with, every name twice
        names[i][0] = (char)('a' + i % 20);
        names[i][1] = (char)('a' + i / 20 % 10);
        symbols[i].name = names[i];
        symbols_add(table, names[i], &symbols[i]);
    }
    assert_ptr_equal(symbols_find(table, "aa"), &symbols[200]); // the later one hides the earlier
    assert_null(symbols_find_since(table, "aa", 201));
    symbols_release(table, 200);
    assert_ptr_equal(symbols_find(table, "aa"), &symbols[0]);
    assert_ptr_equal(symbols_at(table, 199), &symbols[199]);
    symbols_release(table, 0);
    assert_null(symbols_find(table, "aa"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),        cmocka_unit_test(test_shadowing),
        cmocka_unit_test(test_innermost_it), cmocka_unit_test(test_modules),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
