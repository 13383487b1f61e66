#include "booktop/exchange/polymarket/subscription.h"

#include "booktop/exchange/scan.h"

bool subscription_parse(struct text message, struct subscription *out)
{
    struct text rest, key;
    struct scan_value value;
    bool seen = false;
    *out = (struct subscription){.dump = true};
    if (!scan_object(message, &rest)) return false;
    while (scan_member(&rest, &key, &value)) {
        if (text_is(key, "assets_ids"))
            out->assets = value.text;
        else if (text_is(key, "custom_feature_enabled")) {
            out->custom_given = true;
            out->custom = text_is(value.text, "true");
        } else if (text_is(key, "initial_dump"))
            out->dump = !text_is(value.text, "false");
        else if (text_is(key, "operation")) {
            out->unsubscribe = text_is(value.text, "unsubscribe");
            seen = out->unsubscribe || text_is(value.text, "subscribe");
        } else if (text_is(key, "type") && text_is(value.text, "market"))
            seen = true;
    }
    return scan_ended(rest) && seen && out->assets.at != NULL;
}

bool subscription_next(struct text *assets, struct text *id)
{
    struct scan_value value;
    if (!scan_element(assets, &value) || value.kind != SCAN_STRING) return false;
    *id = value.text;
    return true;
}
