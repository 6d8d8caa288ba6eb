// order.h: the order of words, seen from inside the runtime. weir.h has the functions that use it.
#ifndef WEIR_ORDER_H
#define WEIR_ORDER_H

#include "weir.h"

// Two words of a type: below 0 when a comes first, 0 when neither does.
int weir__order(const weir_type *type, weir_word a, weir_word b);

#endif
