// env_nats.c: finds libnats and its functions.
#include "env_nats.h"

#ifdef WEIR_HAVE_NATS
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define TEXT_OF(number) #number
#define TEXT(number)    TEXT_OF(number)
#define OWN_VERSION     TEXT(NATS_VERSION_MAJOR) "." TEXT(NATS_VERSION_MINOR)

// The version whose header we know first: its name ends in it.
static void *open_library(void)
{
    static const char *const names[] = {"libnats.so." OWN_VERSION, "libnats.so",
                                        "libnats." OWN_VERSION ".dylib", "libnats.dylib"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && library == NULL; i++) {
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    }
    return library;
}

bool weir__nats_load(weir__nats *nats, char *why, size_t size)
{
    memset(nats, 0, sizeof *nats);
    nats->library = open_library();
    if (nats->library == NULL) {
        snprintf(why, size,
                 "that needs libnats, which can't be loaded (Debian: apt-get install libnats%s)",
                 OWN_VERSION);
        return false;
    }
    const struct {
        const char *name;
        void *place; // of a pointer to a function, which POSIX keeps in a void *
    } functions[] = {
        {"natsOptions_Create", &nats->options_create},
        {"natsOptions_Destroy", &nats->options_destroy},
        {"natsOptions_SetURL", &nats->options_url},
        {"natsOptions_SetName", &nats->options_name},
        {"natsOptions_SetTimeout", &nats->options_timeout},
        {"natsOptions_SetMaxReconnect", &nats->options_reconnects},
        {"natsOptions_SetReconnectWait", &nats->options_reconnect_wait},
        {"natsOptions_SetSendAsap", &nats->options_asap},
        {"natsOptions_SetReconnectedCB", &nats->options_reconnected},
        {"natsOptions_SetClosedCB", &nats->options_closed},
        {"natsOptions_SetErrorHandler", &nats->options_error},
        {"natsConnection_Connect", &nats->connect},
        {"natsConnection_Publish", &nats->publish},
        {"natsConnection_PublishRequest", &nats->request},
        {"natsConnection_PublishMsg", &nats->publish_message},
        {"natsConnection_Subscribe", &nats->subscribe},
        {"natsConnection_FlushTimeout", &nats->flush},
        {"natsConnection_Destroy", &nats->destroy},
        {"natsSubscription_SetPendingLimits", &nats->subscription_limits},
        {"natsSubscription_SetOnCompleteCB", &nats->subscription_complete},
        {"natsSubscription_Destroy", &nats->subscription_destroy},
        {"natsInbox_Create", &nats->inbox_create},
        {"natsInbox_Destroy", &nats->inbox_destroy},
        {"natsMsg_Create", &nats->message_create},
        {"natsMsg_Destroy", &nats->message_destroy},
        {"natsMsg_GetSubject", &nats->message_subject},
        {"natsMsg_GetReply", &nats->message_reply},
        {"natsMsg_GetData", &nats->message_data},
        {"natsMsg_GetDataLength", &nats->message_length},
        {"natsMsgHeader_Set", &nats->header_set},
        {"natsMsgHeader_Get", &nats->header_get},
        {"natsStatus_GetText", &nats->status_text},
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(nats->library, functions[i].name);
        if (found == NULL) {
            snprintf(why, size, "that needs a newer libnats: this one has no %s (3.4 or later)",
                     functions[i].name);
            return false;
        }
        memcpy(functions[i].place, &found, sizeof found);
    }
    return true;
}
#else
typedef int weir__no_nats;
#endif
