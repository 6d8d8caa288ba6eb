#include "core_names.h"

#include <dirent.h>
#include <string.h>

#include "source.h"
#include "text.h"

// Names that are not the program's own although weir.h does not have them all.
static const char language[] =
    " auto break case char const continue default do double else enum extern float for goto if "
    "inline int long register restrict return short signed sizeof static struct switch typedef "
    "union unsigned void volatile while _Bool bool true false NULL main memcpy memmove memset "
    "memcmp strlen strcmp offsetof int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t "
    "uint64_t size_t ptrdiff_t intptr_t uintptr_t INT32_MIN INT32_MAX INT64_MIN INT64_MAX "
    "UINT32_MAX INT64_C UINT64_C SIZE_MAX ";

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

typedef LIST(const char *) Names;

// Every word of a text that could be a C name, once; those in comments and texts do no harm. When
// `new` is not NULL it gets the words that the table did not have.
static void collect(Interned *table, const char *text, Names *new)
{
    while (*text) {
        size_t length = 0;
        while (in_name(text[length])) {
            length++;
        }
        if (length > 0 && !(text[0] >= '0' && text[0] <= '9')) {
            size_t before = table->count;
            const char *name = text_intern(table, text, length);
            if (new && table->count > before) {
                LIST_ADD(table->arena, new, name);
            }
        }
        text += length ? length : 1;
    }
}

// A file that can't be read is missed by the C compiler as well, which says so.
static void collect_file(Interned *table, Sources *files, const char *folder, const char *name)
{
    SourceError error;
    const char *path = arena_print(files->arena, "%s/%s", folder, name);
    const Source *file = source_read(files, path, &error);
    if (file) {
        collect(table, file->text, NULL);
    }
}

static bool is_wall(const char *name)
{
    return strcmp(name, "weir.h") == 0 || strcmp(name, "weir_library.h") == 0 ||
           strcmp(name, "weir_c.h") == 0;
}

static bool is_source(const char *name)
{
    size_t length = strlen(name);
    return length > 2 && name[length - 2] == '.' &&
           (name[length - 1] == 'c' || name[length - 1] == 'h') && !is_wall(name);
}

static bool has(Interned *table, const char *name)
{
    size_t before = table->count;
    text_intern(table, name, strlen(name));
    return table->count == before;
}

CoreNames core_names(Arena *arena, const char *folder, const char *code)
{
    Arena scratch = {0};
    Sources files = {.arena = &scratch};
    Interned shared = {.arena = &scratch}, core = {.arena = &scratch};
    Names program = {0};
    collect(&shared, language, NULL);
    collect_file(&shared, &files, folder, "weir.h");
    collect_file(&shared, &files, folder, "weir_library.h");
    collect_file(&shared, &files, folder, "weir_c.h");
    collect(&shared, code, &program); // what is new to weir.h and the language is the program's own

    DIR *listing = opendir(folder);
    for (struct dirent *next; listing && (next = readdir(listing));) {
        if (is_source(next->d_name)) {
            collect_file(&core, &files, folder, next->d_name);
        }
    }
    if (listing) {
        closedir(listing);
    }
    Buffer define = {.arena = arena}, undefine = {.arena = arena};
    for (size_t i = 0; i < program.count; i++) {
        const char *name = program.items[i];
        if (has(&core, name)) {
            buffer_print(&define, "#define %s %s_of_program\n", name, name);
            buffer_print(&undefine, "#undef %s\n", name);
        }
    }
    arena_free(&scratch);
    return (CoreNames){buffer_end(&define), buffer_end(&undefine)};
}
