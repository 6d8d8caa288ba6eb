// weir_library.h: the wall's second half: what the library's functions and methods are in C.
//
// weir.h ends by including this file, and nobody else names it: printed C and host programs include
// weir.h alone. Its words, ownership, failures and waits are those of weir.h. A function here is a
// line of a table in the compiler's library_*.c, but for those of tests.
#ifndef WEIR_LIBRARY_H
#define WEIR_LIBRARY_H

#include "weir.h"

// ── the world ────────────────────────────────────────────────────────────────────────────────────
void weir_print(
    weir_context *cx,
    const weir_string *text); // and a newline, to stdout; a failing stdout fails (kind io)
void weir_eprint(weir_context *cx, const weir_string *text); // to stderr
// A variable the program was started with, as a string?; NULL: it is not set.
weir_string *weir_env(weir_context *cx, const weir_string *name);
// The same as a secret, which is a text in all but what shows it: kind io, permanent, where it is
// not set.
weir_string *weir_env_secret(weir_context *cx, const weir_string *name);

typedef struct weir_response { // Response
    weir_record record;
    int64_t status;
    weir_map *headers; // [string: string]; names in lower case, what was said twice joined by ", "
    weir_string *body; // bytes
    weir_string *url;  // after redirects
    int64_t elapsed;   // duration
} weir_response;
// The body as text: the same object where it is UTF-8, else mended.
weir_string *weir_response_text(weir_context *cx, const weir_response *response);
// Each gives a Response. What may be left out is NULL. headers, form, query: [string: string]; at
// most one of body (text or bytes), json (its text) and form. redirects: how many are followed;
// max: bytes of a body. What makes no request fails with kind http, permanent, before it is sent.
weir_step weir_http_get(weir_context *cx, const weir_string *url, const weir_map *headers,
                        const weir_map *query, int64_t redirects, int64_t max, void *slot);
weir_step weir_http_head(weir_context *cx, const weir_string *url, const weir_map *headers,
                         const weir_map *query, int64_t redirects, void *slot);
weir_step weir_http_post(weir_context *cx, const weir_string *url, const weir_string *body,
                         const weir_map *headers, const weir_string *json, const weir_map *form,
                         const weir_map *query, int64_t redirects, int64_t max, void *slot);
weir_step weir_http_put(weir_context *cx, const weir_string *url, const weir_string *body,
                        const weir_map *headers, const weir_string *json, const weir_map *form,
                        const weir_map *query, int64_t redirects, int64_t max, void *slot);
weir_step weir_http_patch(weir_context *cx, const weir_string *url, const weir_string *body,
                          const weir_map *headers, const weir_string *json, const weir_map *form,
                          const weir_map *query, int64_t redirects, int64_t max, void *slot);
weir_step weir_http_delete(weir_context *cx, const weir_string *url, const weir_string *body,
                           const weir_map *headers, const weir_string *json, const weir_map *form,
                           const weir_map *query, int64_t redirects, int64_t max, void *slot);
weir_step weir_http_request(weir_context *cx, const weir_string *method, const weir_string *url,
                            const weir_string *body, const weir_map *headers,
                            const weir_string *json, const weir_map *form, const weir_map *query,
                            int64_t redirects, int64_t max, void *slot);
// Gets the body into a file, which appears when it is whole; *slot gets its bytes (int). A status
// that is not of 2xx fails with kind http as .check() does; a file that can't be written with io.
weir_step weir_http_download(weir_context *cx, const weir_string *url, const weir_string *path,
                             const weir_map *headers, const weir_map *query, int64_t redirects,
                             int64_t max, void *slot);
// stream<bytes>: the body in pieces, as they come and are asked for. Not of 2xx: it fails there.
weir_stream *weir_http_stream(weir_context *cx, weir_scope *scope, const weir_string *url,
                              const weir_map *headers, const weir_map *query, int64_t redirects);
// .check(): the response itself (one more holder), or NULL and kind http pending, with its status,
// permanent for 4xx but 408, 425 and 429, and what a Retry-After header says.
weir_response *weir_response_check(weir_context *cx, const weir_response *response);

// A line with time and level on the standard error stream, where WEIR_LOG asks for it.
void weir_log_debug(weir_context *cx, const weir_string *text);
void weir_log_info(weir_context *cx, const weir_string *text);
void weir_log_warn(weir_context *cx, const weir_string *text);
void weir_log_error(weir_context *cx, const weir_string *text);
// Ends the program: everything is cancelled, and the status (0..255, others are 255) is its own.
weir_step weir_exit(weir_context *cx, int64_t status);

int64_t weir_random_int(weir_context *cx, int64_t from, int64_t to); // both included; kind type
double weir_random_float(weir_context *cx);                          // from 0, below 1
weir_bool weir_random_bool(weir_context *cx);
void weir_random_choice(weir_context *cx, const weir_list *list, void *slot); // kind index
weir_list *weir_random_shuffle(weir_context *cx, const weir_list *list);
weir_list *weir_random_sample(weir_context *cx, const weir_list *list, int64_t count);

// Of a time, in UTC; weekday: 1 is Monday, 7 Sunday.
int64_t weir_time_year(weir_context *cx, int64_t time);
int64_t weir_time_month(weir_context *cx, int64_t time);
int64_t weir_time_day(weir_context *cx, int64_t time);
int64_t weir_time_hour(weir_context *cx, int64_t time);
int64_t weir_time_minute(weir_context *cx, int64_t time);
int64_t weir_time_second(weir_context *cx, int64_t time);
int64_t weir_time_weekday(weir_context *cx, int64_t time);
typedef struct weir_local { // Local: a time as the clocks go where the program runs
    weir_record record;
    int64_t year, month, day, hour, minute, second, weekday;
    int64_t at;        // the time itself
    int64_t offset;    // duration: local time is UTC and this
    weir_string *zone; // "CET"
} weir_local;
extern const weir_type weir_type_local;
weir_local *weir_time_local(weir_context *cx, int64_t time);
double weir_duration_milliseconds(weir_context *cx, int64_t duration);
double weir_duration_minutes(weir_context *cx, int64_t duration);
double weir_duration_hours(weir_context *cx, int64_t duration);

// ── files: each fails with kind io, and the message names the path and the reason ────────────────
typedef struct weir_stat { // Stat
    weir_record record;
    int64_t size; // bytes
    int64_t modified; // time
    weir_bool is_file, is_dir; // what a link leads to
    weir_bool is_link;
    int64_t mode; // permission bits
} weir_stat;
extern const weir_type weir_type_stat;
// string; kind parse where it is not UTF-8
weir_step weir_fs_read(weir_context *cx, const weir_string *path, void *slot);
weir_step weir_fs_read_bytes(weir_context *cx, const weir_string *path, void *slot); // bytes
// string or bytes: all of the file from now on, or the file is as it was
weir_step weir_fs_write(weir_context *cx, const weir_string *path, const weir_string *text);
weir_step weir_fs_append(weir_context *cx, const weir_string *path, const weir_string *text);
weir_step weir_fs_list(weir_context *cx, const weir_string *path, void *slot);    // [string]
weir_step weir_fs_glob(weir_context *cx, const weir_string *pattern, void *slot); // [string]
weir_step weir_fs_stat(weir_context *cx, const weir_string *path, void *slot);    // Stat?
weir_step weir_fs_exists(weir_context *cx, const weir_string *path, void *slot);  // bool
weir_step weir_fs_mkdir(weir_context *cx, const weir_string *path);
weir_step weir_fs_remove(weir_context *cx, const weir_string *path, weir_bool recursive);
weir_step weir_fs_rename(weir_context *cx, const weir_string *path, const weir_string *to);
weir_step weir_fs_copy(weir_context *cx, const weir_string *path, const weir_string *to);
// stream<string>: the lines of a file, of the standard input. kind parse where a line is not UTF-8,
// or with `mend` U+FFFD there.
weir_stream *weir_fs_lines(weir_context *cx, weir_scope *scope, const weir_string *path,
                           weir_bool mend);
weir_stream *weir_stdin_lines(weir_context *cx, weir_scope *scope, weir_bool mend);
// stream<string>: the paths of what changes at or directly in a path, once one is asked for.
weir_stream *weir_fs_watch(weir_context *cx, weir_scope *scope, const weir_string *path);
// string: a new directory, removed with what is in it when the program ends
weir_step weir_fs_temp_dir(weir_context *cx, void *slot);

// ── methods of lists and maps ────────────────────────────────────────────────────────────────────
// Those that change take the slot's address and copy what others hold too. `type` is the type of
// the result: a T? where nothing may be found (NULL: none).
void *weir_list_pop(weir_context *cx, const weir_type *type, weir_list **list);
// fails with kind index beyond the length
void weir_list_insert(weir_context *cx, weir_list **list, int64_t at, const void *word);
void weir_list_remove(weir_context *cx, weir_list **list, int64_t at); // kind index outside
void weir_list_clear(weir_context *cx, weir_list **list);
void weir_list_append(weir_context *cx, weir_list **list, const weir_list *more); // xs += more
weir_bool weir_list_contains(weir_context *cx, const weir_list *list, const void *word);
weir_box *weir_list_index_of(weir_context *cx, const weir_list *list, const void *word); // int?
void *weir_list_first(weir_context *cx, const weir_type *type, const weir_list *list);
void *weir_list_last(weir_context *cx, const weir_type *type, const weir_list *list);
weir_list *weir_list_reverse(weir_context *cx, const weir_list *list);
weir_list *weir_list_unique(weir_context *cx, const weir_list *list); // the first of equal ones
weir_list *weir_list_indexed(weir_context *cx, const weir_type *type, const weir_list *list);
weir_list *weir_list_flatten(weir_context *cx, const weir_type *type, const weir_list *lists);
// Stable. The _by functions take as many keys as there are items.
weir_list *weir_list_sort(weir_context *cx, const weir_list *list);
weir_list *weir_list_sort_by(weir_context *cx, const weir_list *list, const weir_list *keys);
void *weir_list_min(weir_context *cx, const weir_type *type, const weir_list *list);
void *weir_list_max(weir_context *cx, const weir_type *type, const weir_list *list);
void *weir_list_min_by(weir_context *cx, const weir_type *type, const weir_list *list,
                       const weir_list *keys);
void *weir_list_max_by(weir_context *cx, const weir_type *type, const weir_list *list,
                       const weir_list *keys);
// The items by their keys, as a [K: [T]].
weir_map *weir_list_group(weir_context *cx, const weir_type *type, const weir_list *list,
                          const weir_list *keys);
// The item that so many percent of the items in order do not exceed, as a T?; kind type beyond 100.
void *weir_list_percentile(weir_context *cx, const weir_type *type, const weir_list *list,
                           double percent);
void weir_list_swap(weir_context *cx, weir_list **list, int64_t a, int64_t b); // index outside
weir_box *weir_list_last_index_of(weir_context *cx, const weir_list *list,
                                  const void *word); // int?
weir_list *weir_list_repeat(weir_context *cx, const weir_list *list, int64_t times);
// The items that are in `other`, and those that are not.
weir_list *weir_list_common(weir_context *cx, const weir_list *list, const weir_list *other);
weir_list *weir_list_without(weir_context *cx, const weir_list *list, const weir_list *other);
// Lists of `size` items, one behind the other or at every place; kind type below 1.
weir_list *weir_list_chunks(weir_context *cx, const weir_type *type, const weir_list *list,
                            int64_t size);
weir_list *weir_list_windows(weir_context *cx, const weir_type *type, const weir_list *list,
                             int64_t size);
weir_map *weir_list_tally(weir_context *cx, const weir_type *type, const weir_list *list);
weir_map *weir_list_to_map(weir_context *cx, const weir_type *type, const weir_list *list);
weir_string *weir_strings_join(weir_context *cx, const weir_list *list, const weir_string *between);
int64_t weir_ints_sum(weir_context *cx, const weir_list *list); // of durations too
double weir_floats_sum(weir_context *cx, const weir_list *list);
int64_t weir_ints_product(weir_context *cx, const weir_list *list);
double weir_floats_product(weir_context *cx, const weir_list *list);
// Of ints or floats, as a float?; of durations as a duration?. NULL: none of an empty list.
weir_box *weir_numbers_average(weir_context *cx, const weir_list *list);
weir_box *weir_durations_average(weir_context *cx, const weir_list *list);
weir_box *weir_numbers_median(weir_context *cx, const weir_list *list);
weir_box *weir_durations_median(weir_context *cx, const weir_list *list);
weir_box *weir_numbers_deviation(weir_context *cx, const weir_list *list); // of two and more
weir_list *weir_map_pairs(weir_context *cx, const weir_type *type, const weir_map *map);
weir_map *weir_map_merge(weir_context *cx, const weir_map *map, const weir_map *other);
weir_bool weir_map_contains(weir_context *cx, const weir_map *map, const void *key);
weir_list *weir_map_keys(weir_context *cx, const weir_type *type, const weir_map *map);
weir_list *weir_map_values(weir_context *cx, const weir_type *type, const weir_map *map);
void weir_map_clear(weir_context *cx, weir_map **map);

// ── methods of text ──────────────────────────────────────────────────────────────────────────────
weir_list *weir_string_chars(weir_context *cx, const weir_string *s); // [string]
// Latin, Greek and Cyrillic letters with one counterpart; what locale is set has no say
weir_string *weir_string_upper(weir_context *cx, const weir_string *s);
weir_string *weir_string_lower(weir_context *cx, const weir_string *s);
weir_string *weir_string_capitalize(weir_context *cx, const weir_string *s);
weir_string *weir_string_trim(weir_context *cx, const weir_string *s); // white space at both ends
weir_string *weir_string_trim_start(weir_context *cx, const weir_string *s);
weir_string *weir_string_trim_end(weir_context *cx, const weir_string *s);
weir_string *weir_string_remove_prefix(weir_context *cx, const weir_string *s,
                                       const weir_string *prefix);
weir_string *weir_string_remove_suffix(weir_context *cx, const weir_string *s,
                                       const weir_string *suffix);
// `with` again and again, until there are `width` characters; "" fills nothing
weir_string *weir_string_pad_start(weir_context *cx, const weir_string *s, int64_t width,
                                   const weir_string *with);
weir_string *weir_string_pad_end(weir_context *cx, const weir_string *s, int64_t width,
                                 const weir_string *with);
// (string, string)?: what is before and behind the first place of `at`; "" is nowhere
void *weir_string_split_once(weir_context *cx, const weir_type *type, const weir_string *s,
                             const weir_string *at);
// at "": its characters
weir_list *weir_string_split(weir_context *cx, const weir_string *s, const weir_string *at);
weir_list *weir_string_words(weir_context *cx, const weir_string *s); // between white space
weir_list *weir_string_lines(weir_context *cx, const weir_string *s); // without their ends
weir_bool weir_string_contains(weir_context *cx, const weir_string *s, const weir_string *wanted);
weir_bool weir_string_starts_with(weir_context *cx, const weir_string *s,
                                  const weir_string *wanted);
weir_bool weir_string_ends_with(weir_context *cx, const weir_string *s, const weir_string *wanted);
weir_box *weir_string_index_of(weir_context *cx, const weir_string *s, const weir_string *wanted);
weir_box *weir_string_last_index_of(weir_context *cx, const weir_string *s,
                                    const weir_string *wanted);
int64_t weir_string_count(weir_context *cx, const weir_string *s, const weir_string *wanted);
weir_string *weir_string_reverse(weir_context *cx, const weir_string *s); // by characters
weir_list *weir_string_codes(weir_context *cx, const weir_type *type, const weir_string *s);
weir_list *weir_bytes_codes(weir_context *cx, const weir_type *type, const weir_string *bytes);
// every place of `wanted`; "" is nowhere
weir_string *weir_string_replace(weir_context *cx, const weir_string *s, const weir_string *wanted,
                                 const weir_string *with);
weir_string *weir_string_repeat(weir_context *cx, const weir_string *s, int64_t times);

// ── methods of numbers ───────────────────────────────────────────────────────────────────────────
int64_t weir_int_abs(weir_context *cx, int64_t n); // durations too; fails with kind overflow
int64_t weir_int_min(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_max(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_power(weir_context *cx, int64_t base, int64_t exponent); // overflow; math below 0
double weir_float_abs(weir_context *cx, double x);
double weir_float_floor(weir_context *cx, double x);
double weir_float_ceil(weir_context *cx, double x);
double weir_float_round(weir_context *cx, double x, int64_t digits); // halves away from zero
double weir_float_sqrt(weir_context *cx, double x);                  // kind math below 0
double weir_float_power(weir_context *cx, double x, double exponent);
double weir_float_min(weir_context *cx, double a, double b);
double weir_float_max(weir_context *cx, double a, double b);
weir_bool weir_float_is_nan(weir_context *cx, double x);
weir_bool weir_float_is_finite(weir_context *cx, double x);
int64_t weir_float_sign(weir_context *cx, double x);
double weir_float_clamp(weir_context *cx, double x, double low, double high); // math: low > high
double weir_float_truncate(weir_context *cx, double x);
double weir_float_exp(weir_context *cx, double x);
double weir_float_sin(weir_context *cx, double x);
double weir_float_cos(weir_context *cx, double x);
double weir_float_tan(weir_context *cx, double x);
double weir_float_atan(weir_context *cx, double x);
// kind math where there is none
double weir_float_log(weir_context *cx, double x);
double weir_float_log2(weir_context *cx, double x);
double weir_float_log10(weir_context *cx, double x);
double weir_float_asin(weir_context *cx, double x);
double weir_float_acos(weir_context *cx, double x);
double weir_float_atan2(weir_context *cx, double y, double x);
double weir_float_hypot(weir_context *cx, double a, double b);
double weir_pi(weir_context *cx);
double weir_e(weir_context *cx);
double weir_inf(weir_context *cx);
double weir_nan(weir_context *cx);
int64_t weir_int_sign(weir_context *cx, int64_t n);
int64_t weir_int_clamp(weir_context *cx, int64_t n, int64_t low, int64_t high); // math: low > high
int64_t weir_int_floor_divide(weir_context *cx, int64_t a, int64_t b);          // as weir_divide
int64_t weir_int_floor_mod(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_gcd(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_bit_and(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_bit_or(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_bit_xor(weir_context *cx, int64_t a, int64_t b);
int64_t weir_int_shift_left(weir_context *cx, int64_t n, int64_t by); // math beyond 0 to 63
int64_t weir_int_shift_right(weir_context *cx, int64_t n, int64_t by);
int64_t weir_duration_round(weir_context *cx, int64_t d, int64_t to); // math where to <= 0
int64_t weir_time_floor(weir_context *cx, int64_t t, int64_t to);
double weir_duration_days(weir_context *cx, int64_t duration);
double weir_duration_microseconds(weir_context *cx, int64_t duration);
double weir_duration_seconds(weir_context *cx, int64_t duration);

// ── `as`: fails with kind parse, and the message names the text ──────────────────────────────────
int64_t weir_string_int(weir_context *cx, const weir_string *s); // white space around is fine
double weir_string_float(weir_context *cx, const weir_string *s);
weir_bool weir_string_bool(weir_context *cx, const weir_string *s);
int64_t weir_string_duration(weir_context *cx, const weir_string *s); // 250ms, 1h30m
int64_t weir_string_time(weir_context *cx, const weir_string *s);     // ISO 8601; UTC without zone
int64_t weir_string_case(weir_context *cx, const weir_type *type, const weir_string *s);
weir_string *weir_string_bytes(weir_context *cx, const weir_string *s);
weir_string *weir_bytes_string(weir_context *cx, const weir_string *bytes); // must be UTF-8
int64_t weir_float_int(weir_context *cx, double x);                         // truncates
int64_t weir_whole_seconds(weir_context *cx, int64_t seconds);
int64_t weir_seconds(weir_context *cx, double seconds); // as a duration, or a time since 1970
int64_t weir_int_case(weir_context *cx, const weir_type *type, int64_t number); // of a plain enum

// ── json ─────────────────────────────────────────────────────────────────────────────────────────
// RFC 8259; fails with kind parse, line and column. A key that comes twice fails, and a number that
// does not fit.
weir_json *weir_json_parse(weir_context *cx, const weir_string *text);
weir_json *weir_response_json(weir_context *cx, const weir_response *response); // of its text
// A word of any type as JSON: in one line, or with so many blanks a level. nan and inf fail.
weir_string *weir_json_encode(weir_context *cx, const weir_type *type, const void *word,
                              int64_t indent);
weir_json *weir_json_nothing(weir_context *cx); // null
weir_json *weir_json_from(weir_context *cx, const weir_type *type, const void *word); // as json
// `j as T` into the slot; fails with kind parse and the path of what does not fit.
void weir_json_as(weir_context *cx, const weir_type *type, const weir_json *json, void *slot);
// A [string: string] as a record: each field read from the text of its key.
void *weir_row_as(weir_context *cx, const weir_type *type, const weir_map *row);
weir_json *weir_json_field(weir_context *cx, const weir_json *json,
                           const weir_string *key); // j["a"]; null where there is none
weir_json *weir_json_item(weir_context *cx, const weir_json *json, int64_t index); // j[0]; or null
// Their places in the json in the slot, which is made unshared: `j["a"] = v`, `j[0] = v`. A key
// that is not there is added, and null becomes an object. NULL: kind type or index is pending.
weir_word *weir_json_field_place(weir_context *cx, void *json_slot, const weir_string *key);
weir_word *weir_json_item_place(weir_context *cx, void *json_slot, int64_t index);
weir_bool weir_json_is_null(weir_context *cx, const weir_json *json);
weir_bool weir_json_contains(weir_context *cx, const weir_json *json, const weir_string *key);
int64_t weir_json_length(weir_context *cx, const weir_json *json); // items, keys, bytes; else 0
weir_list *weir_json_keys(weir_context *cx, const weir_json *json);   // [string]
weir_list *weir_json_items(weir_context *cx, const weir_json *json);  // [json]
weir_string *weir_json_kind(weir_context *cx, const weir_json *json); // "object", "int", …

// ── csv: fails with kind parse and the line; with kind type for a bad delimiter ──────────────────
weir_list *weir_csv_rows(weir_context *cx, const weir_string *text,
                         const weir_string *delimiter); // [[string]]
weir_list *weir_csv_parse(weir_context *cx, const weir_string *text,
                          const weir_string *delimiter); // [[string: string]], by the first row
// Rows: lists, tuples; with a first row of names: records, maps.
weir_string *weir_csv_encode(weir_context *cx, const weir_list *rows, const weir_string *delimiter);

// ── codings: the argument is a string or bytes ───────────────────────────────────────────────────
weir_string *weir_base64(weir_context *cx, const weir_string *bytes, weir_bool url);
weir_string *weir_from_base64(weir_context *cx, const weir_string *text); // bytes; kind parse
weir_string *weir_hex(weir_context *cx, const weir_string *bytes);
weir_string *weir_from_hex(weir_context *cx, const weir_string *text); // bytes; kind parse

weir_string *weir_sha256(weir_context *cx, const weir_string *bytes); // hex
weir_string *weir_hmac_sha256(weir_context *cx, const weir_string *bytes,
                              const weir_string *key); // hex

// ── URLs and paths ───────────────────────────────────────────────────────────────────────────────
typedef struct weir_url { // Url
    weir_record record;
    weir_string *scheme, *user, *host; // "" where there is none
    weir_box *port;                    // int?
    weir_string *path;
    weir_map *query; // [string: string]
    weir_string *fragment;
} weir_url;
extern const weir_type weir_type_url;
weir_url *weir_url_parts(weir_context *cx, const weir_string *url); // kind parse
weir_string *weir_url_encode(weir_context *cx, const weir_string *part);
weir_string *weir_url_decode(weir_context *cx, const weir_string *part); // kind parse
weir_string *weir_url_query(weir_context *cx, const weir_map *query);    // a=1&b=2
weir_string *weir_url_join(weir_context *cx, const weir_string *base, const weir_string *reference);
weir_string *weir_path_base(weir_context *cx, const weir_string *path); // "/a/b.txt": "b.txt"
weir_string *weir_path_stem(weir_context *cx, const weir_string *path); // "b"
weir_string *weir_path_ext(weir_context *cx, const weir_string *path);  // ".txt"
weir_string *weir_path_dir(weir_context *cx, const weir_string *path);  // "/a"; "." without one
weir_string *weir_path_join(weir_context *cx, const weir_string *path, const weir_string *more);

// ── re: patterns, matched in linear time; one that is none fails with kind parse ─────────────────
typedef struct weir_match { // Match
    weir_record record;
    weir_string *text;
    int64_t start, end; // bytes
    weir_list *groups;  // [string?]: without the whole
    weir_map *names;    // [string: string]: of the named groups that took part
} weir_match;
extern const weir_type weir_type_match;
weir_match *weir_re_match(weir_context *cx, const weir_string *pattern,
                          const weir_string *text); // of the whole text; NULL: none
weir_match *weir_re_find(weir_context *cx, const weir_string *pattern,
                         const weir_string *text); // the first; NULL: none
weir_list *weir_re_find_all(weir_context *cx, const weir_string *pattern,
                            const weir_string *text); // [Match]
weir_bool weir_re_contains(weir_context *cx, const weir_string *pattern, const weir_string *text);
weir_string *weir_re_replace(weir_context *cx, const weir_string *pattern, const weir_string *text,
                             const weir_string *with); // $1, ${name}, $$
weir_list *weir_re_split(weir_context *cx, const weir_string *pattern,
                         const weir_string *text); // [string]
weir_string *weir_re_escape(weir_context *cx, const weir_string *text); // matches the text itself

// ── failures as values ───────────────────────────────────────────────────────────────────────────
// `error(…)`: not pending, without a place. retry_after (ns) and status: below 0 none; cause and
// item may be NULL.
weir_error *weir_error_make(weir_context *cx, const weir_string *kind, const weir_string *message,
                            weir_bool permanent, int64_t retry_after, int64_t status,
                            const weir_error *cause, const weir_string *item);
weir_list *weir_error_trail(weir_context *cx, const weir_error *error);      // [string]; never NULL
weir_list *weir_error_also(weir_context *cx, const weir_error *error);       // [Error]; never NULL
weir_box *weir_error_retry_after(weir_context *cx, const weir_error *error); // duration?
weir_box *weir_error_status(weir_context *cx, const weir_error *error);      // int?

// ── child processes ──────────────────────────────────────────────────────────────────────────────
typedef struct weir_exec_result { // Exec
    weir_record record;
    int64_t status;       // 128 + n: ended by signal n
    weir_string *stdout;  // string
    weir_string *stderr;  // string
    weir_string *bytes;   // bytes: standard output as it came
    weir_list *command;   // [string]
} weir_exec_result;
// Runs a program to its end. command: [string], the program first; folder: where it runs;
// variables: [string: string], added to those of this process; input: its standard input, text or
// bytes. These three may be NULL. max: bytes of each of its outputs. *slot gets an Exec. Fails with
// kind exec where it can't be run.
weir_step weir_exec(weir_context *cx, const weir_list *command, const weir_string *folder,
                    const weir_map *variables, const weir_string *input, int64_t max, void *slot);
// stream<string>: the lines of its two outputs as they come. Fails at its end as .check() does.
weir_stream *weir_exec_lines(weir_context *cx, weir_scope *scope, const weir_list *command,
                             const weir_string *folder, const weir_map *variables,
                             const weir_string *input);
// .check(): itself (one more holder), or NULL and kind exec pending, with its status.
weir_exec_result *weir_exec_check(weir_context *cx, const weir_exec_result *result);

// ── tests ────────────────────────────────────────────────────────────────────────────────────────
// How one test ended under one schedule.
typedef struct weir_outcome {
    bool passed;
    int64_t took; // virtual ns
    const char
        *report; // the failure, drawn; NULL when it passed. Good during the call, as are these:
    const char *output, *errors; // what it wrote to its streams
} weir_outcome;
// Runs a test on the simulated world: virtual time, and the order of what could go either way drawn
// from the seed (0: first in, first out). `told` is called once. False: there is no memory for it.
bool weir_try(const weir_program *program, const weir_test *test, uint64_t seed,
              void (*told)(void *with, const weir_outcome *outcome), void *with);

// From now on, to the end of the test, calls of the function with that number go to the stub.
// locals is consumed.
void weir_stub_set(weir_context *cx, uint32_t index, const weir_stub *stub, void *locals);
// A call of it, where it is stubbed nowhere yet by the original: as weir_start_private. arguments
// is consumed.
void weir_stub_start(weir_context *cx, uint32_t index, const weir_stub *original, void *arguments,
                     weir_task **child);
void weir_stub_call(weir_context *cx, uint32_t index, const weir_stub *original,
                    const void *arguments, void *result); // result NULL: it gives nothing
// The stream of one that gives a stream: the stub's, or else the original's.
void weir_stub_stream(weir_context *cx, uint32_t index, const weir_stub *original,
                      void *arguments /* consumed */, weir_scope *scope, const weir_type *item,
                      weir_stream **slot);

// ── queues ───────────────────────────────────────────────────────────────────────────────────────
weir_queue *weir_queue_new(weir_context *cx, const weir_type *item, int64_t max);
// One at the top of the program, which may be bound to a broker. name: constant, as it stands in
// the source; sent: the items have a form as JSON.
weir_queue *weir_queue_open(weir_context *cx, const char *name, const weir_type *item, int64_t max,
                            weir_bool sent);
weir_step weir_put(weir_context *cx, weir_queue *queue /* borrowed */, const void *word);
weir_step weir_get(weir_context *cx, weir_queue *queue /* borrowed */,
                   void *slot, // at the end: slot zero, cx->ended set
                   weir_lease **lease); // see below; NULL: what comes is done with at once
void weir_close(weir_context *cx, weir_queue *queue /* borrowed */);
// What comes of a bound queue is held by a lease: the block that took it has one slot for all it
// takes, NULL at first (and always, where no queue is bound). Cleared while a failure is pending it
// gives the items back, else they are done with. A child of a gather can be lent the lease of its
// item: then that is done with when the child has ended well. Where more children are to share it
// it is given back all the same until there are no more.
void weir_gather_lend(weir_context *cx, weir_gather *gather, weir_lease *lease);
void weir_lease_parts(weir_lease *lease, weir_bool more); // both: NULL is fine

#endif
