// A host whose program has a loop of its own.
// programs: shop
#include <stdio.h>

#include "shop.h"

static weir_string *text(weir_host *host, const char *bytes)
{
    return weir_string_new(weir_host_context(host), bytes, (int64_t)strlen(bytes));
}

static void sold(void *with, struct shop_receipt *receipt, weir_error *error)
{
    const char *name = with;
    if (error != NULL) {
        printf("%s: %s: %s\n", name, error->kind->bytes, error->message->bytes);
    } else {
        printf("%s: %s paid %lld\n", name, receipt->who->bytes, (long long)receipt->paid);
    }
    weir_drop(receipt);
    weir_drop(error);
}

static void half_done(void *with, double result, weir_error *error)
{
    (void)with;
    printf("half: %g %s\n", result, error == NULL ? "" : error->kind->bytes);
    weir_drop(error);
}

static void closed(void *with, int64_t left)
{
    printf("%s closed, %lld left\n", (const char *)with, (long long)left);
}

static void functions(weir_host *host)
{
    weir_context *cx = weir_host_context(host);
    printf("%lld\n", (long long)shop_add(cx, 40, 2)); // expect: 42
    shop_add(cx, INT64_MAX, 1);
    weir_error *error = weir_take(cx);
    printf("%s\n", error->kind->bytes); // expect: overflow
    weir_drop(error);
    struct sizes_part *part = sizes_part_new(cx, text(host, "nut"), 7);
    weir_string *said = shop_describe(cx, part);
    printf("%s\n", said->bytes); // expect: nut: 7
    weir_drop(said);
    weir_list *parts = weir_list_new(cx, &weir_list_sizes_part_type, 2);
    weir_list_push(cx, &parts, &part);
    weir_list_push(cx, &parts, &part);
    weir_drop(part);
    printf("%lld\n", (long long)shop_total(cx, parts)); // expect: 14
    weir_drop(parts);
}

static void runs(weir_host *host)
{
    weir_string *who = text(host, "Ann");
    struct shop_receipt *receipt = NULL;
    weir_error *error = NULL;
    if (shop_sell_run(host, who, 5, 20 * WEIR_MILLISECOND, &receipt, &error)) {
        printf("%s paid %lld\n", receipt->who->bytes, (long long)receipt->paid);
        // expect: hello Ann paid 5
        const struct sizes_part *part = weir_list_at(weir_host_context(host), receipt->parts, 0)
                                            ->object;
        printf("%s\n", part->name->bytes); // expect: bag
    }
    weir_drop(receipt);
    if (!shop_sell_run(host, who, -1, 0, &receipt, &error)) {
        printf("%s: %s\n", error->kind->bytes, error->message->bytes);
        // expect: price: Ann would be paid
        printf("%s\n", ((const weir_string *)error->trail->items[0].object)->bytes);
        // expect: sell (shop.weir:21)
        weir_drop(error);
    }
    weir_list *squares = NULL;
    shop_many_run(host, 5, &squares, NULL);
    printf("%lld of %lld\n", (long long)squares->items[4].integer, (long long)squares->length);
    // expect: 16 of 5
    weir_drop(squares);
    weir_drop(who);
    weir_string *none = NULL;
    if (!shop_next_order_run(host, &none, &error)) { // nobody ever orders
        printf("%s\n", error->kind->bytes);          // expect: deadlock
        weir_drop(error);
    }
}

static void starts(weir_host *host)
{
    weir_string *a = text(host, "Bob"), *b = text(host, "Cid");
    shop_sell_start(host, a, 1, 30 * WEIR_MILLISECOND, sold, "first");
    shop_sell_start(host, b, -2, 1 * WEIR_MILLISECOND, sold, "second");
    weir_call *third = shop_sell_start(host, a, 3, 1000 * WEIR_SECOND, sold, "third");
    weir_call_cancel(third);
    weir_drop(a);
    weir_drop(b);
    shop_half_start(host, 5, half_done, NULL);
    weir_host_wait(host);
    // expect-unordered: half of 5 is done
    // expect-unordered: half: 2.5 
    // expect-unordered: first: hello Bob paid 1
    // expect-unordered: second: price: Cid would be paid
    // expect-unordered: third: cancelled: task sell was cancelled
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0); // the program writes there, too
    weir_host *host = weir_host_new(&shop_program, NULL);
    weir_host *other = weir_host_new(&shop_program, NULL);
    if (host == NULL || other == NULL) {
        return 1;
    }
    functions(host);
    runs(host);
    starts(host);
    // Each has its own queue.
    weir_string *what = text(other, "tea"), *got = NULL;
    shop_order_run(other, what, NULL);
    weir_drop(what);
    weir_error *error = NULL;
    printf("%d\n", shop_next_order_run(host, &got, &error)); // expect: 0
    weir_drop(error);
    shop_next_order_run(other, &got, NULL);
    printf("%s\n", got->bytes); // expect: tea
    weir_drop(got);
    // One under way is cancelled, and its cleanup runs.
    shop_half_start(other, 7, half_done, NULL);
    weir_host_close(other, closed, "other");
    // expect: half: 0 cancelled
    // expect: other closed, 0 left
    weir_host_close(host, closed, "host"); // expect: host closed, 0 left
    return 0;
}
