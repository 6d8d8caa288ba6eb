// list_method.c: the methods of lists: looking for items, taking some out, putting some together.
#include "list.h"
#include "text.h"
#include "value.h"

// ── in place ─────────────────────────────────────────────────────────────────────────────────────

weir_word *weir_list_place(weir_context *cx, void *list_slot, int64_t index)
{
    weir_list *list;
    memcpy(&list, list_slot, sizeof list);
    if (weir_failed(cx)) {
        return NULL;
    }
    if (index < 0 || index >= list->length) {
        weir_list_at(cx, list, index); // says so
        return NULL;
    }
    bool own = weir__list_own(cx, &list, 0);
    memcpy(list_slot, &list, sizeof list);
    return own ? &list->items[index] : NULL;
}

void weir_list_insert(weir_context *cx, weir_list **list, int64_t at, const void *word)
{
    weir_word w;
    memcpy(&w, word, sizeof w); // before the list moves: the word may lie in it
    if (weir_failed(cx)) {
        return;
    }
    int64_t length = (*list)->length;
    if (at < 0 || at > length) {
        weir_fail_with(cx, "index", "there is no place %lld in a list of %lld", (long long)at,
                       (long long)length);
        return;
    }
    if (!weir__list_own(cx, list, 1)) {
        return;
    }
    weir_word *place = (*list)->items + at;
    memmove(place + 1, place, (size_t)(length - at) * sizeof *place);
    *place = weir__keep_word((*list)->type->item, w);
    (*list)->length++;
}

void weir_list_remove(weir_context *cx, weir_list **list, int64_t at)
{
    weir_word *place = weir_list_place(cx, list, at);
    if (place == NULL) {
        return;
    }
    weir_word gone = *place;
    (*list)->length--;
    memmove(place, place + 1, (size_t)((*list)->length - at) * sizeof *place);
    weir__drop_word((*list)->type->item, gone);
}

void *weir_list_pop(weir_context *cx, const weir_type *optional, weir_list **list)
{
    if (weir_failed(cx) || (*list)->length == 0) {
        return NULL;
    }
    // the item is wrapped first: when that fails it is still in the list
    weir_word last = (*list)->items[(*list)->length - 1];
    void *popped = weir__wrap(cx, optional, last);
    if (weir_failed(cx) || !weir__list_own(cx, list, 0)) {
        weir_drop(popped);
        return NULL;
    }
    (*list)->length--;
    weir__drop_word((*list)->type->item, last);
    return popped;
}

void weir_list_clear(weir_context *cx, weir_list **list)
{
    weir_list *empty = weir_failed(cx) ? NULL : weir_list_new(cx, (*list)->type, 0);
    if (empty != NULL) {
        weir_drop(*list);
        *list = empty;
    }
}

// ── looking for items ────────────────────────────────────────────────────────────────────────────

// The place of an item, or -1.
static int64_t find(const weir_list *list, const void *word)
{
    for (int64_t i = 0; i < list->length; i++) {
        if (weir_equal(list->type->item, &list->items[i], word)) {
            return i;
        }
    }
    return -1;
}

weir_bool weir_list_contains(weir_context *cx, const weir_list *list, const void *word)
{
    return !weir_failed(cx) && find(list, word) >= 0;
}

weir_box *weir_list_index_of(weir_context *cx, const weir_list *list, const void *word)
{
    int64_t at = weir_failed(cx) ? -1 : find(list, word);
    return at < 0 ? NULL : weir_box_new(cx, &weir_type_int, &at);
}

void *weir_list_first(weir_context *cx, const weir_type *optional, const weir_list *list)
{
    return weir_failed(cx) || list->length == 0 ? NULL : weir__wrap(cx, optional, list->items[0]);
}

void *weir_list_last(weir_context *cx, const weir_type *optional, const weir_list *list)
{
    return weir_failed(cx) || list->length == 0
               ? NULL
               : weir__wrap(cx, optional, list->items[list->length - 1]);
}

// ── other lists ──────────────────────────────────────────────────────────────────────────────────

weir_list *weir_list_slice(weir_context *cx, const weir_list *list, int64_t from, int64_t to)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    from = from < 0 ? 0 : from;
    to = to > list->length ? list->length : to;
    if (from == 0 && to == list->length) {
        return weir_keep(list);
    }
    int64_t length = to > from ? to - from : 0;
    weir_list *part = weir_list_new(cx, list->type, length);
    for (int64_t i = 0; part != NULL && i < length; i++) {
        part->items[part->length++] = weir__keep_word(list->type->item, list->items[from + i]);
    }
    return part;
}

weir_list *weir_list_reverse(weir_context *cx, const weir_list *list)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *reversed = weir_list_new(cx, list->type, list->length);
    for (int64_t i = list->length; reversed != NULL && i > 0; i--) {
        reversed->items[reversed->length++] = weir__keep_word(list->type->item, list->items[i - 1]);
    }
    return reversed;
}

weir_list *weir_list_unique(weir_context *cx, const weir_list *list)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    const weir_type seen_type = {
        .kind = WEIR_TYPE_MAP, .name = "seen", .item = &weir_type_bool, .key = list->type->item};
    weir_map *seen = weir_map_new(cx, &seen_type);
    weir_list *unique = weir_list_new(cx, list->type, 0);
    weir_word yes = {.integer = 1};
    for (int64_t i = 0; i < list->length && !weir_failed(cx); i++) {
        if (weir_map_get(seen, &list->items[i]) == NULL) {
            weir_map_set(cx, &seen, &list->items[i], &yes);
            weir_list_push(cx, &unique, &list->items[i]);
        }
    }
    weir_drop(seen);
    if (weir_failed(cx)) {
        weir_clear(&unique);
    }
    return unique;
}

weir_list *weir_list_indexed(weir_context *cx, const weir_type *type, const weir_list *list)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *pairs = weir_list_new(cx, type, list->length);
    for (int64_t i = 0; pairs != NULL && i < list->length; i++) {
        weir_record *pair = weir_record_new(cx, type->item);
        if (pair == NULL) {
            weir_drop(pairs);
            return NULL;
        }
        weir__words(pair)[0].integer = i;
        weir__words(pair)[1] = weir__keep_word(list->type->item, list->items[i]);
        pairs->items[pairs->length++].object = pair;
    }
    return pairs;
}

weir_list *weir_list_flatten(weir_context *cx, const weir_type *type, const weir_list *lists)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *flat = weir_list_new(cx, type, 0);
    for (int64_t i = 0; i < lists->length && !weir_failed(cx); i++) {
        const weir_list *inner = lists->items[i].object;
        for (int64_t k = 0; k < inner->length && !weir_failed(cx); k++) {
            weir_list_push(cx, &flat, &inner->items[k]);
        }
    }
    if (weir_failed(cx)) {
        weir_clear(&flat);
    }
    return flat;
}

// ── put together ─────────────────────────────────────────────────────────────────────────────────

weir_string *weir_strings_join(weir_context *cx, const weir_list *list, const weir_string *between)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir__text text;
    weir__text_begin(&text, cx);
    for (int64_t i = 0; i < list->length; i++) {
        weir__text_string(&text, i > 0 ? between : NULL);
        weir__text_string(&text, list->items[i].object);
    }
    return weir__text_end(&text);
}
