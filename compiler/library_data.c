// library_data.c: json, csv, codings and other tools on text.
#include "library_lines.h"

const LibraryLine library_data[] = {
    {"json.parse", "(text: string) -> json", "weir_json_parse", METHOD,
     "What a text in JSON says. Fails (kind parse) with line and column."},
    {"json.encode", "(value: V, indent: int = 0) -> string", "weir_json_encode",
     METHOD | LIBRARY_DESCRIBES, "Any value as JSON; with an indent over several lines."},
    {"(json).is_null", "-> bool", "weir_json_is_null", LIBRARY_PROPERTY,
     "Is it null, or was it not there?"},
    {"(json).kind", "-> string", "weir_json_kind", PART,
     "What it is: object, array, string, int, float, bool or null."},
    {"(json).length", "-> int", "weir_json_length", LIBRARY_PROPERTY,
     "Items of an array, keys of an object, bytes of a text; else 0."},
    {"(json).keys", "-> [string]", "weir_json_keys", PART, "The keys of an object, in order."},
    {"(json).items", "-> [json]", "weir_json_items", PART,
     "The items of an array, the values of an object."},
    {"(json).contains", "(key: string) -> bool", "weir_json_contains", METHOD,
     "Has the object the key?"},
    {"Response.json", "() -> json", "weir_response_json", METHOD,
     "The body, read as JSON. Fails with kind parse."},

    {"string.base64", "(url: bool = false) -> string", "weir_base64", METHOD,
     "Its bytes as base64; url: with letters that a URL takes."},
    {"bytes.base64", "(url: bool = false) -> string", "weir_base64", METHOD,
     "As base64; url: with letters that a URL takes."},
    {"string.from_base64", "() -> bytes", "weir_from_base64", METHOD,
     "The bytes that base64 of either kind stands for."},
    {"string.hex", "() -> string", "weir_hex", METHOD, "Its bytes as hex digits."},
    {"bytes.hex", "() -> string", "weir_hex", METHOD, "As hex digits."},
    {"string.from_hex", "() -> bytes", "weir_from_hex", METHOD, "The bytes that hex stands for."},
    {.path = NULL},
};
