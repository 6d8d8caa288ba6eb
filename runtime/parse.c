// parse.c: text as numbers, durations, times and cases; and numbers as one another.
#include "parse.h"

#include <math.h>
#include <stdlib.h>

#include "format.h"
#include "value.h"

// ── what a text says ─────────────────────────────────────────────────────────────────────────────

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool weir__parse_int(const char *text, int64_t *value)
{
    bool negative = *text == '-';
    uint64_t sum = 0, most = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    const char *at = text + (*text == '-' || *text == '+' ? 1 : 0);
    if (!is_digit(*at)) {
        return false;
    }
    for (; is_digit(*at) || (*at == '_' && is_digit(at[-1]) && is_digit(at[1])); at++) {
        if (*at == '_') {
            continue;
        }
        uint64_t digit = (uint64_t)(*at - '0');
        if (sum > (most - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    *value = (int64_t)(negative ? 0 - sum : sum);
    return *at == '\0';
}

bool weir__parse_float(const char *text, double *value)
{
    const char *word = text + (*text == '-' || *text == '+' ? 1 : 0);
    double sign = *text == '-' ? -1 : 1;
    if (strcmp(word, "inf") == 0 || strcmp(word, "nan") == 0) {
        *value = word[0] == 'i' ? sign * HUGE_VAL : (double)NAN;
        return true;
    }
    if (!is_digit(*word) && !(*word == '.' && is_digit(word[1]))) {
        return false; // strtod would take 0x1p3 and spaces
    }
    char *end;
    *value = strtod(text, &end);
    return *end == '\0' && strspn(word, "+-0123456789.eE") == strlen(word);
}

bool weir__parse_bool(const char *text, int64_t *value)
{
    *value = strcmp(text, "true") == 0;
    return *value != 0 || strcmp(text, "false") == 0;
}

// One part of a duration: a number and its unit; gives what follows, or NULL.
static const char *duration_part(const char *text, double *ns)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"ns", 1},   {"us", 1e3},   {"ms", 1e6},   {"s", 1e9},
                 {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
    size_t digits = strspn(text, "0123456789.");
    char *end;
    double amount = strtod(text, &end);
    if (digits == 0 || end != text + digits) {
        return NULL;
    }
    size_t letters = strspn(end, "nsumhd");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].name) == letters && strncmp(end, units[i].name, letters) == 0) {
            *ns += amount * units[i].ns;
            return end + letters;
        }
    }
    return NULL;
}

bool weir__parse_duration(const char *text, int64_t *value)
{
    bool negative = *text == '-';
    const char *at = text + (negative ? 1 : 0);
    double ns = 0;
    do {
        at = duration_part(at, &ns);
    } while (at != NULL && *at != '\0');
    if (at == NULL || ns >= 0x1p63) {
        return false;
    }
    *value = negative ? -(int64_t)(ns + 0.5) : (int64_t)(ns + 0.5);
    return true;
}

bool weir__parse_case(const weir_type *type, const char *text, int64_t *value)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].type == NULL && strcmp(type->fields[i].name, text) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

// ── times: ISO 8601 ──────────────────────────────────────────────────────────────────────────────

// `count` digits as a number; false: there are not so many.
static bool digits(const char **text, int count, int64_t *number)
{
    *number = 0;
    for (int i = 0; i < count; i++) {
        if (!is_digit((*text)[i])) {
            return false;
        }
        *number = *number * 10 + ((*text)[i] - '0');
    }
    *text += count;
    return true;
}

static bool taken(const char **text, char c)
{
    if (**text != c) {
        return false;
    }
    (*text)++;
    return true;
}

// Days since 1970-01-01 of a date of the Gregorian calendar.
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

// ".25" as nanoseconds; digits beyond are dropped.
static bool fraction(const char **text, int64_t *ns)
{
    *ns = 0;
    if (!taken(text, '.')) {
        return true;
    }
    if (!is_digit(**text)) {
        return false;
    }
    for (int64_t unit = WEIR_SECOND / 10; is_digit(**text); unit /= 10) {
        *ns += (**text - '0') * unit;
        (*text)++;
    }
    return true;
}

// "Z", "+02:00" or nothing (UTC), in seconds.
static bool zone(const char **text, int64_t *seconds)
{
    *seconds = 0;
    if (taken(text, 'Z') || **text == '\0') {
        return true;
    }
    int64_t sign = **text == '-' ? -1 : 1, hours, minutes;
    if (!taken(text, '+') && !taken(text, '-')) {
        return false;
    }
    if (!digits(text, 2, &hours)) {
        return false;
    }
    (void)taken(text, ':');
    if (!digits(text, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool weir__parse_time(const char *text, int64_t *value)
{
    int64_t year, month, day, hour = 0, minute = 0, second = 0, ns = 0, offset = 0;
    if (!digits(&text, 4, &year) || !taken(&text, '-') || !digits(&text, 2, &month) ||
        !taken(&text, '-') || !digits(&text, 2, &day)) {
        return false;
    }
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) {
        return false;
    }
    if (taken(&text, 'T') || taken(&text, ' ')) {
        if (!digits(&text, 2, &hour) || !taken(&text, ':') || !digits(&text, 2, &minute)) {
            return false;
        }
        if (taken(&text, ':') && (!digits(&text, 2, &second) || !fraction(&text, &ns))) {
            return false;
        }
        if (hour > 23 || minute > 59 || second > 60 || !zone(&text, &offset)) {
            return false;
        }
    }
    int64_t seconds = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    seconds -= offset;
    if (*text != '\0' || seconds > INT64_MAX / WEIR_SECOND - 1 ||
        seconds < INT64_MIN / WEIR_SECOND + 1) {
        return false;
    }
    *value = seconds * WEIR_SECOND + ns;
    return true;
}

// ── `as` ─────────────────────────────────────────────────────────────────────────────────────────

// The failure of a text that is no value of the type; long ones are shown in part.
static void misread(weir_context *cx, const weir_string *s, const char *what)
{
    enum { MOST = 60 };
    weir_context quiet = weir__quiet(cx);
    weir__text shown;
    weir__text_begin(&shown, &quiet);
    weir_string *part = weir_string_slice(&quiet, s, 0, MOST);
    if (part != NULL) {
        weir__show_quoted(&shown, part);
        weir__text_word(&shown, part->length < s->length ? "\xe2\x80\xa6" : "");
    }
    weir_drop(part);
    weir_string *words = weir__text_end(&shown);
    weir_drop(weir_take(&quiet));
    weir_fail_with(cx, "parse", "%s is not %s", words == NULL ? "the text" : words->bytes, what);
    weir_drop(words);
}

// The text without the space around it, which must end at its NUL. NULL: a failure is pending.
static weir_string *stripped(weir_context *cx, const weir_string *s, const char *what)
{
    weir_string *plain = weir_string_trim(cx, s);
    if (plain != NULL && memchr(plain->bytes, '\0', (size_t)plain->length) != NULL) {
        misread(cx, s, what);
        weir_clear(&plain);
    }
    return plain;
}

typedef bool Parse(const char *text, int64_t *value);

static int64_t parsed(weir_context *cx, const weir_string *s, Parse *parse, const char *what)
{
    int64_t value = 0;
    weir_string *plain = stripped(cx, s, what);
    if (plain != NULL && !parse(plain->bytes, &value)) {
        misread(cx, s, what);
        value = 0;
    }
    weir_drop(plain);
    return value;
}

int64_t weir_string_int(weir_context *cx, const weir_string *s)
{
    return parsed(cx, s, weir__parse_int, "an int");
}

double weir_string_float(weir_context *cx, const weir_string *s)
{
    double value = 0;
    weir_string *plain = stripped(cx, s, "a float");
    if (plain != NULL && !weir__parse_float(plain->bytes, &value)) {
        misread(cx, s, "a float");
        value = 0;
    }
    weir_drop(plain);
    return value;
}

weir_bool weir_string_bool(weir_context *cx, const weir_string *s)
{
    return parsed(cx, s, weir__parse_bool, "true or false");
}

int64_t weir_string_duration(weir_context *cx, const weir_string *s)
{
    return parsed(cx, s, weir__parse_duration, "a duration like 250ms, 1.5s or 2m");
}

int64_t weir_string_time(weir_context *cx, const weir_string *s)
{
    return parsed(cx, s, weir__parse_time, "a time like 2024-05-01T12:30:00Z");
}

int64_t weir_string_case(weir_context *cx, const weir_type *type, const weir_string *s)
{
    int64_t value = 0;
    weir_string *plain = stripped(cx, s, type->name);
    if (plain != NULL && !weir__parse_case(type, plain->bytes, &value)) {
        weir__text what;
        weir_context quiet = weir__quiet(cx);
        weir__text_begin(&what, &quiet);
        weir__text_printf(&what, "a case of %s:", type->name);
        for (uint32_t i = 0; i < type->field_count; i++) {
            const char *between = i == 0 ? " " : i + 1 < type->field_count ? ", " : " or ";
            weir__text_printf(&what, "%s%s", between, type->fields[i].name);
        }
        weir_string *words = weir__text_end(&what);
        weir_drop(weir_take(&quiet));
        misread(cx, s, words == NULL ? type->name : words->bytes);
        weir_drop(words);
    }
    weir_drop(plain);
    return value;
}

weir_string *weir_string_bytes(weir_context *cx, const weir_string *s)
{
    return weir_failed(cx) ? NULL : weir__bytes_new(cx, s->bytes, s->length);
}

weir_string *weir_bytes_string(weir_context *cx, const weir_string *bytes)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    size_t length = (size_t)bytes->length;
    for (size_t i = 0, step; i < length; i += step) {
        step = weir__utf8_length(bytes->bytes + i, length - i);
        if (step == 0) {
            weir_fail_with(cx, "parse", "the bytes are not UTF-8 (at %zu of %zu)", i, length);
            return NULL;
        }
    }
    return weir_string_new(cx, bytes->bytes, bytes->length);
}

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────

int64_t weir_float_int(weir_context *cx, double x)
{
    if (!(x > -0x1p63 - 1 && x < 0x1p63)) { // so that NaN is none either
        if (!weir_failed(cx)) {
            weir_fail_with(cx, "parse", "%g is not an int", x);
        }
        return 0;
    }
    return (int64_t)x;
}

int64_t weir_whole_seconds(weir_context *cx, int64_t seconds)
{
    if (seconds > INT64_MAX / WEIR_SECOND || seconds < INT64_MIN / WEIR_SECOND) {
        if (!weir_failed(cx)) {
            weir_fail_with(cx, "parse", "%lld seconds are beyond what a duration holds",
                           (long long)seconds);
        }
        return 0;
    }
    return seconds * WEIR_SECOND;
}

int64_t weir_seconds(weir_context *cx, double seconds)
{
    double ns = round(seconds * 1e9);
    if (!(ns >= -0x1p63 && ns < 0x1p63)) {
        if (!weir_failed(cx)) {
            weir_fail_with(cx, "parse", "%g seconds are beyond what a duration holds", seconds);
        }
        return 0;
    }
    return (int64_t)ns;
}

int64_t weir_int_case(weir_context *cx, const weir_type *type, int64_t number)
{
    if (weir_failed(cx)) {
        return 0;
    }
    if (number < 0 || number >= (int64_t)type->field_count) {
        weir_fail_with(cx, "parse", "%lld is no case of %s", (long long)number, type->name);
        return 0;
    }
    return number;
}
