// list_part.c: lists cut into parts, compared with other lists, and turned into maps.
#include "list.h"
#include "value.h"

// ── parts ────────────────────────────────────────────────────────────────────────────────────────

// Lists of `size` items, each `step` places behind the one before. whole: those at the end that
// have fewer are left out.
static weir_list *cut(weir_context *cx, const weir_type *type, const weir_list *list, int64_t size,
                      int64_t step, bool whole)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (size < 1) {
        weir_fail_with(cx, "type", "a part of a list has at least 1 item, not %lld",
                       (long long)size);
        return NULL;
    }
    weir_list *parts = weir_list_new(cx, type, 0);
    int64_t last = whole ? list->length - size : list->length - 1;
    for (int64_t from = 0; from <= last && !weir_failed(cx); from += step) {
        int64_t to = list->length - from < size ? list->length : from + size;
        weir_list *part = weir_list_slice(cx, list, from, to);
        if (part != NULL) {
            weir__list_take(cx, &parts, (weir_word){.object = part});
        }
        if (list->length - from <= step) {
            break; // from + step might be too large
        }
    }
    if (weir_failed(cx)) {
        weir_clear(&parts);
    }
    return parts;
}

weir_list *weir_list_chunks(weir_context *cx, const weir_type *type, const weir_list *list,
                            int64_t size)
{
    return cut(cx, type, list, size, size, false);
}

weir_list *weir_list_windows(weir_context *cx, const weir_type *type, const weir_list *list,
                             int64_t size)
{
    return cut(cx, type, list, size, 1, true);
}

weir_list *weir_list_repeat(weir_context *cx, const weir_list *list, int64_t times)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    times = list->length == 0 || times < 0 ? 0 : times;
    if (times > 0 && list->length > INT64_MAX / 16 / times) {
        weir_fail_with(cx, "memory", "%lld times %lld items", (long long)times,
                       (long long)list->length);
        return NULL;
    }
    weir_list *repeated = weir_list_new(cx, list->type, list->length * times);
    for (int64_t i = 0; repeated != NULL && i < list->length * times; i++) {
        weir_word word = list->items[i % list->length];
        repeated->items[repeated->length++] = weir__keep_word(list->type->item, word);
    }
    return repeated;
}

void weir_list_swap(weir_context *cx, weir_list **list, int64_t a, int64_t b)
{
    weir_word *first = weir_list_place(cx, list, a);
    weir_word *second = first == NULL ? NULL : weir_list_place(cx, list, b);
    if (second != NULL) {
        weir_word word = *first;
        *first = *second;
        *second = word;
    }
}

weir_box *weir_list_last_index_of(weir_context *cx, const weir_list *list, const void *word)
{
    for (int64_t i = list->length - 1; !weir_failed(cx) && i >= 0; i--) {
        if (weir_equal(list->type->item, &list->items[i], word)) {
            return weir_box_new(cx, &weir_type_int, &i);
        }
    }
    return NULL;
}

// ── beside another list ──────────────────────────────────────────────────────────────────────────

// The items that are, or are not, in another list.
static weir_list *sifted(weir_context *cx, const weir_list *list, const weir_list *other,
                         bool wanted)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    const weir_type known_type = {
        .kind = WEIR_TYPE_MAP, .name = "known", .item = &weir_type_bool, .key = list->type->item};
    weir_map *known = weir_map_new(cx, &known_type);
    weir_list *left = weir_list_new(cx, list->type, 0);
    weir_word yes = {.integer = 1};
    for (int64_t i = 0; i < other->length && !weir_failed(cx); i++) {
        weir_map_set(cx, &known, &other->items[i], &yes);
    }
    for (int64_t i = 0; i < list->length && !weir_failed(cx); i++) {
        if ((weir_map_get(known, &list->items[i]) != NULL) == wanted) {
            weir_list_push(cx, &left, &list->items[i]);
        }
    }
    weir_drop(known);
    if (weir_failed(cx)) {
        weir_clear(&left);
    }
    return left;
}

weir_list *weir_list_without(weir_context *cx, const weir_list *list, const weir_list *other)
{
    return sifted(cx, list, other, false);
}

weir_list *weir_list_common(weir_context *cx, const weir_list *list, const weir_list *other)
{
    return sifted(cx, list, other, true);
}

// ── as maps ──────────────────────────────────────────────────────────────────────────────────────

weir_map *weir_list_tally(weir_context *cx, const weir_type *type, const weir_list *list)
{
    weir_map *map = weir_failed(cx) ? NULL : weir_map_new(cx, type);
    for (int64_t i = 0; map != NULL && i < list->length && !weir_failed(cx); i++) {
        const weir_word *seen = weir_map_get(map, &list->items[i]);
        weir_word count = {.integer = seen == NULL ? 1 : seen->integer + 1};
        weir_map_set(cx, &map, &list->items[i], &count);
    }
    if (weir_failed(cx)) {
        weir_clear(&map);
    }
    return map;
}

weir_map *weir_list_to_map(weir_context *cx, const weir_type *type, const weir_list *list)
{
    weir_map *map = weir_failed(cx) ? NULL : weir_map_new(cx, type);
    for (int64_t i = 0; map != NULL && i < list->length && !weir_failed(cx); i++) {
        const weir_word *pair = weir__words(list->items[i].object);
        weir_map_set(cx, &map, &pair[0], &pair[1]);
    }
    if (weir_failed(cx)) {
        weir_clear(&map);
    }
    return map;
}
