// format.c: numbers, text and durations, plain and by a format.
#include "format.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "value.h"

enum { WIDEST = 1000000, MOST_DIGITS = 400 };

// ── the format taken apart ───────────────────────────────────────────────────────────────────────

static bool is_align(char c)
{
    return c == '<' || c == '>' || c == '^' || c == '=';
}

// Reads digits; -1 where there are none. False: the number is beyond `most`.
static bool take_number(const char **at, const char *end, int most, int *number)
{
    *number = -1;
    while (*at < end && **at >= '0' && **at <= '9') {
        *number = (*number < 0 ? 0 : *number) * 10 + (**at - '0');
        if (*number > most) {
            return false;
        }
        (*at)++;
    }
    return true;
}

static bool parse(weir__spec *spec, const char *at, size_t length)
{
    const char *end = at + length;
    *spec = (weir__spec){.fill_size = 0};
    size_t first = length == 0 ? 0 : weir__utf8_length(at, length);
    if (first > 0 && first < length && is_align(at[first])) {
        memcpy(spec->fill, at, first);
        spec->fill_size = (uint8_t)first;
        spec->align = at[first];
        at += first + 1;
    } else if (at < end && is_align(*at)) {
        spec->align = *at++;
    }
    if (at < end && (*at == '+' || *at == '-' || *at == ' ')) {
        spec->sign = *at++;
    }
    if (at < end && *at == 'z') {
        spec->unsigned_zero = true;
        at++;
    }
    if (at < end && *at == '#') {
        spec->alternate = true;
        at++;
    }
    if (at < end && *at == '0') { // also the fill, where none was said
        spec->zero = true;
        spec->fill[0] = spec->fill_size == 0 ? '0' : spec->fill[0];
        at++;
    } else {
        spec->fill[0] = spec->fill_size == 0 ? ' ' : spec->fill[0];
    }
    spec->fill_size = spec->fill_size == 0 ? 1 : spec->fill_size;
    if (!take_number(&at, end, WIDEST, &spec->width)) {
        return false;
    }
    if (at < end && (*at == ',' || *at == '_')) {
        spec->group = *at++;
    }
    spec->precision = -1;
    if (at < end && *at == '.') {
        at++;
        if (!take_number(&at, end, WIDEST, &spec->precision) || spec->precision < 0) {
            return false;
        }
    }
    spec->type = at;
    spec->type_length = (size_t)(end - at);
    return true;
}

// The one letter of the type, 0 without one, '?' when there are several.
static char letter(const weir__spec *spec)
{
    return spec->type_length == 0 ? '\0' : spec->type_length == 1 ? spec->type[0] : '?';
}

static void unfit(weir__text *text, const weir_type *type, const char *spec, size_t length)
{
    int shown = length > 80 ? 80 : (int)length;
    weir_fail_with(text->cx, "type", "the format \"%.*s\" does not fit %s", shown, spec,
                   type->name);
}

static int64_t characters(const char *bytes, size_t length)
{
    int64_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    }
    return count;
}

void weir__pad(weir__text *text, const weir__spec *spec, const char *body, size_t length,
               size_t sign, char usual)
{
    char align = spec->align != 0 ? spec->align : usual;
    int64_t missing = spec->width - characters(body, length);
    if (missing < 0) {
        missing = 0;
    }
    int64_t before = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
    if (align == '=') {
        weir__text_add(text, body, sign);
        body += sign, length -= sign;
    }
    weir__text_repeat(text, spec->fill, spec->fill_size, before);
    weir__text_add(text, body, length);
    weir__text_repeat(text, spec->fill, spec->fill_size, missing - before);
}

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────

// A number in parts, as formats lay it out: sign and prefix, digits that are grouped, the rest.
typedef struct Parts {
    char sign[4];
    const char *digits;
    size_t digit_count;
    const char *rest; // ".50", "e+10", "%"
    size_t rest_length;
    int group; // digits between separators
} Parts;

static void add_sign(Parts *parts, bool negative, const weir__spec *spec, const char *prefix)
{
    const char *sign = negative ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
    snprintf(parts->sign, sizeof parts->sign, "%s%s", sign, prefix);
}

// How long `digits` get with separators between them.
static size_t grouped(size_t digits, const weir__spec *spec, const Parts *parts)
{
    return spec->group == 0 || digits == 0 ? digits : digits + (digits - 1) / (size_t)parts->group;
}

static void lay_out(weir__text *text, const weir__spec *given, const Parts *parts)
{
    weir__spec spec = *given;
    if (spec.zero && spec.align == 0) { // zeros between sign and digits, grouped with them
        spec.align = '=';
    }
    size_t sign = strlen(parts->sign), count = parts->digit_count;
    if (spec.align == '=' && spec.fill_size == 1 && spec.fill[0] == '0' && spec.group != 0 &&
        spec.width > 0) {
        while (sign + grouped(count, &spec, parts) + parts->rest_length < (size_t)spec.width) {
            count++;
        }
    }
    weir__text body;
    weir__text_begin(&body, text->cx);
    weir__text_add(&body, parts->sign, sign);
    for (size_t i = 0; i < count; i++) {
        size_t left = count - i;
        if (i > 0 && spec.group != 0 && left % (size_t)parts->group == 0) {
            weir__text_add(&body, &spec.group, 1);
        }
        weir__text_add(
            &body, left > parts->digit_count ? "0" : &parts->digits[parts->digit_count - left], 1);
    }
    weir__text_add(&body, parts->rest, parts->rest_length);
    weir__pad(text, &spec, body.bytes, body.length, sign, '>');
    text->failed |= body.failed;
    weir__text_clear(&body);
}

// `{i:c}`: the character with that number.
static bool format_character(weir__text *text, const weir__spec *spec, int64_t value)
{
    if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
        weir_fail_with(text->cx, "type", "%lld is not the number of a character", (long long)value);
        return false;
    }
    if (spec->sign != 0 || spec->group != 0 || spec->precision >= 0 || spec->alternate ||
        spec->unsigned_zero) {
        return false;
    }
    weir__text body;
    weir__text_begin(&body, text->cx);
    weir__text_character(&body, (uint32_t)value);
    weir__pad(text, spec, body.bytes, body.length, 0, '>');
    weir__text_clear(&body);
    return true;
}

static bool format_int(weir__text *text, const weir__spec *spec, int64_t value)
{
    char type = letter(spec);
    if (type == 'c') {
        return format_character(text, spec, value);
    }
    unsigned base = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
    bool decimal = type == '\0' || type == 'd' || type == 'n';
    if ((base == 10 && !decimal) || spec->precision >= 0 || spec->unsigned_zero ||
        (spec->group == ',' && base != 10) || (spec->group != 0 && type == 'n')) {
        return false;
    }
    char digits[64];
    size_t at = sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    const char *figures = type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    do {
        digits[--at] = figures[left % base];
        left /= base;
    } while (left != 0);
    Parts parts = {.digits = digits + at,
                   .digit_count = sizeof digits - at,
                   .rest = "",
                   .group = base == 10 ? 3 : 4};
    const char *prefix = base == 2 ? "0b" : base == 8 ? "0o" : type == 'X' ? "0X" : "0x";
    add_sign(&parts, value < 0, spec, spec->alternate && base != 10 ? prefix : "");
    lay_out(text, spec, &parts);
    return true;
}

// snprintf writes the host's decimal point, whatever locale it has set: ours is a full stop.
static void plain_point(char *number)
{
    char *to = number;
    bool point = false;
    for (const char *from = number; *from != '\0'; from++) {
        bool usual = (*from >= '0' && *from <= '9') || strchr("+-.eEinfaINFA", *from) != NULL;
        if (usual) {
            *to++ = *from;
        } else if (!point) {
            *to++ = '.';
            point = true;
        }
    }
    *to = '\0';
}

// The digits of a finite value >= 0 without trailing zeros, and where its point stands: 0.DIGITS ×
// 10^point. precision: how many digits there may be at most.
static size_t digits_of(double value, int precision, char *digits, int *point)
{
    char number[MOST_DIGITS + 32];
    snprintf(number, sizeof number, "%.*e", precision - 1, value);
    size_t count = 0;
    const char *at = number;
    for (; *at != 'e'; at++) {
        if (*at >= '0' && *at <= '9') {
            digits[count++] = *at;
        }
    }
    *point = atoi(at + 1) + 1;
    while (count > 1 && digits[count - 1] == '0') {
        count--;
    }
    return count;
}

// How digits are written.
typedef struct Look {
    int most;       // a point further right, or left of 10^-4, makes an exponent
    bool floaty;    // at least one digit behind the point: "1.0"
    bool alternate; // at least a point
    char exponent;  // 'e' or 'E'
} Look;

// Digits with the point among them, or with an exponent. `to` has room for them and `look.most`
// more.
static void write_digits(char *to, const char *digits, size_t count, int point, Look look)
{
    const char *rest = digits;
    if (point > look.most || point < -3) {
        *to++ = *rest++;
        if (count > 1 || look.alternate) {
            *to++ = '.';
        }
        memcpy(to, rest, count - 1);
        int power = point - 1;
        snprintf(to + count - 1, 16, "%c%c%02d", look.exponent, power < 0 ? '-' : '+', abs(power));
        return;
    }
    size_t whole = point > 0 ? (size_t)point : 0, taken = whole < count ? whole : count;
    memcpy(to, rest, taken);
    memset(to + taken, '0', whole - taken);
    to += whole;
    if (whole == 0) {
        *to++ = '0';
    }
    if (taken < count || look.floaty || look.alternate) {
        *to++ = '.';
    }
    for (int i = point; i < 0; i++) {
        *to++ = '0';
    }
    memcpy(to, rest + taken, count - taken);
    to += count - taken;
    if (taken == count && look.floaty) {
        *to++ = '0';
    }
    *to = '\0';
}

// The shortest that reads back the same, of a finite value >= 0.
static void write_shortest(char *to, double size, bool alternate)
{
    char digits[32], number[64];
    int point = 0, precision = size < DBL_MIN ? 1 : 15; // below, few digits are enough
    for (; precision < 17; precision++) {
        snprintf(number, sizeof number, "%.*g", precision, size);
        if (strtod(number, NULL) == size) {
            break;
        }
    }
    size_t count = digits_of(size, precision, digits, &point);
    write_digits(to, digits, count, point, (Look){16, true, alternate, 'e'});
}

void weir__show_float(weir__text *text, double value)
{
    if (!isfinite(value)) {
        weir__text_word(text, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    char number[64];
    write_shortest(number, fabs(value), false);
    if (signbit(value)) {
        weir__text_word(text, "-");
    }
    weir__text_word(text, number);
}

// With so many digits in all, as g does; `look.most` is their number.
static void write_general(char *to, double size, Look look)
{
    char digits[MOST_DIGITS + 32];
    int point = 0;
    size_t wanted = (size_t)look.most, count = digits_of(size, look.most, digits, &point);
    if (look.alternate && count < wanted) { // its zeros stay
        memset(digits + count, '0', wanted - count);
        count = wanted;
    }
    look.most -= look.floaty ? 1 : 0;
    write_digits(to, digits, count, point, look);
}

// The part behind the sign, into a buffer of MOST_DIGITS * 2. False: no such type.
static bool write_float(char *number, size_t room, const weir__spec *spec, double size, char type)
{
    bool upper = type == 'F' || type == 'E' || type == 'G';
    int digits = spec->precision < 0 ? 6 : spec->precision;
    if (type != '\0' && strchr("eEfFgGn%", type) == NULL) {
        return false;
    }
    if (!isfinite(size)) {
        snprintf(number, room, "%s", isnan(size) ? upper ? "NAN" : "nan" : upper ? "INF" : "inf");
    } else if (type == '\0' && spec->precision < 0) {
        write_shortest(number, size, spec->alternate);
    } else if (type == '\0' || type == 'g' || type == 'G' || type == 'n') {
        Look look = {digits == 0 ? 1 : digits, type == '\0', spec->alternate, upper ? 'E' : 'e'};
        write_general(number, size, look);
    } else if (type == 'e' || type == 'E') {
        snprintf(number, room, upper ? "%.*E" : "%.*e", digits, size);
        if (spec->alternate && digits == 0) {
            memmove(number + 2, number + 1, strlen(number));
            number[1] = '.';
        }
    } else {
        snprintf(number, room, spec->alternate ? "%#.*f" : "%.*f", digits, size);
    }
    plain_point(number);
    return true;
}

static bool format_float(weir__text *text, const weir__spec *spec, double value)
{
    char type = letter(spec);
    if (spec->precision > MOST_DIGITS || (spec->group != 0 && type == 'n')) {
        return false;
    }
    double scaled = type == '%' ? value * 100 : value;
    char number[MOST_DIGITS * 2 + 64]; // 309 digits before the point, 400 behind
    if (!write_float(number, sizeof number, spec, fabs(scaled), type)) {
        return false;
    }
    if (type == '%') {
        size_t end = strlen(number);
        snprintf(number + end, sizeof number - end, "%%");
    }
    Parts parts = {.digits = number, .digit_count = strspn(number, "0123456789"), .group = 3};
    parts.rest = number + parts.digit_count;
    parts.rest_length = strlen(parts.rest);
    bool nothing = isfinite(scaled) && strpbrk(number, "123456789") == NULL; // rounded to zero
    bool negative = signbit(scaled) && !isnan(scaled) && !(spec->unsigned_zero && nothing);
    add_sign(&parts, negative, spec, "");
    lay_out(text, spec, &parts);
    return true;
}

// ── text ─────────────────────────────────────────────────────────────────────────────────────────

static bool format_string(weir__text *text, const weir__spec *spec, const char *bytes,
                          size_t length)
{
    char type = letter(spec);
    if ((type != '\0' && type != 's') || spec->sign != 0 || spec->alternate || spec->group != 0 ||
        spec->unsigned_zero || spec->align == '=') {
        return false;
    }
    if (spec->precision >= 0) { // at most so many characters
        size_t at = 0;
        for (int left = spec->precision; left > 0 && at < length; left--) {
            size_t character = weir__utf8_length(bytes + at, length - at);
            at += character == 0 ? 1 : character;
        }
        length = at;
    }
    weir__pad(text, spec, bytes, length, 0, '<');
    return true;
}

// ── durations ────────────────────────────────────────────────────────────────────────────────────

typedef struct Unit {
    const char *name;
    uint64_t ns;
    int places; // of decimals that matter
} Unit;

static const Unit units[] = {
    {"d", UINT64_C(86400000000000), 9}, // only where a format asks for it
    {"h", UINT64_C(3600000000000), 9},
    {"m", UINT64_C(60000000000), 9},
    {"s", 1000000000, 9},
    {"ms", 1000000, 6},
    {"us", 1000, 3},
    {"ns", 1, 0},
};

// size / unit with `places` decimals, rounded half up; trimmed: without trailing zeros. At most 9
// places.
static void write_amount(char *to, size_t room, uint64_t size, uint64_t unit, int places,
                         bool trimmed)
{
    uint64_t scale = 1;
    for (int i = 0; i < places; i++) {
        scale *= 10;
    }
    uint64_t whole = size / unit, rest = size % unit;
    // rest * scale / unit: an hour's rest times 10^9 is beyond 64 bits, so in two steps.
    uint64_t fraction = 0, left = rest;
    for (uint64_t step = scale; step > 1; step /= 10) {
        left *= 10;
        fraction = fraction * 10 + left / unit;
        left %= unit;
    }
    if (left * 2 >= unit && ++fraction == scale) {
        whole++;
        fraction = 0;
    }
    int used = places > 0 ? snprintf(to, room, "%llu.%0*llu", (unsigned long long)whole, places,
                                     (unsigned long long)fraction)
                          : snprintf(to, room, "%llu", (unsigned long long)whole);
    while (trimmed && places > 0 && (to[used - 1] == '0' || to[used - 1] == '.')) {
        bool point = to[--used] == '.';
        to[used] = '\0';
        if (point) {
            break;
        }
    }
}

void weir__show_duration(weir__text *text, int64_t ns)
{
    uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    size_t unit = 1;
    // Hours and minutes only where they come out even or by half: 90s is 1.5m, 61s stays 61s.
    while (unit < 6 && (size < units[unit].ns || (unit < 3 && size % (units[unit].ns / 2) != 0))) {
        unit++;
    }
    if (size == 0) {
        weir__text_word(text, "0s");
        return;
    }
    char amount[48];
    write_amount(amount, sizeof amount, size, units[unit].ns, units[unit].places, true);
    weir__text_printf(text, "%s%s%s", ns < 0 ? "-" : "", amount, units[unit].name);
}

static bool format_duration(weir__text *text, const weir__spec *spec, int64_t ns)
{
    if (spec->group != 0 || spec->alternate || spec->zero || spec->unsigned_zero ||
        spec->precision > 9) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const Unit *unit = &units[i];
        if (spec->type_length != strlen(unit->name) ||
            memcmp(spec->type, unit->name, spec->type_length) != 0) {
            continue;
        }
        uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
        char amount[48], body[64];
        bool exact = spec->precision < 0;
        write_amount(amount, sizeof amount, size, unit->ns, exact ? unit->places : spec->precision,
                     exact);
        const char *sign = ns < 0 ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
        snprintf(body, sizeof body, "%s%s%s", sign, amount, unit->name);
        weir__pad(text, spec, body, strlen(body), strlen(sign), '>');
        return true;
    }
    return false;
}

// ── any word ─────────────────────────────────────────────────────────────────────────────────────

void weir__format(weir__text *text, const weir_type *type, weir_word word, const char *spec,
                  size_t length)
{
    if (length == 0) {
        weir__show(text, type, word);
        return;
    }
    bool fits = false;
    weir__spec parsed;
    if (type->kind == WEIR_TYPE_TIME) {
        fits = weir__show_time(text, word.integer, spec, length);
    } else if (type == &weir_type_local) {
        fits = weir__show_local(text, word.object, spec, length);
    } else if (parse(&parsed, spec, length)) {
        bool number = letter(&parsed) != '\0' && strchr("eEfFgG%", letter(&parsed)) != NULL;
        if (type->kind == WEIR_TYPE_INT) {
            fits = number ? format_float(text, &parsed, (double)word.integer)
                          : format_int(text, &parsed, word.integer);
        } else if (type->kind == WEIR_TYPE_FLOAT) {
            fits = format_float(text, &parsed, word.real);
        } else if (type->kind == WEIR_TYPE_DURATION) {
            fits = format_duration(text, &parsed, word.integer);
        } else { // everything else is formatted as the text it is shown as
            weir__text shown;
            weir__text_begin(&shown, text->cx);
            weir__show(&shown, type, word);
            fits = format_string(text, &parsed, shown.bytes, shown.length);
            text->failed |= shown.failed;
            weir__text_clear(&shown);
        }
    }
    if (!fits && !weir_failed(text->cx)) {
        unfit(text, type, spec, length);
    }
}
