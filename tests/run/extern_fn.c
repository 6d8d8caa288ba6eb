// What extern_fn.weir leaves to C.
#include "extern_fn.h"

double extern_fn_norm(weir_context *cx, const struct extern_fn_point *p, double scale)
{
    (void)cx;
    double square = (double)(p->x * p->x + p->y * p->y), root = square;
    for (int i = 0; i < 50; i++) {
        root = root > 0 ? (root + square / root) / 2 : 0;
    }
    return root * scale;
}

weir_list *extern_fn_cut(weir_context *cx, const weir_string *text)
{
    weir_list *list = weir_list_new(cx, &weir_type_strings, 0);
    for (int64_t i = 0; i < text->length; i += 2) {
        weir_string *one = weir_string_new(cx, text->bytes + i, 1);
        weir_list_push(cx, &list, &one);
        weir_drop(one);
    }
    return list;
}

struct extern_fn_point *extern_fn_mirror(weir_context *cx, const struct extern_fn_point *p)
{
    return extern_fn_point_new(cx, p->y, p->x, weir_keep(p->label));
}

int64_t extern_fn_other(weir_context *cx, int64_t shade)
{
    (void)cx;
    return shade == EXTERN_FN_SHADE_DARK ? EXTERN_FN_SHADE_LIGHT : EXTERN_FN_SHADE_DARK;
}

struct extern_fn_shape *extern_fn_shape(weir_context *cx, int64_t n)
{
    if (n == 0) {
        return extern_fn_shape_round_new(cx, EXTERN_FN_SHAPE_ROUND, 1.5);
    }
    return extern_fn_shape_square_new(cx, EXTERN_FN_SHAPE_SQUARE, n,
                                      weir_string_new(cx, "seven", 5));
}

double extern_fn_area(weir_context *cx, const struct extern_fn_shape *shape)
{
    (void)cx;
    if (shape->number == EXTERN_FN_SHAPE_ROUND) {
        const struct extern_fn_shape_round *round = (const struct extern_fn_shape_round *)shape;
        return 3.0 * round->radius * round->radius;
    }
    const struct extern_fn_shape_square *square = (const struct extern_fn_shape_square *)shape;
    return (double)(square->side * square->side);
}

weir_list *extern_fn_points(weir_context *cx, int64_t n)
{
    weir_list *list = weir_list_new(cx, &weir_list_extern_fn_point_type, n);
    for (int64_t i = 0; i < n; i++) {
        struct extern_fn_point *p = extern_fn_point_new(cx, i, i * i,
                                                        weir_string_new(cx, "made in C", 9));
        weir_list_push(cx, &list, &p);
        weir_drop(p);
    }
    return list;
}

weir_box *extern_fn_half(weir_context *cx, int64_t n)
{
    int64_t half = n / 2;
    return n % 2 != 0 ? NULL : weir_box_new(cx, &weir_type_int, &half);
}

weir_map *extern_fn_counts(weir_context *cx, const weir_string *text)
{
    weir_map *map = weir_map_new(cx, &weir_map_string_int_type);
    for (int64_t i = 0; map != NULL && i < text->length; i++) {
        weir_string *letter = weir_string_new(cx, text->bytes + i, 1);
        if (letter == NULL) {
            break;
        }
        const weir_word *found = weir_map_get(map, &letter);
        int64_t count = (found == NULL ? 0 : found->integer) + 1;
        weir_map_set(cx, &map, &letter, &count);
        weir_drop(letter);
    }
    return map;
}

struct weir_tuple2_int_string *extern_fn_both(weir_context *cx, int64_t n)
{
    return weir_tuple2_int_string_new(cx, n * 2, weir_text(cx, "twice {i}", n));
}

weir_bool extern_fn_is_long(weir_context *cx, int64_t d, int64_t than)
{
    (void)cx;
    return d > than;
}

void extern_fn_note(weir_context *cx, const weir_string *s)
{
    (void)cx;
    (void)s;
}

weir_string *extern_fn_refuse(weir_context *cx, const weir_string *s)
{
    weir_fail_with(cx, "refused", "I will not: %s", s->bytes);
    return NULL;
}

// On a thread of the pool.
weir_string *extern_fn_slow(weir_context *cx, const weir_string *text, int64_t n)
{
    weir_string *all = weir_string_new(cx, "", 0);
    for (int64_t i = 0; i < n && !weir_stop_asked(cx); i++) {
        weir_string *longer = weir_string_join(cx, all, text);
        weir_drop(all);
        all = longer;
    }
    return all;
}
