/* A storm: faults from the local exchange's injector, one after another and some at once, over twenty markets of two
 * venues. After each everything heals, with at most one attempt to connect for each step of back-off; at the end three
 * books of each market are the same: the feed's, that of a second engine which was told what the feed's was told, and
 * the exchange's own. No descriptor is left.
 *
 * Time runs fast here, for the feed and for the exchange: what takes half a minute takes a second or two.
 * The faults are a deck of cards: each has its turn before one comes again. BOOKTOP_FAULTS: how many are dealt (the
 * whole deck once where it is not set); BOOKTOP_SEED: shuffles it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "booktop/engine/engine.h"
#include "booktop/exchange/cast.h"
#include "booktop/exchange/exchange.h"
#include "booktop/exchange/kalshi/roster.h"
#include "booktop/feed/feed.h"
#include "booktop/market/digest.h"
#include "booktop/net/limits.h"
#include "booktop/net/loop.h"
#include "deck.h"
#include "inquiry.h"
#include "onlooker.h"
#include "shadow.h"
#include "signer.h"

#define MARKETS 10 /* of each venue */
/* Of the fast clock: much longer than a burst stays open. */
#define REST       (2 * NANOSECONDS_PER_SECOND)
#define FAST       10
#define SEED       1
#define FAULTS_MAX 100000
/* Of real time, for what is waited for. */
#define LIMIT (120 * NANOSECONDS_PER_SECOND)

/* A venue was heard for long enough: no fault that leaves the connection as it is hits later than that. */
#define MESSAGES_AFTER_A_FAULT 60
/* At the end: what was left out, or is held back, has shown. */
#define MESSAGES_OF_A_CALM 1500
/* A refusal that is meant for good is waited out, or the user is impatient. */
#define A_LONG_WAIT (20 * NANOSECONDS_PER_SECOND)
/* While a wrong certificate is shown the exchange cannot tell who came: so many questions by REST at most. */
#define STRANGERS_MOST 40

/* What a venue's connections counted, together. */
struct tally {
    uint64_t downs, messages;
    uint64_t steps; /* attempts that back-off allows */
    unsigned live, others;
};

struct stage {
    struct clock_start start;
    struct clock clock;
    struct exchange *exchange;
    struct signer signer;
    struct feed *feed;
    struct shadow shadow;
    struct feed_tap tap;
    struct catalogue catalogue; /* Polymarket's, then Kalshi's */
    struct onlooker onlooker;
    struct inquiry inquiry;
    struct inquiry_book books[VENUES * MARKETS];
    struct proof proofs[VENUES * MARKETS]; /* as the feed showed them at the end */
    struct addresses addresses;
    struct deck deck;
    struct hand hand;
    /* How things stood before it. */
    struct tally before[VENUES];
    uint64_t attempts[VENUES];
    uint64_t seed;
};

static const enum venue_id ids[VENUES] = {[EXCHANGE_POLYMARKET] = VENUE_POLYMARKET, [EXCHANGE_KALSHI] = VENUE_KALSHI};

/* === The stage === */

static uint64_t number_given(const char *name, uint64_t otherwise, uint64_t most)
{
    const char *given = getenv(name);
    uint64_t number = given ? strtoull(given, NULL, 10) : otherwise;
    return number < 1 ? 1 : number > most ? most : number;
}

static struct exchange_options exchange_options(const struct stage *stage, enum exchange_venue venue)
{
    return (struct exchange_options){
        .seed = stage->seed, .speed = 1, .markets = 2 * MARKETS, .venue = venue, .clock = &stage->clock};
}

/* Markets that neither open nor resolve while they are watched. */
static bool lasts(const struct cast_market *market)
{
    return market->opens_ms == 0 && market->resolves_ms == 0;
}

static void list_markets(struct stage *stage, enum exchange_venue venue,
                         bool (*wanted)(void *context, struct text symbol), void *context)
{
    struct catalogue all = {0};
    struct exchange_options options = exchange_options(stage, venue);
    unsigned taken = 0;
    inquiry_list(&all, &options, venue == EXCHANGE_KALSHI ? options.markets + 1 : 1);
    for (size_t i = 0; i < all.count && taken < MARKETS; i++) {
        if (!wanted(context, text_from(all.entries[i].instrument.symbol))) continue;
        struct catalogue_entry *entry = catalogue_append(&stage->catalogue);
        assert_non_null(entry);
        *entry = all.entries[i];
        taken++;
    }
    catalogue_free(&all);
    assert_int_equal(taken, MARKETS);
}

static bool cast_wants(void *context, struct text condition)
{
    const struct cast *cast = context;
    int market = cast_find_condition(cast, condition);
    return market >= 0 && lasts(&cast->markets[market]);
}

static bool roster_wants(void *context, struct text ticker)
{
    const struct roster *roster = context;
    int market = roster_find_market(roster, ticker);
    return market >= 0 && lasts(&roster->cast.markets[market]);
}

static void list_all_markets(struct stage *stage)
{
    struct cast cast;
    struct roster roster;
    assert_true(cast_create(&cast, stage->seed, 2 * MARKETS));
    assert_true(roster_create(&roster, stage->seed, 2 * MARKETS));
    list_markets(stage, EXCHANGE_POLYMARKET, cast_wants, &cast);
    list_markets(stage, EXCHANGE_KALSHI, roster_wants, &roster);
    roster_free(&roster);
    cast_free(&cast);
}

static void start_exchange(struct stage *stage)
{
    char error[160];
    struct exchange_options options = exchange_options(stage, EXCHANGE_POLYMARKET);
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
}

static void start_feed(struct stage *stage)
{
    struct net_limits limits = net_limits_default;
    char error[160];
    stage->tap = shadow_tap(&stage->shadow);
    /* What a handshake takes, it takes in real time. */
    limits.dial = limits.handshake = limits.reply = 20 * NANOSECONDS_PER_SECOND;
    struct feed_options options = {.clock = &stage->clock,
                                   .ca_pem = exchange_ca_pem(stage->exchange),
                                   .limits = &limits,
                                   .demo = true,
                                   .tap = &stage->tap};
    addresses_at(&stage->addresses, exchange_port(stage->exchange), options.endpoints);
    options.signers[VENUE_KALSHI] = signer_open(&stage->signer, stage->exchange);
    stage->feed = stage->onlooker.feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

static void quit(struct stage *stage)
{
    feed_stop(stage->feed);
    inquiry_close(&stage->inquiry);
    exchange_stop(stage->exchange);
    signer_close(&stage->signer);
    shadow_close(&stage->shadow);
    catalogue_free(&stage->catalogue);
    stage->feed = NULL;
    stage->exchange = NULL;
    stage->shadow.engine = NULL;
}

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    stage->seed = number_given("BOOKTOP_SEED", SEED, UINT64_MAX);
    stage->deck = deck_open(stage->seed);
    return 0;
}

static int close_stage(void **state)
{
    quit(*state);
    free(*state);
    return 0;
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}

/* === How things stand === */

static struct tally tally_take(const struct stage *stage, unsigned venue)
{
    const struct connections_view *connections = &stage->onlooker.connections;
    struct tally tally = {0};
    for (uint32_t i = 0; i < connections->count; i++) {
        const struct link_view *link = &connections->connections[i].view;
        if (connections->connections[i].venue != ids[venue]) continue;
        tally.downs += link->entered[LINK_STATE_DOWN] + link->entered[LINK_STATE_GIVEN_UP];
        /* Its first attempt, and one for each time it was let go of and wanted again. */
        tally.steps += 1 + link->entered[LINK_STATE_IDLE];
        tally.messages += link->messages;
        tally.live += link->state == LINK_STATE_LIVE;
        tally.others += link->state != LINK_STATE_LIVE && link->state != LINK_STATE_IDLE;
    }
    /* And one after each end: the user who asks for it at once makes the wait shorter, and no further attempt. */
    tally.steps += tally.downs;
    return tally;
}

static unsigned proved_markets(const struct stage *stage)
{
    unsigned proved = 0;
    for (uint32_t i = 0; i < stage->onlooker.quotes.count; i++)
        proved += stage->onlooker.quotes.quotes[i].proof == PROOF_VERIFIED;
    return proved;
}

static bool all_is_well(const struct stage *stage)
{
    for (unsigned venue = 0; venue < VENUES; venue++) {
        struct tally tally = tally_take(stage, venue);
        if (tally.live == 0 || tally.others > 0) return false;
    }
    return proved_markets(stage) == VENUES * MARKETS;
}

/* Until the venue has been hit by what was dealt. */
static bool is_hit(const struct stage *stage, unsigned venue)
{
    const struct hand *hand = &stage->hand;
    const struct tally *before = &stage->before[venue];
    struct tally tally = tally_take(stage, venue);
    if (!hand->hits[venue]) return true;
    if (hand->ends[venue]) return tally.downs > before->downs;
    return tally.messages >= before->messages + MESSAGES_AFTER_A_FAULT;
}

/* The exchange saw no more attempts to connect to this venue than there were steps: whoever tries twice in one step, or
 * without one, is found out. Before the faults nobody was on the way, so that what is more on the one side must be more
 * on the other.
 * The exchange counts who has connected and not said yet what he wants for both venues: a question by REST, for a
 * moment; then one looks again. Who turns away from a wrong certificate never says: while one is shown, the steps of
 * the other venue and questions by REST are allowed for, too. */
static bool attempts_are_allowed(const struct stage *stage, unsigned venue)
{
    const struct hand *hand = &stage->hand;
    uint64_t allowed = tally_take(stage, venue).steps - stage->before[venue].steps;
    if (hand->disguises) allowed += STRANGERS_MOST + tally_take(stage, !venue).steps - stage->before[!venue].steps;
    return exchange_attempts(stage->exchange, (enum exchange_venue)venue) <= stage->attempts[venue] + allowed;
}

static bool is_healed(const struct stage *stage)
{
    for (unsigned venue = 0; venue < VENUES; venue++)
        if (!is_hit(stage, venue) || !attempts_are_allowed(stage, venue)) return false;
    return all_is_well(stage);
}

/* === What is said when it does not heal === */

static void describe_connections(const struct stage *stage)
{
    const struct connections_view *connections = &stage->onlooker.connections;
    for (uint32_t i = 0; i < connections->count; i++) {
        const struct connection *connection = &connections->connections[i];
        print_message("  %s %u is %s (%s), %llu times down, %llu messages\n", venue_get(connection->venue)->name,
                      connection->link, link_state_text(connection->view.state), connection->view.reason,
                      (unsigned long long)connection->view.entered[LINK_STATE_DOWN],
                      (unsigned long long)connection->view.messages);
    }
    for (uint32_t i = 0; i < connections->entry_count && i < 12; i++)
        print_message("  journal: %s %s\n", journal_kind_text(connections->entries[i].kind),
                      connections->entries[i].text);
}

static void describe_markets(const struct stage *stage)
{
    for (uint32_t i = 0; i < stage->onlooker.quotes.count; i++) {
        const struct quote *quote = &stage->onlooker.quotes.quotes[i];
        if (quote->proof != PROOF_VERIFIED)
            print_message("  %s %s is %s\n", venue_get(quote->venue)->name, quote->symbol,
                          proof_state_text(quote->proof));
    }
}

static void complain(const struct stage *stage)
{
    const struct hand *hand = &stage->hand;
    print_message("BOOKTOP_SEED=%llu, not healed:\n", (unsigned long long)stage->seed);
    for (unsigned i = 0; i < hand->count; i++)
        print_message("  fault %u: %s, to %s\n", hand->first + i, hand->cards[i]->fault,
                      hand->venues[i] < 0 ? "both" : venue_get(ids[hand->venues[i]])->name);
    for (unsigned venue = 0; venue < VENUES; venue++) {
        struct tally tally = tally_take(stage, venue);
        print_message(
            "  %s: hit: %d, %lld attempts for %llu steps\n", venue_get(ids[venue])->name, is_hit(stage, venue),
            (long long)(exchange_attempts(stage->exchange, (enum exchange_venue)venue) - stage->attempts[venue]),
            (unsigned long long)(tally.steps - stage->before[venue].steps));
    }
    describe_connections(stage);
    describe_markets(stage);
    fail_msg("a fault did not heal");
}

/* === The storm === */

static void inject_hand(struct stage *stage)
{
    struct hand *hand = &stage->hand;
    char error[160];
    for (unsigned venue = 0; venue < VENUES; venue++) {
        stage->before[venue] = tally_take(stage, venue);
        stage->attempts[venue] = exchange_attempts(stage->exchange, (enum exchange_venue)venue);
    }
    for (unsigned i = 0; i < hand->count; i++)
        if (!exchange_inject(stage->exchange, hand->venues[i], text_from(hand->cards[i]->fault), error, sizeof error))
            fail_msg("%s: %s", hand->cards[i]->fault, error);
}

/* The user who sees that the next attempt is far off asks for it now. */
static void lose_patience(struct stage *stage)
{
    const struct connections_view *connections = &stage->onlooker.connections;
    for (uint32_t i = 0; i < connections->count; i++) {
        const struct link_view *link = &connections->connections[i].view;
        if (link->state == LINK_STATE_DOWN && link->retry_at - connections->now.mono > A_LONG_WAIT) {
            feed_retry(stage->feed);
            return;
        }
    }
}

static void await_healing(struct stage *stage)
{
    int64_t end = clock_now(&clock_system).mono + LIMIT;
    while (!is_healed(stage)) {
        if (stage->hand.impatient) lose_patience(stage);
        if (!onlooker_look(&stage->onlooker, end)) complain(stage);
    }
}

/* Deals so many faults. Returns in how many hands. */
static unsigned storm(struct stage *stage, uint64_t faults)
{
    unsigned hands = 0, dealt = 0;
    for (; dealt < faults; hands++) {
        stage->hand = deck_hand(&stage->deck, dealt + 1, faults - dealt);
        inject_hand(stage);
        await_healing(stage);
        dealt += stage->hand.count;
    }
    return hands;
}

/* Whatever was still on its way has come; then nothing new does. */
static void calm(struct stage *stage)
{
    char error[160];
    struct tally before[VENUES] = {tally_take(stage, 0), tally_take(stage, 1)};
    for (unsigned venue = 0; venue < VENUES; venue++)
        ONLOOKER_AWAIT(&stage->onlooker, LIMIT,
                       tally_take(stage, venue).messages - before[venue].messages >= MESSAGES_OF_A_CALM);
    assert_true(exchange_inject(stage->exchange, -1, TEXT("halt"), error, sizeof error));
}

/* === The books at the end === */

static bool shows(const struct stage *stage, unsigned number)
{
    const struct onlooker *onlooker = &stage->onlooker;
    char digest[DIGEST_TEXT_SIZE];
    if (!onlooker_sees(onlooker, &stage->catalogue.entries[number].instrument)) return false;
    onlooker_digest(onlooker, stage->books[number].outcome, digest);
    return strcmp(digest, stage->books[number].digest) == 0 && onlooker->view.proof.state == PROOF_VERIFIED;
}

static void check_views(struct stage *stage)
{
    for (unsigned i = 0; i < VENUES * MARKETS; i++) {
        const struct catalogue_entry *entry = &stage->catalogue.entries[i];
        feed_select(stage->feed, 0, entry);
        ONLOOKER_AWAIT(&stage->onlooker, LIMIT, shows(stage, i));
        stage->proofs[i] = stage->onlooker.view.proof;
    }
}

/* Every book is the exchange's; and again a while later, when the last burst of each has ended, too. */
static void check_views_at_rest(struct stage *stage)
{
    check_views(stage);
    int64_t until = clock_now(&stage->clock).mono + REST;
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, clock_now(&stage->clock).mono >= until);
    check_views(stage);
}

static void ask_books(struct stage *stage)
{
    inquiry_open(&stage->inquiry, stage->exchange);
    inquiry_ask_clob(&stage->inquiry, stage->addresses.urls[1], stage->catalogue.entries, MARKETS, stage->books);
    inquiry_ask_desk(&stage->inquiry, stage->addresses.urls[5], stage->catalogue.entries + MARKETS, MARKETS,
                     stage->books + MARKETS);
}

static void check_shadow_book(struct stage *stage, unsigned number)
{
    const struct instrument *instrument = &stage->catalogue.entries[number].instrument;
    const struct market *market =
        registry_find(engine_registry(stage->shadow.engine), instrument->venue, text_from(instrument->symbol), NULL);
    char digest[DIGEST_TEXT_SIZE];
    const struct proof *feeds = &stage->proofs[number];
    assert_non_null(market);
    assert_int_equal(market->proof.state, PROOF_VERIFIED);
    assert_int_equal(market->proof.bursts, feeds->bursts);
    assert_int_equal(market->proof.verified, feeds->verified);
    assert_int_equal(market->proof.failed, feeds->failed);
    assert_int_equal(market->proof.gaps, feeds->gaps);
    assert_int_equal(market->proof.duplicates, feeds->duplicates);
    assert_int_equal(market->proof.resyncs, feeds->resyncs);
    digest_book(&market->instrument, &market->book, stage->books[number].outcome, digest);
    assert_string_equal(digest, stage->books[number].digest);
}

static void say(const struct stage *stage, uint64_t faults, unsigned hands, int64_t took)
{
    print_message("BOOKTOP_SEED=%llu: %llu faults in %u hands healed in %lld s", (unsigned long long)stage->seed,
                  (unsigned long long)faults, hands, (long long)(took / NANOSECONDS_PER_SECOND));
    for (unsigned venue = 0; venue < VENUES; venue++)
        print_message("; %s: %llu attempts for %llu steps", venue_get(ids[venue])->name,
                      (unsigned long long)exchange_attempts(stage->exchange, (enum exchange_venue)venue),
                      (unsigned long long)tally_take(stage, venue).steps);
    print_message("\n");
}

static void every_fault_of_a_storm_heals(void **state)
{
    struct stage *stage = *state;
    uint64_t faults = number_given("BOOKTOP_FAULTS", DECK_CARDS, FAULTS_MAX);
    unsigned descriptors = open_descriptors();
    int64_t began = clock_now(&clock_system).mono;
    stage->clock = clock_fast(&stage->start, FAST);
    list_all_markets(stage);
    shadow_open(&stage->shadow, VENUE_POLYMARKET, UINT64_MAX);
    start_exchange(stage);
    start_feed(stage);
    feed_list(stage->feed, &stage->catalogue);
    feed_watch_connections(stage->feed, true);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, all_is_well(stage));
    unsigned hands = storm(stage, faults);
    calm(stage);
    say(stage, faults, hands, clock_now(&clock_system).mono - began);
    ask_books(stage);
    check_views_at_rest(stage);
    feed_stop(stage->feed); /* joins: the second engine is ours from now on */
    stage->feed = NULL;
    engine_finish(stage->shadow.engine, stage->shadow.newest);
    for (unsigned i = 0; i < VENUES * MARKETS; i++) check_shadow_book(stage, i);
    quit(stage);
    assert_int_equal(open_descriptors(), descriptors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_fault_of_a_storm_heals, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/storm", tests, NULL, NULL);
}
