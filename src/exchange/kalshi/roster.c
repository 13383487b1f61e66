#include "booktop/exchange/kalshi/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/exchange/dice.h"

#define STREAM_SEED UINT64_C(0x4a1500) /* makes this venue's seed of the exchange's */
#define STREAM_IDS  UINT64_C(0x4a1d0000)
#define STREAM_LOAD UINT64_C(0x4a10ad)

#define DAYS(days) ((days)*INT64_C(86400000))

/* An event as it is written down, and the markets of it. */
struct event_row {
    const char *ticker, *series, *title, *sub_title, *category;
    int64_t end_ms;
    const char *fee_type, *fee_multiplier; /* NULL: "quadratic", "1" */
};

static const struct event_row event_rows[] = {
    {"KXSEAWALL-26DEC31", "KXSEAWALL", "Will the sea wall of Saltmere hold through the year?", "Before 2027", "World",
     DAYS(40), NULL, NULL},
    {"KXHARBOR-26DEC", "KXHARBOR", "How high is the highest tide at Port Lumen harbour in December?", "In Dec 2026",
     "Climate and Weather", DAYS(41), NULL, "0.5"},
    {"KXLANTERN-27FEB", "KXLANTERN", "Who wins the Lantern Prize at Brume-sur-Ile?", "In Feb 2027", "Culture", DAYS(88),
     "quadratic_with_maker_fees", NULL},
    {"KXFERRY-26NOV", "KXFERRY", "Does the night ferry to Vellamo Bay sail all week?", "This week", "Transportation",
     DAYS(6), "flat", NULL},
    {"KXTIDE15M-26NOV21", "KXTIDE15M", "Port Lumen Tide Index up in the next minutes?", "Target 104.25",
     "Climate and Weather", 200000, NULL, NULL},
    {"KXTRAM-27MAR", "KXTRAM", "Does the tram line to Aldermoor open by spring?", "Before Apr 2027", "Transportation",
     DAYS(130), NULL, "0"},
};

/* Markets; those of one event stand together, in the order of the events. */
struct market_row {
    unsigned event;
    const char *suffix, *title, *yes, *no, *strike_type;
    int64_t floor_strike, cap_strike; /* tenths */
    int64_t volume;                   /* contracts */
    bool tapered;
    struct cast_temper temper;
};

static const struct market_row market_rows[] = {
    {0,
     "",
     "Will the sea wall of Saltmere hold through the year?",
     "Holds",
     "Holds",
     "",
     0,
     0,
     4120533,
     false,
     {640, 640, 0, 10, 1500, 120, 2200, 100, false}},
    {1,
     "-T4",
     "Will the highest tide at Port Lumen harbour be below 4.0 m in December?",
     "Below 4.0 m",
     "4.0 m or above",
     "less",
     0,
     40,
     911204,
     false,
     {170, 170, 0, 10, 900, 420, 9000, 120, false}},
    {1,
     "-B4.5",
     "Will the highest tide at Port Lumen harbour be 4.0 m to 5.0 m in December?",
     "4.0 m to 5.0 m",
     "Not 4.0 m to 5.0 m",
     "between",
     40,
     50,
     1844170,
     false,
     {520, 520, 0, 10, 1300, 300, 5000, 140, false}},
    {1,
     "-B5.5",
     "Will the highest tide at Port Lumen harbour be 5.0 m to 6.0 m in December?",
     "5.0 m to 6.0 m",
     "Not 5.0 m to 6.0 m",
     "between",
     50,
     60,
     1202945,
     false,
     {250, 250, 0, 10, 1100, 380, 8000, 130, false}},
    {1,
     "-T6",
     "Will the highest tide at Port Lumen harbour be above 6.0 m in December?",
     "Above 6.0 m",
     "6.0 m or below",
     "greater",
     60,
     0,
     302881,
     false,
     {47, 37, 90, 10, 500, 500, 9000, 110, false}},
    {2,
     "-ORCHARD",
     "Will \"The Glass Orchard\" win the Lantern Prize at Brume-sur-Ile?",
     "The Glass Orchard",
     "The Glass Orchard",
     "custom",
     0,
     0,
     702118,
     true,
     {88, 88, 0, 1, 260, 330, 6500, 120, false}},
    {2,
     "-SALT",
     "Will \"Salt and Ink\" win the Lantern Prize at Brume-sur-Ile?",
     "Salt and Ink",
     "Salt and Ink",
     "custom",
     0,
     0,
     288450,
     true,
     {31, 31, 0, 1, 120, 620, 15000, 160, false}},
    {3,
     "",
     "Does the night ferry to Vellamo Bay sail all week?",
     "Sails all week",
     "Sails all week",
     "",
     0,
     0,
     96021,
     false,
     {715, 715, 0, 10, 1000, 260, 5000, 90, false}},
    {4,
     "-T104.25",
     "Port Lumen Tide Index up in the next minutes?",
     "Target: 104.25",
     "Target: 104.25",
     "greater",
     1042,
     0,
     48211,
     false,
     {505, 900, 190, 10, 2200, 300, 4000, 60, false}},
    {5,
     "",
     "Does the tram line to Aldermoor open by spring?",
     "Opens by spring",
     "Opens by spring",
     "",
     0,
     0,
     0,
     false,
     {452, 452, 0, 10, 1200, 500, 9000, 60, true}},
};

#define MARKETS  (sizeof market_rows / sizeof market_rows[0])
#define FERRY    7 /* pauses and comes back */
#define TIDE     8 /* closes, and is determined and settled */
#define TRAM     9 /* opens later */
#define LOAD_END DAYS(60)

static const char *const things[] = {"tram depot",   "glass bridge", "night market", "sea wall",
                                     "moon theatre", "salt library", "east ferry",   "amber mill"};
static const char *const deeds[] = {"open before June",  "be sold this year",  "win the lantern vote",
                                    "close for repairs", "break its record",   "change its name",
                                    "run out of paint",  "stay dry all winter"};

void roster_uuid(struct dice *dice, char out[ROSTER_UUID_SIZE])
{
    char hex[33];
    dice_hex(dice, hex, 32);
    hex[12] = '4';
    hex[16] = "89ab"[hex[16] % 4];
    snprintf(out, ROSTER_UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static void copy(const char *string, char *out, size_t size)
{
    text_copy(text_from(string), out, size);
}

/* What happens to single markets in their lives. */
static void life_write(struct cast_market *market, size_t row)
{
    if (row == FERRY) {
        market->pauses_ms = 60000;
        market->pause_ms = 8000;
    } else if (row == TIDE) {
        market->resolves_ms = market->end_ms;
        market->determines_ms = market->end_ms + 10000;
        market->settles_ms = market->end_ms + 25000;
    } else if (row == TRAM) {
        market->opens_ms = 75000;
    }
}

static void event_write(struct roster *roster, unsigned index, const struct event_row *row)
{
    struct roster_event *event = &roster->events[index];
    copy(row->ticker, event->ticker, sizeof event->ticker);
    copy(row->series, event->series, sizeof event->series);
    event->category = row->category;
    event->sub_title = row->sub_title;
    event->fee_type = row->fee_type != NULL ? row->fee_type : "quadratic";
    event->fee_multiplier = row->fee_multiplier != NULL ? row->fee_multiplier : "1";
    copy(row->title, roster->cast.events[index].title, CAST_TITLE_SIZE);
}

static void market_write(struct roster *roster, unsigned index)
{
    const struct market_row *row = &market_rows[index];
    const struct event_row *event = &event_rows[row->event];
    struct roster_market *market = &roster->markets[index];
    struct cast_market *cast = &roster->cast.markets[index];
    if (row->event == roster->cast.event_count) event_write(roster, roster->cast.event_count++, event);
    snprintf(market->ticker, sizeof market->ticker, "%s%s", event->ticker, row->suffix);
    copy(row->yes, market->yes_title, sizeof market->yes_title);
    copy(row->no, market->no_title, sizeof market->no_title);
    market->strike_type = row->strike_type;
    market->floor_strike = row->floor_strike;
    market->cap_strike = row->cap_strike;
    market->volume = row->volume * 100;
    copy(row->title, cast->title, sizeof cast->title);
    cast->event = row->event;
    cast->end_ms = event->end_ms;
    cast->temper = row->temper;
    cast->tapered = row->tapered;
    life_write(cast, index);
}

/* One market of an event of its own, for load. */
static void market_make_up(struct roster *roster, unsigned index, struct dice *dice)
{
    unsigned number = index - (unsigned)MARKETS;
    struct roster_market *market = &roster->markets[index];
    struct cast_market *cast = &roster->cast.markets[index];
    char title[CAST_TITLE_SIZE], ticker[ROSTER_TICKER_SIZE];
    snprintf(title, sizeof title, "Will the %s of Saltmere %s (%u)?", things[number % 8], deeds[number / 8 % 8],
             number);
    snprintf(ticker, sizeof ticker, "KXLOAD-27JAN%u", number);
    const struct event_row event = {ticker, "KXLOAD", title, "", "World", LOAD_END, NULL, NULL};
    event_write(roster, roster->cast.event_count, &event);
    cast->event = roster->cast.event_count++;
    copy(ticker, market->ticker, sizeof market->ticker);
    copy(title, cast->title, sizeof cast->title);
    copy("Yes", market->yes_title, sizeof market->yes_title);
    copy("Yes", market->no_title, sizeof market->no_title);
    market->strike_type = "";
    market->volume = dice_between(dice, 1000, 900000) * 100;
    int fair = (int)dice_between(dice, 60, 930);
    cast->end_ms = LOAD_END;
    cast->tapered = dice_chance(dice, 30);
    struct cast_temper *temper = &cast->temper;
    temper->fair = temper->fair_end = fair;
    temper->tick = cast->tapered ? 1 : 10;
    temper->wander = 300 + (int)dice_below(dice, 1000);
    temper->interval_ms = 300 + (int)dice_below(dice, 900);
    temper->trade_ms = 4000 + (int)dice_below(dice, 12000);
    temper->size_percent = 50 + (int)dice_below(dice, 150);
}

static void market_complete(struct roster *roster, unsigned index)
{
    struct roster_market *market = &roster->markets[index];
    struct cast_market *cast = &roster->cast.markets[index];
    struct dice dice = dice_from(roster->cast.seed, STREAM_IDS + index);
    roster_uuid(&dice, market->id);
    market->open_interest = market->volume * dice_between(&dice, 20, 60) / 10000 * 100;
    cast->volume = market->volume * cast->temper.fair / 1000;
    cast->before = cast_price_before(cast, &dice);
    cast->group = "";
    cast->outcomes[0] = "Yes";
    cast->outcomes[1] = "No";
    struct cast_event *event = &roster->cast.events[cast->event];
    if (event->count++ == 0) event->first = index;
}

bool roster_create(struct roster *roster, uint64_t seed, unsigned markets)
{
    unsigned count = markets == 0 ? (unsigned)MARKETS : markets;
    if (count > CAST_MARKETS_MAX) count = CAST_MARKETS_MAX;
    struct dice own = dice_from(seed, STREAM_SEED);
    *roster = (struct roster){.cast = {.seed = dice_next(&own), .market_count = count}};
    roster->cast.markets = calloc(count, sizeof *roster->cast.markets);
    roster->cast.events = calloc(count, sizeof *roster->cast.events);
    roster->markets = calloc(count, sizeof *roster->markets);
    roster->events = calloc(count, sizeof *roster->events);
    if (roster->cast.markets == NULL || roster->cast.events == NULL || roster->markets == NULL ||
        roster->events == NULL) {
        roster_free(roster);
        return false;
    }
    struct dice dice = dice_from(roster->cast.seed, STREAM_LOAD);
    for (unsigned i = 0; i < count; i++) {
        if (i < MARKETS)
            market_write(roster, i);
        else
            market_make_up(roster, i, &dice);
        market_complete(roster, i);
    }
    return true;
}

void roster_free(struct roster *roster)
{
    free(roster->markets);
    free(roster->events);
    cast_free(&roster->cast);
    *roster = (struct roster){0};
}

int roster_find_market(const struct roster *roster, struct text ticker)
{
    for (unsigned i = 0; i < roster->cast.market_count; i++)
        if (text_is(ticker, roster->markets[i].ticker)) return (int)i;
    return -1;
}

int roster_find_id(const struct roster *roster, struct text id)
{
    for (unsigned i = 0; i < roster->cast.market_count; i++)
        if (text_is(id, roster->markets[i].id)) return (int)i;
    return -1;
}

int roster_find_event(const struct roster *roster, struct text ticker)
{
    for (unsigned i = 0; i < roster->cast.event_count; i++)
        if (text_is(ticker, roster->events[i].ticker)) return (int)i;
    return -1;
}

int roster_find_series(const struct roster *roster, struct text series)
{
    for (unsigned i = 0; i < roster->cast.event_count; i++)
        if (text_is(series, roster->events[i].series)) return (int)i;
    return -1;
}
