// hello_uv.c: hello said from a libuv loop.
#include <stdio.h>
#include <uv.h>

static void on_timer(uv_timer_t *timer)
{
    puts("Hello, world");
    uv_close((uv_handle_t *)timer, NULL);
}

int main(void)
{
    uv_loop_t loop;
    uv_timer_t timer;
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, on_timer, 0, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) != 0;
}
