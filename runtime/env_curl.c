// env_curl.c: finds libcurl and its functions.
#include "env_curl.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static void *open_library(void)
{
    static const char *const names[] = {"libcurl.so.4", "libcurl.4.dylib", "libcurl-gnutls.so.4",
                                        "libcurl.so"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++) {
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    return library;
}

bool weir__curl_load(weir__curl *curl, char *why, size_t size)
{
    memset(curl, 0, sizeof *curl);
    curl->library = open_library();
    if (curl->library == NULL) {
        snprintf(why, size, "HTTP needs libcurl, which can't be loaded: %s", dlerror());
        return false;
    }
    const struct {
        const char *name;
        void *place; // of a pointer to a function, which POSIX keeps in a void *
    } functions[] = {
        {"curl_global_init", &curl->global_init},
        {"curl_global_cleanup", &curl->global_cleanup},
        {"curl_easy_init", &curl->easy_init},
        {"curl_easy_setopt", &curl->easy_setopt},
        {"curl_easy_getinfo", &curl->easy_getinfo},
        {"curl_easy_pause", &curl->easy_pause},
        {"curl_easy_cleanup", &curl->easy_cleanup},
        {"curl_easy_strerror", &curl->easy_strerror},
        {"curl_multi_init", &curl->multi_init},
        {"curl_multi_setopt", &curl->multi_setopt},
        {"curl_multi_add_handle", &curl->multi_add_handle},
        {"curl_multi_remove_handle", &curl->multi_remove_handle},
        {"curl_multi_socket_action", &curl->multi_socket_action},
        {"curl_multi_info_read", &curl->multi_info_read},
        {"curl_multi_cleanup", &curl->multi_cleanup},
        {"curl_slist_append", &curl->slist_append},
        {"curl_slist_free_all", &curl->slist_free_all},
        {"curl_url", &curl->url},
        {"curl_url_cleanup", &curl->url_cleanup},
        {"curl_url_set", &curl->url_set},
        {"curl_url_get", &curl->url_get},
        {"curl_url_strerror", &curl->url_strerror},
        {"curl_free", &curl->free},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(curl->library, functions[i].name);
        if (found == NULL) {
            snprintf(why, size, "HTTP needs a newer libcurl: this one has no %s (7.80 or later)",
                     functions[i].name);
            return false;
        }
        memcpy(functions[i].place, &found, sizeof found);
    }
    CURLcode code = curl->global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        snprintf(why, size, "libcurl can't be started: %s", curl->easy_strerror(code));
        return false;
    }
    return true;
}

void weir__curl_unload(weir__curl *curl)
{
    curl->global_cleanup();
}
