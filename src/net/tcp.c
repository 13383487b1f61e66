#include "tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* Its length, 0 if it is no numeric address. */
static socklen_t address_set(union address *address, const char *numeric, unsigned port)
{
    *address = (union address){.v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)}};
    if (inet_pton(AF_INET6, numeric, &address->v6.sin6_addr) == 1) return sizeof address->v6;
    *address = (union address){.v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}};
    return inet_pton(AF_INET, numeric, &address->v4.sin_addr) == 1 ? sizeof address->v4 : 0;
}

static int error_take(int descriptor)
{
    int number = 0;
    socklen_t size = sizeof number;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 ? number : errno;
}

static void tcp_fail(struct tcp *tcp, int number)
{
    tcp_stop(tcp);
    tcp->connected(tcp, number);
}

/* The first event on a socket that connects says that it is connected, or why it is not. */
static void connecting_event(struct tcp *tcp)
{
    int number = error_take(tcp->descriptor);
    if (number) {
        tcp_fail(tcp, number);
        return;
    }
    tcp->up = true;
    tcp->connected(tcp, 0);
}

static void closed_event(struct tcp *tcp)
{
    int number = error_take(tcp->descriptor);
    tcp->wsi = NULL;
    tcp->connected(tcp, number ? number : ECONNRESET);
}

static int tcp_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length)
{
    (void)in, (void)length;
    struct tcp *tcp = (struct tcp *)handle;
    switch (why) {
    case LWS_CALLBACK_RAW_WRITEABLE_FILE:
        if (!tcp->up) connecting_event(tcp);
        return 0;
    case LWS_CALLBACK_RAW_RX_FILE:
        if (tcp->up)
            tcp->readable(tcp);
        else
            connecting_event(tcp);
        return 0;
    case LWS_CALLBACK_RAW_CLOSE_FILE:
        net_handle_forget(wsi);
        closed_event(tcp);
        return 0;
    default:
        return 0;
    }
}

static int socket_connect(int descriptor, const char *numeric, unsigned port)
{
    int yes = 1;
    union address address;
    socklen_t size = address_set(&address, numeric, port);
    if (!size) return EINVAL;
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(descriptor, &address.any, size) == 0 || errno == EINPROGRESS) return 0;
    return errno;
}

int tcp_start(struct tcp *tcp, struct net_loop *loop, const char *address, unsigned port)
{
    int family = strchr(address, ':') ? AF_INET6 : AF_INET;
    int descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return errno;
    int number = socket_connect(descriptor, address, port);
    if (number) {
        (void)close(descriptor);
        return number;
    }
    tcp->handle = (struct net_handle){.event = tcp_event};
    tcp->descriptor = descriptor;
    tcp->up = false;
    tcp->wsi = net_descriptor_adopt(loop, descriptor, &tcp->handle);
    if (!tcp->wsi) return EMFILE;
    lws_callback_on_writable(tcp->wsi);
    return 0;
}

void tcp_stop(struct tcp *tcp)
{
    if (tcp->wsi) net_handle_drop(tcp->wsi);
    tcp->wsi = NULL;
}

int tcp_give(struct tcp *tcp, int descriptor)
{
    int number = tcp->wsi ? 0 : ENOTCONN;
    if (!number && dup3(tcp->descriptor, descriptor, O_CLOEXEC) < 0) number = errno;
    tcp_stop(tcp);
    return number;
}

int tcp_nowhere_open(struct tcp_nowhere *nowhere)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = sizeof address;
    nowhere->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (nowhere->listener < 0) return errno;
    /* Bound without a name it gets one that is free, behind a NUL (unix(7), "autobind"). */
    if (bind(nowhere->listener, (struct sockaddr *)&address, sizeof address.sun_family) == 0 &&
        listen(nowhere->listener, 8) == 0 && getsockname(nowhere->listener, (struct sockaddr *)&address, &size) == 0) {
        int length = (int)size - (int)offsetof(struct sockaddr_un, sun_path) - 1;
        (void)snprintf(nowhere->address, sizeof nowhere->address, "+@%.*s", length, address.sun_path + 1);
        return 0;
    }
    int number = errno;
    tcp_nowhere_close(nowhere);
    return number;
}

void tcp_nowhere_close(struct tcp_nowhere *nowhere)
{
    (void)close(nowhere->listener);
}
