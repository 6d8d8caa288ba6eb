// trial.c: one test of a program, on a world of its own.
#include "env.h"
#include "error.h"
#include "report.h"

// The failure the test ended with, owned; NULL: it passed.
static weir_error *run_test(weir_runtime *runtime, const weir_program *program,
                            const weir_test *test)
{
    weir_context *cx = weir__runtime_context(runtime);
    if (program->begin != NULL) {
        program->begin(cx);
    }
    void *frame = weir_failed(cx) ? NULL : weir__runtime_main(runtime, test->machine);
    if (frame == NULL) {
        return weir_take(cx);
    }
    test->begin(cx, frame);
    weir_word nothing = {.integer = 0};
    weir_error *error = weir__runtime_run(runtime, &nothing);
    int status;
    if (weir__runtime_exits(runtime, &status)) {
        weir_error *ended = weir__error_make(cx, "exit", NULL,
                                             "exit(%d) was called, which ends a program", status);
        error = error == NULL ? ended : weir__error_join(cx, ended, error);
    }
    return error;
}

static void tell(weir_runtime *runtime, weir_error *error,
                 void (*told)(void *with, const weir_outcome *outcome), void *with)
{
    weir__env *env = weir__runtime_env(runtime);
    weir_context *cx = weir__runtime_context(runtime);
    weir_string *drawn = error == NULL ? NULL : weir__report(cx, error, false);
    weir_outcome outcome = {
        .passed = error == NULL,
        .took = env->now(env),
        .report = drawn != NULL ? drawn->bytes : error != NULL ? error->message->bytes : NULL,
        .output = weir__env_sim_output(env, 1),
        .errors = weir__env_sim_output(env, 2),
    };
    told(with, &outcome);
    weir_drop(drawn);
}

bool weir_try(const weir_program *program, const weir_test *test, uint64_t seed,
              void (*told)(void *with, const weir_outcome *outcome), void *with)
{
    weir__env *env = weir__env_sim(seed, NULL, NULL);
    weir_runtime *runtime = env == NULL ? NULL : weir__runtime_new(env, program);
    if (runtime == NULL) {
        if (env != NULL) {
            env->free(env);
        }
        return false;
    }
    weir_error *error = run_test(runtime, program, test);
    tell(runtime, error, told, with);
    weir_drop(error);
    if (program->end != NULL) {
        program->end(weir__runtime_context(runtime));
    }
    weir__runtime_free(runtime);
    env->free(env);
    return true;
}
