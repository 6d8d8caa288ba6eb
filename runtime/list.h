// list.h: lists, seen from inside the runtime. A list is one object and one block of items; it is
// changed in place when it has one holder, and copied first otherwise.
#ifndef WEIR_LIST_INTERNAL_H
#define WEIR_LIST_INTERNAL_H

#include "weir.h"

// Makes the list in *list one that may be changed, with room for `more` further items. False:
// memory is pending, nothing changed.
bool weir__list_own(weir_context *cx, weir_list **list, int64_t more);
// As weir_list_push, but takes the word over, and works while a failure is pending too (cx is then
// a weir__quiet). On failure the word is dropped.
void weir__list_take(weir_context *cx, weir_list **list, weir_word word);

#endif
