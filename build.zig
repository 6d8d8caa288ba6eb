//! How Weir is built and tested: `./zigw build --list-steps` names the steps.
//!
//! Every .c file in compiler/ and runtime/ takes part without being listed here. Only native builds
//! are supported, since the system's libuv, libtcc and libcurl headers are used.

const std = @import("std");
const LazyPath = std.Build.LazyPath;

/// What our own C is compiled with; nothing in it may warn.
const strict = [_][]const u8{
    "-std=gnu11",           "-D_GNU_SOURCE", "-Wall",   "-Wextra",       "-Wpedantic",
    "-Wconversion",         "-Wshadow",      "-Werror", "-Wswitch-enum", "-Wstrict-prototypes",
    "-Wmissing-prototypes",
};

/// What re2c and Lemon print: it has to compile, its style is theirs.
const relaxed = [_][]const u8{
    "-std=gnu11",
    "-D_GNU_SOURCE",
    "-Wall",
    "-Werror",
    "-Wno-unused-label",
    "-Wno-unused-function",
    "-Wno-unused-but-set-variable",
    "-Wno-unused-variable",
    "-Wno-unused-parameter",
};

/// For clang, since `zig cc` has no AddressSanitizer.
const sanitize = [_][]const u8{
    "-g",
    "-O1",
    "-fno-omit-frame-pointer",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
};

/// One C file to compile, from the tree or generated.
const Source = struct { name: []const u8, path: LazyPath, flags: []const []const u8 };

/// Whose headers a file sees. Some of them share a name, and only weir.h is for both.
const Side = enum { compiler, runtime };

/// Everything the functions below share.
const Weir = struct {
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    tcc: ?LazyPath, // libtcc.a
    nats: bool, // there is libnats's header
    generated: LazyPath, // the folder with grammar.h
    compiler: []const Source, // without main.c
    main: Source,
    runtime: []const Source,
};

pub fn build(b: *std.Build) void {
    const weir = describe(b);

    const exe = addWeir(&weir);
    const archive = addRuntimeArchive(&weir);
    b.installArtifact(exe);
    b.installArtifact(archive);
    b.installFile("runtime/weir.h", "include/weir.h");
    b.installFile("runtime/weir_library.h", "include/weir_library.h");
    b.installFile("runtime/weir_c.h", "include/weir_c.h");
    b.installDirectory(.{
        .source_dir = b.path("runtime"),
        .install_dir = .prefix,
        .install_subdir = "share/weir/core",
        .include_extensions = &.{ ".c", ".h" },
    });
    b.getInstallStep().dependOn(addSweep(b, "share/weir/core", "runtime"));

    const run = b.addRunArtifact(exe);
    run.step.dependOn(b.getInstallStep());
    if (b.args) |args| run.addArgs(args);
    b.step("run", "Run a program: ./zigw build run -- FILE [arguments]").dependOn(&run.step);

    const tests = addTests(&weir, archive);
    const none: []const []const u8 = &.{};
    b.step("test", "Run all tests, or some: ./zigw build test -- [unit run ...] [part of a name]")
        .dependOn(addSuite(&weir, &tests, b.args orelse none));
    const shown: []const []const u8 = &.{ "--update", "snapshots", "rendering", "pages", "docs" };
    b.step("snap", "Rewrite what snapshots, renderings, pages and docs show; then review the diff")
        .dependOn(addSuite(&weir, &tests, shown));
    b.step("tidy", "Check the invariants of ARCHITECTURE.md that the sources and objects show")
        .dependOn(addSuite(&weir, &tests, &.{"tidy"}));

    const bench = b.addSystemCommand(&.{ "sh", "tests/bench/run.sh" });
    bench.step.dependOn(b.getInstallStep());
    if (b.args) |args| bench.addArgs(args);
    bench.stdio = .inherit;
    b.step("bench", "Measure against hand-written peers in the same run (tests/bench)")
        .dependOn(&bench.step);
}

/// Reads the options and lists the sources.
fn describe(b: *std.Build) Weir {
    // The machine's own system and libraries, but any processor of its kind: libweir.a is for
    // others too.
    const target = b.resolveTargetQuery(.{ .cpu_model = .baseline });
    const optimize = b.option(
        std.builtin.OptimizeMode,
        "optimize",
        "How to compile Weir itself (default: ReleaseFast)",
    ) orelse .ReleaseFast;
    const with_tcc = b.option(
        bool,
        "tcc",
        "Run programs in memory through libtcc (default: where it is found)",
    );

    const lexer = b.addSystemCommand(&.{ "re2c", "-W", "-Werror", "--no-generation-date", "-o" });
    const lexer_c = lexer.addOutputFileArg("lexer.c");
    lexer.addFileArg(b.path("compiler/lexer.re"));

    const grammar = b.addSystemCommand(&.{ "lemon", "-c" }); // -c: the exact set of expected tokens
    const generated = grammar.addPrefixedOutputDirectoryArg("-d", "grammar");
    grammar.addFileArg(b.path("compiler/grammar.y"));

    var compiler: std.ArrayList(Source) = .empty;
    for (list(b, "compiler", ".c")) |name|
        if (!std.mem.eql(u8, name, "main.c")) append(b, &compiler, ours(b, "compiler", name));
    const grammar_c = generated.path(b, "grammar.c");
    append(b, &compiler, .{ .name = "lexer.c", .path = lexer_c, .flags = &relaxed });
    append(b, &compiler, .{ .name = "grammar.c", .path = grammar_c, .flags = &relaxed });
    append(b, &compiler, .{ .name = "header.c", .path = addHeaderText(b), .flags = &relaxed });
    append(b, &compiler, .{ .name = "pages.c", .path = addPages(b), .flags = &relaxed });

    var runtime: std.ArrayList(Source) = .empty;
    for (list(b, "runtime", ".c")) |name| append(b, &runtime, ours(b, "runtime", name));

    return .{
        .b = b,
        .target = target,
        .optimize = optimize,
        .tcc = if (with_tcc orelse true) findTcc(b, with_tcc orelse false) else null,
        .nats = findNats(b),
        .generated = generated,
        .compiler = compiler.items,
        .main = ours(b, "compiler", "main.c"),
        .runtime = runtime.items,
    };
}

/// A file of the tree.
fn readText(b: *std.Build, path: []const u8) []const u8 {
    return b.build_root.handle.readFileAlloc(b.graph.io, path, b.allocator, .limited(1 << 20)) catch
        |err| std.debug.panic("{s}: {t}", .{ path, err });
}

/// weir.h with what it includes of ours, as a C string, so that `weir run` needs no file beside it.
fn addHeaderText(b: *std.Build) LazyPath {
    var header = readText(b, "runtime/weir.h");
    for ([_][]const u8{ "weir_library.h", "weir_c.h" }) |name| {
        const line = b.fmt("#include \"{s}\"", .{name});
        const whole = readText(b, b.fmt("runtime/{s}", .{name}));
        const own = replaced(b, whole, "#include \"weir.h\"", "");
        header = replaced(b, header, line, own);
    }
    var code: std.ArrayList(u8) = .empty;
    addText(b, &code, "#include \"load.h\"\n\nconst char weir_header[] =\n");
    addQuoted(b, &code, header);
    addText(b, &code, "    ;\nconst size_t weir_header_length = sizeof weir_header - 1;\n");
    return b.addWriteFiles().add("header.c", code.items);
}

/// The pages of `weir explain`, docs/errors/E0301.md and the others, as a table in C.
fn addPages(b: *std.Build) LazyPath {
    var code: std.ArrayList(u8) = .empty;
    addText(b, &code, "#include \"explain.h\"\n\nconst ExplainPage explain_pages[] = {\n");
    for (list(b, "docs/errors", ".md")) |name| {
        if (!std.mem.startsWith(u8, name, "E")) continue;
        const number = std.fmt.parseInt(u32, name[1 .. name.len - ".md".len], 10) catch
            std.debug.panic("docs/errors/{s}: not the name of a page", .{name});
        addText(b, &code, b.fmt("    {{{d},\n", .{number}));
        addQuoted(b, &code, readText(b, b.fmt("docs/errors/{s}", .{name})));
        addText(b, &code, "    },\n");
    }
    addText(b, &code, "};\nconst size_t explain_page_count = " ++
        "sizeof explain_pages / sizeof *explain_pages;\n");
    return b.addWriteFiles().add("pages.c", code.items);
}

fn addText(b: *std.Build, to: *std.ArrayList(u8), text: []const u8) void {
    to.appendSlice(b.allocator, text) catch @panic("OOM");
}

/// The lines of a text, each as a C string.
fn addQuoted(b: *std.Build, code: *std.ArrayList(u8), text: []const u8) void {
    var lines = std.mem.splitScalar(u8, std.mem.trimEnd(u8, text, "\n"), '\n');
    while (lines.next()) |line| {
        addText(b, code, "    \"");
        for (line) |byte| {
            if (byte == '"' or byte == '\\') addText(b, code, "\\");
            addText(b, code, &.{byte});
        }
        addText(b, code, "\\n\"\n");
    }
}

fn replaced(b: *std.Build, text: []const u8, old: []const u8, new: []const u8) []const u8 {
    return std.mem.replaceOwned(u8, b.allocator, text, old, new) catch @panic("OOM");
}

fn ours(b: *std.Build, folder: []const u8, name: []const u8) Source {
    return .{ .name = name, .path = b.path(b.pathJoin(&.{ folder, name })), .flags = &strict };
}

/// The sorted names in a folder of the tree that end as given; none where the folder is missing.
fn list(b: *std.Build, folder: []const u8, suffix: []const u8) []const []const u8 {
    const io = b.graph.io;
    var names: std.ArrayList([]const u8) = .empty;
    var dir = b.build_root.handle.openDir(io, folder, .{ .iterate = true }) catch return &.{};
    defer dir.close(io);
    var entries = dir.iterate();
    while (entries.next(io) catch @panic("a source folder cannot be read")) |entry| {
        if (entry.kind != .file or std.mem.startsWith(u8, entry.name, ".")) continue;
        if (!std.mem.endsWith(u8, entry.name, suffix)) continue;
        names.append(b.allocator, b.dupe(entry.name)) catch @panic("OOM");
    }
    std.mem.sort([]const u8, names.items, {}, struct {
        fn before(_: void, one: []const u8, other: []const u8) bool {
            return std.mem.lessThan(u8, one, other);
        }
    }.before);
    return names.items;
}

fn isOneOf(name: []const u8, names: []const []const u8) bool {
    for (names) |other| if (std.mem.eql(u8, name, other)) return true;
    return false;
}

fn append(b: *std.Build, sources: *std.ArrayList(Source), source: Source) void {
    sources.append(b.allocator, source) catch @panic("OOM");
}

/// libtcc has no .pc file, and Debian ships only the archive.
fn findTcc(b: *std.Build, wanted: bool) ?LazyPath {
    const triple = b.graph.host.result.linuxTriple(b.allocator) catch @panic("OOM");
    const folders = [_][]const u8{
        b.fmt("/usr/lib/{s}", .{triple}),
        "/usr/lib64",
        "/usr/lib",
        "/usr/local/lib",
        "/opt/homebrew/lib",
    };
    for (folders) |folder| {
        const path = b.pathJoin(&.{ folder, "libtcc.a" });
        std.Io.Dir.accessAbsolute(b.graph.io, path, .{}) catch continue;
        return .{ .cwd_relative = path };
    }
    if (wanted) {
        std.log.err("-Dtcc: libtcc.a was not found (Debian: apt-get install libtcc-dev)", .{});
        std.process.exit(1);
    }
    return null;
}

/// Only its header is of interest: the library is loaded by who binds a queue.
fn findNats(b: *std.Build) bool {
    for ([_][]const u8{ "/usr/include", "/usr/local/include", "/opt/homebrew/include" }) |folder| {
        const path = b.pathJoin(&.{ folder, "nats/nats.h" });
        std.Io.Dir.accessAbsolute(b.graph.io, path, .{}) catch continue;
        return true;
    }
    std.log.warn("nats/nats.h was not found, so queues can't be bound to a broker " ++
        "(Debian: apt-get install libnats-dev)", .{});
    return false;
}

// --- what is installed ---------------------------------------------------------------------------

/// The executable: the compiler with the whole runtime, file by file and not through an archive,
/// and with its symbols exported, since programs run in memory take the runtime from the
/// executable.
fn addWeir(weir: *const Weir) *std.Build.Step.Compile {
    const module = addModule(weir, weir.optimize, .compiler);
    addSources(weir, module, weir.compiler);
    addSources(weir, module, &.{weir.main});
    addSources(weir, module, weir.runtime);
    module.linkSystemLibrary("uv", .{});
    if (weir.tcc) |tcc| module.addObjectFile(tcc);
    const exe = weir.b.addExecutable(.{ .name = "weir", .root_module = module });
    exe.rdynamic = true;
    return exe;
}

/// libweir.a, which any C compiler may link: no sanitizer calls in it, no system library packed
/// into it.
fn addRuntimeArchive(weir: *const Weir) *std.Build.Step.Compile {
    const module = addModule(weir, .ReleaseFast, .runtime);
    module.pic = true;
    addSources(weir, module, weir.runtime);
    return weir.b.addLibrary(.{ .name = "weir", .root_module = module, .linkage = .static });
}

/// Removes installed sources that the tree no longer has: `weir build` compiles all that are there.
fn addSweep(b: *std.Build, installed: []const u8, folder: []const u8) *std.Build.Step {
    const script =
        \\cd "$0" 2>/dev/null || exit 0
        \\for file in *.c *.h; do [ -e "$1/$file" ] || rm -f "$file"; done
    ;
    const sweep = b.addSystemCommand(&.{ "sh", "-c", script });
    sweep.addArg(b.pathJoin(&.{ b.install_path, installed }));
    sweep.addArg(b.pathFromRoot(folder));
    sweep.has_side_effects = true;
    return &sweep.step;
}

fn addModule(
    weir: *const Weir,
    optimize: std.builtin.OptimizeMode,
    side: Side,
) *std.Build.Module {
    const module = weir.b.createModule(.{
        .target = weir.target,
        .optimize = optimize,
        .link_libc = true,
        .sanitize_c = .off,
    });
    for (includes(weir, side)) |folder| module.addIncludePath(folder);
    return module;
}

fn includes(weir: *const Weir, side: Side) []const LazyPath {
    const b = weir.b;
    const folders: []const LazyPath = switch (side) {
        .compiler => &.{ b.path("compiler"), weir.generated, b.path("runtime") },
        .runtime => &.{b.path("runtime")},
    };
    return b.allocator.dupe(LazyPath, folders) catch @panic("OOM");
}

fn addSources(weir: *const Weir, module: *std.Build.Module, sources: []const Source) void {
    const b = weir.b;
    var files: std.ArrayList([]const u8) = .empty; // of ours: together, so that errors are short
    for (sources) |source| switch (source.path) {
        .src_path => |path| files.append(b.allocator, path.sub_path) catch @panic("OOM"),
        else => module.addCSourceFile(.{
            .file = source.path,
            .flags = defined(weir, source.flags),
        }),
    };
    module.addCSourceFiles(.{ .files = files.items, .flags = defined(weir, &strict) });
}

/// The flags with what the sources are told about this build.
fn defined(weir: *const Weir, flags: []const []const u8) []const []const u8 {
    const version = "-DWEIR_VERSION=\"" ++ @import("build.zig.zon").version ++ "\"";
    const tcc: []const []const u8 = if (weir.tcc != null) &.{"-DWEIR_HAVE_TCC=1"} else &.{};
    const nats: []const []const u8 = if (weir.nats) &.{"-DWEIR_HAVE_NATS=1"} else &.{};
    return std.mem.concat(weir.b.allocator, []const u8, &.{ flags, &.{version}, tcc, nats }) catch
        @panic("OOM");
}

// --- tests ---------------------------------------------------------------------------------------

/// The parts of the suite, named as on the command line; tests/harness has a file for each.
const Part = enum {
    unit,
    run,
    snapshots,
    rendering,
    pages,
    mutants,
    printed,
    split,
    embed,
    docs,
    faults,
    grown,
    broker,
    tidy,
};

/// A unit test, built as it ships and built with the sanitizers.
const Unit = struct { name: []const u8, plain: *std.Build.Step.Compile, sanitized: LazyPath };

/// All that the suite may need. A step that no requested part depends on is never executed.
const Tests = struct {
    suite: *std.Build.Step.Compile,
    server: *std.Build.Step.Compile,
    archive: *std.Build.Step.Compile,
    compiler: *std.Build.Step.Compile, // without main.c, as an archive
    prefix: LazyPath, // an installation like the real one, whose weir has the sanitizers in it
    units: []const Unit,
    faults: LazyPath, // the driver of tests/faults, with the sanitized runtime in it
};

fn addTests(weir: *const Weir, archive: *std.Build.Step.Compile) Tests {
    const b = weir.b;
    var suite: std.ArrayList([]const u8) = .empty;
    var server: std.ArrayList([]const u8) = .empty;
    for (list(b, "tests/harness", ".c")) |name| {
        const shared = isOneOf(name, &.{ "text.c", "files.c", "process.c" });
        const serves = std.mem.startsWith(u8, name, "server");
        if (shared or serves) server.append(b.allocator, name) catch @panic("OOM");
        if (shared or !serves) suite.append(b.allocator, name) catch @panic("OOM");
    }

    const compiler_module = addModule(weir, .ReleaseFast, .compiler);
    addSources(weir, compiler_module, weir.compiler);
    const compiler = b.addLibrary(.{
        .name = "weircompiler",
        .root_module = compiler_module,
        .linkage = .static,
    });
    const sanitized_compiler = addSanitizedArchive(weir, "compiler.a", weir.compiler, .compiler);
    const sanitized_runtime = addSanitizedArchive(weir, "runtime.a", weir.runtime, .runtime);

    // A test of the compiler may use both, a test of the runtime has no compiler to lean on.
    var units: std.ArrayList(Unit) = .empty;
    for (list(b, "tests/unit", ".c")) |file| {
        if (!std.mem.startsWith(u8, file, "test_")) continue;
        const name = std.fs.path.stem(file);
        const source = ours(b, "tests/unit", file);
        const whole = std.mem.startsWith(u8, name, "test_c_");

        const side: Side = if (whole) .compiler else .runtime;
        const module = addModule(weir, .ReleaseFast, side);
        addSources(weir, module, &.{source});
        if (whole) module.linkLibrary(compiler);
        if (whole) if (weir.tcc) |tcc| module.addObjectFile(tcc);
        module.linkLibrary(archive);
        module.linkSystemLibrary("uv", .{});
        module.linkSystemLibrary("cmocka", .{});

        const object = addSanitizedObject(weir, source, side);
        const both = [_]LazyPath{ object, sanitized_compiler, sanitized_runtime };
        const one = [_]LazyPath{ object, sanitized_runtime };
        units.append(b.allocator, .{
            .name = name,
            .plain = b.addExecutable(.{ .name = name, .root_module = module }),
            .sanitized = linkSanitized(weir, name, if (whole) &both else &one, &.{"-lcmocka"}),
        }) catch @panic("OOM");
    }
    return .{
        .suite = addProgram(weir, "suite", suite.items),
        .server = addProgram(weir, "server", server.items),
        .archive = archive,
        .compiler = compiler,
        .prefix = addSanitizedPrefix(weir),
        .units = units.items,
        .faults = addFaults(weir, sanitized_runtime),
    };
}

/// Runs the parts of the suite that `args` names (all when it names none), having built what they
/// need.
fn addSuite(weir: *const Weir, tests: *const Tests, args: []const []const u8) *std.Build.Step {
    const b = weir.b;
    var parts: std.EnumSet(Part) = .initEmpty();
    for (args) |arg| if (std.meta.stringToEnum(Part, arg)) |part| parts.insert(part);
    if (parts.count() == 0) parts = .initFull();

    const run = b.addRunArtifact(tests.suite);
    run.stdio = .inherit;
    run.has_side_effects = true;
    run.setCwd(b.path("."));
    if (weir.tcc != null) run.addArg("--in-memory");
    if (weir.nats) run.addArg("--nats");
    if (parts.contains(.tidy)) {
        run.addPrefixedArtifactArg("--archive=", tests.archive);
        run.addPrefixedArtifactArg("--compiler=", tests.compiler);
        run.addPrefixedDirectoryArg("--generated=", weir.generated);
    }
    if (parts.contains(.unit)) for (tests.units) |unit| {
        if (!isChosen(unit.name, args)) continue; // so that one is built without the others
        run.addPrefixedArtifactArg(b.fmt("--unit={s}=", .{unit.name}), unit.plain);
        run.addPrefixedFileArg(b.fmt("--unit={s}+sanitizers=", .{unit.name}), unit.sanitized);
    };
    if (parts.contains(.run) or parts.contains(.docs))
        run.addPrefixedArtifactArg("--server=", tests.server);
    if (parts.contains(.faults)) run.addPrefixedFileArg("--faults=", tests.faults);
    if (parts.contains(.run) or parts.contains(.snapshots) or parts.contains(.rendering) or
        parts.contains(.grown))
        run.addPrefixedDirectoryArg("--sanitized=", tests.prefix);
    const asking: []const Part = &.{
        .run,   .snapshots, .rendering, .pages, .mutants, .printed,
        .split, .embed,     .docs,      .faults, .grown, .broker,
    };
    if (parts.intersectWith(.initMany(asking)).count() > 0) {
        run.step.dependOn(b.getInstallStep());
        run.addArg(b.fmt("--prefix={s}", .{b.install_path}));
    }
    run.addArgs(args);
    return &run.step;
}

/// True when one of the arguments that names no part occurs in the name, or there is none such.
fn isChosen(name: []const u8, args: []const []const u8) bool {
    var filters: usize = 0;
    for (args) |arg| {
        if (std.mem.startsWith(u8, arg, "--")) continue;
        if (std.meta.stringToEnum(Part, arg) != null) continue;
        if (std.mem.indexOf(u8, name, arg) != null) return true;
        filters += 1;
    }
    return filters == 0;
}

/// A program of tests/harness.
fn addProgram(
    weir: *const Weir,
    name: []const u8,
    files: []const []const u8,
) *std.Build.Step.Compile {
    const b = weir.b;
    const module = b.createModule(.{
        .target = weir.target,
        .optimize = .Debug,
        .link_libc = true,
    });
    module.addCSourceFiles(.{
        .root = b.path("tests/harness"),
        .files = files,
        .flags = &strict,
    });
    return b.addExecutable(.{ .name = name, .root_module = module });
}

fn addSanitizedObject(weir: *const Weir, source: Source, side: Side) LazyPath {
    const b = weir.b;
    const compile = b.addSystemCommand(&.{"clang"});
    compile.addArgs(defined(weir, source.flags));
    compile.addArgs(&sanitize);
    for (includes(weir, side)) |folder| compile.addPrefixedDirectoryArg("-I", folder);
    compile.addArgs(&.{ "-c", "-MMD", "-MF" });
    _ = compile.addDepFileOutputArg("depends.d");
    compile.addFileArg(source.path);
    compile.addArg("-o");
    return compile.addOutputFileArg(b.fmt("{s}.o", .{std.fs.path.stem(source.name)}));
}

fn addSanitizedArchive(
    weir: *const Weir,
    name: []const u8,
    sources: []const Source,
    side: Side,
) LazyPath {
    const pack = weir.b.addSystemCommand(&.{ "ar", "rcs" });
    const archive = pack.addOutputFileArg(name);
    for (sources) |source| pack.addFileArg(addSanitizedObject(weir, source, side));
    return archive;
}

fn linkSanitized(
    weir: *const Weir,
    name: []const u8,
    objects: []const LazyPath,
    libraries: []const []const u8,
) LazyPath {
    const link = weir.b.addSystemCommand(&.{"clang"});
    link.addArgs(&sanitize);
    link.addArgs(&.{ "-rdynamic", "-o" });
    const exe = link.addOutputFileArg(name);
    for (objects) |object| link.addFileArg(object);
    if (weir.tcc) |tcc| link.addFileArg(tcc);
    link.addArgs(libraries);
    link.addArgs(&.{ "-luv", "-lpthread", "-ldl", "-lm" });
    return exe;
}

/// The driver of tests/faults: it loads programs, so the runtime is in it as a whole.
fn addFaults(weir: *const Weir, runtime: LazyPath) LazyPath {
    const b = weir.b;
    const link = b.addSystemCommand(&.{"clang"});
    link.addArgs(&sanitize);
    link.addArgs(&.{ "-rdynamic", "-o" });
    const exe = link.addOutputFileArg("faults");
    for (list(b, "tests/faults", ".c")) |name|
        link.addFileArg(addSanitizedObject(weir, ours(b, "tests/faults", name), .runtime));
    link.addArg("-Wl,--whole-archive");
    link.addFileArg(runtime);
    link.addArgs(&.{ "-Wl,--no-whole-archive", "-luv", "-lpthread", "-ldl", "-lm" });
    return exe;
}

/// bin/weir with the sanitizers in it, and around it what an installed weir finds.
fn addSanitizedPrefix(weir: *const Weir) LazyPath {
    const b = weir.b;
    var objects: std.ArrayList(LazyPath) = .empty;
    const all = [_]struct { []const Source, Side }{
        .{ &.{weir.main}, .compiler },
        .{ weir.compiler, .compiler },
        .{ weir.runtime, .runtime },
    };
    for (all) |part| for (part[0]) |source|
        objects.append(b.allocator, addSanitizedObject(weir, source, part[1])) catch @panic("OOM");

    const prefix = b.addWriteFiles();
    _ = prefix.addCopyFile(linkSanitized(weir, "weir", objects.items, &.{}), "bin/weir");
    for ([_][]const u8{ "weir.h", "weir_library.h", "weir_c.h" }) |name| {
        const header = b.path(b.pathJoin(&.{ "runtime", name }));
        _ = prefix.addCopyFile(header, b.pathJoin(&.{ "include", name }));
    }
    _ = prefix.addCopyDirectory(b.path("runtime"), "share/weir/core", .{
        .include_extensions = &.{ ".c", ".h" },
    });
    return prefix.getDirectory();
}
