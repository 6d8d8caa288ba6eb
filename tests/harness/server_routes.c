// server_routes.c: what the scripted server answers.
#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 256 << 20 };

// Moves past `/word` at *path; false, and nothing moved, when something else stands there.
static bool takes_word(const char **path, const char *word)
{
    size_t length = strlen(word);
    if (**path != '/' || strncmp(*path + 1, word, length) != 0) {
        return false;
    }
    char next = (*path)[1 + length];
    if (next != '/' && next != '\0' && next != '?') {
        return false;
    }
    *path += 1 + length;
    return true;
}

// Moves past `/number`; gives `otherwise` when there is none.
static double takes_number(const char **path, double otherwise)
{
    char *end = NULL;
    double number = **path == '/' ? strtod(*path + 1, &end) : 0;
    if (**path != '/' || end == *path + 1 || !(number >= 0)) {
        return otherwise;
    }
    *path = end;
    return number;
}

static char *takes_key(const char **path)
{
    if (**path != '/') {
        return copy_text("", 0);
    }
    size_t length = strcspn(*path + 1, "/?");
    char *key = copy_text(*path + 1, length);
    *path += 1 + length;
    return key;
}

static void add_letters(Text *body, size_t count)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    count = count > MOST_BYTES ? MOST_BYTES : count;
    for (; count >= 26; count -= 26) {
        text_add(body, letters, 26);
    }
    text_add(body, letters, count);
}

// After a delay: 100 bytes, or as many as the path says.
static void takes_delay(const char **path, Answer *answer)
{
    answer->delay = takes_number(path, 0);
    size_t bytes = takes_word(path, "bytes") ? (size_t)takes_number(path, 0) : 100;
    add_letters(&answer->body, bytes);
}

static int *counter(Counts *counts, const char *word, const char *key)
{
    char *name = print_text("%s/%s", word, key);
    for (size_t i = 0; i < counts->counter_count; i++) {
        if (strcmp(counts->counters[i].key, name) == 0) {
            free(name);
            return &counts->counters[i].count;
        }
    }
    Counter *counters = take((counts->counter_count + 1) * sizeof *counters);
    if (counts->counter_count > 0) {
        memcpy(counters, counts->counters, counts->counter_count * sizeof *counters);
    }
    free(counts->counters);
    counts->counters = counters;
    counters[counts->counter_count] = (Counter){.key = name};
    return &counters[counts->counter_count++].count;
}

// Fails the first N requests with a key.
static void takes_failures(Counts *counts, const char *word, const char **path, Answer *answer,
                           int failure)
{
    char *key = takes_key(path);
    int failures = (int)takes_number(path, 1);
    int *count = counter(counts, word, key);
    free(key);
    if (*count < failures) {
        answer->status = failure;
        text_print(&answer->body, "failure %d of %d\n", ++*count, failures);
        return;
    }
    text_print(&answer->body, "ok after %d failures\n", failures);
}

static void begin_work(Counts *counts, Answer *answer, double now)
{
    answer->counted = true;
    if (counts->total == 0) {
        counts->first = now;
    }
    if ((size_t)counts->total == counts->start_room) {
        size_t room = counts->start_room == 0 ? 256 : 2 * counts->start_room;
        int *starts = take(room * sizeof *starts);
        if (counts->total > 0) {
            memcpy(starts, counts->starts, (size_t)counts->total * sizeof *starts);
        }
        free(counts->starts);
        counts->starts = starts;
        counts->start_room = room;
    }
    counts->starts[counts->total++] = (int)((now - counts->first) * 1000);
    counts->current++;
    counts->peak = counts->current > counts->peak ? counts->current : counts->peak;
}

void routes_done(Counts *counts)
{
    counts->current--;
}

static void print_starts(const Counts *counts, Text *body)
{
    text_print(body, "[");
    for (int i = 0; i < counts->total; i++) {
        text_print(body, "%s%d", i == 0 ? "" : ", ", counts->starts[i]);
    }
    text_print(body, "]\n");
}

static void reset(Counts *counts)
{
    for (size_t i = 0; i < counts->counter_count; i++) {
        free(counts->counters[i].key);
    }
    counts->counter_count = 0;
    counts->peak = counts->current;
    counts->total = 0;
}

static void echo(const Request *request, Text *body)
{
    text_print(body, "%s %s\n", request->method, request->target);
    for (const char *at = request->headers; *at != '\0'; at++) {
        if (*at != '\r') {
            text_add(body, at, 1);
        }
    }
    text_print(body, "\n");
    text_add(body, request->body, request->body_length);
}

// Page n of a site of 40: it links to 2n and 2n+1, to the first page, and out of the site. Every
// 13th does not exist; every 11th fails once.
static void takes_site(Counts *counts, const char **path, Answer *answer)
{
    int page = (int)takes_number(path, 1);
    if (page % 13 == 0 || page > 40) {
        answer->status = 404;
        return;
    }
    if (page % 11 == 0) {
        char *key = print_text("%d", page);
        int *count = counter(counts, "site", key);
        free(key);
        answer->status = (*count)++ == 0 ? 503 : 200;
    }
    text_print(&answer->headers, "Content-Type: text/html\r\n");
    text_print(&answer->body, "<html><title>Page %d</title>\n<a href=\"/site/1\">home</a>\n", page);
    for (int next = 2 * page; next <= 2 * page + 1 && next <= 40; next++) {
        text_print(&answer->body, "<a href=\"/site/%d\">page %d</a>\n", next, next);
    }
    text_print(&answer->body, "<a href='#top'>top</a>\n"
                              "<a href=\"https://elsewhere.example/\">out</a></html>\n");
}

Answer routes_answer(Counts *counts, const Request *request, double now)
{
    Answer answer = {.status = 200};
    const char *path = request->target;
    if (strncmp(path, "http://", 7) == 0) { // we are taken for a proxy
        path += 7 + strcspn(path + 7, "/");
    }
    if (takes_word(&path, "delay")) {
        takes_delay(&path, &answer);
    } else if (takes_word(&path, "work")) {
        takes_delay(&path, &answer);
        begin_work(counts, &answer, now);
    } else if (takes_word(&path, "bytes")) {
        add_letters(&answer.body, (size_t)takes_number(&path, 0));
    } else if (takes_word(&path, "status")) {
        answer.status = (int)takes_number(&path, 200);
        text_print(&answer.body, "status %d\n", answer.status);
    } else if (takes_word(&path, "echo")) {
        echo(request, &answer.body);
    } else if (takes_word(&path, "site")) {
        takes_site(counts, &path, &answer);
    } else if (takes_word(&path, "stall")) {
        answer.kind = ANSWER_NEVER;
    } else if (takes_word(&path, "close")) {
        answer.kind = ANSWER_CLOSE;
    } else if (takes_word(&path, "short")) {
        add_letters(&answer.body, 100);
        answer.missing = 900;
    } else if (takes_word(&path, "flaky")) {
        takes_failures(counts, "flaky", &path, &answer, 503);
    } else if (takes_word(&path, "ratelimit")) {
        takes_failures(counts, "ratelimit", &path, &answer, 429);
        if (answer.status == 429) {
            text_print(&answer.headers, "Retry-After: 1\r\n");
        }
    } else if (takes_word(&path, "redirect")) {
        int left = (int)takes_number(&path, 0);
        answer.status = left > 0 ? 302 : 200;
        if (left > 0) {
            text_print(&answer.headers, "Location: /redirect/%d\r\n", left - 1);
        }
        text_print(&answer.body, left > 0 ? "not here\n" : "arrived\n");
    } else if (takes_word(&path, "moved")) {
        answer.status = (int)takes_number(&path, 302);
        text_print(&answer.headers, "Location: %s\r\n", *path == '\0' ? "/echo" : path + 1);
        text_print(&answer.body, "not here\n");
    } else if (takes_word(&path, "chunked")) {
        answer.chunked = true;
        add_letters(&answer.body, (size_t)takes_number(&path, 0));
    } else if (takes_word(&path, "peak")) {
        text_print(&answer.headers, "Content-Type: application/json\r\n");
        text_print(&answer.body, "{\"peak\": %d, \"current\": %d, \"total\": %d}\n", counts->peak,
                   counts->current, counts->total);
    } else if (takes_word(&path, "starts")) {
        text_print(&answer.headers, "Content-Type: application/json\r\n");
        print_starts(counts, &answer.body);
    } else if (takes_word(&path, "reset")) {
        reset(counts);
        text_print(&answer.body, "reset\n");
    } else {
        answer.status = 404;
        text_print(&answer.body, "no such path\n");
    }
    return answer;
}
