// order.c: which of two words comes first, and what follows from it: sort, min, max, group.
//
// Every type has an order: numbers, durations and times by size, texts by bytes, enums by their
// case, lists, tuples and records item by item, a json by what it is, none before some, failures
// before successes. What has no content of its own (handles, queues, streams) is all equal. NaN
// comes after every number.
#include "order.h"

#include <math.h>

#include "json.h"
#include "list.h"
#include "map.h"
#include "value.h"

// ── two words ────────────────────────────────────────────────────────────────────────────────────

static int order_ints(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_reals(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return (isnan(a) ? 1 : 0) - (isnan(b) ? 1 : 0);
    }
    return (a > b) - (a < b);
}

static int order_rows(const weir_type *row, const weir_word *a, const weir_word *b)
{
    int order = 0;
    for (uint32_t i = 0; row != NULL && order == 0 && i < row->field_count; i++) {
        order = weir__order(row->fields[i].type, a[i], b[i]);
    }
    return order;
}

static int order_lists(const weir_list *a, const weir_list *b)
{
    int order = 0;
    for (int64_t i = 0; order == 0 && i < a->length && i < b->length; i++) {
        order = weir__order(a->type->item, a->items[i], b->items[i]);
    }
    return order != 0 ? order : order_ints(a->length, b->length);
}

static int order_enums(const weir_type *type, weir_word a, weir_word b)
{
    if (weir__enum_plain(type)) {
        return order_ints(a.integer, b.integer);
    }
    const weir_word *x = weir__words(a.object), *y = weir__words(b.object);
    int order = order_ints(x->integer, y->integer);
    return order != 0 ? order : order_rows(weir__case_type(type, x->integer), x + 1, y + 1);
}

static int order_results(const weir_type *type, weir_word a, weir_word b)
{
    bool bad = weir_is_error(a.object);
    if (bad != weir_is_error(b.object)) {
        return bad ? -1 : 1;
    }
    if (bad) {
        return weir__order(&weir_type_error, a, b);
    }
    return weir__order(type->item, weir__unwrap(type, a.object), weir__unwrap(type, b.object));
}

// null, false, true, numbers, texts, arrays, objects.
static int json_rank(const weir_type *type)
{
    switch ((int)type->kind) {
    case WEIR_TYPE_NOTHING: return 0;
    case WEIR_TYPE_BOOL: return 1;
    case WEIR_TYPE_INT:
    case WEIR_TYPE_FLOAT: return 2;
    case WEIR_TYPE_STRING: return 3;
    case WEIR_TYPE_LIST: return 4;
    }
    return 5;
}

static int order_json(const weir_json *a, const weir_json *b)
{
    weir_word x, y;
    const weir_type *one = weir__json_inside(a, &x), *other = weir__json_inside(b, &y);
    int order = json_rank(one) - json_rank(other);
    if (order != 0 || one->kind == WEIR_TYPE_NOTHING) {
        return order;
    }
    if (one->kind != other->kind) { // int and float
        return order_reals(one->kind == WEIR_TYPE_FLOAT ? x.real : (double)x.integer,
                           other->kind == WEIR_TYPE_FLOAT ? y.real : (double)y.integer);
    }
    return weir__order(one, x, y);
}

int weir__order(const weir_type *type, weir_word a, weir_word b)
{
    if (weir__counted(type) && (a.object == b.object || a.object == NULL || b.object == NULL)) {
        return (a.object != NULL) - (b.object != NULL);
    }
    switch (type->kind) {
    case WEIR_TYPE_INT:
    case WEIR_TYPE_BOOL:
    case WEIR_TYPE_DURATION:
    case WEIR_TYPE_TIME: return order_ints(a.integer, b.integer);
    case WEIR_TYPE_FLOAT: return order_reals(a.real, b.real);
    case WEIR_TYPE_STRING:
    case WEIR_TYPE_BYTES:
    case WEIR_TYPE_SECRET: return (int)weir_string_compare(a.object, b.object);
    case WEIR_TYPE_LIST: return order_lists(a.object, b.object);
    case WEIR_TYPE_TUPLE:
    case WEIR_TYPE_RECORD: return order_rows(type, weir__words(a.object), weir__words(b.object));
    case WEIR_TYPE_ENUM: return order_enums(type, a, b);
    case WEIR_TYPE_OPTIONAL:
        return weir__order(type->item, weir__unwrap(type, a.object), weir__unwrap(type, b.object));
    case WEIR_TYPE_RESULT: return order_results(type, a, b);
    case WEIR_TYPE_ERROR:
        return (int)weir_string_compare(((const weir_error *)a.object)->message,
                                        ((const weir_error *)b.object)->message);
    case WEIR_TYPE_MAP:
        return order_ints(((const weir_map *)a.object)->length,
                          ((const weir_map *)b.object)->length);
    case WEIR_TYPE_HANDLE:
    case WEIR_TYPE_QUEUE:
    case WEIR_TYPE_STREAM:
    case WEIR_TYPE_NOTHING: return 0;
    case WEIR_TYPE_JSON: return order_json(a.object, b.object);
    }
    return 0;
}

// ── sorting ──────────────────────────────────────────────────────────────────────────────────────

typedef struct Sorted {
    weir_word key, item;
} Sorted;

// Merges the sorted halves [from, middle) and [middle, to) into `into`; equal ones keep their
// order.
static void merge(const weir_type *type, const Sorted *items, Sorted *into, int64_t from,
                  int64_t middle, int64_t to)
{
    int64_t a = from, b = middle;
    for (int64_t i = from; i < to; i++) {
        bool first = b == to || (a < middle && weir__order(type, items[a].key, items[b].key) <= 0);
        into[i] = items[first ? a++ : b++];
    }
}

// Sorts `items` with a second block of the same size; gives the one that holds the result.
static Sorted *sort_items(const weir_type *type, Sorted *items, Sorted *other, int64_t count)
{
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t from = 0; from < count; from += 2 * width) {
            int64_t middle = from + width < count ? from + width : count;
            int64_t to = from + 2 * width < count ? from + 2 * width : count;
            merge(type, items, other, from, middle, to);
        }
        Sorted *swap = items;
        items = other;
        other = swap;
    }
    return items;
}

weir_list *weir_list_sort_by(weir_context *cx, const weir_list *list, const weir_list *keys)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    int64_t count = list->length;
    weir_list *sorted = weir_list_new(cx, list->type, count);
    Sorted *block = sorted == NULL || count == 0
                        ? NULL
                        : weir__allocate(cx, 2 * (size_t)count * sizeof *block);
    if (block == NULL) {
        if (count > 0) {
            weir_clear(&sorted);
        }
        return sorted;
    }
    for (int64_t i = 0; i < count; i++) {
        block[i] = (Sorted){keys->items[i], list->items[i]};
    }
    const Sorted *result = sort_items(keys->type->item, block, block + count, count);
    for (int64_t i = 0; i < count; i++) {
        sorted->items[i] = weir__keep_word(list->type->item, result[i].item);
    }
    sorted->length = count;
    weir__release(cx, block);
    return sorted;
}

weir_list *weir_list_sort(weir_context *cx, const weir_list *list)
{
    return weir_list_sort_by(cx, list, list);
}

// ── the first and the last in order ──────────────────────────────────────────────────────────────

static void *extreme(weir_context *cx, const weir_type *optional, const weir_list *list,
                     const weir_list *keys, int sign)
{
    if (weir_failed(cx) || list->length == 0) {
        return NULL;
    }
    int64_t best = 0;
    for (int64_t i = 1; i < list->length; i++) {
        if (weir__order(keys->type->item, keys->items[i], keys->items[best]) * sign < 0) {
            best = i;
        }
    }
    return weir__wrap(cx, optional, list->items[best]);
}

void *weir_list_min(weir_context *cx, const weir_type *optional, const weir_list *list)
{
    return extreme(cx, optional, list, list, 1);
}

void *weir_list_max(weir_context *cx, const weir_type *optional, const weir_list *list)
{
    return extreme(cx, optional, list, list, -1);
}

void *weir_list_min_by(weir_context *cx, const weir_type *optional, const weir_list *list,
                       const weir_list *keys)
{
    return extreme(cx, optional, list, keys, 1);
}

void *weir_list_max_by(weir_context *cx, const weir_type *optional, const weir_list *list,
                       const weir_list *keys)
{
    return extreme(cx, optional, list, keys, -1);
}

void *weir_list_percentile(weir_context *cx, const weir_type *type, const weir_list *list,
                           double percent)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    if (!(percent >= 0 && percent <= 100)) {
        weir_fail_with(cx, "type", "a percentile is from 0 to 100, not %g", percent);
        return NULL;
    }
    weir_list *sorted = weir_list_sort(cx, list);
    void *found = NULL;
    if (sorted != NULL && sorted->length > 0) {
        int64_t rank = (int64_t)ceil((double)sorted->length * percent / 100); // nearest rank
        found = weir__wrap(cx, type, sorted->items[rank < 1 ? 0 : rank - 1]);
    }
    weir_drop(sorted);
    return found;
}

// ── groups ───────────────────────────────────────────────────────────────────────────────────────

// Adds an item to the list a key leads to. The list is taken out of the map meanwhile, so that it
// has one holder.
static void add_to_group(weir_context *cx, weir_map **map, const weir_word *key,
                         const weir_word *item)
{
    weir_word fresh = {.object = NULL};
    if (weir_map_get(*map, key) == NULL) {
        fresh.object = weir_list_new(cx, (*map)->type->item, 0);
        weir_map_set(cx, map, key, &fresh);
        weir_drop(fresh.object);
    }
    weir_word *place = weir_map_place(cx, map, key);
    if (place != NULL) {
        weir_list *group = weir_move(&place->object);
        weir_list_push(cx, &group, item);
        place->object = group;
    }
}

weir_map *weir_list_group(weir_context *cx, const weir_type *type, const weir_list *list,
                          const weir_list *keys)
{
    weir_map *map = weir_map_new(cx, type);
    for (int64_t i = 0; map != NULL && i < list->length; i++) {
        add_to_group(cx, &map, &keys->items[i], &list->items[i]);
        if (weir_failed(cx)) {
            weir_clear(&map);
        }
    }
    return map;
}
