#include "http_status.h"

#include <stddef.h>

struct meaning {
    int status;
    const char *words;
};

/* RFC 9110 section 15, RFC 6585; above 519 what Cloudflare adds. */
static const struct meaning meanings[] = {
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {414, "URI Too Long"},
    {418, "refused by the venue"},
    {421, "Misdirected Request"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {520, "the origin gave an unknown error"},
    {521, "the origin is down"},
    {522, "the origin timed out"},
    {523, "the origin is unreachable"},
    {524, "the origin timed out"},
    {525, "TLS to the origin failed"},
    {526, "the origin's certificate is invalid"},
};

const char *http_status_words(int status)
{
    for (size_t n = 0; n < sizeof meanings / sizeof meanings[0]; n++)
        if (meanings[n].status == status) return meanings[n].words;
    return "";
}
