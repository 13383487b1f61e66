/* Who has a socket in a loop, and what lives in one: handles, members, watches. */
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "loop_core.h"

/* How long a peer that reads nothing keeps us from sending a close frame. */
#define CLOSE_SECONDS 5

/* --- handles --- */

static int gone_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                      size_t length)
{
    (void)handle, (void)wsi, (void)in, (void)length;
    switch (why) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
    case LWS_CALLBACK_RAW_WRITEABLE_FILE:
    case LWS_CALLBACK_RAW_RX_FILE:
        return -1;
    default:
        return 0;
    }
}

/* A connection that is over but for its close frame. */
struct closing {
    struct net_handle handle;
    enum lws_close_status code;
};

/* To answer -1 while a message is being received would not do: libwebsockets 4.1.6 then goes on reading until its own
 * close frame is answered, into the buffer that it has not emptied, and past its end. */
static int closing_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                         size_t length)
{
    struct net_loop *loop = lws_context_user(lws_get_context(wsi));
    (void)in, (void)length;
    if (why == LWS_CALLBACK_WSI_DESTROY) loop->farewells--;
    if (why != LWS_CALLBACK_CLIENT_WRITEABLE) return 0;
    lws_close_reason(wsi, ((const struct closing *)handle)->code, NULL, 0);
    return -1;
}

static const struct net_handle gone = {.event = gone_event};

static const struct closing closings[] = {
    {{.event = closing_event}, LWS_CLOSE_STATUS_NORMAL},
    {{.event = closing_event}, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE},
    {{.event = closing_event}, LWS_CLOSE_STATUS_INVALID_PAYLOAD},
    {{.event = closing_event}, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE},
    {{.event = closing_event}, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION},
};

/* libwebsockets hands the pointer back and does not look behind it. */
static void handle_set(struct lws *wsi, const struct net_handle *handle)
{
    lws_set_opaque_user_data(wsi, (void *)handle);
}

void net_handle_close(struct net_loop *loop, struct lws *wsi, enum lws_close_status code)
{
    const struct closing *closing = closings;
    while (closing->code != code) closing++;
    loop->farewells++;
    handle_set(wsi, &closing->handle);
    lws_callback_on_writable(wsi);
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, CLOSE_SECONDS);
}

void net_handle_forget(struct lws *wsi)
{
    handle_set(wsi, &gone);
}

void net_handle_drop(struct lws *wsi)
{
    net_handle_forget(wsi);
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

bool net_handle_is_gone(struct lws *wsi)
{
    return lws_get_opaque_user_data(wsi) == &gone;
}

/* --- members --- */

static void member_unlink(struct net_member *member)
{
    if (member->previous)
        member->previous->next = member->next;
    else
        member->loop->members = member->next;
    if (member->next) member->next->previous = member->previous;
    member->previous = NULL;
}

void net_member_join(struct net_loop *loop, struct net_member *member)
{
    member->loop = loop;
    member->previous = NULL;
    member->next = loop->members;
    if (loop->members) loop->members->previous = member;
    loop->members = member;
}

void net_member_leave(struct net_member *member)
{
    member_unlink(member);
    member->next = member->loop->left;
    member->loop->left = member;
}

void net_member_keep(struct net_member *member)
{
    member_unlink(member);
    member->next = member->loop->kept;
    member->loop->kept = member;
}

void net_members_release(struct net_member **list)
{
    while (*list) {
        struct net_member *member = *list;
        *list = member->next;
        member->release(member);
    }
}

/* --- descriptors of ours --- */

static bool is_same(int descriptor, const struct stat *before)
{
    struct stat now;
    return fstat(descriptor, &now) == 0 && now.st_dev == before->st_dev && now.st_ino == before->st_ino;
}

/* Where it fails early libwebsockets 4.1.6 leaves the descriptor to us, and later it closes it: then the number may
 * already be another's. The owner hears of nothing until it is done. */
struct lws *net_descriptor_adopt(struct net_loop *loop, int descriptor, struct net_handle *handle)
{
    struct stat before;
    if (descriptor < 0) return NULL;
    bool known = fstat(descriptor, &before) == 0;
    lws_adopt_desc_t adopt = {.vh = loop->vhost, .type = LWS_ADOPT_RAW_FILE_DESC, .opaque = (void *)&gone};
    adopt.fd.filefd = descriptor;
    struct lws *wsi = lws_adopt_descriptor_vhost_via_info(&adopt);
    if (wsi)
        handle_set(wsi, handle);
    else if (known && is_same(descriptor, &before))
        (void)close(descriptor);
    return wsi;
}

/* --- watches --- */

static int watch_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                       size_t length)
{
    (void)wsi, (void)in, (void)length;
    if (why != LWS_CALLBACK_RAW_RX_FILE) return 0;
    struct net_watch *watch = (struct net_watch *)handle;
    uint64_t count;
    if (read(watch->descriptor, &count, sizeof count) == (ssize_t)sizeof count) watch->ready(watch->context);
    return 0;
}

bool net_watch_start(struct net_loop *loop, struct net_watch *watch, int descriptor, void (*ready)(void *context),
                     void *context)
{
    *watch =
        (struct net_watch){.handle.event = watch_event, .descriptor = descriptor, .ready = ready, .context = context};
    return net_descriptor_adopt(loop, descriptor, &watch->handle) != NULL;
}
