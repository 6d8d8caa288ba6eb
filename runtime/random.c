// random.c: `random`: numbers, choices and orders by chance, drawn from the environment: seeded in
// a simulated world and by WEIR_SEED. Not for secrets.
#include "env.h"
#include "list.h"
#include "value.h"

static uint64_t drawn(weir_context *cx)
{
    weir__env *env = weir__runtime_env(cx->runtime);
    return env->random(env);
}

// Below `bound`, each number as likely; bound > 0.
static uint64_t below(weir_context *cx, uint64_t bound)
{
    uint64_t uneven = (UINT64_MAX - bound + 1) % bound; // 2^64 modulo bound
    uint64_t number;
    do {
        number = drawn(cx);
    } while (number < uneven);
    return number % bound;
}

int64_t weir_random_int(weir_context *cx, int64_t from, int64_t to)
{
    if (weir_failed(cx)) {
        return 0;
    }
    if (from > to) {
        weir_fail_with(cx, "type", "random.int(%lld, %lld): the first is above the second",
                       (long long)from, (long long)to);
        return 0;
    }
    uint64_t count = (uint64_t)to - (uint64_t)from + 1; // 0: all there are
    uint64_t number = count == 0 ? drawn(cx) : below(cx, count);
    uint64_t word = (uint64_t)from + number;
    int64_t result;
    memcpy(&result, &word, sizeof result);
    return result;
}

double weir_random_float(weir_context *cx)
{
    return weir_failed(cx) ? 0 : (double)(drawn(cx) >> 11) * 0x1p-53;
}

weir_bool weir_random_bool(weir_context *cx)
{
    return !weir_failed(cx) && drawn(cx) >> 63 != 0;
}

void weir_random_choice(weir_context *cx, const weir_list *list, void *slot)
{
    weir_word word = {.integer = 0};
    if (!weir_failed(cx)) {
        if (list->length == 0) {
            weir_fail_with(cx, "index", "random.choice: the list is empty");
        } else {
            word = weir__keep_word(list->type->item,
                                   list->items[below(cx, (uint64_t)list->length)]);
        }
    }
    memcpy(slot, &word, sizeof word);
}

weir_list *weir_random_sample(weir_context *cx, const weir_list *list, int64_t count)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    count = count < 0 ? 0 : count > list->length ? list->length : count;
    weir_list *items = weir_keep(list);
    if (!weir__list_own(cx, &items, 0)) {
        weir_drop(items);
        return NULL;
    }
    for (int64_t i = 0; i < count && i + 1 < list->length; i++) { // what is drawn goes to the front
        int64_t k = i + (int64_t)below(cx, (uint64_t)(list->length - i));
        weir_word word = items->items[i];
        items->items[i] = items->items[k];
        items->items[k] = word;
    }
    if (count == list->length) {
        return items;
    }
    weir_list *drawn_ones = weir_list_slice(cx, items, 0, count);
    weir_drop(items);
    return drawn_ones;
}

weir_list *weir_random_shuffle(weir_context *cx, const weir_list *list)
{
    return weir_random_sample(cx, list, INT64_MAX);
}
