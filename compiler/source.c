#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

enum { LARGEST = 64 * 1024 * 1024 };

static void find_lines(Arena *arena, Source *source)
{
    LIST_ADD(arena, &source->lines, 0);
    for (uint32_t i = 0; i < source->length; i++) {
        bool ends = source->text[i] == '\n' ||
                    (source->text[i] == '\r' && source->text[i + 1] != '\n');
        if (ends) {
            LIST_ADD(arena, &source->lines, i + 1);
        }
    }
}

Source *source_text(Sources *sources, const char *path, const char *text, size_t length)
{
    Source *source = ARENA_NEW(sources->arena, Source);
    source->path = arena_copy(sources->arena, path, strlen(path));
    source->text = arena_copy(sources->arena, text, length);
    source->length = (uint32_t)length;
    source->base = sources->next ? sources->next : 1;  // 0 belongs to nothing
    sources->next = source->base + source->length + 2; // the end, and one past it, are places too
    find_lines(sources->arena, source);
    LIST_ADD(sources->arena, &sources->all, source);
    return source;
}

static Source *refuse(SourceError *error, SourceError why)
{
    *error = why;
    return NULL;
}

// Reads to the end, at most one byte more than is allowed. Gives false with errno.
static bool read_all(int file, Buffer *buffer)
{
    char chunk[16 * 1024];
    while (buffer->length <= LARGEST) {
        ssize_t got = read(file, chunk, sizeof chunk);
        if (got == 0) {
            return true;
        }
        if (got < 0 && errno != EINTR) {
            return false;
        }
        if (got > 0) {
            buffer_add(buffer, chunk, (size_t)got);
        }
    }
    return true;
}

static Source *read_open(Sources *sources, int file, const char *path, SourceError *error)
{
    Arena scratch = {0};
    Buffer buffer = {.arena = &scratch};
    Source *source = NULL;
    if (!read_all(file, &buffer)) {
        *error = SOURCE_UNREADABLE;
    } else if (buffer.length > LARGEST || buffer.length > UINT32_MAX - 4 - sources->next) {
        *error = SOURCE_TOO_LARGE;
    } else {
        source = source_text(sources, path, buffer_end(&buffer), buffer.length);
        *error = SOURCE_OK;
    }
    int kept = errno;
    arena_free(&scratch);
    errno = kept;
    return source;
}

Source *source_read(Sources *sources, const char *path, SourceError *error)
{
    if (strcmp(path, "-") == 0) {
        return read_open(sources, STDIN_FILENO, "<stdin>", error);
    }
    // O_NONBLOCK: opening a FIFO nobody writes to must not hang; it is refused below.
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return refuse(error,
                      errno == ENOENT || errno == ENOTDIR ? SOURCE_MISSING : SOURCE_UNREADABLE);
    }
    struct stat about;
    Source *source = NULL;
    if (fstat(file, &about) != 0) {
        source = refuse(error, SOURCE_UNREADABLE);
    } else if (S_ISDIR(about.st_mode)) {
        source = refuse(error, SOURCE_DIRECTORY);
    } else if (!S_ISREG(about.st_mode)) {
        source = refuse(error, SOURCE_NOT_A_FILE);
    } else if (about.st_size > LARGEST) {
        source = refuse(error, SOURCE_TOO_LARGE);
    } else {
        source = read_open(sources, file, path, error);
    }
    int kept = errno;
    close(file);
    errno = kept;
    return source;
}

const char *source_intern(Sources *sources, const char *text, size_t length)
{
    if (!sources->names) {
        sources->names = ARENA_NEW(sources->arena, Interned);
        sources->names->arena = sources->arena;
    }
    return text_intern(sources->names, text, length);
}

static const Source *source_of(const Sources *sources, uint32_t offset)
{
    const Source *found = sources->all.items[0];
    size_t low = 0, high = sources->all.count;
    while (low < high) { // the last one that begins at or before the offset
        size_t middle = low + (high - low) / 2;
        if (sources->all.items[middle]->base <= offset) {
            found = sources->all.items[middle];
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return found;
}

// The index of the line that an offset into a source is on.
static size_t line_at(const Source *source, uint32_t at)
{
    size_t low = 0, high = source->lines.count;
    while (high - low > 1) { // the last line that begins at or before it
        size_t middle = low + (high - low) / 2;
        if (source->lines.items[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint32_t within(const Source *source, uint32_t offset)
{
    uint32_t at = offset > source->base ? offset - source->base : 0;
    return at > source->length ? source->length : at;
}

static uint32_t characters(const Source *source, uint32_t from, uint32_t to)
{
    uint32_t count = 0;
    for (; from < to; count++) {
        size_t size = utf8_read(source->text + from, source->length - from, NULL);
        from += size ? (uint32_t)size : 1;
    }
    return count;
}

Place source_place(const Sources *sources, uint32_t offset)
{
    const Source *source = source_of(sources, offset);
    uint32_t at = within(source, offset);
    size_t line = line_at(source, at);
    return (Place){source, (uint32_t)line + 1,
                   1 + characters(source, source->lines.items[line], at)};
}

uint32_t source_line_of(const Sources *sources, uint32_t offset)
{
    const Source *source = source_of(sources, offset);
    return (uint32_t)line_at(source, within(source, offset)) + 1;
}

Place source_place_after(const Sources *sources, PlaceCursor *cursor, uint32_t offset)
{
    const Source *source = cursor->last.source;
    uint32_t line = cursor->last.line;
    bool near = source && offset >= cursor->offset && offset <= source->base + source->length &&
                (line >= source->lines.count || offset - source->base < source->lines.items[line]);
    if (near) {
        cursor->last.column += characters(source, cursor->offset - source->base,
                                          offset - source->base);
    } else {
        cursor->last = source_place(sources, offset);
    }
    cursor->offset = offset;
    return cursor->last;
}

const char *source_line(const Source *source, uint32_t line, uint32_t *length)
{
    uint32_t start = source->lines.items[line - 1];
    uint32_t end = line < source->lines.count ? source->lines.items[line] : source->length;
    while (end > start && (source->text[end - 1] == '\n' || source->text[end - 1] == '\r')) {
        end--;
    }
    *length = end - start;
    return source->text + start;
}
