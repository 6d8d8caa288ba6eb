// stub.c: what the tests of a program have put in the place of functions of the library.
#include "stub.h"

#include "scope.h"

struct weir__stubbed {
    const weir_stub *stub; // NULL: the original
    void *locals;          // owned
};

void weir_stub_set(weir_context *cx, uint32_t index, const weir_stub *stub, void *locals)
{
    weir_runtime *runtime = cx->runtime;
    if (cx->pending == NULL && index >= runtime->stub_count) {
        uint32_t count = index + 1;
        weir__stubbed *stubs = runtime->env->resize(runtime->env, runtime->stubs,
                                                    count * sizeof *stubs);
        if (stubs == NULL) {
            weir__fail_memory(cx);
        } else {
            memset(stubs + runtime->stub_count, 0,
                   (count - runtime->stub_count) * sizeof *stubs);
            runtime->stubs = stubs;
            runtime->stub_count = count;
        }
    }
    if (cx->pending != NULL) {
        weir_drop(locals);
        return;
    }
    weir_drop(runtime->stubs[index].locals);
    runtime->stubs[index] = (weir__stubbed){stub, locals};
}

static weir__stubbed answering(const weir_runtime *runtime, uint32_t index,
                               const weir_stub *original)
{
    weir__stubbed none = {original, NULL};
    return index < runtime->stub_count && runtime->stubs[index].stub != NULL
               ? runtime->stubs[index]
               : none;
}

void weir_stub_start(weir_context *cx, uint32_t index, const weir_stub *original, void *args,
                     weir_task **child)
{
    weir__stubbed stubbed = answering(cx->runtime, index, original);
    void *frame = weir_start_private(cx, stubbed.stub->machine, child);
    stubbed.stub->open(frame, weir_keep(stubbed.locals), args);
}

void weir_stub_stream(weir_context *cx, uint32_t index, const weir_stub *original, void *args,
                      weir_scope *scope, const weir_type *item, weir_stream **slot)
{
    weir__stubbed stubbed = answering(cx->runtime, index, original);
    void *frame = weir_stream_start(cx, scope, stubbed.stub->machine, item, false, slot);
    stubbed.stub->open(frame, weir_keep(stubbed.locals), args);
}

void weir_stub_call(weir_context *cx, uint32_t index, const weir_stub *original, const void *args,
                    void *result)
{
    weir__stubbed stubbed = answering(cx->runtime, index, original);
    weir_word nothing = {.integer = 0};
    if (result != NULL) {
        memcpy(result, &nothing, sizeof nothing);
    }
    if (cx->pending == NULL) {
        void *locals = weir_keep(stubbed.locals); // the stub may be replaced while it answers
        stubbed.stub->call(cx, locals, args, result);
        weir_drop(locals);
    }
}

void weir__stubs_free(weir_runtime *runtime)
{
    for (uint32_t i = 0; i < runtime->stub_count; i++) {
        weir_drop(runtime->stubs[i].locals);
    }
    runtime->env->release(runtime->env, runtime->stubs);
    runtime->stubs = NULL;
    runtime->stub_count = 0;
}
