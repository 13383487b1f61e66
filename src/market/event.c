#include "booktop/market/event.h"

const char *market_status_text(enum market_status status)
{
    static const char *const texts[] = {
        [MARKET_OPEN] = "open",
        [MARKET_PAUSED] = "paused",
        [MARKET_CLOSED] = "closed",
        [MARKET_RESOLVED] = "resolved",
    };
    return (size_t)status < sizeof texts / sizeof *texts ? texts[status] : "unknown";
}
