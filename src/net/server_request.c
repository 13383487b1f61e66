#include "server_core.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_status.h"
#include "uri.h"

/* How much of a reply's body is written at once. */
#define BODY_PIECE 16384
/* A refused upgrade: its body, its head without the padding, the padding, and one header of that. */
#define REFUSAL_SIZE 1024
#define HEAD_SIZE    2048
#define PADDING_MOST 65536
#define PADDING_LINE 1024
/* Longer than anybody waits for an answer. */
#define SILENCE_SECONDS 120

/* --- replies --- */

/* The reply's head, at once; its body follows piece by piece. libwebsockets holds the pieces' bytes only as long as it
 * must. */
static bool head_write(struct server_request *request, int status, const char *content_type, const char *retry_after)
{
    unsigned char head[LWS_PRE + 1024];
    unsigned char *start = head + LWS_PRE;
    unsigned char *at = start;
    unsigned char *end = head + sizeof head - 1;
    if (lws_add_http_common_headers(request->wsi, (unsigned)status, content_type, request->length, &at, end))
        return false;
    if (retry_after &&
        lws_add_http_header_by_token(request->wsi, WSI_TOKEN_HTTP_RETRY_AFTER, (const unsigned char *)retry_after,
                                     (int)strlen(retry_after), &at, end))
        return false;
    return lws_finalize_write_http_header(request->wsi, start, &at, end) == 0;
}

static void reply(struct server_request *request, int status, const char *content_type, const char *retry_after,
                  struct text body)
{
    if (request->replied) return;
    request->replied = true;
    request->body = malloc(LWS_PRE + body.length + 1);
    if (!request->body) {
        request->failed = true;
        return;
    }
    if (body.length) memcpy(request->body + LWS_PRE, body.at, body.length);
    request->length = body.length;
    request->failed = !head_write(request, status, content_type, retry_after);
}

void server_reply(struct server_request *request, int status, const char *content_type, struct text body)
{
    reply(request, status, content_type, NULL, body);
}

void server_reply_later(struct server_request *request, int status, const char *retry_after)
{
    reply(request, status, "text/plain", retry_after, TEXT(""));
}

void server_ignore(struct server_request *request)
{
    if (request->replied) return;
    request->replied = request->silent = true;
}

/* --- what was asked --- */

/* libwebsockets' own index of a header that it knows, or -1: it keeps the others by their names. */
static int header_token(const char *name_colon)
{
    for (int token = 0; token < WSI_TOKEN_COUNT; token++) {
        const unsigned char *known = lws_token_to_string((enum lws_token_indexes)token);
        if (known && strcmp((const char *)known, name_colon) == 0) return token;
    }
    return -1;
}

bool server_header(struct server_request *request, const char *name, char *out, size_t size)
{
    char name_colon[128];
    out[0] = '\0';
    int length = snprintf(name_colon, sizeof name_colon, "%s:", name);
    if (length <= 1 || (size_t)length >= sizeof name_colon || size > INT_MAX) return false;
    int token = header_token(name_colon);
    if (token < 0) return lws_hdr_custom_copy(request->wsi, out, (int)size, name_colon, length) >= 0;
    if (!lws_hdr_total_length(request->wsi, (enum lws_token_indexes)token)) return false;
    return lws_hdr_copy(request->wsi, out, (int)size, (enum lws_token_indexes)token) >= 0;
}

/* --- requests --- */

static struct server_request *request_make(struct lws *wsi)
{
    struct server_request *request = calloc(1, sizeof *request);
    if (!request) return NULL;
    request->kind = KIND_REQUEST;
    request->wsi = wsi;
    lws_set_opaque_user_data(wsi, request);
    return request;
}

void server_request_free(struct server_request *request)
{
    if (!request) return;
    free(request->body);
    free(request);
}

struct server_request *server_request_of(struct lws *wsi)
{
    void *opaque = lws_get_opaque_user_data(wsi);
    return opaque && *(enum kind *)opaque == KIND_REQUEST ? opaque : NULL;
}

void server_request_count(struct server *server, struct lws *wsi)
{
    if (!lws_get_opaque_user_data(wsi)) server->asked++;
}

static int request_done(struct server_request *request)
{
    static enum kind kept = KIND_KEPT;
    struct lws *wsi = request->wsi;
    lws_set_opaque_user_data(wsi, &kept);
    server_request_free(request);
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

int server_request_write(struct server_request *request)
{
    if (request->silent) return 0;
    size_t rest = request->length - request->sent;
    size_t piece = rest < BODY_PIECE ? rest : BODY_PIECE;
    bool final = piece == rest;
    unsigned char *at = request->body + LWS_PRE + request->sent;
    if (lws_write(request->wsi, at, piece, final ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < (int)piece) return -1;
    request->sent += piece;
    if (final) return request_done(request);
    lws_callback_on_writable(request->wsi);
    return 0;
}

static void request_ask(struct server *server, struct server_request *request)
{
    char path[URI_SIZE];
    char query[URI_SIZE];
    struct text path_text = uri_path(request->wsi, path, sizeof path);
    struct text query_text = uri_query(request->wsi, query, sizeof query);
    bool get = lws_hdr_total_length(request->wsi, WSI_TOKEN_GET_URI) > 0;
    if (!get)
        server_reply(request, 405, "text/plain", TEXT("only GET\n"));
    else if (!path_text.at || !query_text.at)
        server_reply(request, 414, "text/plain", TEXT("too long\n"));
    else if (server->options.handlers.request)
        server->options.handlers.request(server->options.context, request, path_text, query_text);
    if (!request->replied) server_reply(request, 404, "text/plain", TEXT("not found\n"));
}

/* libwebsockets reads nothing more from who waits for an answer: his leaving would make every poll return at once, for
 * good. So his socket is not looked at any more, and closed when nobody can be waiting still. */
static void say_nothing(struct lws *wsi)
{
    (void)lws_rx_flow_control(wsi, 0);
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, SILENCE_SECONDS);
}

int server_request_arrived(struct server *server, struct lws *wsi)
{
    server_request_count(server, wsi);
    struct server_request *request = server_request_of(wsi); /* an upgrade that is passed over in silence */
    if (!request) {
        request = request_make(wsi);
        if (!request) return -1;
        request_ask(server, request);
    }
    if (request->failed) return -1;
    if (request->silent) {
        say_nothing(wsi);
        return 0;
    }
    if (!request->length) return request_done(request);
    lws_callback_on_writable(wsi);
    return 0;
}

/* --- refused upgrades --- */

/* Headers that mean nothing, `padding` bytes of them. */
static char *padding_write(char *at, size_t padding)
{
    static const char name[] = "X-Padding: ";
    static const char end[] = "\r\n";
    const size_t least = sizeof name + sizeof end; /* with a character or two between */
    while (padding >= least) {
        size_t line = padding < PADDING_LINE + least ? padding : PADDING_LINE;
        size_t value = line - (sizeof name - 1) - (sizeof end - 1);
        memcpy(at, name, sizeof name - 1);
        memset(at + sizeof name - 1, 'x', value);
        memcpy(at + line - (sizeof end - 1), end, sizeof end - 1);
        at += line;
        padding -= line;
    }
    return at;
}

static int header_print(char *out, size_t size, const char *name, const char *value)
{
    return value ? snprintf(out, size, "%s: %s\r\n", name, value) : 0;
}

/* The whole reply into `out`, of HEAD_SIZE + PADDING_MOST + REFUSAL_SIZE bytes; 0 if the texts are longer than they may
 * be. */
static size_t refusal_print(char *out, int status, const struct server_refusal *refusal)
{
    char body[REFUSAL_SIZE];
    char retry_after[128] = "";
    char location[HEAD_SIZE / 2] = "";
    size_t length = text_copy(text_from(refusal->body ? refusal->body : ""), body, sizeof body);
    int later = header_print(retry_after, sizeof retry_after, "Retry-After", refusal->retry_after);
    int elsewhere = header_print(location, sizeof location, "Location", refusal->location);
    if (later >= (int)sizeof retry_after || elsewhere >= (int)sizeof location) return 0;
    int head = snprintf(out, HEAD_SIZE,
                        "HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n"
                        "%s%s",
                        status, http_status_words(status), length, retry_after, location);
    char *at = padding_write(out + head, refusal->padding < PADDING_MOST ? refusal->padding : PADDING_MOST);
    int tail = snprintf(at, 2 + sizeof body, "\r\n%s", body);
    return (size_t)(at + tail - out);
}

/* Head and body at once, since the upgrade's callback has no later, and by hand: libwebsockets does not know the
 * request's version yet and would answer in HTTP/1.0. What the socket does not take libwebsockets keeps; then it ends
 * the connection itself. */
static int refusal_write(struct lws *wsi, int status, const struct server_refusal *refusal)
{
    unsigned char *reply_bytes = malloc(LWS_PRE + HEAD_SIZE + PADDING_MOST + REFUSAL_SIZE);
    if (!reply_bytes) return -1;
    size_t whole = refusal_print((char *)reply_bytes + LWS_PRE, status, refusal);
    int written = whole ? lws_write(wsi, reply_bytes + LWS_PRE, whole, LWS_WRITE_HTTP_FINAL) : -1;
    free(reply_bytes);
    return written < (int)whole ? -1 : 1;
}

/* libwebsockets ends a connection whose upgrade is refused, whatever it was answered, and answers the one that is not.
 * But it looks at the header again afterwards: where that no longer asks for an upgrade, the request goes on as a GET,
 * which server_request_arrived then leaves alone. */
static int upgrade_silence(struct lws *wsi, char *upgrade)
{
    struct server_request *request = request_make(wsi);
    if (!request) return -1;
    server_ignore(request);
    upgrade[0] = '-';
    return 0;
}

int server_upgrade_refuse(struct lws *wsi, char *upgrade, int status, const struct server_refusal *refusal)
{
    return status == SERVER_SILENT ? upgrade_silence(wsi, upgrade) : refusal_write(wsi, status, refusal);
}
