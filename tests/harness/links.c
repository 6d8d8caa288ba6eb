// links.c: the links of a document to files of the tree, and to headings in them, lead somewhere.
#include "document.h"
#include "files.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

// The words of a heading as its anchor: lower case, dashes between, no punctuation.
static char *anchor_of(const char *heading)
{
    Text anchor = {0};
    for (heading += strspn(heading, "# "); *heading != '\0'; heading++) {
        char byte = (char)tolower((unsigned char)*heading);
        if (isalnum((unsigned char)byte) || byte == '_' || byte == '-') {
            text_add(&anchor, &byte, 1);
        } else if (byte == ' ') {
            text_add(&anchor, "-", 1);
        }
    }
    return copy_text(text_string(&anchor), anchor.length);
}

// The lines that are in no block.
static Strings lines_of_words(const Document *document)
{
    Strings words = {0};
    size_t block = 0;
    for (size_t i = 0; i < document->lines.count; i++) {
        if (block < document->count && i + 1 == document->blocks[block].from) {
            i = document->blocks[block++].to;
        } else {
            strings_add(&words, document->lines.items[i]);
        }
    }
    return words;
}

static bool has_heading(const Document *document, const char *anchor)
{
    Strings lines = lines_of_words(document);
    for (size_t i = 0; i < lines.count; i++) {
        if (lines.items[i][0] == '#' && strcmp(anchor_of(lines.items[i]), anchor) == 0) {
            return true;
        }
    }
    return false;
}

static bool leads_somewhere(const Document *document, const char *link)
{
    if (strstr(link, "://") != NULL) {
        return true;
    }
    size_t length = strcspn(link, "#");
    const char *anchor = link[length] == '#' ? link + length + 1 : NULL;
    int folder = (int)(base_name(document->path) - document->path);
    char *path = length == 0 ? copy_text(document->path, strlen(document->path))
                             : print_text("%.*s%.*s", folder, document->path, (int)length, link);
    if (!path_exists(path)) {
        return false;
    }
    Document other = anchor == NULL ? (Document){0} : document_read(path);
    return anchor == NULL || has_heading(&other, anchor);
}

char *broken_links(const Document *document)
{
    Strings lines = lines_of_words(document);
    Text broken = {0};
    for (size_t i = 0; i < lines.count; i++) {
        for (const char *at = lines.items[i]; (at = strstr(at, "](")) != NULL;) {
            at += 2;
            char *link = copy_text(at, strcspn(at, ")"));
            if (!leads_somewhere(document, link)) {
                text_print(&broken, "this link leads nowhere: %s\n", link);
            }
        }
    }
    return broken.bytes;
}
