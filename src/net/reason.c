#include "reason.h"

#include <stdio.h>

#include "booktop/base/clock.h"
#include "booktop/net/websocket.h"

#define MIB ((size_t)1 << 20)
#define KIB ((size_t)1 << 10)

static const char *close_words(unsigned code)
{
    static const struct {
        unsigned code;
        const char *words;
    } meanings[] = {
        {1000, "normal"},
        {1001, "going away"},
        {1002, "protocol error, or a service restart"}, /* libwebsockets 4.1.6 shows 1012 to 1014 as 1002 */
        {1003, "unsupported data"},
        {1007, "invalid data"},
        {1008, "policy violation"},
        {1009, "message too big"},
        {1010, "extension missing"},
        {1011, "server error"},
    };
    for (size_t n = 0; n < sizeof meanings / sizeof meanings[0]; n++)
        if (meanings[n].code == code) return meanings[n].words;
    return "";
}

struct reason_measure reason_time(int64_t ns)
{
    struct reason_measure measure;
    if (ns % NANOSECONDS_PER_SECOND == 0)
        (void)snprintf(measure.words, sizeof measure.words, "%lld s", (long long)(ns / NANOSECONDS_PER_SECOND));
    else
        (void)snprintf(measure.words, sizeof measure.words, "%lld ms", (long long)(ns / NANOSECONDS_PER_MILLISECOND));
    return measure;
}

struct reason_measure reason_size(size_t bytes)
{
    struct reason_measure measure;
    if (bytes % MIB == 0)
        (void)snprintf(measure.words, sizeof measure.words, "%zu MiB", bytes / MIB);
    else if (bytes % KIB == 0)
        (void)snprintf(measure.words, sizeof measure.words, "%zu KiB", bytes / KIB);
    else
        (void)snprintf(measure.words, sizeof measure.words, "%zu B", bytes);
    return measure;
}

int reason_close(const unsigned char *payload, size_t length, char *out, size_t size)
{
    if (length < 2) {
        (void)snprintf(out, size, "closed by the peer");
        return 0;
    }
    unsigned code = (unsigned)payload[0] << 8 | payload[1];
    const char *words = close_words(code);
    int used =
        snprintf(out, size, "closed by the peer: %u%s%s%s", code, *words ? " " : "", words, length > 2 ? ": " : "");
    if (used < 0 || (size_t)used >= size) return (int)code;
    text_sanitize((struct text){(const char *)payload + 2, length - 2}, out + used, size - (size_t)used, false);
    return (int)code;
}

/* What is signed holds the time: 401 may mean the clock. A web page says nothing in one line. */
void reason_refusal(int http_status, const char *status_words, const char *body, bool with_key, char *out, size_t size)
{
    bool by_key = with_key && http_status == 401;
    const char *words = by_key ? ": the venue refuses the key or its signature, or this machine's clock is wrong" : "";
    if (!body || *body == '<') body = "";
    (void)snprintf(out, size, "%s%s%s%s", status_words, words, *body ? ": " : "", body);
}

const char *websocket_failure_text(enum websocket_failure failure)
{
    static const char *const texts[WEBSOCKET_FAILURE_COUNT] = {
        [WEBSOCKET_FAILURE_NONE] = "none",     [WEBSOCKET_FAILURE_NAME] = "name",
        [WEBSOCKET_FAILURE_DIAL] = "dial",     [WEBSOCKET_FAILURE_PROXY] = "proxy",
        [WEBSOCKET_FAILURE_TLS] = "tls",       [WEBSOCKET_FAILURE_UPGRADE] = "upgrade",
        [WEBSOCKET_FAILURE_CLOSED] = "closed", [WEBSOCKET_FAILURE_CUT] = "cut",
        [WEBSOCKET_FAILURE_SILENT] = "silent", [WEBSOCKET_FAILURE_PROTOCOL] = "protocol",
        [WEBSOCKET_FAILURE_WRITE] = "write",   [WEBSOCKET_FAILURE_MEMORY] = "memory",
        [WEBSOCKET_FAILURE_ASKED] = "asked",
    };
    return texts[failure];
}
