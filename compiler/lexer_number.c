// Numbers and durations: digits → values, exactly.
#include "lexer_state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "say.h"

// The digits without `_`, NUL-terminated.
static char *digits_of(Lexer *lexer, const char *start, const char *end)
{
    char *digits = arena_copy(lexer->scratch, start, (size_t)(end - start));
    char *out = digits;
    for (const char *in = start; in < end; in++) {
        if (*in != '_') {
            *out++ = *in;
        }
    }
    *out = '\0';
    return digits;
}

// Is the number to come negated? Then it may be one larger.
static bool after_sign(const Lexer *lexer)
{
    size_t count = lexer->tokens.count;
    if (count == 0 || lexer->tokens.items[count - 1].kind != TOKEN_MINUS) {
        return false;
    }
    if (count == 1) {
        return true;
    }
    switch (lexer->tokens.items[count - 2].kind) {
    case TOKEN_NAME: case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_DURATION: case TOKEN_STRING:
    case TOKEN_TEXT_CLOSE: case TOKEN_RPAREN: case TOKEN_RBRACKET:
    case TOKEN_IT: return false; // a subtraction
    }
    return true;
}

const char *lexer_integer(Lexer *lexer, const char *start, const char *end)
{
    const char *digits = digits_of(lexer, start, end);
    errno = 0;
    unsigned long long value = strtoull(digits, NULL, 10);
    uint64_t most = (uint64_t)INT64_MAX + (after_sign(lexer) ? 1 : 0);
    bool fits = errno == 0 && value <= most;
    if (!fits) {
        lexer_complain(lexer, DIAG_INT_RANGE, start, end, NULL);
    }
    Token *token = lexer_token(lexer, TOKEN_INTEGER, start, end);
    token->value.integer = !fits ? 0 : value > (uint64_t)INT64_MAX ? INT64_MIN : (int64_t)value;
    return end;
}

const char *lexer_float(Lexer *lexer, const char *start, const char *end)
{
    double value = strtod(digits_of(lexer, start, end), NULL);
    if (isinf(value)) {
        lexer_complain(lexer, DIAG_FLOAT_RANGE, start, end, NULL);
        value = 0;
    }
    Token *token = lexer_token(lexer, TOKEN_FLOAT, start, end);
    token->value.real = value;
    return end;
}

static int64_t unit_nanoseconds(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t nanoseconds;
    } units[] = {
        {"ns", 1},          {"us", 1000},         {"ms", 1000000},       {"s", 1000000000},
        {"m", 60000000000}, {"h", 3600000000000}, {"d", 86400000000000},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].unit) == 0) {
            return units[i].nanoseconds;
        }
    }
    return 0;
}

// Whole units and fraction are counted apart, in integers, so that 0.1s is 100,000,000 ns and not a
// little less.
const char *lexer_duration(Lexer *lexer, const char *start, const char *end)
{
    const char *digits = digits_of(lexer, start, end);
    const char *unit = digits + strspn(digits, "0123456789.");
    int64_t one = unit_nanoseconds(unit);
    errno = 0;
    char *point;
    unsigned long long whole = strtoull(digits, &point, 10);
    int64_t rest = 0, step = one;
    if (*point == '.') {
        for (const char *digit = point + 1; digit < unit && step > 0; digit++) {
            int64_t tenth = step / 10;
            rest += (*digit - '0') * tenth;
            step = tenth;
        }
    }
    bool fits = errno == 0 && whole <= (uint64_t)(INT64_MAX / one) &&
                (int64_t)whole * one <= INT64_MAX - rest;
    if (!fits) {
        lexer_complain(lexer, DIAG_DURATION_RANGE, start, end, NULL);
    }
    Token *token = lexer_token(lexer, TOKEN_DURATION, start, end);
    token->value.integer = fits ? (int64_t)whole * one + rest : 0;
    return end;
}

// The unit that a word stands for: "sec" is "s". NULL: none.
static const char *meant_unit(const char *word)
{
    static const struct {
        const char *words, *unit;
    } units[] = {
        {" sec secs second seconds ", "s"},   {" min mins minute minutes ", "m"},
        {" hr hrs hour hours ", "h"},         {" day days ", "d"},
        {" msec msecs milli millis ", "ms"},  {" usec usecs micro micros ", "us"},
        {" nsec nsecs nano nanos ", "ns"},
    };
    for (size_t i = 0; *word && i < sizeof units / sizeof *units; i++) {
        const char *found = strstr(units[i].words, word);
        if (found && found > units[i].words && found[-1] == ' ' && found[strlen(word)] == ' ') {
            return units[i].unit;
        }
    }
    return NULL;
}

// 0xff, 0b11, 0o17 of other languages.
static bool other_base(const char *text, uint64_t *value)
{
    static const char letters[] = "xbo";
    static const int bases[] = {16, 2, 8};
    const char *letter = text[0] == '0' && text[1] != 0 ? strchr(letters, text[1]) : NULL;
    int base = letter ? bases[letter - letters] : 0;
    char *end = NULL;
    errno = 0;
    *value = base > 0 ? strtoull(text + 2, &end, base) : 0;
    return end && end > text + 2 && *end == 0 && errno == 0;
}

// 1h30m is a sum.
static void suggest_sum(Lexer *lexer, Diag *diag, const char *text)
{
    static const char *const units[] = {"ns", "us", "ms", "s", "m", "h", "d"};
    size_t digits = strspn(text, "0123456789_."), letters = strcspn(text + digits, "0123456789");
    for (size_t i = 0; text[digits + letters] && i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i]) == letters && strncmp(text + digits, units[i], letters) == 0) {
            diag->help = say(lexer->diags, PHRASE_HELP_SUM,
                             arena_copy(lexer->arena, text, digits + letters),
                             text + digits + letters);
            return;
        }
    }
}

const char *lexer_bad_number(Lexer *lexer, const char *start, const char *end)
{
    const char *text = arena_copy(lexer->arena, start, (size_t)(end - start));
    Diag *diag = lexer_complain(lexer, DIAG_NUMBER_SUFFIX, start, end, text);
    size_t digits = strspn(text, "0123456789_.");
    const char *unit = meant_unit(text + digits);
    uint64_t value;
    if (other_base(text, &value)) {
        diag->help = arena_print(lexer->arena, message_phrase(PHRASE_HELP_DECIMAL),
                                 (unsigned long long)value);
        diag_edit(lexer->diags, diag, diag->span,
                  arena_print(lexer->arena, "%llu", (unsigned long long)value));
    } else if (unit) {
        diag->help = arena_print(lexer->arena, message_phrase(PHRASE_HELP_UNIT), (int)digits, text,
                                 unit);
        diag_edit(lexer->diags, diag, diag->span,
                  arena_print(lexer->arena, "%.*s%s", (int)digits, text, unit));
    } else {
        suggest_sum(lexer, diag, text);
    }
    Token *token = lexer_token(lexer, TOKEN_INTEGER, start, end);
    token->broken = true;
    return end;
}
