#include "failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "http_status.h"
#include "reason.h"
#include "tls_context.h"

/* --- what libwebsockets says --- */

struct phrase {
    const char *theirs; /* how libwebsockets' reason begins */
    const char *ours;
};

static const struct phrase phrases[] = {
    {"connect SYSCALL", "the connection was cut during the TLS handshake"},
    {"connect SSL err", "the connection was cut during the TLS handshake"},
    {"Timed out waiting SSL", "TLS handshake timed out"},
    {"problems parsing header", "the reply's head is malformed or too long"},
    {"Peer hung up", "the connection was cut before there was an answer"},
    {"read failed", "the connection was cut before there was an answer"},
    {"closed before", "the connection was cut before there was an answer"},
    {"Closed before", "the connection was cut before there was an answer"},
    {"HS: EXT: ", "the answer names an extension that was not asked for"},
    {"HS: PROTOCOL ", "the answer names a protocol that was not asked for"},
    {"HS: Accept hash", "the answer is not a WebSocket's (wrong accept key)"},
    {"HS: ", "the answer is not a WebSocket's"},
};

#define PHRASES (sizeof phrases / sizeof phrases[0])

struct dial_failure failure_of(enum websocket_failure kind, struct text words)
{
    struct dial_failure failure = {.kind = kind, .body = ""};
    text_sanitize(words, failure.reason, sizeof failure.reason, false);
    return failure;
}

struct dial_failure failure_handshake(enum websocket_failure kind, struct text theirs)
{
    for (size_t n = 0; n < PHRASES; n++)
        if (text_starts_with(theirs, text_from(phrases[n].theirs))) return failure_of(kind, text_from(phrases[n].ours));
    return failure_of(kind, theirs.length ? theirs : TEXT("the connection was lost"));
}

struct dial_failure failure_status(int status)
{
    char words[DIAL_REASON_SIZE];
    (void)snprintf(words, sizeof words, "HTTP %d %s", status, http_status_words(status));
    struct dial_failure failure = failure_of(WEBSOCKET_FAILURE_UPGRADE, text_trim(text_from(words)));
    failure.http_status = status;
    return failure;
}

struct dial_failure failure_tls(unsigned long number, struct text theirs)
{
    char words[DIAL_REASON_SIZE];
    if (!text_starts_with(theirs, TEXT("connect SSL err")) || !tls_failure_words(number, words, sizeof words))
        return failure_handshake(WEBSOCKET_FAILURE_TLS, theirs);
    return failure_of(WEBSOCKET_FAILURE_TLS, text_from(words));
}

/* --- TCP --- */

static const char *connect_words(int number)
{
    static const struct {
        int number;
        const char *words;
    } meanings[] = {
        {ECONNREFUSED, "connection refused"},
        {ENETUNREACH, "network unreachable"},
        {EHOSTUNREACH, "host unreachable"},
        {EADDRNOTAVAIL, "network or host unreachable"},
        {EACCES, "this machine does not allow the connection"},
        {EPERM, "this machine does not allow the connection"},
        {ETIMEDOUT, "no answer to the connection attempt"},
        {ECONNRESET, "the connection was cut as it was made"},
        {EMFILE, "no file descriptor is left"},
        {ENFILE, "no file descriptor is left"},
        {ENOBUFS, "out of memory"},
        {ENOMEM, "out of memory"},
    };
    for (size_t n = 0; n < sizeof meanings / sizeof meanings[0]; n++)
        if (meanings[n].number == number) return meanings[n].words;
    return strerrordesc_np(number);
}

struct dial_failure failure_connect(int number, int64_t patience, const char *via)
{
    char words[2 * DIAL_REASON_SIZE];
    const char *why = connect_words(number);
    bool late = number == ETIMEDOUT;
    (void)snprintf(words, sizeof words, "%s%s%s%s%s", via ? via : "", via ? ": " : "", why ? why : "connection failed",
                   late ? " within " : "", late ? reason_time(patience).words : "");
    return failure_of(WEBSOCKET_FAILURE_DIAL, text_from(words));
}

struct dial_failure failure_hand_over(int number)
{
    const char *why = number ? connect_words(number) : "no memory or file descriptor for it";
    char words[DIAL_REASON_SIZE];
    (void)snprintf(words, sizeof words, "the connection cannot be set up: %s", why ? why : "unknown error");
    return failure_of(WEBSOCKET_FAILURE_MEMORY, text_from(words));
}

/* --- the proxy --- */

struct dial_failure failure_tunnel(enum tunnel_state state, int status, const char *place)
{
    char words[DIAL_REASON_SIZE];
    const char *meaning = http_status_words(status);
    if (state == TUNNEL_REFUSED)
        (void)snprintf(words, sizeof words, "the proxy (%s) refuses: HTTP %d%s%s", place, status, *meaning ? " " : "",
                       meaning);
    else
        (void)snprintf(words, sizeof words, "the proxy (%s) %s", place,
                       state == TUNNEL_CUT ? "hung up without an answer" : "does not answer as an HTTP proxy");
    struct dial_failure failure = failure_of(WEBSOCKET_FAILURE_PROXY, text_from(words));
    if (state == TUNNEL_REFUSED) failure.http_status = status;
    return failure;
}
