// regex.c: runs the program of a pattern over a text, and the functions of `re`.
#include "regex.h"

#include "list.h"
#include "map.h"
#include "text.h"
#include "value.h"

// ── the machine ──────────────────────────────────────────────────────────────────────────────────

// The threads that wait for one character, the most wanted first. A thread is the step it stands at
// and the places its groups have so far.
typedef struct Threads {
    int32_t *at;     // step
    int32_t *places; // of a step in `at`, where it stands there
    int64_t *saved;  // 2 * groups for each
    int32_t count;
} Threads;

typedef struct Todo { // what adding a thread still has to follow
    int32_t step;     // below 0: put the place -1 - step back to `old`
    int64_t old;
} Todo;

typedef struct Machine {
    const weir__regex *regex;
    const char *start, *end;
    Threads now, next;
    Todo *todo;
    int64_t *saved; // of the thread that is being added
    int64_t *found; // the best match so far
    void *block;
} Machine;

static bool begin_machine(Machine *m, const weir__regex *regex, const weir_string *text)
{
    size_t length = (size_t)regex->length, places = 2 * (size_t)regex->groups;
    size_t todo = 3 * length + 1;
    size_t bytes = todo * sizeof *m->todo + 2 * (length + 1) * places * sizeof *m->saved +
                   4 * length * sizeof(int32_t);
    char *block = weir__allocate(regex->cx, bytes);
    m->block = block;
    if (block == NULL) {
        return false;
    }
    memset(block, 0, bytes);
    m->regex = regex;
    m->start = text->bytes;
    m->end = text->bytes + text->length;
    m->todo = (Todo *)(void *)block;
    m->saved = (int64_t *)(void *)(m->todo + todo);
    m->found = m->saved + places;
    m->now.saved = m->found + places;
    m->next.saved = m->now.saved + length * places;
    m->now.at = (int32_t *)(void *)(m->next.saved + length * places);
    m->now.places = m->now.at + length;
    m->next.at = m->now.places + length;
    m->next.places = m->next.at + length;
    return true;
}

static bool is_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 'a' && c <= 'z');
}

// Does what looks at a place hold there?
static bool holds(const Machine *m, weir__regex_op op, const char *at)
{
    bool before = at > m->start && is_word((unsigned char)at[-1]);
    bool after = at < m->end && is_word((unsigned char)*at);
    switch (op) {
    case WEIR__RE_BEGIN: return at == m->start;
    case WEIR__RE_END: return at == m->end;
    case WEIR__RE_LINE_BEGIN: return at == m->start || at[-1] == '\n';
    case WEIR__RE_LINE_END: return at == m->end || *at == '\n';
    case WEIR__RE_WORD: return before != after;
    case WEIR__RE_NOT_WORD: return before == after;
    case WEIR__RE_CHAR:
    case WEIR__RE_SET:
    case WEIR__RE_NOT_SET:
    case WEIR__RE_ANY:
    case WEIR__RE_SPLIT:
    case WEIR__RE_JUMP:
    case WEIR__RE_SAVE:
    case WEIR__RE_MATCH: break;
    }
    return true;
}

static bool stands(const Threads *threads, int32_t step)
{
    int32_t place = threads->places[step];
    return place < threads->count && threads->at[place] == step;
}

// Adds the thread at a step, and all it can get to without reading, in order; m->saved is its own.
// Each step is added once: whoever comes first is wanted most.
static void add(Machine *m, Threads *threads, int32_t first, const char *at)
{
    size_t bytes = 2 * (size_t)m->regex->groups * sizeof *m->saved, count = 0;
    m->todo[count++] = (Todo){first, 0};
    while (count > 0) {
        Todo todo = m->todo[--count];
        if (todo.step < 0) {
            m->saved[-1 - todo.step] = todo.old;
            continue;
        }
        if (stands(threads, todo.step)) {
            continue;
        }
        threads->places[todo.step] = threads->count;
        threads->at[threads->count] = todo.step;
        memcpy(threads->saved + (size_t)threads->count * (bytes / sizeof *m->saved), m->saved,
               bytes);
        threads->count++;
        const weir__regex_step *step = &m->regex->code[todo.step];
        switch (step->op) {
        case WEIR__RE_JUMP: m->todo[count++] = (Todo){todo.step + step->a, 0}; break;
        case WEIR__RE_SPLIT:
            m->todo[count++] = (Todo){todo.step + step->b, 0};
            m->todo[count++] = (Todo){todo.step + step->a, 0};
            break;
        case WEIR__RE_SAVE:
            m->todo[count++] = (Todo){-1 - step->a, m->saved[step->a]};
            m->todo[count++] = (Todo){todo.step + 1, 0};
            m->saved[step->a] = at - m->start;
            break;
        case WEIR__RE_BEGIN:
        case WEIR__RE_END:
        case WEIR__RE_LINE_BEGIN:
        case WEIR__RE_LINE_END:
        case WEIR__RE_WORD:
        case WEIR__RE_NOT_WORD:
            if (holds(m, step->op, at)) {
                m->todo[count++] = (Todo){todo.step + 1, 0};
            }
            break;
        case WEIR__RE_CHAR:
        case WEIR__RE_SET:
        case WEIR__RE_NOT_SET:
        case WEIR__RE_ANY:
        case WEIR__RE_MATCH: break;
        }
    }
}

static uint32_t other_case(uint32_t c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter ? c ^ 0x20 : c;
}

// Does a step read this character?
static bool reads(const weir__regex *regex, const weir__regex_step *step, uint32_t c)
{
    switch (step->op) {
    case WEIR__RE_CHAR:
        return c == (uint32_t)step->a || (step->fold && other_case(c) == (uint32_t)step->a);
    case WEIR__RE_ANY: return true;
    case WEIR__RE_SET:
    case WEIR__RE_NOT_SET: {
        bool in = false;
        for (int32_t i = 0; i < step->b && !in; i++) {
            const weir__regex_range *range = &regex->ranges[step->a + i];
            in = c >= range->from && c <= range->to;
        }
        return in == (step->op == WEIR__RE_SET);
    }
    case WEIR__RE_SPLIT:
    case WEIR__RE_JUMP:
    case WEIR__RE_SAVE:
    case WEIR__RE_BEGIN:
    case WEIR__RE_END:
    case WEIR__RE_LINE_BEGIN:
    case WEIR__RE_LINE_END:
    case WEIR__RE_WORD:
    case WEIR__RE_NOT_WORD:
    case WEIR__RE_MATCH: break;
    }
    return false;
}

// The first match that begins at or after `from`, into m->found; whole: from there to the end.
static bool run(Machine *m, const char *from, bool whole)
{
    const weir__regex *regex = m->regex;
    size_t places = 2 * (size_t)regex->groups;
    const weir__regex_step *first = &regex->code[1];
    bool found = false, leads = first->op == WEIR__RE_CHAR && !first->fold && first->a < 128;
    m->now.count = 0;
    for (const char *at = from;;) {
        if (m->now.count == 0) {
            if (found || (whole && at > from)) {
                break;
            }
            if (leads && !whole) { // on to where it can begin
                at = memchr(at, first->a, (size_t)(m->end - at));
                if (at == NULL) {
                    break;
                }
            }
        }
        if (!found && (!whole || at == from)) { // one that begins here is wanted least
            for (size_t i = 0; i < places; i++) {
                m->saved[i] = -1;
            }
            add(m, &m->now, 0, at);
        }
        size_t length = 0;
        uint32_t c = at < m->end ? weir__regex_read(at, m->end, &length) : 0;
        m->next.count = 0;
        for (int32_t i = 0; i < m->now.count; i++) {
            const weir__regex_step *step = &regex->code[m->now.at[i]];
            const int64_t *saved = m->now.saved + (size_t)i * places;
            if (step->op == WEIR__RE_MATCH && (!whole || at == m->end)) {
                memcpy(m->found, saved, places * sizeof *saved);
                found = true;
                break; // those behind are wanted less
            }
            if (at < m->end && reads(regex, step, c)) {
                memcpy(m->saved, saved, places * sizeof *saved);
                add(m, &m->next, m->now.at[i] + 1, at + length);
            }
        }
        Threads swap = m->now;
        m->now = m->next;
        m->next = swap;
        if (at == m->end) {
            break;
        }
        at += length;
    }
    return found;
}

uint32_t weir__regex_read(const char *at, const char *end, size_t *length)
{
    const unsigned char *c = (const unsigned char *)at;
    *length = weir__utf8_length(at, (size_t)(end - at));
    switch (*length) {
    case 1: return c[0];
    case 2: return (uint32_t)(c[0] & 0x1f) << 6 | (c[1] & 0x3f);
    case 3: return (uint32_t)(c[0] & 0x0f) << 12 | (uint32_t)(c[1] & 0x3f) << 6 | (c[2] & 0x3f);
    case 4:
        return (uint32_t)(c[0] & 0x07) << 18 | (uint32_t)(c[1] & 0x3f) << 12 |
               (uint32_t)(c[2] & 0x3f) << 6 | (c[3] & 0x3f);
    }
    *length = 1;
    return 0xfffd;
}

// ── one search after the other ───────────────────────────────────────────────────────────────────

typedef struct Search {
    weir__regex regex;
    Machine machine;
    const weir_string *text;
    int64_t from, last; // where to look on; where the match before ended, or -1
} Search;

static bool begin_search(Search *s, weir_context *cx, const weir_string *pattern,
                         const weir_string *text)
{
    memset(s, 0, sizeof *s);
    s->text = text;
    s->last = -1;
    return weir__regex_compile(&s->regex, cx, pattern) &&
           begin_machine(&s->machine, &s->regex, text);
}

static void end_search(Search *s)
{
    weir__release(s->regex.cx, s->machine.block);
    weir__regex_free(&s->regex);
}

// The next match, behind the one before; an empty one right behind it is passed over. Its places
// are in machine.found.
static bool search_on(Search *s)
{
    while (s->from <= s->text->length && run(&s->machine, s->text->bytes + s->from, false)) {
        int64_t begin = s->machine.found[0], end = s->machine.found[1];
        bool empty = begin == end, again = empty && begin == s->last;
        s->from = end;
        if (empty) { // not to be found again
            size_t length = 1;
            if (end < s->text->length) {
                (void)weir__regex_read(s->text->bytes + end, s->machine.end, &length);
            }
            s->from += (int64_t)length;
        }
        if (!again) {
            s->last = end;
            return true;
        }
    }
    return false;
}

static weir_string *part(Search *s, int64_t from, int64_t to)
{
    return weir_string_new(s->regex.cx, s->text->bytes + from, to - from);
}

// ── Match ────────────────────────────────────────────────────────────────────────────────────────

static const weir_type type_group = {
    .kind = WEIR_TYPE_OPTIONAL, .name = "string?", .item = &weir_type_string};
static const weir_type type_groups = {
    .kind = WEIR_TYPE_LIST, .name = "[string?]", .item = &type_group};
static const weir_field match_fields[] = {
    {"text", &weir_type_string}, {"start", &weir_type_int},    {"end", &weir_type_int},
    {"groups", &type_groups},    {"names", &weir__type_texts},
};
const weir_type weir_type_match = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Match",
    .fields = match_fields,
    .field_count = sizeof match_fields / sizeof *match_fields,
};
static const weir_type type_matches = {
    .kind = WEIR_TYPE_LIST, .name = "[Match]", .item = &weir_type_match};

static weir_match *make_match(Search *s)
{
    weir_context *cx = s->regex.cx;
    const int64_t *found = s->machine.found;
    weir_match *match = weir_record_new(cx, &weir_type_match);
    if (match == NULL) {
        return NULL;
    }
    match->start = found[0];
    match->end = found[1];
    match->text = part(s, found[0], found[1]);
    match->groups = weir_list_new(cx, &type_groups, s->regex.groups - 1);
    match->names = weir_map_new(cx, &weir__type_texts);
    for (int32_t i = 1; i < s->regex.groups && !weir_failed(cx); i++) {
        weir_string *text = found[2 * i + 1] < 0 ? NULL : part(s, found[2 * i], found[2 * i + 1]);
        if (s->regex.names[i] != NULL && text != NULL) {
            weir_string *name = weir_string_new(cx, s->regex.names[i],
                                                (int64_t)s->regex.name_lengths[i]);
            if (name != NULL) {
                weir_map_set(cx, &match->names, &name, &text);
            }
            weir_drop(name);
        }
        weir__list_take(cx, &match->groups, (weir_word){.object = text});
    }
    if (weir_failed(cx)) {
        weir_clear(&match);
    }
    return match;
}

weir_match *weir_re_match(weir_context *cx, const weir_string *pattern, const weir_string *text)
{
    Search s;
    weir_match *match = NULL;
    if (begin_search(&s, cx, pattern, text) && run(&s.machine, text->bytes, true)) {
        match = make_match(&s);
    }
    end_search(&s);
    return match;
}

weir_match *weir_re_find(weir_context *cx, const weir_string *pattern, const weir_string *text)
{
    Search s;
    weir_match *match = NULL;
    if (begin_search(&s, cx, pattern, text) && search_on(&s)) {
        match = make_match(&s);
    }
    end_search(&s);
    return match;
}

weir_bool weir_re_contains(weir_context *cx, const weir_string *pattern, const weir_string *text)
{
    Search s;
    bool found = begin_search(&s, cx, pattern, text) && search_on(&s);
    end_search(&s);
    return found;
}

weir_list *weir_re_find_all(weir_context *cx, const weir_string *pattern, const weir_string *text)
{
    Search s;
    weir_list *all = begin_search(&s, cx, pattern, text) ? weir_list_new(cx, &type_matches, 0)
                                                         : NULL;
    while (all != NULL && search_on(&s)) {
        weir_match *match = make_match(&s);
        if (match != NULL) {
            weir__list_take(cx, &all, (weir_word){.object = match});
        }
        if (weir_failed(cx)) {
            weir_clear(&all);
        }
    }
    end_search(&s);
    return all;
}

weir_list *weir_re_split(weir_context *cx, const weir_string *pattern, const weir_string *text)
{
    Search s;
    bool begun = begin_search(&s, cx, pattern, text);
    weir_list *parts = begun ? weir_list_new(cx, &weir_type_strings, 0) : NULL;
    int64_t from = 0;
    bool more = true;
    while (parts != NULL && more) {
        more = search_on(&s);
        const int64_t *found = s.machine.found;
        if (more && found[0] == found[1] && (found[0] == 0 || found[0] == text->length)) {
            continue; // nothing stands before it, or behind
        }
        weir_string *next = part(&s, from, more ? found[0] : text->length);
        from = more ? found[1] : from;
        if (next != NULL) {
            weir__list_take(cx, &parts, (weir_word){.object = next});
        }
        if (weir_failed(cx)) {
            weir_clear(&parts);
        }
    }
    end_search(&s);
    return parts;
}

// ── replacing ────────────────────────────────────────────────────────────────────────────────────

// The group that `1`, `{1}` or `{name}` behind a $ means; *after: what follows. -1: none.
static int32_t named_group(const weir__regex *regex, const char *at, const char *end,
                           const char **after)
{
    bool braces = at < end && *at == '{';
    const char *from = at + (braces ? 1 : 0), *to = from;
    while (to < end && (braces ? *to != '}' : *to >= '0' && *to <= '9' && to < from + 2)) {
        to++;
    }
    *after = to + (braces ? 1 : 0);
    size_t length = (size_t)(to - from);
    if (length == 0 || (braces && to == end)) {
        return -1;
    }
    int32_t number = 0;
    for (const char *c = from; c < to && number >= 0; c++) {
        number = *c >= '0' && *c <= '9' && number < 1000 ? number * 10 + (*c - '0') : -1;
    }
    for (int32_t i = 1; number < 0 && i < regex->groups; i++) {
        if (regex->names[i] != NULL && regex->name_lengths[i] == length &&
            memcmp(regex->names[i], from, length) == 0) {
            number = i;
        }
    }
    return number < regex->groups ? number : -1;
}

// What stands in the place of a match: $1, ${1} and ${name} are groups, $$ is a dollar sign.
static void add_replaced(Search *s, weir__text *to, const weir_string *with)
{
    const char *at = with->bytes, *end = with->bytes + with->length;
    while (at < end) {
        const char *dollar = memchr(at, '$', (size_t)(end - at));
        weir__text_add(to, at, (size_t)((dollar == NULL ? end : dollar) - at));
        if (dollar == NULL) {
            return;
        }
        at = dollar + 1;
        if (at < end && *at == '$') {
            weir__text_word(to, "$");
            at++;
            continue;
        }
        int32_t group = named_group(&s->regex, at, end, &at);
        if (group < 0) {
            if (!weir_failed(s->regex.cx)) {
                weir_fail_with(s->regex.cx, "parse",
                               "the replacement, at byte %lld: a group of the pattern belongs "
                               "behind $, or another $",
                               (long long)(dollar - with->bytes) + 1);
            }
            return;
        }
        const int64_t *place = s->machine.found + 2 * group;
        if (place[1] >= 0) {
            weir__text_add(to, s->text->bytes + place[0], (size_t)(place[1] - place[0]));
        }
    }
}

weir_string *weir_re_replace(weir_context *cx, const weir_string *pattern, const weir_string *text,
                             const weir_string *with)
{
    Search s;
    weir_string *made = NULL;
    if (begin_search(&s, cx, pattern, text)) {
        weir__text to;
        int64_t from = 0;
        weir__text_begin(&to, cx);
        while (!weir_failed(cx) && search_on(&s)) {
            weir__text_add(&to, text->bytes + from, (size_t)(s.machine.found[0] - from));
            add_replaced(&s, &to, with);
            from = s.machine.found[1];
        }
        weir__text_add(&to, text->bytes + from, (size_t)(text->length - from));
        if (weir_failed(cx)) {
            weir__text_clear(&to);
        } else {
            made = weir__text_end(&to);
        }
    }
    end_search(&s);
    return made;
}

weir_string *weir_re_escape(weir_context *cx, const weir_string *text)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text escaped;
    weir__text_begin(&escaped, cx);
    for (int64_t i = 0; i < text->length; i++) {
        char c = text->bytes[i];
        bool special = c != '\0' && strchr("\\.+*?()|[]{}^$", c) != NULL;
        weir__text_word(&escaped, special ? "\\" : "");
        weir__text_add(&escaped, &c, 1);
    }
    return weir__text_end(&escaped);
}
