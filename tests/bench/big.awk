# big.awk: prints a Weir program of many tasks, to measure the compiler on.
# usage: awk -v tasks=N -f big.awk
BEGIN {
    print "record Row { id: int, name: string, parts: [string] }"
    print ""
    print "limiter polite limit 5 rate 20 per 1s"
    for (n = 0; n < tasks; n++) {
        print ""
        printf "## Number %d of many.\n", n
        printf "fn score_%d(row: Row, by: int) -> int {\n", n
        print "    var sum = 0"
        print "    for part in row.parts {"
        print "        if part == row.name { sum += by } else { sum += row.id * 2 }"
        print "    }"
        print "    return sum + row.parts.length"
        print "}"
        print ""
        printf "task fetch_%d(name: string, pause: duration) -> Row\n", n
        print "    within polite"
        print "    timeout 10s"
        print "    retry 3 backoff 200ms..5s"
        print "{"
        print "    sleep(pause)"
        print "    let row = Row(id: name.length, name: name, parts: [name, \"b\", \"c {name}\"])"
        printf "    if score_%d(row, 2) < 1 { fail \"nothing in {row.name}\" }\n", n
        print "    return row"
        print "}"
        print ""
        printf "task work_%d(names: [string], jobs: queue<string>) -> int {\n", n
        print "    var total = 0"
        printf "    let rows = gather fetch_%d(name, 10ms) for name in names collect errors\n", n
        print "    for name, row in zip(names, rows) {"
        print "        match row {"
        printf "            ok r    => { total += score_%d(r, 3) }\n", n
        print "            error e => { eprint(\"{name}: {e.message}\") }"
        print "        }"
        print "    }"
        printf "    let later = start fetch_%d(\"later\", 20ms)\n", n
        print "    for name in names { jobs.put(name) }"
        print "    let row = await later"
        print "    print(\"{row.name}: {total}\")"
        print "    return total"
        print "}"
    }
    for (n = 0; n < tasks; n += 20) {
        print ""
        printf "task group_%d(names: [string], jobs: queue<string>) -> int {\n", n
        print "    var total = 0"
        for (i = n; i < n + 20 && i < tasks; i++) {
            printf "    total += work_%d(names, jobs)\n", i
        }
        print "    return total"
        print "}"
    }
    print ""
    print "task main(names: [string]) {"
    print "    let jobs = queue<string>(max: 100)"
    print "    var total = 0"
    for (n = 0; n < tasks; n += 20) {
        printf "    total += group_%d(names, jobs)\n", n
    }
    print "    print(\"{total}\")"
    print "}"
}
