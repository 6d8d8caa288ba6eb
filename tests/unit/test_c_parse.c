// The parser: what it builds, what it says, and that no text brings it down.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "parse.h"

typedef struct Parsed {
    Arena *arena;
    Sources sources;
    Diags diags;
    Module *module;
} Parsed;

static Parsed parse_bytes(const char *text, size_t length)
{
    Parsed one = {.arena = calloc(1, sizeof(Arena))};
    one.sources.arena = one.diags.arena = one.arena;
    Source *source = source_text(&one.sources, "test.weir", text, length);
    one.module = parse(one.arena, &one.sources, source, &one.diags);
    diags_sort(&one.diags);
    return one;
}

static Parsed parse_text(const char *text)
{
    return parse_bytes(text, strlen(text));
}

static void end(Parsed *one)
{
    arena_free(one->arena);
    free(one->arena);
}

// One line a mistake: "line:column E0101\n".
static const char *problems(Parsed *one)
{
    static char out[4096];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < one->diags.all.count && used < sizeof out - 64; i++) {
        const Diag *diag = one->diags.all.items[i];
        Place place = source_place(&one->sources, diag->span.start);
        used += (size_t)snprintf(out + used, sizeof out - used, "%u:%u E%04d\n", place.line,
                                 place.column, message_of(diag->code)->number);
    }
    return out;
}

static void expect_tree(const char *text, const char *tree)
{
    Parsed one = parse_text(text);
    assert_string_equal(problems(&one), "");
    assert_string_equal(syntax_dump(one.arena, &one.sources, one.module), tree);
    end(&one);
}

static void expect_problems(const char *text, const char *wanted)
{
    Parsed one = parse_text(text);
    assert_string_equal(problems(&one), wanted);
    end(&one);
}

static void expect_clean(const char *text)
{
    Parsed one = parse_text(text);
    if (one.diags.all.count > 0) {
        print_error("%s\n%s", text, problems(&one));
    }
    assert_int_equal(one.diags.all.count, 0);
    end(&one);
}

// The whole grammar, and the habits of real programs.
static const char everything[] =
    "#!/usr/bin/env weir\n"
    "## About the file's first declaration.\n"
    "use \"other.weir\"\n"
    "use \"lib/more.weir\" as more\n"
    "\n"
    "## A page.\n"
    "## Two lines.\n"
    "pub record Page {\n"
    "    ## where\n"
    "    url: string, status: int\n"
    "    kind \"type\": string = \"x\"\n"
    "    limit \"max\": int?\n"
    "    match: [string: [int]]\n"
    "}\n"
    "enum State { up, down(why: string, code: int)\n error\n}\n"
    "limiter polite limit 5 rate 20 per 1s burst 3\n"
    "limiter per_host(host: string) limit 2\n"
    "queue jobs: Page max 100\n"
    "let top: int = 3\n"
    "extern task read(path: string) -> bytes\n"
    "extern blocking fn hash(b: bytes) -> string\n"
    "blocking fn crunch(n: int) -> stream<int>! { return n * 2 % 7 }\n"
    "fn tuple(a: int, b: (int, string?)) -> more.Thing { return more.make(a) }\n"
    "pub task fetch(url: string, tries: int = 3) -> Page\n"
    "    within polite\n"
    "    within more.per_host(url)\n"
    "    timeout 10s\n"
    "    retry 3 backoff 200ms..5s\n"
    "    cache 1h max 500\n"
    "{\n"
    "    let res = http.get(url, headers: [\"A\": \"b\"]) timeout 5s\n"
    "        retry 2\n"
    "    return Page(url: url, status: res.status)\n"
    "}\n"
    "task main(urls: [string], verbose: bool = false) -> int {\n"
    "    var n = 1_000 + -2 * (3 - 4) / 5\n"
    "    let f, g = (1.5e3, 0.5)\n"
    "    let wait: duration = 1.5s + 250ms + 2m + 1h + 1d + 3us + 9ns\n"
    "    n += 1\n"
    "    n -= 1\n"
    "    xs[3] = 4\n"
    "    p.status = 200\n"
    "    let raw = r\"c:\\dir\\{x}\"\n"
    "    let long = \"\"\"\n"
    "        first {n}\n"
    "          second\n"
    "        \"\"\"\n"
    "    print(\"{n} {x:.2f} {m[\"k\"]} {f(\"in {n}\")} \\{ \\u{1F30A} {await t:>8}\")\n"
    "    if n > 3 and not (n == 5) or false { print(\"a\") } else if let v = maybe { print(v) } "
    "else {\n"
    "        print(\"b\")\n"
    "    }\n"
    "    let best = if n < 3 then 1 else n ?? 2\n"
    "    while let item = q.get() { print(item) }\n"
    "    for i in 0..10 { continue }\n"
    "    for k, v in m { break }\n"
    "    let pages = gather fetch(url) for url in urls collect errors\n"
    "    let two = gather {\n"
    "        first: fetch(\"a\")\n"
    "        second: fetch(\"b\") after 300ms\n"
    "        try fetch(\"c\"), fetch(\"d\") catch e => none\n"
    "    } limit 2\n"
    "    let sums = gather a * b for a in xs for b in ys if a != b\n"
    "        limit 5\n"
    "        rate 10 per 1s\n"
    "        collect errors\n"
    "    for done in as_completed { fetch(\"a\"), fetch(\"b\") } { print(done) }\n"
    "    for i, done in as_completed fetch(u) for u in urls limit 3 { print(done) }\n"
    "    let won = race { fetch(\"a\"), fetch(\"b\") after 1s } timeout 3s\n"
    "    let t = start fetch(\"u\") within polite deadline 3s\n"
    "    let page = await t timeout 1s\n"
    "    scope deadline 5s { start tick() }\n"
    "    defer cleanup()\n"
    "    defer { cleanup() }\n"
    "    let value = find(x) ?? return 3\n"
    "    let other = find(x) ?? fail \"none\"\n"
    "    let safe = f(x) catch e => g(e) catch e2 => 0\n"
    "    f(x) catch e { return 1 }\n"
    "    let r = try f(x)\n"
    "    match page {\n"
    "        ok p => print(\"{p}\"), error e => eprint(e.message)\n"
    "        some x => x\n"
    "        none => { return 4 }\n"
    "        down(why, code) => fail why\n"
    "        up => break\n"
    "        -3 => 1\n"
    "        2.5 => 1\n"
    "        5s => 1\n"
    "        \"s\" => 1\n"
    "        true => 1\n"
    "        else => 2\n"
    "    }\n"
    "    let q = queue<string>(max: 5)\n"
    "    let list = [1, 2, 3,]\n"
    "    let empty = [:]\n"
    "    let map = [\"a\": 1, true: 2]\n"
    "    let comp = [x * 2 for x in xs if x > 3]\n"
    "    let part = xs[1..3] + xs[..2] + xs[2..] + xs[1..=2]\n"
    "    let conv = j[\"a\"][0] as [Page]\n"
    "    fs.lines(\"urls.txt\")\n"
    "        |> fetch(it, 5) limit 50 as_completed\n"
    "        |> where it.status == 200\n"
    "        |> each it.links\n"
    "        |> batch 100 every 1s\n"
    "        |> take 5\n"
    "        |> skip 1\n"
    "        |> save limit 2 ordered\n"
    "    let all = gather xs |> crunch limit 4\n"
    "    every(5s) |> tick\n"
    "    cancel t\n"
    "    yield n\n"
    "    let limit = 3\n"
    "    limit = retry(3)\n"
    "    error(kind: \"x\", as: 3)\n"
    "    x.match.task.limit()\n"
    "    assert n == 3, \"message\"\n"
    "    return\n"
    "}\n"
    "test \"name\" {\n"
    "    stub http.get(url) => Response(status: 200)\n"
    "    stub exec() => { return none }\n"
    "    assert main([]) == 3\n"
    "}\n";

static void whole_grammar(void **state)
{
    (void)state;
    expect_clean(everything);
}

static void precedence(void **state)
{
    (void)state;
    expect_tree("let a = 1 + 2 * -b.c(3) == d and not e or f\n",
                "let a @1:1\n"
                "  value\n"
                "    binary or @1:9\n"
                "      binary and @1:9\n"
                "        binary == @1:9\n"
                "          binary + @1:9\n"
                "            int 1 @1:9\n"
                "            binary * @1:13\n"
                "              int 2 @1:13\n"
                "              unary - @1:17\n"
                "                call @1:18\n"
                "                  field c @1:18\n"
                "                    name b @1:18\n"
                "                  args\n"
                "                    int 3 @1:22\n"
                "          name d @1:28\n"
                "        unary not @1:34\n"
                "          name e @1:38\n"
                "      name f @1:43\n");
}

static void catch_binds_looser_than_pipe(void **state)
{
    (void)state;
    expect_tree("task t() { let a = x |> f ?? g catch e => 1 }\n", "task t @1:1\n"
                                                                   "  let a @1:12\n"
                                                                   "    catch e @1:20\n"
                                                                   "      pipe @1:20\n"
                                                                   "        name x @1:20\n"
                                                                   "        stage @1:25\n"
                                                                   "          binary ?? @1:25\n"
                                                                   "            name f @1:25\n"
                                                                   "            name g @1:30\n"
                                                                   "      handler\n"
                                                                   "        int 1 @1:43\n");
}

static void newlines(void **state)
{
    (void)state;
    // each pair means the same tree
    static const char *const pairs[][2] = {
        {"task t() { a()\n.b() }", "task t() { a().b() }"},
        {"task t() { a() ??\nb() }", "task t() { a() ?? b() }"},
        {"task t() { a()\n?? b() }", "task t() { a() ?? b() }"},
        {"task t() { f(1,\n2\n) }", "task t() { f(1, 2) }"},
        {"task t() { let x = if a\nthen b\nelse c }", "task t() { let x = if a then b else c }"},
        {"task t()\n-> int\n{ return 1 }", "task t() -> int { return 1 }"},
        {"task t() { f()\n  timeout 3s\n  retry 3\n  backoff 1s..2s }",
         "task t() { f() timeout 3s retry 3 backoff 1s..2s }"},
        {"task t() { f()\n  timeout (3s) }", "task t() { f() timeout (3s) }"},
        {"task t() { let r = gather f(x) for x in xs\n  collect errors\n  limit 3 }",
         "task t() { let r = gather f(x) for x in xs collect errors limit 3 }"},
        {"task t() { xs |> f\n  ordered\n  |> g\n  as_completed }",
         "task t() { xs |> f ordered |> g as_completed }"},
        {"task t() { f()\n  catch e => 1 }", "task t() { f() catch e => 1 }"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        for (size_t side = 0; side < 2; side++) {
            expect_clean(pairs[i][side]);
        }
        Parsed a = parse_text(pairs[i][0]);
        char *tree = strdup(syntax_dump(a.arena, &a.sources, a.module));
        end(&a);
        Parsed b = parse_text(pairs[i][1]);
        char *other = strdup(syntax_dump(b.arena, &b.sources, b.module));
        end(&b);
        for (char *text = tree; text; text = text == tree ? other : NULL) { // places differ
            char *out = text;
            for (char *in = text; *in;) {
                if (in[0] == ' ' && in[1] == '@') {
                    in += strcspn(in, "\n");
                } else {
                    *out++ = *in++;
                }
            }
            *out = '\0';
        }
        assert_string_equal(tree, other);
        free(tree);
        free(other);
    }
    // and these are two statements
    expect_tree("task t() { f()\n  retry(3)\n  limit = 3 }", "task t @1:1\n"
                                                             "  do @1:12\n"
                                                             "    call @1:12\n"
                                                             "      name f @1:12\n"
                                                             "  do @2:3\n"
                                                             "    call @2:3\n"
                                                             "      name retry @2:3\n"
                                                             "      args\n"
                                                             "        int 3 @2:9\n"
                                                             "  assign = @3:3\n"
                                                             "    name limit @3:3\n"
                                                             "    int 3 @3:11\n");
}

static void several_mistakes_in_one_run(void **state)
{
    (void)state;
    expect_problems("task a() {\n    let 7 = x\n    print \"b\"\n}\n"
                    "task b() {\n    if x = 3 { f(1 2) }\n    let y = \n}\n"
                    "record R { a: int, b int }\nprint(1)\n",
                    "2:9 E0101\n3:11 E0119\n6:10 E0107\n6:20 E0101\n7:12 E0101\n9:20 E0127\n"
                    "10:1 E0117\n");
}

static void brackets(void **state)
{
    (void)state;
    expect_problems("task a() {\n    f(1, 2\n    let x = 3\n}\n", "2:6 E0102\n");
    expect_problems("task a() {\n    if x {\n        f()\n}\ntask b() { }\n", "2:10 E0102\n");
    expect_problems("task a() {\n    f()\n", "1:10 E0102\n");
    expect_problems("task a() { f(1] }\n", "1:15 E0104\n");
    expect_problems("task a() {\n    let x = timeout 5s f()\n}\n", "2:13 E0125\n");
    expect_problems("task a() { } }\n", "1:14 E0103\n");
    expect_problems("task a( {\n    f()\n}\n", "1:7 E0102\n");
}

static void habits(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"task a() { f(); g() }", "1:15 E0018\n"},
        {"task a() { x = 'a' }", "1:16 E0016\n"},
        {"task a() { x++ }", "1:13 E0020\n"},
        {"task a() { if !x { } }", "1:15 E0019\n"},
        {"task a() { if x && y || z { } }", "1:17 E0019\n1:22 E0019\n"},
        {"def a() { }", "1:1 E0105\n"},
        {"async fn a() { }", "1:1 E0106\n"},
        {"struct A { b: int }", "1:1 E0105\n"},
        {"task a() { const x = 3 }", "1:12 E0105\n"},
        {"task a() { let mut x = 3\n x = 4 }", "1:16 E0105\n"},
        {"task a() { if x { } elif y { } }", "1:21 E0105\n"},
        {"task a() { // note\n }", "1:12 E0017\n"},
        {"task a() { xs.map(x => x + 1) }", "1:21 E0113\n"},
        {"task a() { y = x ? 1 : 2 }", "1:18 E0112\n"},
        {"task a() { x = {\"a\": 1} }", "1:16 E0121\n"},
        {"import os", "1:1 E0114\n"},
        {"task a() { raise x }", "1:12 E0105\n"},
        {"task a() { f(b = 3) }", "1:16 E0120\n"},
        {"task a() { print(\"{}\") }", "1:19 E0022\n"},
        {"task a() { print(f\"{x}\") }", "1:18 E0023\n"},
        {"task a() { task b() { } }", "1:12 E0116\n"},
        {"task a() { let match = 3 }", "1:16 E0111\n"},
        {"task a() { try f() catch e => 1 }", "1:12 E0110\n"},
        {"task a() { f() = 3 }", "1:12 E0108\n"},
        {"task a() { - 1 }", "1:12 E0109\n"},
        {"async def f():\n    x()\n\ntask a() { }\n", "1:1 E0106\n1:14 E0115\n"},
        {"task a() {\n  if x:\n    f()\n  elif y:\n    g()\n  else:\n    h()\n  f()\n}",
         "2:7 E0115\n4:3 E0105\n"},
        {"task a() {\n try:\n  f()\n except E as e:\n  g()\n h()\n}", "2:5 E0122\n"},
        {"task a() {\n match x {\n  case 1: f()\n  case 2: g()\n  default: h()\n }\n}",
         "3:3 E0134\n"},
        {"task a() { match x { _ => f() } }", "1:22 E0105\n"},
        {"task a() { match x { S.up => f() } }", "1:22 E0128\n"},
        {"task a() { x := 1\n }", "1:14 E0019\n"},
        {"task a() { for i := 0; i < 9; i++ { f(i) } }", "1:18 E0124\n"},
        {"task a() { for (let i = 0; i < 9; i++) { f(i) } }", "1:16 E0124\n"},
        {"task a() { for { f() } }", "1:16 E0124\n"},
        {"task a() { go f() }", "1:12 E0105\n"},
        {"task a() { let t = async f() }", "1:20 E0106\n"},
        {"task a() { let p = new Page(1) }", "1:20 E0134\n"},
        {"task a() { let p = Page { url: x } }", "1:25 E0129\n"},
        {"task a() { let f = lambda x: x }", "1:20 E0134\n"},
        {"task a() { let f = fn(x) { return x } }", "1:20 E0113\n"},
        {"task a() { retrun 1 }", "1:12 E0134\n"},
        {"tsk a() { }", "1:1 E0134\n"},
        {"task a() timout 5s { }", "1:10 E0134\n"},
        {"task a(x) { }", "1:8 E0127\n"},
        {"task a(string x) { }", "1:15 E0127\n"},
        {"task a(): int { return 1 }", "1:9 E0019\n"},
        {"task a(x: list<int>) { }", "1:15 E0132\n"},
        {"fn a<T>(x: T) { }", "1:5 E0131\n"},
        {"extern fn a() { }", "1:15 E0130\n"},
        {"task a() { f(x?.y) }", "1:15 E0133\n"},
        {"task a() { f(x[1:2]) }", "1:17 E0019\n"},
        {"task a() { f(x & 2) }", "1:16 E0026\n"},
        {"task a() { f(7 // 2) }", "1:16 E0019\n"},
        {"task a() { f(1 if x else 2) }", "1:16 E0112\n"},
        {"task a() { throw new Error(\"x\") }", "1:12 E0105\n"},
        {"while true:\n    x()\n", "1:1 E0117\n"},
        {"task a() { while true:\n    x()\n}\n", "1:22 E0115\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_problems(cases[i][0], cases[i][1]);
    }
}

static void nothing_to_read(void **state)
{
    (void)state;
    static const char *const blank[] = {"",           "\n",    "   ", "# only a comment",
                                        "## doc\n\n", "#!/x\n"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
        Parsed one = parse_text(blank[i]);
        assert_int_equal(one.diags.all.count, 0);
        assert_int_equal(one.module->decls.count, 0);
        assert_false(one.module->unreadable);
        end(&one);
    }
    Parsed binary = parse_bytes("\x7f"
                                "ELF\0\1\2",
                                7);
    assert_string_equal(problems(&binary), "1:5 E0001\n");
    assert_true(binary.module->unreadable);
    end(&binary);
}

// `count` times `unit` between `before` and `after`.
static Parsed parse_many(const char *before, const char *unit, size_t count, const char *after)
{
    size_t length = strlen(before) + strlen(unit) * count + strlen(after);
    char *text = malloc(length + 1);
    assert_non_null(text);
    char *at = text + sprintf(text, "%s", before);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, unit, strlen(unit));
        at += strlen(unit);
    }
    memcpy(at, after, strlen(after) + 1);
    Parsed one = parse_bytes(text, length);
    free(text);
    return one;
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        const char *before, *unit, *after;
        size_t count;
        int code; // 0: fits
    } cases[] = {
        {"let a = ", "(", "", 250000, DIAG_NESTING},
        {"let a = ", "[", "", 250000, DIAG_NESTING},
        {"let a = ", "not ", "x", 250000, DIAG_DEEP},
        {"let a = ", "1 + ", "1", 100000, DIAG_DEEP},
        {"let a = ", "1 + ", "1", 500, 0},
        {"task t() { x", ".y", "}", 100000, DIAG_DEEP},
        {"task t() { if a { }", " else if b { }", "}", 100000, DIAG_DEEP},
        {"let a = [", "1, ", "1]", 100000, 0},
        {"let a = \"", "x", "\"", 1000000, 0},
        {"let a: ", "[", "", 100000, DIAG_NESTING},
        {"let a: int", "? ", "", 100000, DIAG_DEEP},
        {"task t() { ", "try ", "x }", 100000, DIAG_DEEP},
        {"let a = \"", "{\"", "", 100000, DIAG_NESTING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Parsed one = parse_many(cases[i].before, cases[i].unit, cases[i].count, cases[i].after);
        bool found = cases[i].code == 0 && one.diags.all.count == 0;
        for (size_t j = 0; j < one.diags.all.count; j++) {
            found = found || (cases[i].code != 0 && one.diags.all.items[j]->code == cases[i].code);
        }
        if (!found) {
            print_error("%s%s…: %s\n", cases[i].before, cases[i].unit, problems(&one));
        }
        assert_true(found);
        end(&one);
    }
}

// What parse() built can be walked, and every place in it is in the text.
static void survives(const char *text, size_t length)
{
    Parsed one = parse_bytes(text, length);
    const char *tree = syntax_dump(one.arena, &one.sources, one.module);
    assert_non_null(tree);
    for (size_t i = 0; i < one.diags.all.count; i++) {
        const Diag *diag = one.diags.all.items[i];
        assert_true(diag->span.start >= 1 && diag->span.start <= diag->span.end);
        assert_true(diag->span.start <= length + 1);
        assert_non_null(message_fill(one.arena, message_of(diag->code)->line, diag));
    }
    end(&one);
}

static void every_prefix(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof everything; length++) {
        survives(everything, length);
    }
}

static void every_deletion(void **state)
{
    (void)state;
    char text[sizeof everything];
    for (size_t cut = 0; cut + 1 < sizeof everything; cut++) {
        memcpy(text, everything, cut);
        memcpy(text + cut, everything + cut + 1, sizeof everything - cut - 1);
        survives(text, sizeof everything - 2);
    }
}

// A byte replaced by what most likely hurts.
static void every_replacement(void **state)
{
    (void)state;
    static const char hurtful[] = "{}()[]\"<>,:\n?!";
    char text[sizeof everything];
    memcpy(text, everything, sizeof text);
    for (size_t at = 0; at + 1 < sizeof everything; at++) {
        text[at] = hurtful[at % (sizeof hurtful - 1)];
        survives(text, sizeof everything - 1);
        text[at] = everything[at];
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_grammar),
        cmocka_unit_test(precedence),
        cmocka_unit_test(catch_binds_looser_than_pipe),
        cmocka_unit_test(newlines),
        cmocka_unit_test(several_mistakes_in_one_run),
        cmocka_unit_test(brackets),
        cmocka_unit_test(habits),
        cmocka_unit_test(nothing_to_read),
        cmocka_unit_test(limits),
        cmocka_unit_test(every_prefix),
        cmocka_unit_test(every_deletion),
        cmocka_unit_test(every_replacement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
