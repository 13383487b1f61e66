#include "booktop/exchange/cast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/exchange/dice.h"

#define DAY_MS    INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

/* A market as it is written down. Rows with the same `event` stand together. */
struct row {
    const char *event; /* its event's title; NULL: the market is an event of its own */
    const char *title, *group, *outcomes[2];
    int64_t opens_ms, resolves_ms, end_ms;
    int64_t volume, volume_day; /* dollars */
    struct cast_temper temper;
};

#define MAYOR "Who becomes mayor of Port Lumen?"
#define YES_NO                                                                                                         \
    {                                                                                                                  \
        "Yes", "No"                                                                                                    \
    }
#define DAYS(days) ((days)*DAY_MS)

static const struct row rows[] = {
    {NULL,
     "Will the harbour bridge at Port Lumen open in December?",
     "",
     YES_NO,
     0,
     0,
     DAYS(39),
     18402317,
     1214480,
     {430, 430, 0, 10, 1500, 95, 1900, 100, false}},
    {MAYOR,
     "Will Odile Marrow become mayor of Port Lumen?",
     "Odile Marrow",
     YES_NO,
     0,
     0,
     DAYS(112),
     9204116,
     402233,
     {382, 382, 0, 10, 1200, 330, 6500, 140, false}},
    {MAYOR,
     "Will Tobin Hale become mayor of Port Lumen?",
     "Tobin Hale",
     YES_NO,
     0,
     0,
     DAYS(112),
     7120544,
     310902,
     {268, 268, 0, 10, 1100, 380, 8000, 140, false}},
    {MAYOR,
     "Will Ines Quill become mayor of Port Lumen?",
     "Ines Quill",
     YES_NO,
     0,
     0,
     DAYS(112),
     3881290,
     121044,
     {187, 187, 0, 1, 300, 420, 9000, 120, false}},
    {MAYOR,
     "Will Bram Ostrander become mayor of Port Lumen?",
     "Bram Ostrander",
     YES_NO,
     0,
     0,
     DAYS(112),
     1950071,
     60418,
     {112, 112, 0, 1, 220, 520, 12000, 120, false}},
    {MAYOR,
     "Will Yara Finch become mayor of Port Lumen?",
     "Yara Finch",
     YES_NO,
     0,
     0,
     DAYS(112),
     1402268,
     23517,
     {36, 36, 0, 1, 120, 900, 20000, 200, false}},
    {NULL,
     "Port Lumen Tide Index Up or Down?",
     "",
     {"Up", "Down"},
     0,
     260000,
     140000,
     48211,
     48211,
     {505, 880, 250, 10, 2200, 400, 4500, 60, false}},
    {NULL,
     "Will the ferry Saint Osmund reach Port Lumen by noon?",
     "",
     YES_NO,
     0,
     0,
     DAYS(6),
     642019,
     90217,
     {941, 975, 180, 10, 450, 420, 7000, 160, false}},
    {NULL,
     "Will the Corvane lighthouse stay lit through the winter?",
     "",
     YES_NO,
     0,
     0,
     DAYS(121),
     5120660,
     74120,
     {971, 971, 0, 1, 140, 460, 9000, 250, false}},
    {NULL,
     "Will it snow in Aldermoor before the winter fair?",
     "",
     YES_NO,
     0,
     0,
     DAYS(23),
     911385,
     143870,
     {622, 622, 0, 10, 1500, 380, 7000, 90, false}},
    {NULL,
     "Will \"The Glass Orchard\" win the Lantern Prize at Château-Brume?",
     "",
     YES_NO,
     0,
     0,
     DAYS(64),
     388104,
     21966,
     {243, 243, 0, 10, 900, 600, 15000, 80, false}},
    {NULL,
     "Will the Meridian Line run on time for a whole week?",
     "",
     YES_NO,
     0,
     0,
     DAYS(17),
     0,
     0,
     {512, 512, 0, 10, 800, 1500, 60000, 40, true}},
    {NULL,
     "Will the clock tower of Port Lumen be repaired by spring?",
     "",
     YES_NO,
     75000,
     0,
     DAYS(134),
     0,
     0,
     {552, 552, 0, 10, 1200, 500, 9000, 60, true}},
};

#define ROWS (sizeof rows / sizeof rows[0])

/* Words for further markets: 8 * 8 * 8 titles, then they are numbered. */
static const char *const things[] = {"tram depot",   "glass bridge", "night market", "sea wall",
                                     "moon theatre", "salt library", "east ferry",   "amber mill"};
static const char *const towns[] = {"Port Lumen", "Aldermoor", "Corvane",     "Brume-sur-Ile",
                                    "Saltmere",   "Thornquay", "Kestrelford", "Vellamo Bay"};
static const char *const deeds[] = {"open before June",  "be sold this year",  "win the lantern vote",
                                    "close for repairs", "break its record",   "change its name",
                                    "run out of paint",  "stay dry all winter"};

static void text_set(char *out, const char *string)
{
    text_copy(text_from(string), out, CAST_TITLE_SIZE);
}

/* Lowercase letters and digits, everything else one '-'; what is not ASCII is left out. */
static void slug_from(const char *title, char *out)
{
    size_t length = 0;
    for (const char *c = title; *c != '\0' && length + 1 < CAST_TITLE_SIZE; c++) {
        if ((unsigned char)*c >= 0x80) continue;
        if ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9'))
            out[length++] = *c;
        else if (*c >= 'A' && *c <= 'Z')
            out[length++] = (char)(*c - 'A' + 'a');
        else if (length > 0 && out[length - 1] != '-')
            out[length++] = '-';
    }
    while (length > 0 && out[length - 1] == '-') length--;
    out[length] = '\0';
}

static void market_write(struct cast_market *market, const struct row *row)
{
    text_set(market->title, row->title);
    market->group = row->group;
    market->outcomes[0] = row->outcomes[0];
    market->outcomes[1] = row->outcomes[1];
    market->opens_ms = row->opens_ms;
    market->resolves_ms = row->resolves_ms;
    market->end_ms = row->end_ms;
    market->volume = row->volume * 100;
    market->volume_day = row->volume_day * 100;
    market->temper = row->temper;
}

static void market_make_up(struct cast_market *market, unsigned number, struct dice *dice)
{
    unsigned again = number / 512;
    const char *thing = things[number % 8], *town = towns[number / 8 % 8], *deed = deeds[number / 64 % 8];
    if (again == 0)
        snprintf(market->title, sizeof market->title, "Will the %s at %s %s?", thing, town, deed);
    else
        snprintf(market->title, sizeof market->title, "Will the %s at %s %s again (%u)?", thing, town, deed, again);
    market->group = "";
    market->outcomes[0] = "Yes";
    market->outcomes[1] = "No";
    market->end_ms = DAYS(dice_between(dice, 5, 200));
    market->volume_day = dice_between(dice, 100000, 20000000);
    market->volume = market->volume_day * dice_between(dice, 3, 40);
    int fair = (int)dice_between(dice, 60, 930);
    market->temper = (struct cast_temper){.fair = fair,
                                          .fair_end = fair,
                                          .tick = dice_chance(dice, 70) ? 10 : 1,
                                          .wander = 300 + (int)dice_below(dice, 1000),
                                          .interval_ms = 300 + (int)dice_below(dice, 900),
                                          .trade_ms = 4000 + (int)dice_below(dice, 12000),
                                          .size_percent = 50 + (int)dice_below(dice, 150)};
}

int cast_price_before(const struct cast_market *market, struct dice *dice)
{
    const struct cast_temper *temper = &market->temper;
    int fair = temper->fair, reach = (fair < 500 ? fair : 1000 - fair) / 4;
    if (temper->untraded || market->opens_ms > 0) return 0;
    if (reach > 60) reach = 60;
    int price = fair + (int)dice_between(dice, -reach, reach);
    int step = market->tapered && price >= 100 && price < 900 ? 10 : temper->tick;
    price -= price % step;
    return price > step ? price : step;
}

static void market_identify(struct cast_market *market, unsigned index, uint64_t seed)
{
    struct dice dice = dice_from(seed, UINT64_C(0x1d0000) + index);
    slug_from(market->title, market->slug);
    snprintf(market->id, sizeof market->id, "%u", 910001 + index);
    market->condition[0] = '0';
    market->condition[1] = 'x';
    dice_hex(&dice, market->condition + 2, CAST_CONDITION_SIZE - 3);
    dice_digits(&dice, market->token[0], CAST_TOKEN_SIZE - 1);
    dice_digits(&dice, market->token[1], CAST_TOKEN_SIZE - 1);
    market->before = cast_price_before(market, &dice);
    market->winner = 0;
}

/* Puts a market into the event of its row, which is the last one if the row before was of the same event. */
static void market_join(struct cast *cast, unsigned index, const char *title)
{
    struct cast_market *market = &cast->markets[index];
    struct cast_event *last = cast->event_count > 0 ? &cast->events[cast->event_count - 1] : NULL;
    if (title == NULL || last == NULL || strcmp(last->title, title) != 0) {
        last = &cast->events[cast->event_count];
        text_set(last->title, title == NULL ? market->title : title);
        slug_from(last->title, last->slug);
        snprintf(last->id, sizeof last->id, "%u", 41001 + cast->event_count);
        last->first = index;
        last->neg_risk = title != NULL;
        cast->event_count++;
    }
    last->count++;
    market->event = cast->event_count - 1;
}

bool cast_create(struct cast *cast, uint64_t seed, unsigned markets)
{
    unsigned count = markets == 0 ? (unsigned)ROWS : markets;
    if (count > CAST_MARKETS_MAX) count = CAST_MARKETS_MAX;
    *cast = (struct cast){.seed = seed};
    cast->markets = calloc(count, sizeof *cast->markets);
    cast->events = calloc(count, sizeof *cast->events);
    if (cast->markets == NULL || cast->events == NULL) {
        cast_free(cast);
        return false;
    }
    cast->market_count = count;
    struct dice dice = dice_from(seed, UINT64_C(0xca5700));
    for (unsigned i = 0; i < count; i++) {
        if (i < ROWS)
            market_write(&cast->markets[i], &rows[i]);
        else
            market_make_up(&cast->markets[i], i - (unsigned)ROWS, &dice);
        market_identify(&cast->markets[i], i, seed);
        market_join(cast, i, i < ROWS ? rows[i].event : NULL);
    }
    return true;
}

void cast_free(struct cast *cast)
{
    free(cast->markets);
    free(cast->events);
    *cast = (struct cast){0};
}

bool cast_find_token(const struct cast *cast, struct text id, unsigned *market, unsigned *token)
{
    for (unsigned i = 0; i < cast->market_count; i++) {
        for (unsigned side = 0; side < 2; side++) {
            if (!text_is(id, cast->markets[i].token[side])) continue;
            *market = i;
            *token = side;
            return true;
        }
    }
    return false;
}

int cast_find_condition(const struct cast *cast, struct text condition)
{
    for (unsigned i = 0; i < cast->market_count; i++)
        if (text_is(condition, cast->markets[i].condition)) return (int)i;
    return -1;
}

int cast_find_slug(const struct cast *cast, struct text slug)
{
    for (unsigned i = 0; i < cast->market_count; i++)
        if (text_is(slug, cast->markets[i].slug)) return (int)i;
    return -1;
}

int cast_find_event(const struct cast *cast, struct text slug)
{
    for (unsigned i = 0; i < cast->event_count; i++)
        if (text_is(slug, cast->events[i].slug)) return (int)i;
    return -1;
}
