// regex_compile.c: a pattern to its program.
//
// What is emitted last is the operand of what follows: a * moves its operand up to put a split in
// front, a {3} copies it.
#include "regex.h"

#include <stdarg.h>

#include "env.h"
#include "text.h"
#include "value.h"

enum { DEEPEST = 100, MOST_TIMES = 1000 };

typedef struct Compiler {
    weir__regex *regex;
    const char *start, *at, *end;
    bool fold, lines, all; // (?i), (?m), (?s)
    int depth;
} Compiler;

// ── failures ─────────────────────────────────────────────────────────────────────────────────────

static bool bad(Compiler *c, const char *at, const char *what)
{
    if (!weir_failed(c->regex->cx)) {
        long long place = 1;
        for (const char *p = c->start; p < at; p++) {
            place += ((unsigned char)*p & 0xc0) != 0x80;
        }
        weir_fail_with(c->regex->cx, "parse", "the pattern, at character %lld: %s", place, what);
    }
    return false;
}

// ── code ─────────────────────────────────────────────────────────────────────────────────────────

// Room for `more` items in a growing block. False: memory or the limit.
static bool grow(Compiler *c, void **block, int32_t count, int32_t *room, int32_t more, size_t size)
{
    if (count + more <= *room) {
        return true;
    }
    if (count + more > WEIR__RE_LARGEST) {
        return bad(c, c->at, "it is too large");
    }
    int32_t wanted = (count + more) * 2;
    void *bigger = weir__allocate(c->regex->cx, (size_t)wanted * size);
    if (bigger == NULL) {
        return false;
    }
    if (count > 0) {
        memcpy(bigger, *block, (size_t)count * size);
    }
    weir__release(c->regex->cx, *block);
    *block = bigger;
    *room = wanted;
    return true;
}

static bool code_room(Compiler *c, int32_t more)
{
    void *code = c->regex->code;
    bool good = grow(c, &code, c->regex->length, &c->regex->room, more, sizeof *c->regex->code);
    c->regex->code = code;
    return good;
}

static bool emit(Compiler *c, weir__regex_op op, int32_t a, int32_t b)
{
    if (!code_room(c, 1)) {
        return false;
    }
    c->regex->code[c->regex->length++] = (weir__regex_step){op, c->fold, a, b};
    return true;
}

// Puts a step in front of the code from `from` on.
static bool insert(Compiler *c, int32_t from, weir__regex_op op, int32_t a, int32_t b)
{
    if (!emit(c, op, a, b)) {
        return false;
    }
    weir__regex_step *code = c->regex->code, step = code[c->regex->length - 1];
    memmove(code + from + 1, code + from,
            (size_t)(c->regex->length - 1 - from) * sizeof *code);
    code[from] = step;
    return true;
}

static bool add_range(Compiler *c, uint32_t from, uint32_t to)
{
    weir__regex *regex = c->regex;
    void *ranges = regex->ranges;
    bool good = grow(c, &ranges, regex->range_count, &regex->range_room, 1, sizeof *regex->ranges);
    regex->ranges = ranges;
    if (good) {
        regex->ranges[regex->range_count++] = (weir__regex_range){from, to};
    }
    return good;
}

// ── characters and sets ──────────────────────────────────────────────────────────────────────────

static const weir__regex_range digits[] = {{'0', '9'}};
static const weir__regex_range words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
static const weir__regex_range blanks[] = {{'\t', '\r'}, {' ', ' '}};

// The ranges of \d, \w, \s and their opposites; 0: the letter means none.
static size_t class_of(char letter, const weir__regex_range **ranges, bool *negated)
{
    *negated = letter >= 'A' && letter <= 'Z';
    switch (letter) {
    case 'd':
    case 'D': *ranges = digits; return 1;
    case 'w':
    case 'W': *ranges = words; return 4;
    case 's':
    case 'S': *ranges = blanks; return 2;
    }
    return 0;
}

static bool add_class(Compiler *c, const weir__regex_range *ranges, size_t count, bool negated)
{
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        if (!negated && !add_range(c, ranges[i].from, ranges[i].to)) {
            return false;
        }
        if (negated && ranges[i].from > next && !add_range(c, next, ranges[i].from - 1)) {
            return false;
        }
        next = ranges[i].to + 1;
    }
    return !negated || add_range(c, next, 0x10ffff);
}

static uint32_t next_character(Compiler *c)
{
    size_t length;
    uint32_t character = weir__regex_read(c->at, c->end, &length);
    c->at += length;
    return character;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

// After \x or \u: two digits, or {…}.
static bool read_hex(Compiler *c, uint32_t *character)
{
    const char *from = c->at;
    bool braces = c->at < c->end && *c->at == '{';
    uint32_t value = 0;
    int count = 0;
    c->at += braces ? 1 : 0;
    for (; c->at < c->end && count < (braces ? 6 : 2) && hex_digit(*c->at) >= 0; c->at++, count++) {
        value = value * 16 + (uint32_t)hex_digit(*c->at);
    }
    if (count == 0 || (!braces && count < 2) || value > 0x10ffff ||
        (braces && (c->at == c->end || *c->at != '}'))) {
        return bad(c, from, "two hex digits or {…} belong behind \\x");
    }
    c->at += braces ? 1 : 0;
    *character = value;
    return true;
}

// After a backslash that begins no class: the character it stands for.
static bool read_escape(Compiler *c, uint32_t *character)
{
    static const char letters[] = "ntrfv0a", means[] = "\n\t\r\f\v\0\a";
    const char *from = c->at - 1;
    if (c->at == c->end) {
        return bad(c, from, "nothing behind \\");
    }
    char letter = *c->at;
    if (letter == 'x' || letter == 'u') {
        c->at++;
        return read_hex(c, character);
    }
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (found != NULL) {
        c->at++;
        *character = (unsigned char)means[found - letters];
        return true;
    }
    bool word = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                (letter >= 'a' && letter <= 'z');
    if (word) {
        bool back = letter >= '1' && letter <= '9';
        return bad(c, from, back ? "a reference back cannot be matched in linear time"
                                 : "\\ and this letter mean nothing");
    }
    *character = next_character(c);
    return true;
}

// One end of a range in [ ]; *class: it was \d or the like, and is added.
static bool set_item(Compiler *c, uint32_t *character, bool *class)
{
    const weir__regex_range *ranges;
    bool negated;
    *class = false;
    if (*c->at != '\\') {
        *character = next_character(c);
        return true;
    }
    c->at++;
    size_t count = c->at < c->end ? class_of(*c->at, &ranges, &negated) : 0;
    if (count == 0) {
        return read_escape(c, character);
    }
    c->at++;
    *class = true;
    return add_class(c, ranges, count, negated);
}

// Adds the other cases of the ASCII letters in the ranges from `first` on.
static bool fold_ranges(Compiler *c, int32_t first)
{
    int32_t count = c->regex->range_count;
    for (int32_t i = first; i < count; i++) {
        weir__regex_range range = c->regex->ranges[i];
        static const struct {
            uint32_t from, to, other;
        } cases[] = {{'a', 'z', 'A'}, {'A', 'Z', 'a'}};
        for (size_t k = 0; k < 2; k++) {
            uint32_t from = range.from > cases[k].from ? range.from : cases[k].from;
            uint32_t to = range.to < cases[k].to ? range.to : cases[k].to;
            if (from <= to && !add_range(c, from - cases[k].from + cases[k].other,
                                         to - cases[k].from + cases[k].other)) {
                return false;
            }
        }
    }
    return true;
}

// After [.
static bool read_set(Compiler *c)
{
    const char *from = c->at - 1;
    int32_t first = c->regex->range_count;
    bool negated = c->at < c->end && *c->at == '^', begun = false;
    c->at += negated ? 1 : 0;
    while (c->at < c->end && (*c->at != ']' || !begun)) {
        const char *item = c->at;
        uint32_t low, high;
        bool class, other;
        if (!set_item(c, &low, &class)) {
            return false;
        }
        begun = true;
        if (class) {
            continue;
        }
        high = low;
        if (c->end - c->at > 1 && *c->at == '-' && c->at[1] != ']') {
            c->at++;
            if (!set_item(c, &high, &other)) {
                return false;
            }
            if (other || high < low) {
                return bad(c, item, "a range ends before it begins");
            }
        }
        if (!add_range(c, low, high)) {
            return false;
        }
    }
    if (c->at == c->end) {
        return bad(c, from, "[ is not closed");
    }
    c->at++;
    if (c->fold && !fold_ranges(c, first)) {
        return false;
    }
    return emit(c, negated ? WEIR__RE_NOT_SET : WEIR__RE_SET, first,
                c->regex->range_count - first);
}

// ── groups ───────────────────────────────────────────────────────────────────────────────────────

static bool read_choice(Compiler *c);

// (?i), (?ims-x: …): *whole is set where the flags hold for the rest of the group around.
static bool read_flags(Compiler *c, bool *whole)
{
    const char *from = c->at;
    bool on = true;
    for (; c->at < c->end && *c->at != ':' && *c->at != ')'; c->at++) {
        switch (*c->at) {
        case '-': on = false; break;
        case 'i': c->fold = on; break;
        case 'm': c->lines = on; break;
        case 's': c->all = on; break;
        default:
            return bad(c, from, strchr("=!<", *c->at) != NULL
                                    ? "looking ahead or behind cannot be matched in linear time"
                                    : "expected (?: (?i) (?m) (?s) or (?<name>");
        }
    }
    if (c->at == c->end) {
        return bad(c, from, "( is not closed");
    }
    *whole = *c->at == ')';
    c->at++;
    return true;
}

// `name>` of a group.
static bool read_name(Compiler *c, int32_t group)
{
    const char *from = c->at;
    while (c->at < c->end && *c->at != '>') {
        c->at++;
    }
    size_t length = (size_t)(c->at - from);
    bool word = length > 0;
    for (size_t i = 0; i < length; i++) {
        word = word && (hex_digit(from[i]) >= 0 || from[i] == '_' ||
                        (from[i] >= 'a' && from[i] <= 'z') || (from[i] >= 'A' && from[i] <= 'Z'));
    }
    if (!word || c->at == c->end) {
        return bad(c, from, "a group's name is letters, digits and _, and ends with >");
    }
    for (int32_t i = 1; i < group; i++) {
        if (c->regex->names[i] != NULL && c->regex->name_lengths[i] == length &&
            memcmp(c->regex->names[i], from, length) == 0) {
            return bad(c, from, "two groups have this name");
        }
    }
    c->regex->names[group] = from;
    c->regex->name_lengths[group] = length;
    c->at++;
    return true;
}

static bool starts(const Compiler *c, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(c->end - c->at) >= length && memcmp(c->at, text, length) == 0;
}

// After (.
static bool read_group(Compiler *c)
{
    const char *from = c->at - 1;
    Compiler outer = *c;
    int32_t group = 0;
    bool named = (starts(c, "?<") && !starts(c, "?<=") && !starts(c, "?<!")) || starts(c, "?P<");
    if (named || !starts(c, "?")) {
        group = c->regex->groups++;
        if (group >= WEIR__RE_GROUPS) {
            return bad(c, from, "too many groups");
        }
        c->at += named ? (c->at[1] == 'P' ? 3 : 2) : 0;
        if ((named && !read_name(c, group)) || !emit(c, WEIR__RE_SAVE, 2 * group, 0)) {
            return false;
        }
    } else {
        bool whole = false;
        c->at++;
        if (!read_flags(c, &whole)) {
            return false;
        }
        if (whole) {
            return true; // the flags stay
        }
    }
    if (++c->depth > DEEPEST) {
        return bad(c, from, "it is nested too deep");
    }
    if (!read_choice(c)) {
        return false;
    }
    c->depth--;
    if (c->at == c->end) {
        return bad(c, from, "( is not closed");
    }
    c->at++;
    c->fold = outer.fold;
    c->lines = outer.lines;
    c->all = outer.all;
    return group == 0 || emit(c, WEIR__RE_SAVE, 2 * group + 1, 0);
}

// ── what is repeated ─────────────────────────────────────────────────────────────────────────────

static bool number(Compiler *c, int32_t *value)
{
    const char *from = c->at;
    *value = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
        *value = *value > MOST_TIMES ? *value : *value * 10 + (*c->at - '0');
    }
    return c->at > from;
}

// {2}, {2,} or {2,5}; most is -1 without end. False: the brace stands for itself.
static bool read_times(Compiler *c, int32_t *least, int32_t *most)
{
    const char *from = c->at++;
    bool good = number(c, least);
    *most = *least;
    if (good && c->at < c->end && *c->at == ',') {
        c->at++;
        if (!number(c, most)) {
            *most = -1;
        }
    }
    if (good && c->at < c->end && *c->at == '}') {
        c->at++;
        return true;
    }
    c->at = from;
    return false;
}

static bool copy(Compiler *c, int32_t from, int32_t length)
{
    if (!code_room(c, length)) {
        return false;
    }
    memcpy(c->regex->code + c->regex->length, c->regex->code + from,
           (size_t)length * sizeof *c->regex->code);
    c->regex->length += length;
    return true;
}

static bool optional(Compiler *c, int32_t from, bool lazy)
{
    int32_t over = c->regex->length - from + 1;
    return insert(c, from, WEIR__RE_SPLIT, lazy ? over : 1, lazy ? 1 : over);
}

// Once more and again: back to the code from `from` on, or on.
static bool again(Compiler *c, int32_t from, bool lazy)
{
    int32_t back = from - c->regex->length;
    return emit(c, WEIR__RE_SPLIT, lazy ? 1 : back, lazy ? back : 1);
}

// The code from `from` on, so many times.
static bool repeat(Compiler *c, int32_t from, int32_t least, int32_t most, bool lazy)
{
    int32_t length = c->regex->length - from;
    if (most == 0) {
        c->regex->length = from;
        return true;
    }
    for (int32_t i = 1; i < least; i++) {
        if (!copy(c, from, length)) {
            return false;
        }
    }
    if (most < 0) { // the last one again and again
        int32_t last = c->regex->length - length;
        // x* is (x+)?, so that an x that is empty ends the repetition, as in Perl
        return again(c, last, lazy) && (least > 0 || optional(c, last, lazy));
    }
    for (int32_t i = least; i < most; i++) {
        int32_t begun = c->regex->length;
        if (i == 0) {
            begun = from;
        } else if (!copy(c, least == 0 ? from + 1 : from, length)) {
            return false;
        }
        if (!optional(c, begun, lazy)) {
            return false;
        }
    }
    return true;
}

static bool read_repeats(Compiler *c, int32_t from)
{
    bool repeated = false;
    while (c->at < c->end && strchr("*+?{", *c->at) != NULL && *c->at != '\0') {
        const char *place = c->at;
        int32_t least = *c->at == '+' ? 1 : 0, most = *c->at == '?' ? 1 : -1;
        if (*c->at == '{') {
            if (!read_times(c, &least, &most)) {
                return true;
            }
        } else {
            c->at++;
        }
        if (repeated) {
            return bad(c, place, "this repeats a repetition: use a group");
        }
        if (least > MOST_TIMES || most > MOST_TIMES || (most >= 0 && most < least)) {
            return bad(c, place, "a repetition is {least,most}, up to 1000");
        }
        bool lazy = c->at < c->end && *c->at == '?';
        c->at += lazy ? 1 : 0;
        if (!repeat(c, from, least, most, lazy)) {
            return false;
        }
        repeated = true;
    }
    return true;
}

// ── the whole ────────────────────────────────────────────────────────────────────────────────────

// After a backslash.
static bool read_backslash(Compiler *c)
{
    const weir__regex_range *ranges;
    bool negated;
    char letter = c->at < c->end ? *c->at : '\0';
    size_t count = class_of(letter, &ranges, &negated);
    int32_t first = c->regex->range_count;
    if (count > 0) {
        c->at++;
        return add_class(c, ranges, count, false) &&
               emit(c, negated ? WEIR__RE_NOT_SET : WEIR__RE_SET, first, (int32_t)count);
    }
    static const char letters[] = "bBAz";
    static const weir__regex_op means[] = {WEIR__RE_WORD, WEIR__RE_NOT_WORD, WEIR__RE_BEGIN,
                                           WEIR__RE_END};
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    if (found != NULL) {
        c->at++;
        return emit(c, means[found - letters], 0, 0);
    }
    uint32_t character;
    return read_escape(c, &character) && emit(c, WEIR__RE_CHAR, (int32_t)character, 0);
}

static bool read_one(Compiler *c)
{
    switch (*c->at) {
    case '(': c->at++; return read_group(c);
    case '[': c->at++; return read_set(c);
    case '\\': c->at++; return read_backslash(c);
    case '.': {
        int32_t first = c->regex->range_count;
        c->at++;
        return c->all ? emit(c, WEIR__RE_ANY, 0, 0)
                      : add_range(c, '\n', '\n') && emit(c, WEIR__RE_NOT_SET, first, 1);
    }
    case '^': c->at++; return emit(c, c->lines ? WEIR__RE_LINE_BEGIN : WEIR__RE_BEGIN, 0, 0);
    case '$': c->at++; return emit(c, c->lines ? WEIR__RE_LINE_END : WEIR__RE_END, 0, 0);
    case '*':
    case '+':
    case '?': return bad(c, c->at, "there is nothing to repeat");
    default: return emit(c, WEIR__RE_CHAR, (int32_t)next_character(c), 0);
    }
}

// a|b|c, up to a closing bracket or the end.
static bool read_choice(Compiler *c)
{
    int32_t from = c->regex->length, arm = from;
    int32_t jump = -1; // of the arm before
    for (;;) {
        while (c->at < c->end && *c->at != '|' && *c->at != ')') {
            int32_t one = c->regex->length;
            if (!read_one(c) || !read_repeats(c, one)) {
                return false;
            }
        }
        if (c->at == c->end || *c->at != '|') {
            break;
        }
        c->at++;
        // split arm, next; the arm; jump to the end: it jumps to the jump of the arm before
        int32_t over = c->regex->length - arm + 2;
        if (!insert(c, arm, WEIR__RE_SPLIT, 1, over) || !emit(c, WEIR__RE_JUMP, jump, 0)) {
            return false;
        }
        jump = c->regex->length - 1; // chained until the end is known
        arm = c->regex->length;
    }
    while (jump >= 0) {
        int32_t before = c->regex->code[jump].a;
        c->regex->code[jump].a = c->regex->length - jump;
        jump = before;
    }
    return true;
}

bool weir__regex_compile(weir__regex *regex, weir_context *cx, const weir_string *pattern)
{
    memset(regex, 0, sizeof *regex);
    regex->cx = cx;
    regex->groups = 1;
    if (weir_failed(cx)) {
        return false;
    }
    Compiler c = {.regex = regex,
                  .start = pattern->bytes,
                  .at = pattern->bytes,
                  .end = pattern->bytes + pattern->length};
    if (!emit(&c, WEIR__RE_SAVE, 0, 0) || !read_choice(&c)) {
        return false;
    }
    if (c.at < c.end) {
        return bad(&c, c.at, ") closes nothing");
    }
    return emit(&c, WEIR__RE_SAVE, 1, 0) && emit(&c, WEIR__RE_MATCH, 0, 0);
}

void weir__regex_free(weir__regex *regex)
{
    weir__release(regex->cx, regex->code);
    weir__release(regex->cx, regex->ranges);
}
