// list_number.c: what lists of numbers and durations come to.
#include <math.h>

#include "value.h"

static double number_at(const weir_list *list, int64_t at)
{
    return list->type->item->kind == WEIR_TYPE_FLOAT ? list->items[at].real
                                                     : (double)list->items[at].integer;
}

// ── sums ─────────────────────────────────────────────────────────────────────────────────────────

// What rounding takes from the sum is added at the end, unless the sum has left the finite numbers.
static double total(const weir_list *list)
{
    double sum = 0, lost = 0;
    for (int64_t i = 0; i < list->length; i++) {
        double value = number_at(list, i), next = sum + value;
        lost += fabs(sum) >= fabs(value) ? (sum - next) + value : (value - next) + sum;
        sum = next;
    }
    return isfinite(lost) ? sum + lost : sum;
}

int64_t weir_ints_sum(weir_context *cx, const weir_list *list)
{
    int64_t sum = 0;
    for (int64_t i = 0; !weir_failed(cx) && i < list->length; i++) {
        sum = weir_add(cx, sum, list->items[i].integer);
    }
    return weir_failed(cx) ? 0 : sum;
}

double weir_floats_sum(weir_context *cx, const weir_list *list)
{
    return weir_failed(cx) ? 0 : total(list);
}

int64_t weir_ints_product(weir_context *cx, const weir_list *list)
{
    int64_t product = 1;
    for (int64_t i = 0; !weir_failed(cx) && i < list->length; i++) {
        product = weir_multiply(cx, product, list->items[i].integer);
    }
    return weir_failed(cx) ? 0 : product;
}

double weir_floats_product(weir_context *cx, const weir_list *list)
{
    double product = 1;
    for (int64_t i = 0; !weir_failed(cx) && i < list->length; i++) {
        product *= list->items[i].real;
    }
    return product;
}

// ── averages ─────────────────────────────────────────────────────────────────────────────────────
// Each gives an optional: none of an empty list.

static double mean(const weir_list *list)
{
    return total(list) / (double)list->length;
}

weir_box *weir_numbers_average(weir_context *cx, const weir_list *list)
{
    if (weir_failed(cx) || list->length == 0) {
        return NULL;
    }
    double average = mean(list);
    return weir_box_new(cx, &weir_type_float, &average);
}

weir_box *weir_durations_average(weir_context *cx, const weir_list *list)
{
    if (weir_failed(cx) || list->length == 0) {
        return NULL;
    }
    int64_t whole = 0, rest = 0; // no sum that could be too large
    for (int64_t i = 0; i < list->length; i++) {
        whole += list->items[i].integer / list->length;
        rest += list->items[i].integer % list->length;
        whole += rest / list->length;
        rest %= list->length;
    }
    return weir_box_new(cx, &weir_type_duration, &whole);
}

weir_box *weir_numbers_median(weir_context *cx, const weir_list *list)
{
    weir_list *sorted = weir_failed(cx) || list->length == 0 ? NULL : weir_list_sort(cx, list);
    if (sorted == NULL) {
        return NULL;
    }
    int64_t middle = (sorted->length - 1) / 2;
    double low = number_at(sorted, middle), high = number_at(sorted, sorted->length / 2);
    double median = low == high ? low : low / 2 + high / 2;
    weir_drop(sorted);
    return weir_box_new(cx, &weir_type_float, &median);
}

weir_box *weir_durations_median(weir_context *cx, const weir_list *list)
{
    weir_list *sorted = weir_failed(cx) || list->length == 0 ? NULL : weir_list_sort(cx, list);
    if (sorted == NULL) {
        return NULL;
    }
    int64_t low = sorted->items[(sorted->length - 1) / 2].integer;
    int64_t high = sorted->items[sorted->length / 2].integer;
    int64_t median = low / 2 + high / 2 + (low % 2 + high % 2) / 2;
    weir_drop(sorted);
    return weir_box_new(cx, &weir_type_duration, &median);
}

weir_box *weir_numbers_deviation(weir_context *cx, const weir_list *list)
{
    if (weir_failed(cx) || list->length < 2) {
        return NULL;
    }
    double average = mean(list), squares = 0;
    for (int64_t i = 0; i < list->length; i++) {
        double off = number_at(list, i) - average;
        squares += off * off;
    }
    double deviation = sqrt(squares / (double)(list->length - 1));
    return weir_box_new(cx, &weir_type_float, &deviation);
}
