#include "booktop/exchange/kalshi/instruction.h"

#include <stddef.h>

#include "booktop/base/decimal.h"
#include "booktop/exchange/scan.h"

static const struct {
    const char *name;
    enum instruction_kind kind;
} commands[] = {
    {"subscribe", INSTRUCTION_SUBSCRIBE},
    {"unsubscribe", INSTRUCTION_UNSUBSCRIBE},
    {"update_subscription", INSTRUCTION_UPDATE},
    {"list_subscriptions", INSTRUCTION_LIST},
};

static const struct {
    const char *name;
    enum instruction_action action;
} actions[] = {
    {"add_markets", ACTION_ADD},
    {"delete_markets", ACTION_DELETE},
    {"get_snapshot", ACTION_SNAPSHOT},
};

/* Parameters that are lists, or single values of such. */
static const struct {
    const char *name;
    enum scan_kind kind;
    size_t list, single; /* members; 0 for `single`: it is no single value */
} lists[] = {
    {"channels", SCAN_ARRAY, offsetof(struct instruction, channels), 0},
    {"market_tickers", SCAN_ARRAY, offsetof(struct instruction, tickers), 0},
    {"market_ticker", SCAN_STRING, offsetof(struct instruction, tickers), offsetof(struct instruction, ticker_single)},
    {"market_ids", SCAN_ARRAY, offsetof(struct instruction, ids), 0},
    {"market_id", SCAN_STRING, offsetof(struct instruction, ids), offsetof(struct instruction, id_single)},
    {"sids", SCAN_ARRAY, offsetof(struct instruction, sids), 0},
    {"sid", SCAN_WORD, offsetof(struct instruction, sids), offsetof(struct instruction, sid_single)},
};

static const struct {
    const char *name;
    size_t member;
} flags[] = {
    {"use_yes_price", offsetof(struct instruction, use_yes_price)},
    {"skip_ticker_ack", offsetof(struct instruction, skip_ticker_ack)},
    {"send_initial_snapshot", offsetof(struct instruction, send_initial_snapshot)},
};

static bool list_read(struct instruction *out, struct text key, const struct scan_value *value)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (!text_is(key, lists[i].name)) continue;
        struct text *list = (struct text *)(void *)((char *)out + lists[i].list);
        if (list == &out->sids && list->at != NULL) {
            out->sids_twice = true;
            return true;
        }
        if (value->kind != lists[i].kind || list->at != NULL) {
            out->invalid = true;
            return true;
        }
        *list = value->text;
        /* A string is a list of one with its quotes. */
        if (value->kind == SCAN_STRING) *list = (struct text){list->at - 1, list->length + 2};
        if (lists[i].single != 0) *((bool *)out + lists[i].single) = true;
        return true;
    }
    return false;
}

static bool flag_read(struct instruction *out, struct text key, const struct scan_value *value)
{
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (!text_is(key, flags[i].name)) continue;
        bool on = text_is(value->text, "true");
        if (value->kind != SCAN_WORD || (!on && !text_is(value->text, "false"))) out->invalid = true;
        *((bool *)out + flags[i].member) = on;
        return true;
    }
    return false;
}

static void action_read(struct instruction *out, const struct scan_value *value)
{
    out->action = ACTION_UNKNOWN;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (value->kind == SCAN_STRING && text_is(value->text, actions[i].name)) out->action = actions[i].action;
}

static bool params_read(struct instruction *out, struct text rest)
{
    struct text key;
    struct scan_value value;
    out->params = true;
    while (scan_member(&rest, &key, &value)) {
        if (list_read(out, key, &value) || flag_read(out, key, &value)) continue;
        if (text_is(key, "action")) action_read(out, &value);
    }
    return scan_ended(rest);
}

static bool id_read(struct instruction *out, const struct scan_value *value)
{
    return value->kind == SCAN_WORD && decimal_parse(value->text, 0, &out->id) == DECIMAL_OK;
}

bool instruction_parse(struct text message, struct instruction *out)
{
    struct text rest, key;
    struct scan_value value;
    *out = (struct instruction){0};
    if (!scan_object(message, &rest)) return false;
    while (scan_member(&rest, &key, &value)) {
        if (text_is(key, "id") && !id_read(out, &value)) return false;
        if (text_is(key, "params") && value.kind == SCAN_OBJECT && !params_read(out, value.text)) return false;
        if (!text_is(key, "cmd") || value.kind != SCAN_STRING) continue;
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
            if (text_is(value.text, commands[i].name)) out->kind = commands[i].kind;
    }
    return scan_ended(rest);
}

bool instruction_next_text(struct text *list, struct text *out)
{
    struct scan_value value;
    if (!scan_element(list, &value) || value.kind != SCAN_STRING) return false;
    *out = value.text;
    return true;
}

bool instruction_next_number(struct text *list, int64_t *out)
{
    struct scan_value value;
    return scan_element(list, &value) && value.kind == SCAN_WORD && decimal_parse(value.text, 0, out) == DECIMAL_OK &&
           *out >= 1;
}
