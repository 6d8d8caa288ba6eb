// A host with a loop of its own, on which two programs live beside its own handles.
// programs: shop desk flawed
#include <stdio.h>
#include <uv.h>

#include "desk.h"
#include "flawed.h"
#include "shop.h"

typedef struct App {
    uv_loop_t loop;
    uv_timer_t timer;
    weir_host *shop, *desk, *flawed;
    weir_call *long_one;
    int ticks, ended;
} App;

static void closed(void *with, int64_t left)
{
    printf("%s closed, %lld left\n", (const char *)with, (long long)left);
}

static void end_when_done(App *app)
{
    if (++app->ended == 4) {
        weir_host_close(app->shop, closed, "shop");
        weir_host_close(app->desk, closed, "desk");
        uv_close((uv_handle_t *)&app->timer, NULL);
    }
}

static void sold(void *with, struct shop_receipt *receipt, weir_error *error)
{
    App *app = with;
    if (error != NULL) {
        printf("%s\n", error->kind->bytes);
    } else {
        printf("%s\n", receipt->who->bytes);
    }
    weir_drop(receipt);
    weir_drop(error);
    end_when_done(app);
}

static void ticked(void *with, struct sizes_part *part, weir_error *error)
{
    App *app = with;
    printf("%s %lld\n", part == NULL ? error->kind->bytes : part->name->bytes,
           part == NULL ? 0 : (long long)part->size);
    weir_drop(part);
    weir_drop(error);
    if (app->ended == 0) { // one started from within a callback
        weir_string *name = weir_string_new(weir_host_context(app->desk), "again", 5);
        desk_tick_start(app->desk, name, 2, ticked, app);
        weir_drop(name);
    }
    end_when_done(app);
}

static void given(void *with, int64_t result, weir_error *error)
{
    App *app = with;
    (void)result;
    printf("%s: %s\n", error->kind->bytes, error->message->bytes);
    weir_drop(error);
    weir_host_close(app->flawed, closed, "flawed");
}

static void on_timer(uv_timer_t *timer)
{
    App *app = timer->data;
    if (++app->ticks == 3) {
        weir_call_cancel(app->long_one);
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    App app = {.ticks = 0};
    uv_loop_init(&app.loop);
    uv_timer_init(&app.loop, &app.timer);
    app.timer.data = &app;
    app.shop = weir_host_new(&shop_program, &app.loop);
    app.desk = weir_host_new(&desk_program, &app.loop);
    app.flawed = weir_host_new(&flawed_program, &app.loop);
    if (app.shop == NULL || app.desk == NULL || app.flawed == NULL) {
        return 1;
    }
    // Nothing is under way: nothing keeps the loop going.
    printf("%d\n", uv_run(&app.loop, UV_RUN_DEFAULT)); // expect: 0
    uv_timer_start(&app.timer, on_timer, 20, 20);
    weir_context *cx = weir_host_context(app.shop);
    weir_string *ann = weir_string_new(cx, "Ann", 3);
    app.long_one = shop_sell_start(app.shop, ann, 1, 1000 * WEIR_SECOND, sold, &app);
    weir_drop(ann);
    weir_string *name = weir_string_new(weir_host_context(app.desk), "desk", 4);
    desk_tick_start(app.desk, name, 3, ticked, &app);
    struct sizes_part *part = NULL;
    weir_error *error = NULL;
    if (!desk_tick_run(app.desk, name, 1, &part, &error)) {
        printf("%s: %s\n", error->kind->bytes, error->message->bytes);
        // expect: type: the program lives on another's loop: its tasks are started, not run to their end
        weir_drop(error);
    }
    weir_drop(name);
    weir_string *bob = weir_string_new(cx, "Bob", 3);
    shop_sell_start(app.shop, bob, -1, 0, sold, &app); // waits for the one till
    weir_drop(bob);
    flawed_give_start(app.flawed, given, &app);
    uv_run(&app.loop, UV_RUN_DEFAULT);
    // expect: parse: "no number" is not an int
    // expect: flawed closed, 0 left
    // expect: desk 3
    // expect: again 2
    // expect: cancelled
    // expect: price
    // expect-unordered: shop closed, 0 left
    // expect-unordered: desk closed, 0 left
    return uv_loop_close(&app.loop) == 0 ? 0 : 2;
}
