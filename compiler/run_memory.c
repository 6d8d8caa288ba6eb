// run_memory.c: programs in memory, through libtcc.
//
// No file is needed at run time: the C, weir.h and the few declarations that weir.h takes from the
// standard headers are compiled as one string, and names of the runtime are found in the executable
// by dlsym. Where memory may not become executable (SELinux, systemd's MemoryDenyWriteExecute), tcc
// writes a shared object into a file in memory, which the dynamic linker may map.
#include "load.h"
#include "options.h"

#ifndef WEIR_HAVE_TCC

bool load_has_memory(void)
{
    return false;
}

bool load_in_memory(Loading *loading)
{
    loading->status = STATUS_USAGE;
    loading->wrong = "this weir was built without libtcc, so programs can't run in memory";
    return false;
}

#else

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libtcc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "output.h"
#include "text.h"

typedef LIST(const char *) Names;

// What weir.h and printed C use of stdbool.h, stddef.h, stdint.h and string.h. libtcc knows systems
// where long has 64 bits only (and Windows, where Weir does not run).
static const char prelude[] = "typedef signed char int8_t; typedef unsigned char uint8_t;\n"
                              "typedef short int16_t; typedef unsigned short uint16_t;\n"
                              "typedef int int32_t; typedef unsigned int uint32_t;\n"
                              "typedef long int64_t; typedef unsigned long uint64_t;\n"
                              "typedef long intptr_t; typedef unsigned long uintptr_t;\n"
                              "typedef unsigned long size_t; typedef long ptrdiff_t;\n"
                              "#define INT32_MAX 2147483647\n"
                              "#define INT32_MIN (-INT32_MAX - 1)\n"
                              "#define UINT32_MAX 4294967295U\n"
                              "#define INT64_MAX 9223372036854775807L\n"
                              "#define INT64_MIN (-INT64_MAX - 1)\n"
                              "#define UINT64_MAX 18446744073709551615UL\n"
                              "#define SIZE_MAX UINT64_MAX\n"
                              "#define INT64_C(c) c##L\n"
                              "#define UINT64_C(c) c##UL\n"
                              "#define bool _Bool\n"
                              "#define true 1\n"
                              "#define false 0\n"
                              "#define NULL ((void *)0)\n"
                              "#define offsetof(type, field) ((size_t)&((type *)0)->field)\n"
                              "void *memcpy(void *, const void *, size_t);\n"
                              "void *memmove(void *, const void *, size_t);\n"
                              "void *memset(void *, int, size_t);\n"
                              "int memcmp(const void *, const void *, size_t);\n"
                              "size_t strlen(const char *);\n"
                              "int strcmp(const char *, const char *);\n";

bool load_has_memory(void)
{
    return true;
}

// Adds C without its #include lines; the lines stay, so that numbers agree.
static void add_code(Buffer *out, const char *code)
{
    while (*code) {
        size_t length = strcspn(code, "\n");
        if (strncmp(code, "#include", 8) != 0) {
            buffer_add(out, code, length);
        }
        buffer_add(out, "\n", 1);
        code += length + (code[length] == '\n');
    }
}

static const char *whole_text(const Loading *loading)
{
    Buffer out = {.arena = loading->arena};
    buffer_text(&out, prelude);
    buffer_text(&out, "#line 1 \"weir.h\"\n");
    add_code(&out, weir_header);
    buffer_text(&out, "#line 1 \"program.c\"\n");
    add_code(&out, loading->code);
    return buffer_end(&out);
}

static void on_message(void *opaque, const char *message)
{
    Loading *loading = opaque;
    loading->details = arena_print(loading->arena, "%s%s\n",
                                   loading->details ? loading->details : "", message);
}

static bool fail(Loading *loading, int status, const char *wrong)
{
    loading->status = status;
    loading->wrong = wrong;
    return false;
}

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Tells tcc where each name of the text is that the executable, or the C library in it, has. (With
// -nostdlib tcc does not look itself; without, it would want its own library's files.)
static void add_symbols(Loading *loading, TCCState *tcc, const char *text)
{
    static const char *const library[] = {"memcpy", "memmove", "memset",
                                          "memcmp", "strlen",  "strcmp"};
    for (size_t i = 0; i < sizeof library / sizeof *library; i++) {
        tcc_add_symbol(tcc, library[i], dlsym(RTLD_DEFAULT, library[i]));
    }
    Interned seen = {.arena = loading->arena};
    for (const char *at = text; (at = strstr(at, "weir_"));) {
        size_t length = 0;
        while (in_name(at[length])) {
            length++;
        }
        size_t before = seen.count;
        const char *name = text_intern(&seen, at, length);
        bool whole = at == text || !in_name(at[-1]);
        void *place = whole && seen.count > before ? dlsym(RTLD_DEFAULT, name) : NULL;
        if (place) {
            tcc_add_symbol(tcc, name, place);
        }
        at += length;
    }
}

// A state with the program compiled; NULL when that failed.
static TCCState *compiled(Loading *loading, const char *text, int kind)
{
    TCCState *tcc = tcc_new();
    if (!tcc) {
        fail(loading, STATUS_USAGE, "libtcc could not begin");
        return NULL;
    }
    loading->details = NULL;
    tcc_set_error_func(tcc, loading, on_message);
    tcc_set_options(tcc, "-nostdlib -nostdinc");
    tcc_set_output_type(tcc, kind);
    if (tcc_compile_string(tcc, text) != 0) {
        tcc_delete(tcc);
        // A call of over 250 arguments, say: other compilers have no such bound.
        bool full = loading->details != NULL && strstr(loading->details, "memory full") != NULL;
        fail(loading, full ? STATUS_USAGE : STATUS_BUG,
             full ? "libtcc cannot hold this program"
                  : "the C that was printed for this program does not compile");
        return NULL;
    }
    if (kind == TCC_OUTPUT_MEMORY) {
        add_symbols(loading, tcc, text);
    }
    return tcc;
}

static bool found(Loading *loading, void *symbol)
{
    loading->program = symbol;
    return symbol || fail(loading, STATUS_BUG, "the compiled program has no descriptor");
}

// ── memory that may be executed ─────────────────────────────────────────────────────────────────

typedef enum Relocated { RELOCATED, RELOCATED_NOT, RELOCATED_REFUSED } Relocated;

// Places the code in pages of its own, not in tcc's heap blocks, so that the heap stays as it was.
// libtcc ends the process when mprotect fails: so that is tried before.
static Relocated relocate(Loading *loading, TCCState *tcc)
{
    int size = tcc_relocate(tcc, NULL);
    if (size < 0) {
        fail(loading, STATUS_BUG, "the compiled program asks for what the runtime does not have");
        return RELOCATED_NOT;
    }
    void *pages = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                       0);
    if (pages == MAP_FAILED) {
        fail(loading, STATUS_USAGE, "there is no memory for the compiled program");
        return RELOCATED_NOT;
    }
    if (mprotect(pages, (size_t)size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
        munmap(pages, (size_t)size);
        return RELOCATED_REFUSED;
    }
    if (tcc_relocate(tcc, pages) != 0 || !found(loading, tcc_get_symbol(tcc, loading->symbol))) {
        munmap(pages, (size_t)size);
        fail(loading, STATUS_BUG, "the compiled program could not be placed in memory");
        return RELOCATED_NOT;
    }
    return RELOCATED;
}

// ── a shared object in memory ───────────────────────────────────────────────────────────────────

#ifdef __linux__

#include <elf.h>

static bool write_at(int file, const void *bytes, size_t length, off_t at)
{
    return pwrite(file, bytes, length, at) == (ssize_t)length;
}

// tcc writes no PT_GNU_STACK, which makes the dynamic linker ask for an executable stack, and that
// is refused where this file is needed. A longer table of program headers goes to the file's end.
static bool add_stack_header(int file)
{
    Elf64_Ehdr head;
    off_t end = lseek(file, 0, SEEK_END);
    if (end < 0 || pread(file, &head, sizeof head, 0) != (ssize_t)sizeof head ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 ||
        head.e_phentsize != sizeof(Elf64_Phdr) || head.e_phnum > 16) {
        return false;
    }
    Elf64_Phdr table[17];
    size_t size = head.e_phnum * sizeof *table;
    if (pread(file, table, size, (off_t)head.e_phoff) != (ssize_t)size) {
        return false;
    }
    table[head.e_phnum++] = (Elf64_Phdr){
        .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16};
    end = (end + 15) / 16 * 16;
    head.e_phoff = (Elf64_Off)end;
    return write_at(file, table, size + sizeof *table, end) &&
           write_at(file, &head, sizeof head, 0);
}

static bool load_shared(Loading *loading, const char *text)
{
    TCCState *tcc = compiled(loading, text, TCC_OUTPUT_DLL);
    if (!tcc) {
        return false;
    }
    static const char refused[] = "this system does not let memory become executable";
    int file = memfd_create("weir", MFD_CLOEXEC);
    const char *path = arena_print(loading->arena, "/proc/self/fd/%d", file);
    bool written = file >= 0 && tcc_output_file(tcc, path) == 0 && add_stack_header(file);
    tcc_delete(tcc);
    void *library = written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (file >= 0) {
        close(file);
    }
    if (!library) {
        loading->details = written ? arena_print(loading->arena, "%s\n", dlerror()) : NULL;
        return fail(loading, STATUS_USAGE, refused);
    }
    return found(loading, dlsym(library, loading->symbol));
}

#else

static bool load_shared(Loading *loading, const char *text)
{
    (void)text;
    return fail(loading, STATUS_USAGE, "this system does not let memory become executable");
}

#endif

// ── with C of others ────────────────────────────────────────────────────────────────────────────

// The program and its C, which takes the system's headers and what else the executable and the
// libraries in it have: `names`, as far as they are known to be missing.
static TCCState *compiled_with(Loading *loading, const char *text, const char *folder,
                               const Names *names)
{
    TCCState *tcc = tcc_new();
    if (!tcc) {
        fail(loading, STATUS_USAGE, "libtcc could not begin");
        return NULL;
    }
    loading->details = NULL;
    tcc_set_error_func(tcc, loading, on_message);
    tcc_set_options(tcc, "-nostdlib");
    tcc_set_output_type(tcc, TCC_OUTPUT_MEMORY);
    tcc_add_include_path(tcc, folder);
    tcc_define_symbol(tcc, "_GNU_SOURCE", "1");
    bool good = tcc_compile_string(tcc, text) == 0;
    for (size_t i = 0; good && i < loading->with.count; i++) {
        const char *path = loading->with.items[i];
        good = strncmp(path, "-l", 2) == 0 ? tcc_add_library(tcc, path + 2) == 0
                                           : tcc_add_file(tcc, path) == 0;
    }
    if (!good) {
        tcc_delete(tcc);
        fail(loading, STATUS_USAGE, "the C that `--with` gives does not compile in memory");
        return NULL;
    }
    add_symbols(loading, tcc, text);
    for (size_t i = 0; i < names->count; i++) {
        tcc_add_symbol(tcc, names->items[i], dlsym(RTLD_DEFAULT, names->items[i]));
    }
    return tcc;
}

// Takes the names out of what tcc says: "undefined symbol 'puts'". False: nobody has one of them,
// or none is said to be missing.
static bool take_undefined(Loading *loading, Names *names)
{
    static const char said[] = "undefined symbol '";
    const char *at = loading->details ? loading->details : "";
    while ((at = strstr(at, said))) {
        at += sizeof said - 1;
        const char *name = arena_copy(loading->arena, at, strcspn(at, "'"));
        if (!dlsym(RTLD_DEFAULT, name)) {
            return false;
        }
        LIST_ADD(loading->arena, names, name);
    }
    return names->count > 0;
}

static bool load_from(Loading *loading, const char *folder)
{
    const char *text = whole_text(loading);
    Names names = {0};
    for (bool again = true;; again = false) {
        TCCState *tcc = compiled_with(loading, text, folder, &names);
        if (!tcc) {
            return false;
        }
        Relocated relocated = relocate(loading, tcc);
        tcc_delete(tcc);
        switch (relocated) {
        case RELOCATED: return true;
        case RELOCATED_REFUSED:
            return fail(loading, STATUS_USAGE, "this system does not let memory become executable");
        case RELOCATED_NOT: break;
        }
        if (!again || !take_undefined(loading, &names)) {
            return fail(loading, STATUS_USAGE,
                        "the C that `--with` gives asks for what is not there");
        }
    }
}

// The headers are written where the C can include them.
static bool load_with_files(Loading *loading)
{
    const char *base = getenv("TMPDIR");
    char *folder = arena_print(loading->arena, "%s/weir.XXXXXX",
                               base && base[0] == '/' ? base : "/tmp");
    if (!mkdtemp(folder)) {
        return fail(loading, STATUS_OUTPUT,
                    arena_print(loading->arena, "%s: %s", folder, strerror(errno)));
    }
    const char *common = arena_print(loading->arena, "%s/weir.h", folder);
    const char *own = arena_print(loading->arena, "%s/%s", folder, loading->header_name);
    Outputs outputs = {.arena = loading->arena};
    output_add(&outputs, common, weir_header, weir_header_length);
    output_add(&outputs, own, loading->header, loading->header_length);
    bool good = output_write(&outputs) ? load_from(loading, folder)
                                       : fail(loading, STATUS_OUTPUT, outputs.wrong);
    unlink(common);
    unlink(own);
    rmdir(folder);
    return good;
}

bool load_in_memory(Loading *loading)
{
    if (loading->with.count > 0) {
        return load_with_files(loading);
    }
    const char *text = whole_text(loading);
    TCCState *tcc = compiled(loading, text, TCC_OUTPUT_MEMORY);
    if (!tcc) {
        return false;
    }
    Relocated relocated = relocate(loading, tcc);
    tcc_delete(tcc);
    switch (relocated) {
    case RELOCATED: return true;
    case RELOCATED_NOT: return false;
    case RELOCATED_REFUSED: break;
    }
    return load_shared(loading, text);
}

#endif
