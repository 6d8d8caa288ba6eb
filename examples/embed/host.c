// A program in C with a libuv loop of its own, on which tasks of stock.weir run.
//
//     weir emit stock.weir -o stock.c -H stock.h
//     cc -o host host.c stock.c libweir.a -luv -lpthread -ldl -lm
// programs: stock
#include <stdio.h>
#include <uv.h>

#include "stock.h"

static void asked(void *with, weir_list *prices, weir_error *error)
{
    weir_host *host = with;
    weir_context *cx = weir_host_context(host);
    if (error != NULL) {
        printf("%s: %s\n", error->kind->bytes, error->message->bytes);
    }
    for (int64_t i = 0; prices != NULL && i < prices->length; i++) {
        weir_string *text = stock_shown(cx, prices->items[i].object);
        printf("%s\n", text->bytes); // expect: nut 3.00
        weir_drop(text);             // expect: bolt 4.00
    }                                // expect: screw 5.00
    weir_drop(prices);
    weir_drop(error);
    weir_host_close(host, NULL, NULL);
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    weir_host *host = weir_host_new(&stock_program, &loop);
    if (host == NULL) {
        return 1;
    }
    weir_context *cx = weir_host_context(host);
    weir_string *text = weir_string_new(cx, "nut bolt screw", 14);
    weir_list *names = weir_string_words(cx, text);
    stock_prices_start(host, names, asked, host);
    weir_drop(names);
    weir_drop(text);
    uv_run(&loop, UV_RUN_DEFAULT); // until the host is closed
    return uv_loop_close(&loop) == 0 ? 0 : 1;
}
