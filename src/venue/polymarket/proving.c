/* What a hash is tried with.
 *
 * A hash is over the levels and over some values that the stream does not always carry: the recipe, the tick size, the
 * least order, the kind of market, and the price of the last trade, which enters before the trade is announced, and as
 * the price of either outcome. Whichever of them is found, the levels are proved all the same: SHA-1 cannot be met by
 * accident. So what is known is tried first; then prices that the last trade is likely to have had; then other terms;
 * then every price. What explained a book is what the next one is expected to have.
 */
#include <string.h>

#include "sync.h"

#define GRID_STEPS 1000 /* prices of three decimals */
#define GRID_STEP  10   /* in units of the price scale */
/* The venue's stamp in recipe A's hashes is up to so many milliseconds before the message's. */
#define RECIPE_A_EARLIER 40
/* What is known, a stack of prices of trades and their complements, and the burst's levels. */
#define CANDIDATES_MAX (2 * (2 * TRADES_REMEMBERED + 2 + LEVELS_REMEMBERED) + 2)
#define TERMS_MAX      96

/* Terms of the least order that were seen in use, where it is not known. */
static const quantity_t usual_orders[] = {5000000, 15000000, 1000000};
static const price_t usual_ticks[] = {100, 10};

/* Prices to try, each once. */
struct candidates {
    price_t prices[CANDIDATES_MAX];
    size_t count;
};

struct search {
    struct venue_sync *sync;
    struct tracked *tracked;
    const struct puzzle *puzzle;
    struct candidates candidates;
    bool all_prices;
    struct finding *finding;
};

static void add_candidate(struct candidates *candidates, price_t price)
{
    if (candidates->count == CANDIDATES_MAX) return;
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->prices[i] == price) return;
    candidates->prices[candidates->count++] = price;
}

/* Of a price it is not known in which outcome's terms the hash has it. */
static void add_either(struct candidates *candidates, price_t price, price_t one)
{
    if (price == PRICE_NONE) return;
    add_candidate(candidates, price);
    add_candidate(candidates, one - price);
}

static void add_ring(struct candidates *candidates, const struct price_ring *ring, price_t one)
{
    uint32_t count = ring->count < TRADES_REMEMBERED ? ring->count : TRADES_REMEMBERED;
    for (uint32_t i = 1; i <= count; i++)
        add_either(candidates, ring->prices[(ring->count - i) % TRADES_REMEMBERED], one);
}

/* The expected price first. */
static void gather_candidates(struct candidates *candidates, const struct proving *proving, const struct puzzle *puzzle)
{
    price_t one = instrument_one(&puzzle->market->instrument);
    candidates->count = 0;
    if (puzzle->inputs->last_trade_known) add_candidate(candidates, puzzle->inputs->last_trade);
    add_ring(candidates, &proving->announced, one);
    add_ring(candidates, &proving->proved, one);
    add_either(candidates, order_book_best_bid(puzzle->book), one);
    add_either(candidates, order_book_best_ask(puzzle->book), one);
    uint32_t levels = proving->level_count < LEVELS_REMEMBERED ? proving->level_count : LEVELS_REMEMBERED;
    for (uint32_t i = 0; i < levels; i++) add_either(candidates, proving->levels[i].price, one);
    add_candidate(candidates, PRICE_NONE);
}

static void found(struct search *search, const struct hash_inputs *inputs, const struct claim *claim, price_t price,
                  bool searched)
{
    search->finding->inputs = *inputs;
    search->finding->inputs.calibrated = true;
    search->finding->claim = claim;
    search->finding->searched = searched;
    if (inputs->recipe != RECIPE_C) return;
    search->finding->inputs.last_trade = price;
    search->finding->inputs.last_trade_known = true;
}

static bool try_price(struct search *search, const struct hash_inputs *inputs, const struct claim *claim, price_t price,
                      bool expected)
{
    if (!polymarket_hash_is(search->sync->hasher, price, claim->hash)) return false;
    found(search, inputs, claim, price, !expected);
    return true;
}

static bool try_prices(struct search *search, const struct hash_inputs *inputs, const struct claim *claim)
{
    const struct candidates *candidates = &search->candidates;
    if (inputs->recipe != RECIPE_C) return try_price(search, inputs, claim, PRICE_NONE, true);
    for (size_t i = 0; !search->all_prices && i < candidates->count; i++)
        if (try_price(search, inputs, claim, candidates->prices[i], i == 0 && inputs->last_trade_known)) return true;
    for (price_t step = 0; search->all_prices && step <= GRID_STEPS; step++)
        if (try_price(search, inputs, claim, step * GRID_STEP, false)) return true;
    return false;
}

static bool try_claim(struct search *search, const struct hash_inputs *inputs, const struct claim *claim)
{
    const struct market *market = search->puzzle->market;
    const struct order_book *book = search->puzzle->book;
    unsigned outcome = (unsigned)claim->outcome;
    const struct polymarket_levels *levels = book == &market->book
                                                 ? book_texts_of(search->sync, search->tracked, market, outcome)
                                                 : book_texts_write(search->sync, book, outcome);
    if (!levels) return false;
    struct polymarket_terms terms = {
        .market = text_from(market->instrument.symbol),
        .asset = text_from(market->instrument.outcomes[outcome].token),
        .venue_ms = claim->venue_ms,
        .min_order_size = inputs->min_order_size,
        .tick = inputs->tick,
        .negative_risk = inputs->negative_risk,
    };
    int64_t earlier = inputs->recipe == RECIPE_A && terms.venue_ms > RECIPE_A_EARLIER ? RECIPE_A_EARLIER : 0;
    for (int64_t before = 0; before <= earlier; before++) {
        terms.venue_ms = claim->venue_ms - before;
        polymarket_hash_begin(search->sync->hasher, inputs->recipe, &terms, levels);
        if (try_prices(search, inputs, claim)) return true;
    }
    return false;
}

/* One set of terms for all claims. Of a book without its outcome's token no claim can be made. */
static bool try_terms(struct search *search, const struct hash_inputs *inputs)
{
    for (size_t i = 0; i < search->puzzle->claim_count; i++)
        if (try_claim(search, inputs, &search->puzzle->claims[i])) return true;
    return false;
}

/* === Terms === */

/* A tick that the levels fit. */
static price_t fitting_tick(const struct order_book *book)
{
    price_t fits = usual_ticks[0];
    const struct book_side *sides[] = {&book->bids, &book->asks};
    for (size_t i = 0; i < 2; i++)
        for (const struct level *level = book_side_best(sides[i]); level; level = book_side_worse(sides[i], level))
            while (level->price % fits) fits /= 10;
    return fits;
}

struct terms_list {
    struct hash_inputs terms[TERMS_MAX];
    size_t count;
};

static void add_terms(struct terms_list *list, const struct hash_inputs *given)
{
    struct hash_inputs copy = *given, *terms = &copy;
    if (terms->recipe == RECIPE_A || terms->recipe == RECIPE_Z) {
        terms->tick = PRICE_NONE; /* nothing of this is in them */
        terms->min_order_size = 0;
        terms->negative_risk = false;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct hash_inputs *other = &list->terms[i];
        if (other->recipe == terms->recipe && other->tick == terms->tick &&
            other->min_order_size == terms->min_order_size && other->negative_risk == terms->negative_risk)
            return;
    }
    if (list->count < TERMS_MAX) list->terms[list->count++] = *terms;
}

/* The ticks that may hold: the known one, the one before, else those that fit. */
static void add_ticks(struct terms_list *list, struct hash_inputs terms, const struct order_book *book)
{
    const price_t known = terms.tick, before = terms.tick_before;
    if (known != PRICE_NONE) add_terms(list, &terms);
    if (before != PRICE_NONE) {
        terms.tick = before;
        add_terms(list, &terms);
    }
    if (known != PRICE_NONE && terms.calibrated) return;
    terms.tick = fitting_tick(book);
    add_terms(list, &terms);
    for (size_t i = 0; i < sizeof usual_ticks / sizeof usual_ticks[0]; i++) {
        terms.tick = usual_ticks[i];
        add_terms(list, &terms);
    }
}

/* With least order and kind of market as far as they are known. */
static void add_likely(struct terms_list *list, const struct hash_inputs *inputs, const struct order_book *book)
{
    struct hash_inputs terms = *inputs;
    if (terms.min_order_size == 0) terms.min_order_size = usual_orders[0];
    add_ticks(list, terms, book);
    if (terms.negative_risk_known) return;
    terms.negative_risk = !terms.negative_risk;
    add_ticks(list, terms, book);
}

static void add_unlikely(struct terms_list *list, const struct hash_inputs *inputs, const struct order_book *book)
{
    static const enum polymarket_recipe recipes[] = {RECIPE_C, RECIPE_B, RECIPE_A, RECIPE_Z};
    const quantity_t orders[] = {inputs->min_order_size, usual_orders[0], usual_orders[1], usual_orders[2]};
    for (size_t i = 0; i < sizeof recipes / sizeof recipes[0]; i++)
        for (size_t j = 0; j < sizeof orders / sizeof orders[0]; j++) {
            struct hash_inputs terms = *inputs;
            terms.recipe = recipes[i];
            terms.min_order_size = orders[j];
            terms.calibrated = terms.negative_risk_known = false;
            add_likely(list, &terms, book);
        }
}

static bool search_pass(struct search *search, const struct terms_list *list, size_t from, size_t to, bool all_prices)
{
    search->all_prices = all_prices;
    for (size_t i = from; i < to; i++) {
        if (all_prices && list->terms[i].recipe != RECIPE_C) continue;
        if (try_terms(search, &list->terms[i])) return true;
    }
    return false;
}

/* === The outside === */

void proving_init(struct proving *proving)
{
    *proving = (struct proving){
        .inputs = {.tick = PRICE_NONE, .tick_before = PRICE_NONE, .last_trade = PRICE_NONE},
        .resync_due = TIME_NEVER,
    };
}

struct hash_inputs proving_inputs(const struct market *market, const struct proving *proving,
                                  const struct event_snapshot *snapshot)
{
    struct hash_inputs inputs = proving->inputs;
    const struct instrument *instrument = &market->instrument;
    inputs.tick = instrument->tick;
    inputs.min_order_size = instrument->min_order_size;
    inputs.negative_risk = instrument->negative_risk;
    inputs.negative_risk_known = instrument->negative_risk_known;
    if (!snapshot) return inputs;
    if (snapshot->tick != PRICE_NONE) inputs.tick = snapshot->tick;
    if (snapshot->has_negative_risk) {
        inputs.negative_risk = snapshot->negative_risk;
        inputs.negative_risk_known = true;
    }
    quantity_t least;
    if (snapshot->min_order_size.length &&
        decimal_parse(snapshot->min_order_size, POLYMARKET_SIZE_SCALE, &least) == DECIMAL_OK)
        inputs.min_order_size = least;
    if (snapshot->has_last_trade) {
        inputs.last_trade = snapshot->last_trade;
        inputs.last_trade_known = true;
    }
    return inputs;
}

/* One that fails costs about a millisecond: not for every book of a market that is wrong. Takes the market's turn. */
static bool take_search_turn(struct proving *proving, int64_t now)
{
    if (proving->searched_ever && now - proving->searched_at < FULL_SEARCH_INTERVAL && now >= proving->searched_at)
        return false;
    proving->searched_ever = true;
    proving->searched_at = now;
    return true;
}

/* The expected values; then other prices; then, if it is this market's turn, other terms and all prices. */
bool proving_explain(struct venue_sync *sync, struct tracked *tracked, const struct puzzle *puzzle,
                     struct finding *finding)
{
    const struct hash_inputs *inputs = puzzle->inputs;
    struct search search = {.sync = sync, .tracked = tracked, .puzzle = puzzle, .finding = finding};
    struct terms_list list;
    list.count = 0;
    add_likely(&list, inputs, puzzle->book);
    size_t likely = list.count;
    /* Nearly always this is all there is to it. */
    if (inputs->last_trade_known) add_candidate(&search.candidates, inputs->last_trade);
    if (search_pass(&search, &list, 0, 1, false)) return true;
    gather_candidates(&search.candidates, &tracked->proving, puzzle);
    if (search_pass(&search, &list, 0, likely, false)) return true;

    bool fresh = puzzle->wide && !inputs->calibrated; /* an opening book is worth all there is */
    finding->exhausted = take_search_turn(&tracked->proving, puzzle->now) || fresh;
    if (!finding->exhausted) return false;
    if (puzzle->wide || !inputs->calibrated) {
        add_unlikely(&list, inputs, puzzle->book);
        if (search_pass(&search, &list, likely, list.count, false)) return true;
    }
    return search_pass(&search, &list, 0, likely, true);
}

static void ring_put(struct price_ring *ring, price_t price)
{
    ring->prices[ring->count++ % TRADES_REMEMBERED] = price;
}

static bool ring_has(const struct price_ring *ring, price_t price)
{
    uint32_t count = ring->count < TRADES_REMEMBERED ? ring->count : TRADES_REMEMBERED;
    for (uint32_t i = 0; i < count; i++)
        if (ring->prices[i] == price) return true;
    return false;
}

void proving_adopt(struct market *market, struct proving *proving, const struct hash_inputs *inputs)
{
    struct instrument *instrument = &market->instrument;
    proving->inputs = *inputs;
    if (inputs->recipe == RECIPE_C || inputs->recipe == RECIPE_B) {
        /* A burst of before the tick changed may end after it: what was announced holds. */
        bool of_before = inputs->tick == inputs->tick_before && instrument->tick != PRICE_NONE;
        if (!of_before) instrument->tick = inputs->tick;
        instrument->min_order_size = inputs->min_order_size;
        instrument->negative_risk = inputs->negative_risk;
        instrument->negative_risk_known = true;
    }
    if (inputs->recipe == RECIPE_C && inputs->last_trade != PRICE_NONE &&
        !ring_has(&proving->proved, inputs->last_trade))
        ring_put(&proving->proved, inputs->last_trade);
}

void proving_learn(struct market *market, struct proving *proving, const struct event_snapshot *snapshot,
                   const struct hash_inputs *inputs)
{
    const struct hash_inputs said = proving_inputs(market, proving, snapshot);
    struct instrument *instrument = &market->instrument;
    instrument->tick = said.tick;
    instrument->min_order_size = said.min_order_size;
    instrument->negative_risk = said.negative_risk;
    instrument->negative_risk_known = said.negative_risk_known;
    proving->inputs.last_trade = inputs->last_trade;
    proving->inputs.last_trade_known = inputs->last_trade_known;
}

/* A trade enters the hash before it is announced, so mostly its price, or the other outcome's, was proved before. */
void proving_announced(const struct market *market, struct proving *proving, price_t price)
{
    price_t other = instrument_one(&market->instrument) - price;
    if (!ring_has(&proving->announced, price)) ring_put(&proving->announced, price);
    if (ring_has(&proving->proved, price) || ring_has(&proving->proved, other)) return;
    proving->inputs.last_trade = price;
    proving->inputs.last_trade_known = true;
}

void proving_changed(struct proving *proving, enum side side, price_t price)
{
    uint32_t count = proving->level_count;
    if (count > LEVELS_REMEMBERED) return;
    for (uint32_t i = 0; i < count; i++)
        if (proving->levels[i].price == price && proving->levels[i].side == side) return;
    if (count < LEVELS_REMEMBERED) {
        proving->levels[count].price = price;
        proving->levels[count].side = side;
    }
    proving->level_count++;
}
