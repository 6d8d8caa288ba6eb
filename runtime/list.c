// list.c: lists: made, grown, read, joined, zipped; ranges; the two halves of a list of results.
#include "list.h"

#include "error.h"
#include "value.h"

#define MOST_ITEMS (INT64_C(1) << 36)

static const weir_type type_ints = {
    .kind = WEIR_TYPE_LIST, .name = "[int]", .item = &weir_type_int};

weir_list *weir_list_new(weir_context *cx, const weir_type *type, int64_t room)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    weir_list *list = weir__object_new(cx, WEIR_LIST, sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    list->type = type;
    if (room > 0) {
        if (room > MOST_ITEMS) {
            weir__fail_memory(cx); // more than there can be: nobody need be asked
        } else {
            list->items = weir__allocate(cx, (size_t)room * sizeof(weir_word));
        }
        if (list->items == NULL) {
            weir__object_release(cx, list);
            return NULL;
        }
        list->room = room;
    }
    return list;
}

// Adds the words of `from` to the end of a list with room for them.
static void add_items(weir_list *list, const weir_list *from)
{
    if (from->length == 0) {
        return;
    }
    memcpy(list->items + list->length, from->items, (size_t)from->length * sizeof(weir_word));
    if (weir__counted(list->type->item)) {
        for (int64_t i = 0; i < from->length; i++) {
            weir_keep(from->items[i].object);
        }
    }
    list->length += from->length;
}

bool weir__list_own(weir_context *cx, weir_list **list, int64_t more)
{
    weir_list *old = *list;
    int64_t room = old->length + more;
    bool alone = weir__own_alone(&old->object);
    if (alone && room <= old->room) {
        return true;
    }
    if (more > 0 && room < old->length * 2) {
        room = old->length * 2;
    }
    if (more > 0 && room < 4) {
        room = 4;
    }
    if (!alone) {
        weir_list *copy = weir_list_new(cx, old->type, room);
        if (copy == NULL) {
            return false;
        }
        add_items(copy, old);
        weir_drop(old);
        *list = copy;
        return true;
    }
    weir_word *items = weir__allocate(cx, (size_t)room * sizeof(weir_word));
    if (items == NULL) {
        return false;
    }
    if (old->length > 0) {
        memcpy(items, old->items, (size_t)old->length * sizeof(weir_word));
    }
    weir__release(cx, old->items);
    old->items = items;
    old->room = room;
    return true;
}

void weir__list_take(weir_context *cx, weir_list **list, weir_word word)
{
    if (!weir__list_own(cx, list, 1)) {
        weir__drop_word((*list)->type->item, word);
        return;
    }
    (*list)->items[(*list)->length++] = word;
}

void weir_list_push(weir_context *cx, weir_list **list, const void *word)
{
    if (weir_failed(cx) || *list == NULL) {
        return;
    }
    weir_word w;
    memcpy(&w, word, sizeof w); // before the list moves: the word may lie in it
    weir__list_take(cx, list, weir__keep_word((*list)->type->item, w));
}

const weir_word *weir_list_at(weir_context *cx, const weir_list *list, int64_t index)
{
    static const weir_word zero = {.integer = 0};
    if (weir_failed(cx)) {
        return &zero;
    }
    if (index < 0 || index >= list->length) {
        weir_fail_with(cx, "index", "there is no item %lld in a list of %lld", (long long)index,
                       (long long)list->length);
        return &zero;
    }
    return &list->items[index];
}

weir_list *weir_list_join(weir_context *cx, const weir_list *a, const weir_list *b)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (b->length == 0) {
        return weir_keep(a);
    }
    weir_list *joined = weir_list_new(cx, a->type, a->length + b->length);
    if (joined != NULL) {
        add_items(joined, a);
        add_items(joined, b);
    }
    return joined;
}

void weir_list_append(weir_context *cx, weir_list **list, const weir_list *more)
{
    if (weir_failed(cx) || more->length == 0) {
        return;
    }
    weir_list *held = weir_keep(more); // it may be the list itself
    if (weir__list_own(cx, list, held->length)) {
        add_items(*list, held);
    }
    weir_drop(held);
}

weir_list *weir_list_zip(weir_context *cx, const weir_type *type, const weir_list *a,
                         const weir_list *b)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    int64_t length = a->length < b->length ? a->length : b->length;
    weir_list *zipped = weir_list_new(cx, type, length);
    for (int64_t i = 0; zipped != NULL && i < length; i++) {
        weir_record *pair = weir_record_new(cx, type->item);
        if (pair == NULL) {
            weir_drop(zipped);
            return NULL;
        }
        weir_word *words = weir__words(pair);
        words[0] = weir__keep_word(a->type->item, a->items[i]);
        words[1] = weir__keep_word(b->type->item, b->items[i]);
        zipped->items[zipped->length++].object = pair;
    }
    return zipped;
}

weir_list *weir_range(weir_context *cx, int64_t from, int64_t to, bool closed)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    uint64_t length = to < from ? 0 : (uint64_t)to - (uint64_t)from;
    if (closed && to >= from && length < INT64_MAX) {
        length++;
    }
    weir_list *list = weir_list_new(cx, &type_ints,
                                    length > INT64_MAX ? INT64_MAX : (int64_t)length);
    if (list != NULL) {
        for (uint64_t i = 0; i < length; i++) {
            list->items[i].integer = from + (int64_t)i;
        }
        list->length = (int64_t)length;
    }
    return list;
}

weir_list *weir_list_values(weir_context *cx, const weir_type *type, const weir_list *results)
{
    weir_list *values = weir_list_new(cx, type, 0);
    for (int64_t i = 0; values != NULL && i < results->length; i++) {
        if (weir_is_error(results->items[i].object)) {
            continue;
        }
        weir_word word = weir__unwrap(results->type->item, results->items[i].object);
        weir_list_push(cx, &values, &word);
        if (weir_failed(cx)) {
            weir_clear(&values);
        }
    }
    return values;
}

weir_list *weir_list_errors(weir_context *cx, const weir_list *results)
{
    weir_list *errors = weir_list_new(cx, &weir_type_errors, 0);
    for (int64_t i = 0; errors != NULL && i < results->length; i++) {
        if (weir_is_error(results->items[i].object)) {
            weir_list_push(cx, &errors, &results->items[i]);
        }
        if (weir_failed(cx)) {
            weir_clear(&errors);
        }
    }
    return errors;
}

weir_list *weir_result_items(weir_context *cx, const weir_type *type, const void *outcome)
{
    const weir_list *items = outcome;
    bool failed = weir_is_error(outcome);
    weir_list *list = weir_list_new(cx, type, failed || items == NULL ? 1 : items->length);
    if (list == NULL) {
        return NULL;
    }
    if (failed) {
        weir_list_push(cx, &list, &outcome);
        return list;
    }
    for (int64_t i = 0; items != NULL && i < items->length; i++) {
        void *wrapped = weir__wrap(cx, type->item, items->items[i]);
        weir_list_push(cx, &list, &wrapped);
        weir_drop(wrapped);
    }
    return list;
}
