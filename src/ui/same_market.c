#include "same_market.h"

#include <string.h>

static bool share_token(const struct instrument *a, const struct instrument *b)
{
    for (unsigned i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        const char *token = a->outcomes[i].token;
        if (token[0] == '\0') continue;
        for (unsigned j = 0; j < INSTRUMENT_OUTCOMES; j++) {
            if (strcmp(token, b->outcomes[j].token) == 0) return true;
        }
    }
    return false;
}

bool same_market(const struct instrument *a, const struct instrument *b)
{
    return a->venue == b->venue && (strcmp(a->symbol, b->symbol) == 0 || share_token(a, b));
}
