/* price_change: the entries of one message, of both tokens, into one book, all or none. */
#include <stdlib.h>

#include "books.h"
#include "bursts.h"

/* An entry in the book's terms, for finding contradictions. */
struct change_order {
    price_t price;
    quantity_t quantity;
    enum side side;
    int outcome;
    size_t place; /* in the message */
};

/* What one message is judged by, gathered in one pass before anything is changed. */
struct judgement {
    uint64_t fingerprint;
    size_t count;       /* entries of this market */
    bool border;        /* the open burst ends before this message */
    bool repeated;      /* a hash is that of a burst that ended */
    bool foreign;       /* a hash is not that of the newest one of these, which has one for this outcome too */
    unsigned named;     /* bit n: outcome n has entries */
    struct text learnt; /* the market's second token, if this message is the first to name it */
};

static bool reserve(struct venue_sync *sync, size_t count)
{
    if (count <= sync->change_capacity) return true;
    size_t capacity = count < 16 ? 16 : count * 2;
    struct book_change *changes = realloc(sync->changes, capacity * sizeof *changes);
    if (changes) sync->changes = changes;
    struct change_order *order = realloc(sync->order, capacity * sizeof *order);
    if (order) sync->order = order;
    if (!changes || !order) return false;
    sync->change_capacity = capacity;
    return true;
}

static int compare(const struct change_order *a, const struct change_order *b)
{
    if (a->side != b->side) return a->side < b->side ? -1 : 1;
    if (a->price != b->price) return a->price < b->price ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

/* By level, then place. (qsort may allocate.) */
static void sort(struct change_order *order, size_t count)
{
    size_t gap = 1;
    while (gap < count / 3) gap = gap * 3 + 1;
    for (; gap > 0; gap /= 3) {
        for (size_t i = gap; i < count; i++) {
            struct change_order entry = order[i];
            size_t at = i;
            for (; at >= gap && compare(&entry, &order[at - gap]) < 0; at -= gap) order[at] = order[at - gap];
            order[at] = entry;
        }
    }
}

/* True if the tokens disagree about a level. Entries of one token are a sequence: its last word on a level counts. */
static bool contradicts(struct venue_sync *sync, size_t count)
{
    struct change_order *order = sync->order;
    sort(order, count);
    const struct change_order *last[INSTRUMENT_OUTCOMES] = {NULL, NULL};
    for (size_t i = 0; i < count; i++) {
        const struct change_order *entry = &order[i];
        if (i > 0 && (entry->side != entry[-1].side || entry->price != entry[-1].price)) last[0] = last[1] = NULL;
        last[entry->outcome] = entry;
        bool level_ends = i + 1 == count || entry[1].side != entry->side || entry[1].price != entry->price;
        if (level_ends && last[0] && last[1] && last[0]->quantity != last[1]->quantity) return true;
    }
    return false;
}

static uint64_t mix(uint64_t value)
{
    value ^= value >> 32;
    value *= UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 29;
}

/* Equal for the same entries in any order. */
static uint64_t fingerprint(const struct level_change *change, int outcome)
{
    uint64_t hash = change->hash.length ? burst_hash_key(change->hash) : 0;
    uint64_t place = (uint64_t)change->price << 2 | (uint64_t)change->side << 1 | (uint64_t)outcome;
    return mix(mix(hash ^ place) + (uint64_t)change->quantity);
}

static void judge_age(const struct tracked *tracked, int outcome, struct text hash, int64_t venue_ms,
                      struct judgement *judgement)
{
    if (hash.length == 0) return;
    enum burst_age age = burst_find(tracked, outcome, hash, venue_ms);
    judgement->repeated |= age != BURST_UNKNOWN;
    judgement->foreign |= age == BURST_OLDER || (age == BURST_UNKNOWN && tracked->reopenable & 1u << outcome);
}

static void judge(struct venue_sync *sync, const struct market *market, const struct tracked *tracked,
                  const struct event *event, struct judgement *judgement)
{
    const struct event_changes *changes = &event->changes;
    price_t one = instrument_one(&market->instrument);
    *judgement = (struct judgement){.fingerprint = mix((uint64_t)event->venue_ms)};
    for (size_t i = 0; i < changes->count; i++) {
        const struct level_change *change = &changes->changes[i];
        int outcome = sync_outcome(sync, market, change->asset, &judgement->learnt);
        if (outcome < 0) continue;
        judgement->border |= !burst_continues(tracked, outcome, change->hash);
        /* Where no hash tells, the stamp does. */
        judgement->border |= change->hash.length == 0 && market->burst_open && event->venue_ms != market->venue_ms;
        judge_age(tracked, outcome, change->hash, event->venue_ms, judgement);
        judgement->fingerprint += fingerprint(change, outcome);
        judgement->named |= 1u << outcome;
        struct book_change *out = &sync->changes[judgement->count];
        *out = (struct book_change){change->price, change->quantity, change->side, change->mode};
        if (outcome == 1) {
            out->price = one - change->price;
            out->side = side_other(change->side);
        }
        sync->order[judgement->count++] = (struct change_order){out->price, out->quantity, out->side, outcome, i};
    }
}

/* Assets of no outcome that a message was seen to name; a message that names more has them reported more than once. */
struct strangers {
    struct text assets[16];
    size_t count;
};

static bool first_mention(struct strangers *strangers, struct text asset)
{
    for (size_t i = 0; i < strangers->count; i++)
        if (text_equal(strangers->assets[i], asset)) return false;
    if (strangers->count < sizeof strangers->assets / sizeof *strangers->assets)
        strangers->assets[strangers->count++] = asset;
    return true;
}

/* One report for each asset that the message names, in order of first mention. */
static void report_assets(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                          struct market *market, struct text learnt, enum event_fate fate, const char *why)
{
    const struct event_changes *changes = &event->changes;
    struct strangers strangers = {.count = 0};
    unsigned done = 0;
    for (size_t i = 0; i < changes->count; i++) {
        struct text asset = changes->changes[i].asset;
        int outcome = market ? instrument_outcome(&market->instrument, asset) : -1;
        if (outcome < 0 && learnt.length && text_equal(asset, learnt)) outcome = 1;
        if (outcome >= 0) {
            if (!(done & 1u << outcome)) sync_report(sync, reading, event, market, outcome, asset, fate, why);
            done |= 1u << outcome;
        } else if (first_mention(&strangers, asset)) {
            sync_report(sync, reading, event, market, -1, asset, market ? FATE_IGNORED : fate,
                        market ? sync_strange_asset : why);
        }
    }
}

/* What the message's last entry says, in the book's terms. */
static struct clean_rule newest_rule(const struct market *market, const struct level_change *change, int outcome)
{
    const struct instrument *instrument = &market->instrument;
    if (outcome == 0) return (struct clean_rule){change->side, change->best_bid, change->best_ask};
    return (struct clean_rule){
        .newest = side_other(change->side),
        .said_bid = instrument_mirror(instrument, change->best_ask),
        .said_ask = instrument_mirror(instrument, change->best_bid),
    };
}

/* Why a message is not to be applied, NULL: it is; *reopens where it goes on with a burst that was silent for a while.
 */
static const char *refusal(struct venue_sync *sync, const struct market *market, const struct tracked *tracked,
                           const struct event *event, const struct judgement *judgement, enum event_fate *fate,
                           bool *reopens)
{
    *fate = FATE_DUPLICATE;
    *reopens = judgement->repeated && !judgement->foreign && tracked->reopenable;
    if (market->venue_ms != EVENT_NO_TIME && event->venue_ms < market->venue_ms) return "older than the book";
    if (judgement->repeated && !*reopens) return "of a burst that has ended";
    bool continues = *reopens || (market->burst_open && !judgement->border);
    if (continues && burst_has_message(tracked, judgement->fingerprint)) return "the same message again";
    *fate = FATE_REFUSED;
    if (judgement->named == 3 && contradicts(sync, judgement->count)) return "entries contradict each other";
    *fate = FATE_IGNORED;
    return judgement->count == 0 ? sync_strange_asset : NULL;
}

/* What is kept of a message that was applied, for the proof at the end of its burst. */
static void record(struct venue_sync *sync, struct tracked *tracked, struct market *market, const struct event *event,
                   const struct judgement *judgement, uint64_t version)
{
    const struct event_changes *changes = &event->changes;
    for (size_t i = 0; i < changes->count; i++) {
        int outcome = instrument_outcome(&market->instrument, changes->changes[i].asset);
        if (outcome < 0) continue;
        burst_set_hash(tracked, outcome, &changes->changes[i], event->venue_ms);
        market->newest = newest_rule(market, &changes->changes[i], outcome);
    }
    if (!market->burst_open) {
        tracked->proving.level_count = 0;
        tracked->proving.version = version;
    }
    for (size_t i = 0; i < judgement->count; i++)
        proving_changed(&tracked->proving, sync->changes[i].side, sync->changes[i].price);
}

/* The burst that this message does not belong to ends before it, whatever becomes of the message then. */
static enum event_fate apply(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                             struct market *market, struct text *learnt, const char **why)
{
    struct tracked *tracked = sync_track(sync, market);
    if (!tracked || !reserve(sync, event->changes.count)) {
        *why = book_error_text(BOOK_NO_MEMORY);
        return FATE_REFUSED;
    }
    struct judgement judgement;
    enum event_fate fate;
    bool reopens;
    judge(sync, market, tracked, event, &judgement);
    *learnt = judgement.learnt;
    *why = refusal(sync, market, tracked, event, &judgement, &fate, &reopens);
    if (*why) return fate;
    if (judgement.border) sync_end_burst(sync, tracked, reading->stamp, false);
    uint64_t version = market->book.version;
    enum book_error error = order_book_apply(&market->book, sync->changes, judgement.count);
    if (error) {
        *why = book_error_text(error);
        return FATE_REFUSED;
    }
    if (reopens) burst_reopen(tracked, market);
    if (learnt->length) registry_set_token(sync->registry, market, 1, *learnt);
    record(sync, tracked, market, event, &judgement, version);
    burst_extend(sync, tracked, market, reading->stamp, reading->message, judgement.fingerprint);
    activity_add(&tracked->freeze.activity, reading->stamp.mono);
    sync_book_changed(market, event, reading->stamp);
    return FATE_APPLIED;
}

void sync_changes(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    struct market *market = sync_market(sync, event->market);
    struct text learnt = {NULL, 0};
    if (!market || !market->has_book) {
        report_assets(sync, reading, event, market, learnt, FATE_IGNORED, sync_no_book_seen);
        return;
    }
    const char *why = NULL;
    enum event_fate fate = apply(sync, reading, event, market, &learnt, &why);
    sync_refused(sync, market, fate, reading->stamp);
    report_assets(sync, reading, event, market, learnt, fate, why);
}
