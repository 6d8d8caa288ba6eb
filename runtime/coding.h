// coding.h: bytes as text, seen from inside the runtime. weir.h has the methods.
#ifndef WEIR_CODING_H
#define WEIR_CODING_H

#include "text.h"

// Adds base64 (RFC 4648) of a string's bytes; url: with - and _, and without = at the end.
void weir__base64_encode(weir__text *text, const weir_string *bytes, bool url);
// Adds the bytes that base64 of either alphabet stands for; blanks and line ends are skipped.
// False: it is none.
bool weir__base64_decode(weir__text *bytes, const weir_string *text);

#endif
