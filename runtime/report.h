// report.h: a failure drawn for people, as it stands on stderr when it leaves main.
//
//   error: Error in task 2 (failed)
//     at errors.weir:5
//     in risky (errors.weir:5)
//     in main (errors.weir:12)
//
// Knows no terminal: who calls says whether there may be colour.
#ifndef WEIR_REPORT_H
#define WEIR_REPORT_H

#include "weir.h"

// The report, with a newline at its end; whatever is pending in cx (only its runtime is used). NULL
// when memory has ended.
weir_string *weir__report(const weir_context *cx, const weir_error *error, bool colour);

#endif
