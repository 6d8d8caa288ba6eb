// check_mistakes.h: wrong programs and what is said of each, "code:line", for test_c_check.c. A line is a line.
// clang-format off
    {"201:2",
     "task main() {\n"
     "    pritn(\"x\")\n"
     "}\n"},
    {"201:2",
     "task main() {\n"
     "    print(zipp)\n"
     "}\n"},
    {"202:3",
     "task main() {\n"
     "    let a = 1\n"
     "    let a = 2\n"
     "    print(a)\n"
     "}\n"},
    {"202:2",
     "task f() {}\n"
     "task f() {}\n"},
    {"202:2",
     "task f(a: int) {\n"
     "    let a = 2\n"
     "    print(a)\n"
     "}\n"},
    {"202:1",
     "record P { x: int, x: int }\n"},
    {"202:1",
     "enum State { up, up }\n"},
    {"203:2",
     "task main() {\n"
     "    print(it)\n"
     "}\n"},
    {"204:2",
     "task main() {\n"
     "    let r = http.got(\"u\")\n"
     "    print(r)\n"
     "}\n"},
    {"206:1",
     "task retry() {}\n"},
    {"206:1",
     "limiter timeout limit 2\n"},
    {"207:1",
     "record string { x: int }\n"},
    {"208:1",
     "task f() within nowhere {}\n"},
    {"209:2",
     "fn g() -> int { return 1 }\n"
     "task f() within g {}\n"},
    {"210:1",
     "let a = b\n"
     "let b = a\n"},
    {"210:1",
     "let a = f()\n"
     "fn f() -> int { return a }\n"},
    {"211:2",
     "task main() {\n"
     "    print(_)\n"
     "}\n"},
    {"212:1",
     "task f(x: strng) {}\n"},
    {"212:1",
     "fn f() -> [Pages] { return [] }\n"},
    {"301:3",
     "fn f(n: int) {}\n"
     "task main() {\n"
     "    f(\"x\")\n"
     "}\n"},
    {"301:2",
     "fn f() -> int {\n"
     "    return \"x\"\n"
     "}\n"},
    {"301:2",
     "task main() {\n"
     "    let x: float = \"no\"\n"
     "    print(x)\n"
     "}\n"},
    {"301:4",
     "fn f(x: float) {}\n"
     "task main() {\n"
     "    let n = 1\n"
     "    f(n)\n"
     "}\n"},
    {"302:3",
     "task save() {}\n"
     "task main() {\n"
     "    let x = save()\n"
     "    print(x)\n"
     "}\n"},
    {"302:3",
     "task save() {}\n"
     "task main() {\n"
     "    print(save())\n"
     "}\n"},
    {"302:4",
     "task save(n: int) { sleep(1s) }\n"
     "task main() {\n"
     "    let all = gather save(n) for n in 0..3 collect errors\n"
     "    print(all.values.length)\n"
     "}\n"},
    {"303:2",
     "task main() {\n"
     "    let x: int = none\n"
     "    print(x)\n"
     "}\n"},
    {"304:2",
     "task main() {\n"
     "    let xs = []\n"
     "    print(xs)\n"
     "}\n"},
    {"304:2",
     "task main() {\n"
     "    let x = none\n"
     "    print(x)\n"
     "}\n"},
    {"305:2",
     "task main() {\n"
     "    let xs = [1, \"a\"]\n"
     "    print(xs)\n"
     "}\n"},
    {"306:2",
     "task main() {\n"
     "    let x = if true then 1 else \"a\"\n"
     "    print(x)\n"
     "}\n"},
    {"306:5",
     "task a() -> int { return 1 }\n"
     "task b() -> string { return \"\" }\n"
     "task main() {\n"
     "    for x in as_completed { a()\n"
     "        b() } { print(x) }\n"
     "}\n"},
    {"307:2",
     "task main() {\n"
     "    print(1 + \"a\")\n"
     "}\n"},
    {"307:2",
     "task main() {\n"
     "    print(\"a\" + 1)\n"
     "}\n"},
    {"307:2",
     "task main() {\n"
     "    print([1] < [2])\n"
     "}\n"},
    {"307:3",
     "task main() {\n"
     "    var s = \"a\"\n"
     "    s += 1\n"
     "}\n"},
    {"308:2",
     "task main() {\n"
     "    print(-\"a\")\n"
     "}\n"},
    {"309:2",
     "task main() {\n"
     "    print(1 < 2 < 3)\n"
     "}\n"},
    {"309:2",
     "task main() {\n"
     "    for i in 1..2..3 { print(i) }\n"
     "}\n"},
    {"310:2",
     "task main() {\n"
     "    if 1 { print(\"x\") }\n"
     "}\n"},
    {"310:3",
     "task main() {\n"
     "    let xs = [1]\n"
     "    while xs { print(\"x\") }\n"
     "}\n"},
    {"311:3",
     "task f() {}\n"
     "task main() {\n"
     "    print(f)\n"
     "}\n"},
    {"311:2",
     "task main() {\n"
     "    print(http)\n"
     "}\n"},
    {"311:3",
     "enum State { up, down }\n"
     "task main() {\n"
     "    print(State)\n"
     "}\n"},
    {"312:2",
     "task main() {\n"
     "    print(\"a\".lenght)\n"
     "}\n"},
    {"312:4",
     "record P { x: int }\n"
     "task main() {\n"
     "    let p = P(x: 1)\n"
     "    print(p.y)\n"
     "}\n"},
    {"312:2",
     "task main() {\n"
     "    print(\"a\".shout())\n"
     "}\n"},
    {"313:3",
     "task main() {\n"
     "    let q = queue<int>(max: 1)\n"
     "    q.close\n"
     "}\n"},
    {"314:2",
     "task main() {\n"
     "    print(\"a\".length())\n"
     "}\n"},
    {"315:2",
     "task main() {\n"
     "    print(1[0])\n"
     "}\n"},
    {"315:2",
     "task main() {\n"
     "    print((1, 2)[0])\n"
     "}\n"},
    {"316:3",
     "task main() {\n"
     "    let x = 1\n"
     "    print(x())\n"
     "}\n"},
    {"316:2",
     "task main() {\n"
     "    print(string(1))\n"
     "}\n"},
    {"317:3",
     "task f(a: int, b: int) {}\n"
     "task main() {\n"
     "    f(1)\n"
     "}\n"},
    {"317:2",
     "task main() {\n"
     "    sleep()\n"
     "}\n"},
    {"317:3",
     "record P { x: int, y: int = 2 }\n"
     "task main() {\n"
     "    print(P(y: 1))\n"
     "}\n"},
    {"318:3",
     "task f(a: int) {}\n"
     "task main() {\n"
     "    f(1, 2)\n"
     "}\n"},
    {"319:3",
     "task f(url: string) {}\n"
     "task main() {\n"
     "    f(ulr: \"a\")\n"
     "}\n"},
    {"320:3",
     "task f(a: int, b: int) {}\n"
     "task main() {\n"
     "    f(1, 2, a: 3)\n"
     "}\n"},
    {"321:3",
     "task main() {\n"
     "    let a = 1\n"
     "    a = 2\n"
     "}\n"},
    {"321:2",
     "task f(a: int) {\n"
     "    a = 2\n"
     "}\n"},
    {"321:2",
     "task main() {\n"
     "    for i in 0..3 { i = 2 }\n"
     "}\n"},
    {"321:3",
     "task main() {\n"
     "    let xs = [1]\n"
     "    xs.push(2)\n"
     "}\n"},
    {"321:3",
     "let top = 1\n"
     "task main() {\n"
     "    top = 2\n"
     "}\n"},
    {"322:2",
     "task main() {\n"
     "    print([1] as int)\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{1:.2s}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{2s:.2f}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{\"a\":d}\")\n"
     "}\n"},
    {"324:3",
     "task main() {\n"
     "    let q = queue<int>(max: 1)\n"
     "    print(q)\n"
     "}\n"},
    {"325:2",
     "task main() {\n"
     "    for i in 10 { print(i) }\n"
     "}\n"},
    {"326:2",
     "task main() {\n"
     "    for a, b in [1, 2] { print(a + b) }\n"
     "}\n"},
    {"327:2",
     "task main() {\n"
     "    let a, b = (1, 2, 3)\n"
     "    print(\"{a}{b}\")\n"
     "}\n"},
    {"328:2",
     "task main() {\n"
     "    if let x = 1 { print(x) }\n"
     "}\n"},
    {"329:2",
     "task main() {\n"
     "    print(1 ?? 2)\n"
     "}\n"},
    {"330:1",
     "fn f(m: [[int]: int]) {}\n"},
    {"331:1",
     "fn f(m: [nothing]) {}\n"},
    {"333:3",
     "fn f(a: bool) -> int {\n"
     "    if a { return 1 }\n"
     "}\n"},
    {"334:2",
     "fn f() -> int {\n"
     "    return\n"
     "}\n"},
    {"335:2",
     "fn f() {\n"
     "    return 1\n"
     "}\n"},
    {"336:1",
     "task main(q: queue<int>) {}\n"},
    {"337:1",
     "task main(urls: [string], out: string) {}\n"},
    {"338:1",
     "task main() -> string { return \"\" }\n"},
    {"339:3",
     "task main() {\n"
     "    let xs = [1]\n"
     "    print(xs[-1])\n"
     "}\n"},
    {"435:3",
     "task t() {}\n"
     "fn f() {\n"
     "    start t()\n"
     "}\n"},
    {"401:2",
     "fn f() {\n"
     "    sleep(1s)\n"
     "}\n"},
    {"401:3",
     "task g() {}\n"
     "fn f() {\n"
     "    g()\n"
     "}\n"},
    {"402:2",
     "fn f(xs: [int]) {\n"
     "    gather print(x) for x in xs\n"
     "}\n"},
    {"402:2",
     "fn f(t: task<int>) -> int {\n"
     "    return await t\n"
     "}\n"},
    {"402:2",
     "fn f(q: queue<int>) {\n"
     "    for x in q { print(x) }\n"
     "}\n"},
    {"403:3",
     "task g(n: int) -> int { return n }\n"
     "task main() {\n"
     "    let xs = [g(n) for n in [1, 2]]\n"
     "    print(xs)\n"
     "}\n"},
    {"403:3",
     "task g(n: int) -> int { return n }\n"
     "task main() {\n"
     "    let xs = [1, 2].map(g(it))\n"
     "    print(xs)\n"
     "}\n"},
    {"403:2",
     "task g() -> int { return 1 }\n"
     "let a = g()\n"},
    {"403:4",
     "task g() -> int { return 1 }\n"
     "task h() {}\n"
     "task main() {\n"
     "    h() retry g()\n"
     "}\n"},
    {"404:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let t = start g()\n"
     "    print(\"x\")\n"
     "}\n"},
    {"404:4",
     "record Job { t: task<int>, name: string }\n"
     "task id() -> int { return 1 }\n"
     "task main() {\n"
     "    let job = Job(t: start id(), name: \"a\")\n"
     "}\n"},
    {"405:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    start g()\n"
     "}\n"},
    {"405:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let _ = start g()\n"
     "}\n"},
    {"406:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    try g()\n"
     "}\n"},
    {"406:3",
     "task g(n: int) {}\n"
     "task main() {\n"
     "    gather g(n) for n in [1, 2] collect errors\n"
     "}\n"},
    {"407:3",
     "task g(n: int) -> int { return n }\n"
     "task main() {\n"
     "    let rs = gather g(n) for n in [1, 2] collect errors\n"
     "}\n"},
    {"408:3",
     "fn f() -> int { return 1 }\n"
     "task main() {\n"
     "    f()\n"
     "}\n"},
    {"408:2",
     "task main() {\n"
     "    [1].map(it + 1)\n"
     "}\n"},
    {"408:3",
     "task main() {\n"
     "    let a = 1\n"
     "    a\n"
     "}\n"},
    {"408:3",
     "task g() {}\n"
     "task main() {\n"
     "    as_completed { g() }\n"
     "}\n"},
    {"409:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    print(await g())\n"
     "}\n"},
    {"410:3",
     "task main() {\n"
     "    let a = 1\n"
     "    cancel a\n"
     "}\n"},
    {"411:3",
     "fn f() -> int { return 1 }\n"
     "task main() {\n"
     "    let t = start f()\n"
     "    print(await t)\n"
     "}\n"},
    {"412:3",
     "task s() -> stream<int> { yield 1 }\n"
     "task main() {\n"
     "    let t = start s()\n"
     "    for x in t { print(x) }\n"
     "}\n"},
    {"413:1",
     "blocking fn f(q: queue<int>) {}\n"},
    {"440:1",
     "extern fn f(q: queue<int>)\n"},
    {"440:1",
     "extern task f() -> stream<int>\n"},
    {"414:6",
     "task g() {}\n"
     "task main() {\n"
     "    var n = 0\n"
     "    gather {\n"
     "        g() catch e {\n"
     "            n = 1\n"
     "        }\n"
     "    }\n"
     "    print(n)\n"
     "}\n"},
    {"415:3",
     "task main() {\n"
     "    var m = [\"a\": 1]\n"
     "    let ys = [m.remove(x) for x in [\"a\"]]\n"
     "    print(ys)\n"
     "}\n"},
    {"416:2",
     "task main() {\n"
     "    break\n"
     "}\n"},
    {"417:4",
     "task g() {}\n"
     "task main() {\n"
     "    gather {\n"
     "        g() catch e { return }\n"
     "    }\n"
     "}\n"},
    {"417:2",
     "task main() {\n"
     "    defer { return }\n"
     "}\n"},
    {"418:2",
     "task main() {\n"
     "    yield 1\n"
     "}\n"},
    {"419:2",
     "task s() -> stream<int> {\n"
     "}\n"},
    {"420:2",
     "task main() {\n"
     "    fail 3\n"
     "}\n"},
    {"421:3",
     "task main() {\n"
     "    let a = 1\n"
     "    let b = a catch e => 2\n"
     "    print(b)\n"
     "}\n"},
    {"423:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let a = g() catch e { print(e.message) }\n"
     "    print(a)\n"
     "}\n"},
    {"424:4",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    g() catch e {\n"
     "        if e.kind == \"timout\" { print(\"slow\") }\n"
     "    }\n"
     "}\n"},
    {"424:5",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    g() catch e {\n"
     "        match e.kind {\n"
     "            \"slow\" => print(\"slow\")\n"
     "            else => print(\"?\")\n"
     "        }\n"
     "    }\n"
     "}\n"},
    {"425:5",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let r = gather {\n"
     "        a: g()\n"
     "        g()\n"
     "    }\n"
     "    print(r.a)\n"
     "}\n"},
    {"426:4",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let r = race {\n"
     "        a: g()\n"
     "        b: g()\n"
     "    }\n"
     "    print(r)\n"
     "}\n"},
    {"427:4",
     "task g() -> int { return 1 }\n"
     "task h() {}\n"
     "task main() {\n"
     "    let r = race {\n"
     "        g()\n"
     "        h()\n"
     "    }\n"
     "    print(r)\n"
     "}\n"},
    {"428:3",
     "task g(n: int) {}\n"
     "task main(){ let q = queue<int>(max: 2)\n"
     "    gather g(n) for n in q\n"
     "}\n"},
    {"429:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    for a, b in as_completed { g() } { print(\"{a}{b}\") }\n"
     "}\n"},
    {"430:3",
     "task g(n: int) -> int { return n }\n"
     "task main() {\n"
     "    [1, 2] |> g(3)\n"
     "}\n"},
    {"431:3",
     "task g(n: int) {}\n"
     "task main() {\n"
     "    [1, 2] |> g |> g\n"
     "}\n"},
    {"432:2",
     "task main() {\n"
     "    [1, 2] |> each it |> print\n"
     "}\n"},
    {"433:2",
     "task main() {\n"
     "    stub sleep(d) => print(\"x\")\n"
     "}\n"},
    {"434:3",
     "task g() {}\n"
     "test \"x\" {\n"
     "    stub g() => print(\"x\")\n"
     "}\n"},
    {"434:3",
     "test \"x\" {\n"
     "    let q = queue<int>(max: 1)\n"
     "    stub q.put(n) => print(\"x\")\n"
     "}\n"},
    {"434:2",
     "test \"x\" {\n"
     "    stub zip(a, b) => []\n"
     "}\n"},
    {"501:3",
     "task g() {}\n"
     "task main() {\n"
     "    g() limit 3\n"
     "}\n"},
    {"501:3",
     "task g() {}\n"
     "task main() {\n"
     "    race { g() } collect errors\n"
     "}\n"},
    {"502:1",
     "task g() timeout 1s timeout 2s {}\n"},
    {"503:1",
     "limiter a limit 0\n"},
    {"503:1",
     "task g() timeout -1s {}\n"},
    {"503:1",
     "limiter a rate 5 per 0s\n"},
    {"503:1",
     "task g() retry -1 {}\n"},
    {"503:2",
     "task main() {\n"
     "    let q = queue<int>(max: 0)\n"
     "    q.close()\n"
     "}\n"},
    {"504:1",
     "task g() retry 3 backoff 5s..1s {}\n"},
    {"505:3",
     "fn f() -> int { return 1 }\n"
     "task main() {\n"
     "    print(f() timeout 1s)\n"
     "}\n"},
    {"506:1",
     "task s() -> stream<int> retry 3 { yield 1 }\n"},
    {"507:2",
     "limiter a limit 2\n"
     "task g() within a(\"x\") {}\n"},
    {"508:4",
     "limiter a limit 2\n"
     "task g() within a {}\n"
     "task main() within a {\n"
     "    g()\n"
     "}\n"},
    {"508:5",
     "limiter a limit 2\n"
     "task g() within a {}\n"
     "task h() { g() }\n"
     "task main() within a {\n"
     "    h()\n"
     "}\n"},
    {"508:2",
     "task g(n: int) limit 2 {\n"
     "    g(n - 1)\n"
     "}\n"},
    {"508:4",
     "limiter a limit 2\n"
     "task g(n: int) within a {}\n"
     "task main() {\n"
     "    gather g(n) for n in 0..3 within a\n"
     "}\n"},
    {"508:4",
     "limiter a limit 2\n"
     "task g(n: int) within a {}\n"
     "task main() {\n"
     "    [1] |> g within a\n"
     "}\n"},
    {"508:5",
     "limiter a limit 2\n"
     "task g() -> int within a { return 1 }\n"
     "task h(n: int) {}\n"
     "task main() {\n"
     "    h(g()) within a\n"
     "}\n"},
    {"509:2",
     "task main() {\n"
     "    let q = queue<int>()\n"
     "    q.close()\n"
     "}\n"},
    {"511:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    g.forget()\n"
     "}\n"},
    {"601:1",
     "record A { a: A }\n"},
    {"601:2",
     "record A { b: B }\n"
     "record B { a: A }\n"},
    {"602:3",
     "enum State { up, down(why: string) }\n"
     "task main() {\n"
     "    print(State.down)\n"
     "}\n"},
    {"603:4",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let r = try g()\n"
     "    match r {\n"
     "        ok v => print(v)\n"
     "    }\n"
     "}\n"},
    {"603:3",
     "enum State { up, down, gone }\n"
     "fn f(s: State) -> int {\n"
     "    return match s {\n"
     "        up => 1\n"
     "    }\n"
     "}\n"},
    {"603:2",
     "fn f(n: int) -> int {\n"
     "    return match n { 1 => 2 }\n"
     "}\n"},
    {"604:4",
     "fn f(n: bool) -> int {\n"
     "    return match n {\n"
     "        true => 1\n"
     "        true => 2\n"
     "        false => 3\n"
     "    }\n"
     "}\n"},
    {"605:4",
     "fn f(n: int) -> int {\n"
     "    return match n {\n"
     "        else => 1\n"
     "        2 => 2\n"
     "    }\n"
     "}\n"},
    {"606:3",
     "fn f(n: int) -> int {\n"
     "    return match n {\n"
     "        ok v => 1\n"
     "        else => 2\n"
     "    }\n"
     "}\n"},
    {"607:4",
     "enum State { up, down(why: string) }\n"
     "fn f(s: State) -> int {\n"
     "    return match s {\n"
     "        down(a, b) => 1\n"
     "        up => 2\n"
     "    }\n"
     "}\n"},
    {"201:2 201:5",
     "task a() {\n"
     "    prit(\"x\")\n"
     "}\n"
     "task b() {\n"
     "    prin(\"y\")\n"
     "}\n"},
    {"201:2",
     "task a() {\n"
     "    let x = unknown()\n"
     "    print(x + 1)\n"
     "    let y = x.foo[3]\n"
     "    for z in y { print(z.bar) }\n"
     "    if y { print(-y) }\n"
     "    match y { ok v => print(v) }\n"
     "}\n"},
    {"301:3 317:4 401:6",
     "task g(n: int) {}\n"
     "task main() {\n"
     "    g(\"x\")\n"
     "    g()\n"
     "}\n"
     "fn f() { g(1) }\n"},
    {"332:3",
     "# seventy lists in one another, through a record's field\n"
     "record R {\n"
     "    x: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[int]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n"
     "}\n"},
    {"312:3",
     "task main() {\n"
     "    let pair = (1, \"a\")\n"
     "    print(pair.x)\n"
     "}\n"},
    {"312:2",
     "task main(xs: [int]) {\n"
     "    print(xs.sortt(by: it))\n"
     "}\n"},
    {"606:2",
     "fn f(n: int) -> int {\n"
     "    return match n { ok v => 1 }\n"
     "}\n"},
    {"202:3",
     "task g() -> int { return 1 }\n"
     "task main() {\n"
     "    let r = gather { a: g(), a: g() }\n"
     "    print(r.a)\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{1:.2d}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{255:,x}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{\"a\":=5}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{1s:.10s}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{1.5:.401f}\")\n"
     "}\n"},
    {"323:2",
     "task main() {\n"
     "    print(\"{5:+c}\")\n"
     "}\n"},
    {"304:2",
     "task main() {\n"
     "    print([].length)\n"
     "}\n"},
    {"304:2 304:3",
     "task main() {\n"
     "    for x in [] { print(x) }\n"
     "    print(none ?? 1)\n"
     "}\n"},
    {"302:2",
     "task main() {\n"
     "    let x = [fail \"no\"]\n"
     "    print(x)\n"
     "}\n"},
    {"304:2",
     "task main() {\n"
     "    let a, b = (none, 1)\n"
     "    print(\"{a} {b}\")\n"
     "}\n"},
    {"304:1",
     "fn f(n: int = [1].filter(it > 1).map(none).length) -> int { return n }\n"},
    {"333:4",
     "fn f() -> int {\n"
     "    let r = try fail \"x\"\n"
     "    print(r)\n"
     "}\n"},
    {"321:3",
     "task main() {\n"
     "    let m = [\"a\": [1]]\n"
     "    m[\"a\"].push(1)\n"
     "}\n"},
    {"315:3",
     "task main() {\n"
     "    let m = [\"a\": [1]]\n"
     "    print(m[\"a\"][0])\n"
     "}\n"},
    {"314:2",
     "task main() {\n"
     "    print(math.pi())\n"
     "}\n"},
    {"204:2",
     "task main() {\n"
     "    print(math.tau)\n"
     "}\n"},
    {"312:2",
     "task main() {\n"
     "    print(\"a\".strip())\n"
     "}\n"},
    {"101:2 101:3",
     "record R {\n"
     "    a: int b: int\n"
     "    c: int = 3 d: int\n"
     "}\n"},
    {"101:1",
     "enum E { a b }\n"},
    {"101:2",
     "task main() {\n"
     "    let x = if true then 1\n"
     "}\n"},
    {"15:2",
     "task main() {\n"
     "    print(1__0)\n"
     "}\n"},
    {"15:2",
     "task main() {\n"
     "    print(0xff)\n"
     "}\n"},
    {"323:2 323:3 323:4",
     "task main() {\n"
     "    print(\"{now():%Y-%Q}\")\n"
     "    print(\"{now():%-d}\")\n"
     "    print(\"{now().local:%H%}\")\n"
     "}\n"},
    {"203:2 203:3",
     "task main() {\n"
     "    print(5.max(it))\n"
     "    print(\"a\".count(it))\n"
     "}\n"},
// clang-format on
