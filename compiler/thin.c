#include "thin.h"

#include <string.h>

#include "message.h"

// Mistakes behind which tokens were dropped.
static bool loses(int code)
{
    switch (code) {
    case DIAG_NESTING:
    case DIAG_NUMBER_SUFFIX:
    case DIAG_UNTERMINATED_TEXT:
    case DIAG_UNTERMINATED_BLOCK:
    case DIAG_UNTERMINATED_HOLE:
    case DIAG_EXPECTED:
    case DIAG_UNCLOSED:
    case DIAG_STRAY_CLOSING:
    case DIAG_WRONG_CLOSING:
    case DIAG_RESERVED:
    case DIAG_TERNARY:
    case DIAG_CLOSURE:
    case DIAG_NESTED_DECLARATION:
    case DIAG_OUTSIDE:
    case DIAG_SAME_LINE:
    case DIAG_CALL_PARENTHESES:
    case DIAG_BRACE_VALUE:
    case DIAG_TRY_BLOCK:
    case DIAG_LONE_ELSE:
    case DIAG_HABIT:
    case DIAG_NO_OPERATOR:
    case DIAG_UNTYPED:
    case DIAG_PATTERN_PATH:
    case DIAG_BRACE_RECORD:
    case DIAG_EXTERN_BODY:
    case DIAG_GENERIC:
    case DIAG_TYPE_SHAPE:
    case DIAG_TYPE_MARK:
    case DIAG_CLAUSE_PLACE:
    case DIAG_FOR_SHAPE: return true;
    }
    return false;
}

// The larger, the more it tells.
static int weight(int code)
{
    switch (code) {
    case DIAG_NESTING: return 4;
    case DIAG_UNTERMINATED_TEXT:
    case DIAG_UNTERMINATED_BLOCK:
    case DIAG_UNTERMINATED_HOLE:
    case DIAG_NUMBER_SUFFIX: return 3;
    case DIAG_UNCLOSED:
    case DIAG_STRAY_CLOSING:
    case DIAG_WRONG_CLOSING: return 2;
    case DIAG_EXPECTED: return 0;
    }
    return loses(code) ? 1 : -1;
}

// Two sorted places: is there no line end between them?
static bool same_line(const Sources *sources, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < sources->all.count; i++) {
        const Source *source = sources->all.items[i];
        if (a >= source->base && a <= source->base + source->length) {
            return b <= source->base + source->length &&
                   memchr(source->text + (a - source->base), '\n', b - a) == NULL;
        }
    }
    return false;
}

void thin_diags(Diags *diags, const Sources *sources)
{
    Diag **all = diags->all.items;
    size_t count = diags->all.count, kept = 0;
    for (size_t start = 0, end; start < count; start = end) {
        const Diag *best = all[start];
        for (end = start + 1;
             end < count && same_line(sources, all[end - 1]->span.start, all[end]->span.start);
             end++) {
            best = weight(all[end]->code) > weight(best->code) ? all[end] : best;
        }
        bool lossy = loses(best->code);
        for (size_t i = start; i < end; i++) {
            bool follows = lossy && all[i] != best &&
                           (loses(all[i]->code) || message_of(all[i]->code)->number >= 200 ||
                            all[i]->code == DIAG_OPERATOR_STATEMENT);
            if (!follows) {
                all[kept++] = all[i];
            }
        }
    }
    diags->all.count = kept;
}
