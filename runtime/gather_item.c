// gather_item.c: what the children of a gather work on, told when one of them fails.
#include "gather.h"

void weir_gather_items(weir_context *cx, weir_gather *gather, const weir_type *type, uint32_t words)
{
    (void)cx;
    gather->item = type;
    gather->words = words;
    gather->scope.bits |= WEIR__TELLS;
    for (uint32_t i = 0; i < words; i++) {
        gather->scope.bits |= weir__counted(weir__gather_word_type(gather, i)) ? WEIR__KEEPS : 0;
    }
}

void weir__gather_drop_item(const weir_gather *gather, const weir_machine *machine, weir_task *task)
{
    const weir_word *item = weir__gather_item(machine, task);
    if (gather->words == 1) {
        weir_drop(item->object);
        return;
    }
    for (uint32_t i = 0; i < gather->words; i++) {
        weir__drop_word(weir__gather_word_type(gather, i), item[i]);
    }
}

weir_error *weir__gather_tell(weir_runtime *runtime, const weir_gather *gather,
                              const weir_machine *machine, weir_task *task, weir_error *error)
{
    if (error == NULL || !weir__has(gather, WEIR__TELLS)) {
        return error;
    }
    return weir__error_about(&runtime->cx, error, gather->item, weir__gather_item(machine, task),
                             gather->words > 1);
}
