// clock.c: times taken apart, and as text: ISO 8601, or by strftime's conversions. In UTC, or as
// clocks go here (Local), for which the environment is asked. No locale.
#include <stdio.h>

#include "env.h"
#include "format.h"

enum { DAY = 86400 };

static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

// A time taken apart.
typedef struct Civil {
    int64_t year, seconds; // seconds since 1970
    int month, day;        // from 1
    int hour, minute, second;
    int weekday, yearday; // from 0: Sunday, the 1st of January
    int fraction;         // ns
    int64_t offset;       // seconds before UTC
    const char *zone;
} Civil;

static bool leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static Civil civil(int64_t ns)
{
    Civil c = {.zone = "UTC"};
    int64_t second = ns / 1000000000, fraction = ns % 1000000000;
    if (fraction < 0) {
        fraction += 1000000000;
        second--;
    }
    int64_t day = second / DAY, rest = second % DAY;
    if (rest < 0) {
        rest += DAY;
        day--;
    }
    c.seconds = second;
    c.fraction = (int)fraction;
    c.hour = (int)(rest / 3600), c.minute = (int)(rest / 60 % 60), c.second = (int)(rest % 60);
    c.weekday = (int)(((day + 4) % 7 + 7) % 7);
    // Days since the 1st of March of the year 0: the leap day is then a year's last.
    int64_t since = day + 719468, era = (since >= 0 ? since : since - 146096) / 146097;
    int64_t in_era = since - era * 146097;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t shifted = (5 * in_year + 2) / 153;
    c.day = (int)(in_year - (153 * shifted + 2) / 5 + 1);
    c.month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    c.year = year + era * 400 + (c.month <= 2 ? 1 : 0);
    c.yearday = c.month > 2 ? (int)in_year + 59 + (leap(c.year) ? 1 : 0) : (int)in_year - 306;
    return c;
}

// The ISO week and the year it belongs to.
static int iso_week(const Civil *c, int64_t *year)
{
    int monday = (c->weekday + 6) % 7;
    int week = (c->yearday - monday + 10) / 7;
    *year = c->year;
    if (week < 1) {
        (*year)--;
        // weekday of the 1st of January, Monday 0
        int january = ((monday - c->yearday) % 7 + 7) % 7;
        int before = (january - (leap(*year) ? 366 : 365) % 7 + 14) % 7;
        return before == 3 || (before == 2 && leap(*year)) ? 53 : 52;
    }
    if (week == 53) {
        int january = ((monday - c->yearday) % 7 + 7) % 7;
        if (january != 3 && !(january == 2 && leap(c->year))) {
            (*year)++;
            return 1;
        }
    }
    return week;
}

static bool show(weir__text *text, const Civil *c, const char *spec, size_t length);

static void show_fields(weir__text *text, const Civil *c, const char *conversions)
{
    show(text, c, conversions, strlen(conversions));
}

// "+01:00", with `between` in its middle.
static void show_offset(weir__text *text, int64_t offset, const char *between)
{
    long long minutes = (offset < 0 ? -offset : offset) / 60;
    weir__text_printf(text, "%c%02lld%s%02lld", offset < 0 ? '-' : '+', minutes / 60, between,
                      minutes % 60);
}

static bool show_conversion(weir__text *text, const Civil *c, char conversion)
{
    int64_t year;
    int twelve = c->hour % 12 == 0 ? 12 : c->hour % 12;
    switch (conversion) {
    case 'Y': weir__text_printf(text, "%04lld", (long long)c->year); return true;
    case 'C': weir__text_printf(text, "%02lld", (long long)(c->year / 100)); return true;
    case 'y':
        weir__text_printf(text, "%02lld", (long long)((c->year % 100 + 100) % 100));
        return true;
    case 'm': weir__text_printf(text, "%02d", c->month); return true;
    case 'd': weir__text_printf(text, "%02d", c->day); return true;
    case 'e': weir__text_printf(text, "%2d", c->day); return true;
    case 'H': weir__text_printf(text, "%02d", c->hour); return true;
    case 'k': weir__text_printf(text, "%2d", c->hour); return true;
    case 'I': weir__text_printf(text, "%02d", twelve); return true;
    case 'l': weir__text_printf(text, "%2d", twelve); return true;
    case 'M': weir__text_printf(text, "%02d", c->minute); return true;
    case 'S': weir__text_printf(text, "%02d", c->second); return true;
    case 'f': weir__text_printf(text, "%06d", c->fraction / 1000); return true;    // as in Python
    case 'L': weir__text_printf(text, "%03d", c->fraction / 1000000); return true; // as in Ruby
    case 'N': weir__text_printf(text, "%09d", c->fraction); return true;           // as in date(1)
    case 'j': weir__text_printf(text, "%03d", c->yearday + 1); return true;
    case 'p': weir__text_word(text, c->hour < 12 ? "AM" : "PM"); return true;
    case 'P': weir__text_word(text, c->hour < 12 ? "am" : "pm"); return true;
    case 'a': weir__text_add(text, days[c->weekday], 3); return true;
    case 'A': weir__text_word(text, days[c->weekday]); return true;
    case 'b':
    case 'h': weir__text_add(text, months[c->month - 1], 3); return true;
    case 'B': weir__text_word(text, months[c->month - 1]); return true;
    case 'u': weir__text_printf(text, "%d", c->weekday == 0 ? 7 : c->weekday); return true;
    case 'w': weir__text_printf(text, "%d", c->weekday); return true;
    case 'U': weir__text_printf(text, "%02d", (c->yearday + 7 - c->weekday) / 7); return true;
    case 'W':
        weir__text_printf(text, "%02d", (c->yearday + 7 - (c->weekday + 6) % 7) / 7);
        return true;
    case 'V': weir__text_printf(text, "%02d", iso_week(c, &year)); return true;
    case 'G':
        iso_week(c, &year);
        weir__text_printf(text, "%04lld", (long long)year);
        return true;
    case 'g':
        iso_week(c, &year);
        weir__text_printf(text, "%02lld", (long long)((year % 100 + 100) % 100));
        return true;
    case 's': weir__text_printf(text, "%lld", (long long)c->seconds); return true;
    case 'z': show_offset(text, c->offset, ""); return true;
    case 'Z': weir__text_word(text, c->zone); return true;
    case 'n': weir__text_word(text, "\n"); return true;
    case 't': weir__text_word(text, "\t"); return true;
    case '%': weir__text_word(text, "%"); return true;
    case 'F': show_fields(text, c, "%Y-%m-%d"); return true;
    case 'T':
    case 'X': show_fields(text, c, "%H:%M:%S"); return true;
    case 'R': show_fields(text, c, "%H:%M"); return true;
    case 'r': show_fields(text, c, "%I:%M:%S %p"); return true;
    case 'D':
    case 'x': show_fields(text, c, "%m/%d/%y"); return true;
    case 'c': show_fields(text, c, "%a %b %e %H:%M:%S %Y"); return true;
    }
    return false;
}

static bool show(weir__text *text, const Civil *c, const char *spec, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (spec[i] != '%') {
            weir__text_add(text, &spec[i], 1);
        } else if (++i == length || !show_conversion(text, c, spec[i])) {
            return false;
        }
    }
    return true;
}

// ISO 8601 without its zone.
static void show_iso(weir__text *text, const Civil *c)
{
    show_fields(text, c, "%Y-%m-%dT%H:%M:%S");
    if (c->fraction % 1000 != 0) { // as many groups of three decimals as it takes to be exact
        weir__text_printf(text, ".%09d", c->fraction);
    } else if (c->fraction % 1000000 != 0) {
        weir__text_printf(text, ".%06d", c->fraction / 1000);
    } else if (c->fraction != 0) {
        weir__text_printf(text, ".%03d", c->fraction / 1000000);
    }
}

bool weir__show_time(weir__text *text, int64_t ns, const char *spec, size_t length)
{
    Civil c = civil(ns);
    if (length > 0) {
        return show(text, &c, spec, length);
    }
    show_iso(text, &c);
    weir__text_word(text, "Z");
    return true;
}

// ── parts ────────────────────────────────────────────────────────────────────────────────────────

int64_t weir_time_year(weir_context *cx, int64_t time)
{
    (void)cx;
    return civil(time).year;
}

int64_t weir_time_month(weir_context *cx, int64_t time)
{
    (void)cx;
    return civil(time).month;
}

int64_t weir_time_day(weir_context *cx, int64_t time)
{
    (void)cx;
    return civil(time).day;
}

int64_t weir_time_hour(weir_context *cx, int64_t time)
{
    (void)cx;
    return civil(time).hour;
}

int64_t weir_time_minute(weir_context *cx, int64_t time)
{
    (void)cx;
    return civil(time).minute;
}

int64_t weir_time_second(weir_context *cx, int64_t time)
{
    (void)cx;
    return civil(time).second;
}

int64_t weir_time_weekday(weir_context *cx, int64_t time)
{
    (void)cx;
    int weekday = civil(time).weekday;
    return weekday == 0 ? 7 : weekday;
}

// ── as clocks go here ────────────────────────────────────────────────────────────────────────────

static const weir_field local_fields[] = {
    {"year", &weir_type_int},        {"month", &weir_type_int},  {"day", &weir_type_int},
    {"hour", &weir_type_int},        {"minute", &weir_type_int}, {"second", &weir_type_int},
    {"weekday", &weir_type_int},     {"at", &weir_type_time},    {"offset", &weir_type_duration},
    {"zone", &weir_type_string},
};
const weir_type weir_type_local = {
    .kind = WEIR_TYPE_RECORD,
    .name = "Local",
    .fields = local_fields,
    .field_count = sizeof local_fields / sizeof *local_fields,
};

// A moment so many seconds before UTC.
static Civil shifted(int64_t time, int64_t offset, const char *zone)
{
    int64_t second = 1000000000, most = INT64_MAX - 100000 * second;
    bool far = time > most || time < -most; // where no clock goes
    Civil c = civil(far ? time : time + offset * second);
    c.offset = far ? 0 : offset;
    c.seconds -= c.offset;
    c.zone = far ? "UTC" : zone;
    return c;
}

weir_local *weir_time_local(weir_context *cx, int64_t time)
{
    if (weir_failed(cx)) {
        return NULL;
    }
    char zone[WEIR__ZONE_NAME];
    weir__env *env = weir__runtime_env(cx->runtime);
    int64_t offset = env->zone(env, time, zone);
    Civil c = shifted(time, offset, zone);
    weir_local *local = weir_record_new(cx, &weir_type_local);
    if (local == NULL) {
        return NULL;
    }
    local->year = c.year;
    local->month = c.month;
    local->day = c.day;
    local->hour = c.hour;
    local->minute = c.minute;
    local->second = c.second;
    local->weekday = c.weekday == 0 ? 7 : c.weekday;
    local->at = time;
    local->offset = c.offset * 1000000000;
    local->zone = weir__string_mend(cx, c.zone, (int64_t)strlen(c.zone));
    if (local->zone == NULL) {
        weir_drop(local);
        return NULL;
    }
    return local;
}

bool weir__show_local(weir__text *text, const weir_local *local, const char *spec, size_t length)
{
    Civil c = shifted(local->at, local->offset / 1000000000, local->zone->bytes);
    if (length > 0) {
        return show(text, &c, spec, length);
    }
    show_iso(text, &c);
    show_offset(text, c.offset, ":");
    return true;
}
