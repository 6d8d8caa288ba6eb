// check_format.c: what stands behind the colon in `{x:…}` suits the type. The same language as in
// runtime/format.c, so that no format fails when the program runs.
#include "checker.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// [[fill]align][sign][z][#][0][width][,|_][.precision][type], taken apart.
typedef struct Format {
    char align, sign, group; // 0: none
    bool unsigned_zero, alternate, zero;
    bool precise;     // a precision is said
    long precision;
    const char *type; // what is left
    bool good;        // numbers are there where they must be, and not too large
} Format;

enum { WIDEST = 1000000, MOST_DIGITS = 400, MOST_DURATION_DIGITS = 9 };

// One of the characters, if it stands there; else 0.
static char take_one(const char **at, const char *of)
{
    return **at && strchr(of, **at) ? *(*at)++ : 0;
}

// Digits, maybe none. False: more than `most`.
static bool take_number(const char **at, long most, long *number)
{
    *number = 0;
    for (; isdigit((unsigned char)**at); (*at)++) {
        *number = *number > most ? *number : *number * 10 + (**at - '0');
    }
    return *number <= most;
}

static Format take_apart(const char *at)
{
    static const char aligns[] = "<>^=";
    Format format = {.good = true};
    size_t fill = utf8_read(at, strlen(at), NULL); // of any length in bytes
    if (fill && at[fill] && strchr(aligns, at[fill])) {
        at += fill;
    }
    format.align = take_one(&at, aligns);
    format.sign = take_one(&at, "+- ");
    format.unsigned_zero = take_one(&at, "z");
    format.alternate = take_one(&at, "#");
    format.zero = take_one(&at, "0");
    long width;
    format.good = take_number(&at, WIDEST, &width);
    format.group = take_one(&at, ",_");
    format.precise = take_one(&at, ".");
    bool digits = isdigit((unsigned char)*at);
    format.good = format.good && (digits || !format.precise) &&
                  (!format.precise || take_number(&at, WIDEST, &format.precision));
    format.type = at;
    return format;
}

// The one letter of the type, 0 without one, '?' where there is more.
static char letter(const Format *format)
{
    return format->type[0] && format->type[1] ? '?' : format->type[0];
}

static bool suits_float(const Format *format)
{
    char type = letter(format);
    return (!type || strchr("eEfFgGn%", type)) && format->precision <= MOST_DIGITS &&
           !(format->group && type == 'n');
}

static bool suits_int(const Format *format)
{
    char type = letter(format);
    if (type && strchr("eEfFgG%", type)) {
        return suits_float(format);
    }
    if (format->precise || format->unsigned_zero) {
        return false;
    }
    switch (type) {
    case 0:
    case 'd': return true;
    case 'n': return !format->group;
    case 'c': return !format->group && !format->sign && !format->alternate;
    case 'b':
    case 'o':
    case 'x':
    case 'X': return format->group != ',';
    }
    return false;
}

static bool suits_text(const Format *format)
{
    char type = letter(format);
    return (!type || type == 's') && format->align != '=' && !format->sign && !format->group &&
           !format->alternate && !format->unsigned_zero;
}

static bool suits_duration(const Format *format)
{
    static const char *const units[] = {"ns", "us", "ms", "s", "m", "h", "d"};
    if (format->group || format->alternate || format->zero || format->unsigned_zero ||
        format->precision > MOST_DURATION_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(format->type, units[i]) == 0) {
            return true;
        }
    }
    return false;
}

// As in strftime: at least one conversion, and only those that there are.
static bool suits_time(const char *at)
{
    static const char letters[] = "YCymdeHkIlMSfLNjpPaAbhBuwUWVGgszZnt%FTXRrDxc";
    const char *conversion = strchr(at, '%');
    if (!conversion) {
        return false;
    }
    for (; conversion; conversion = strchr(conversion + 2, '%')) {
        if (conversion[1] == 0 || !strchr(letters, conversion[1])) {
            return false;
        }
    }
    return true;
}

void check_format(Check *c, const TextPart *part)
{
    const Type *type = part->value->type;
    Phrase help = PHRASE_FORMAT_TEXT;
    Format format = take_apart(part->format);
    bool good = true;
    bool local = type->c_struct != NULL && strcmp(type->c_struct, "weir_local") == 0;
    switch (local ? TYPE_TIME : type->kind) {
    case TYPE_UNKNOWN: case TYPE_NEVER: break;
    case TYPE_INT:
        good = format.good && suits_int(&format);
        help = PHRASE_FORMAT_INT;
        break;
    case TYPE_FLOAT:
        good = format.good && suits_float(&format);
        help = PHRASE_FORMAT_FLOAT;
        break;
    case TYPE_DURATION:
        good = format.good && suits_duration(&format);
        help = PHRASE_FORMAT_DURATION;
        break;
    case TYPE_TIME:
        good = suits_time(part->format);
        help = PHRASE_FORMAT_TIME;
        break;
    case TYPE_STRING: case TYPE_BOOL: case TYPE_ENUM:
        good = format.good && suits_text(&format);
        break;
    case TYPE_NOTHING: case TYPE_BYTES: case TYPE_JSON: case TYPE_SECRET: case TYPE_ERROR:
    case TYPE_RANGE: case TYPE_LIST:
    case TYPE_MAP: case TYPE_TUPLE: case TYPE_RECORD: case TYPE_OPTIONAL: case TYPE_RESULT:
    case TYPE_TASK:
    case TYPE_QUEUE: case TYPE_STREAM: case TYPE_ANY: case TYPE_VARIABLE:
        good = false;
        help = PHRASE_FORMAT_NONE;
        break;
    }
    if (!good) {
        Span span = part->format_span.end ? part->format_span : part->value->span;
        Diag *diag = diag_add(c->diags, DIAG_FORMAT, span, part->format, type->name, NULL);
        diag->help = message_phrase(help);
    }
}
