// library_data.c: json, csv, codings and other tools on text.
#include "library_lines.h"

const LibraryLine library_data[] = {
    {.path = NULL},
};
