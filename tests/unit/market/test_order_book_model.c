/* The order book against a model that cannot be wrong: a quantity for every price. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "../../../src/market/side_bounds.h"
#include "booktop/market/order_book.h"
#include "failing_memory.h"

#define LIMIT       96 /* prices are 1..95 */
#define OPERATIONS  120000
#define MESSAGE_MAX 8
#define LEVELS_MAX  120

struct model {
    quantity_t quantity[2][LIMIT];
    uint64_t version;
};

/* How often what happened: a run in which something never did would prove nothing about it. */
struct tally {
    unsigned long snapshots, messages, refused[BOOK_NO_MEMORY + 1];
};

/* Marsaglia, "Xorshift RNGs", 2003. */
static uint64_t random_state;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static unsigned random_below(unsigned n)
{
    return (unsigned)(random_next() >> 33) % n;
}

static bool one_in(unsigned n)
{
    return random_below(n) == 0;
}

/* ---- the model ---- */

static enum book_error model_change(struct model *model, const struct book_change *change)
{
    if (change->price < 1 || change->price >= LIMIT) return BOOK_PRICE_RANGE;
    quantity_t *at = &model->quantity[change->side][change->price];
    if (change->mode == CHANGE_SET) {
        if (change->quantity < 0) return BOOK_BAD_QUANTITY;
        *at = change->quantity;
        return BOOK_OK;
    }
    if (change->quantity > 0 && *at > INT64_MAX - change->quantity) return BOOK_OVERFLOW;
    if (*at + change->quantity < 0) return BOOK_BELOW_ZERO;
    *at += change->quantity;
    return BOOK_OK;
}

static enum book_error model_apply(struct model *model, const struct book_change *changes, size_t count)
{
    struct model after = *model;
    for (size_t n = 0; n < count; n++) {
        enum book_error error = model_change(&after, &changes[n]);
        if (error != BOOK_OK) return error;
    }
    *model = after;
    model->version++;
    return BOOK_OK;
}

/* Sets bit `error` for each reason to refuse. */
static unsigned model_snapshot_side(quantity_t quantity[LIMIT], const struct level *levels, size_t count)
{
    unsigned reasons = 0;
    memset(quantity, 0, LIMIT * sizeof *quantity);
    for (size_t n = 0; n < count; n++) {
        if (levels[n].quantity <= 0) reasons |= 1U << BOOK_BAD_QUANTITY;
        if (levels[n].price < 1 || levels[n].price >= LIMIT) {
            reasons |= 1U << BOOK_PRICE_RANGE;
            continue;
        }
        quantity_t *at = &quantity[levels[n].price];
        if (*at != 0 && *at != levels[n].quantity) reasons |= 1U << BOOK_PRICE_TWICE;
        *at = levels[n].quantity;
    }
    return reasons;
}

static void assert_side_is(const struct book_side *side, const quantity_t quantity[LIMIT])
{
    const struct level *level = book_side_best(side);
    uint32_t count = 0;
    for (price_t step = 1; step < LIMIT; step++) {
        price_t price = side->side == SIDE_BID ? LIMIT - step : step; /* best first */
        if (quantity[price] == 0) continue;
        assert_non_null(level);
        assert_true(level->price == price && level->quantity == quantity[price]);
        level = book_side_worse(side, level);
        count++;
    }
    assert_null(level);
    assert_int_equal(side->count, count);
}

static void assert_book_is(const struct order_book *book, const struct model *model)
{
    assert_side_is(&book->bids, model->quantity[SIDE_BID]);
    assert_side_is(&book->asks, model->quantity[SIDE_ASK]);
    assert_true(book->version == model->version);
}

/* ---- random messages ---- */

static price_t random_price(void)
{
    static const price_t bad[] = {0, -1, LIMIT, LIMIT + 1, INT64_MAX, PRICE_NONE};
    if (one_in(200)) return bad[random_below(6)];
    return 1 + (price_t)random_below(LIMIT - 1);
}

static struct book_change random_change(void)
{
    struct book_change change = {.price = random_price(),
                                 .quantity = (quantity_t)random_below(50),
                                 .side = one_in(2) ? SIDE_BID : SIDE_ASK,
                                 .mode = one_in(3) ? CHANGE_ADD : CHANGE_SET};
    if (one_in(3)) change.quantity = 0;
    if (change.mode == CHANGE_ADD && one_in(3)) change.quantity = -(quantity_t)random_below(20);
    if (one_in(100)) change.quantity = INT64_MAX - (quantity_t)random_below(3);
    if (one_in(200)) change.quantity = -change.quantity;
    return change;
}

static size_t random_levels(struct level levels[LEVELS_MAX], enum side side)
{
    size_t count = 0;
    bool ascending = (side == SIDE_BID) != one_in(3); /* mostly the fast order */
    for (price_t step = 1; step < LIMIT; step++)
        if (one_in(3))
            levels[count++] = (struct level){ascending ? step : LIMIT - step, 1 + (quantity_t)random_below(50)};
    if (one_in(3)) {
        for (size_t n = count; n > 1; n--) {
            size_t other = random_below((unsigned)n);
            struct level held = levels[n - 1];
            levels[n - 1] = levels[other];
            levels[other] = held;
        }
    }
    while (count > 0 && count < LEVELS_MAX && one_in(4)) {
        levels[count] = levels[random_below((unsigned)count)];
        if (one_in(4)) levels[count].quantity++;
        count++;
    }
    if (count > 0 && one_in(20)) levels[random_below((unsigned)count)].quantity = -(quantity_t)random_below(2);
    if (count > 0 && one_in(20)) levels[random_below((unsigned)count)].price = random_price();
    return count;
}

/* ---- one operation on both ---- */

static void snapshot_step(struct order_book *book, struct model *model, struct tally *tally)
{
    struct level bids[LEVELS_MAX], asks[LEVELS_MAX];
    size_t bid_count = random_levels(bids, SIDE_BID), ask_count = random_levels(asks, SIDE_ASK);
    struct model after = {.version = model->version + 1};
    unsigned reasons = model_snapshot_side(after.quantity[SIDE_BID], bids, bid_count) |
                       model_snapshot_side(after.quantity[SIDE_ASK], asks, ask_count);
    enum book_error error = order_book_replace(book, bids, bid_count, asks, ask_count);
    tally->snapshots++;
    tally->refused[error]++;
    if (error == BOOK_NO_MEMORY) {
        assert_true(memory_failing != 0 && memory_requests >= memory_failing);
    } else if (error == BOOK_OK) {
        assert_int_equal(reasons, 0);
        *model = after;
    } else {
        assert_true((reasons & 1U << error) != 0);
    }
}

static void message_step(struct order_book *book, struct model *model, struct tally *tally)
{
    struct book_change changes[MESSAGE_MAX];
    size_t count = random_below(MESSAGE_MAX + 1);
    for (size_t n = 0; n < count; n++) changes[n] = random_change();
    enum book_error error = order_book_apply(book, changes, count);
    tally->messages++;
    tally->refused[error]++;
    if (error == BOOK_NO_MEMORY)
        assert_true(memory_failing != 0 && memory_requests >= memory_failing);
    else
        assert_int_equal(error, model_apply(model, changes, count));
}

static void book_start(struct order_book *book, const struct side_bounds *bounds)
{
    order_book_init(book, LIMIT);
    if (bounds == NULL) return;
    memory_fail(0, false);
    assert_true(book_side_bound(&book->bids, bounds) && book_side_bound(&book->asks, bounds));
}

static void assert_model_holds(const struct side_bounds *bounds)
{
    random_state = 0x9E3779B97F4A7C15;
    struct order_book book;
    struct model model = {0};
    struct tally tally = {0};
    book_start(&book, bounds);
    for (unsigned n = 0; n < OPERATIONS; n++) {
        if (n % 200 == 199) { /* a cold book asks for memory again, and may not get it */
            order_book_free(&book);
            book_start(&book, bounds);
            model = (struct model){0};
        }
        memory_fail(one_in(10) ? 1 + random_below(4) : 0, one_in(2));
        if (one_in(20))
            snapshot_step(&book, &model, &tally);
        else
            message_step(&book, &model, &tally);
        assert_book_is(&book, &model);
    }
    memory_fail(0, false);
    order_book_free(&book);
    assert_true(tally.snapshots + tally.messages == OPERATIONS);
    for (int error = BOOK_OK; error <= BOOK_NO_MEMORY; error++) assert_true(tally.refused[error] > 50);
}

static void arrays_agree_with_the_model(void **state)
{
    (void)state;
    assert_model_holds(NULL);
}

static void trees_agree_with_the_model(void **state)
{
    (void)state;
    static const struct side_bounds trees = {0, 0};
    assert_model_holds(&trees);
}

static void moving_sides_agree_with_the_model(void **state)
{
    (void)state;
    static const struct side_bounds often = {12, 12}, seldom = {30, 15};
    assert_model_holds(&often);
    assert_model_holds(&seldom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(arrays_agree_with_the_model),
                                       cmocka_unit_test(trees_agree_with_the_model),
                                       cmocka_unit_test(moving_sides_agree_with_the_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
