// env_nats.h: libnats, loaded when a queue is bound to a NATS server.
//
// Who binds none needs neither the library nor its start-up. As with libcurl its functions stand in
// a table, typed by its own header and filled by dlopen; only what every version of it has is used,
// and no struct of its. Where the header was not there when Weir was built (WEIR_HAVE_NATS), none
// is ever loaded. The files of env_broker are the only users.
#ifndef WEIR_ENV_NATS_H
#define WEIR_ENV_NATS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef WEIR_HAVE_NATS
#include <nats/nats.h>

typedef struct weir__nats {
    void *library;
    __typeof__(natsOptions_Create) *options_create;
    __typeof__(natsOptions_Destroy) *options_destroy;
    __typeof__(natsOptions_SetURL) *options_url;
    __typeof__(natsOptions_SetName) *options_name;
    __typeof__(natsOptions_SetTimeout) *options_timeout;
    __typeof__(natsOptions_SetMaxReconnect) *options_reconnects;
    __typeof__(natsOptions_SetReconnectWait) *options_reconnect_wait;
    __typeof__(natsOptions_SetSendAsap) *options_asap;
    __typeof__(natsOptions_SetReconnectedCB) *options_reconnected;
    __typeof__(natsOptions_SetClosedCB) *options_closed;
    __typeof__(natsOptions_SetErrorHandler) *options_error;
    __typeof__(natsConnection_Connect) *connect;
    __typeof__(natsConnection_Publish) *publish;
    __typeof__(natsConnection_PublishRequest) *request;
    __typeof__(natsConnection_PublishMsg) *publish_message;
    __typeof__(natsConnection_Subscribe) *subscribe;
    __typeof__(natsConnection_FlushTimeout) *flush;
    __typeof__(natsConnection_Destroy) *destroy;
    __typeof__(natsSubscription_SetPendingLimits) *subscription_limits;
    __typeof__(natsSubscription_SetOnCompleteCB) *subscription_complete;
    __typeof__(natsSubscription_Destroy) *subscription_destroy;
    __typeof__(natsInbox_Create) *inbox_create;
    __typeof__(natsInbox_Destroy) *inbox_destroy;
    __typeof__(natsMsg_Create) *message_create;
    __typeof__(natsMsg_Destroy) *message_destroy;
    __typeof__(natsMsg_GetSubject) *message_subject;
    __typeof__(natsMsg_GetReply) *message_reply;
    __typeof__(natsMsg_GetData) *message_data;
    __typeof__(natsMsg_GetDataLength) *message_length;
    __typeof__(natsMsgHeader_Set) *header_set;
    __typeof__(natsMsgHeader_Get) *header_get;
    __typeof__(natsStatus_GetText) *status_text;
} weir__nats;

// Fills the table. False: `why` (of that size) says what is missing.
bool weir__nats_load(weir__nats *nats, char *why, size_t size);
#endif

#endif
