/* What the tests of Gamma's replies share: markets as it describes them, and the catalogue they are read into. */
#ifndef TEST_POLYMARKET_LISTINGS_H
#define TEST_POLYMARKET_LISTINGS_H

#include "booktop/venue/polymarket/catalogue.h"

#define ONE                "10000000000000000000000000000000000000000000000000000000000000000000000000001"
#define TWO                "20000000000000000000000000000000000000000000000000000000000000000000000000002"
#define IDS                "\"clobTokenIds\":\"[\\\"" ONE "\\\", \\\"" TWO "\\\"]\""
#define MARKET(name, rest) "{\"conditionId\":\"0x" name "\"," IDS rest "}"

static struct catalogue catalogue;

static inline int start_empty(void **state)
{
    (void)state;
    catalogue_clear(&catalogue);
    return 0;
}

static inline int release(void **state)
{
    (void)state;
    catalogue_free(&catalogue);
    return 0;
}

static inline const struct catalogue_entry *read_one(const char *body)
{
    const char *why = "";
    catalogue_clear(&catalogue);
    if (!polymarket_read_catalogue(&catalogue, text_from(body), &why)) fail_msg("%s: %s", why, body);
    assert_int_equal(catalogue.count, 1);
    return catalogue.entries;
}

#endif
