/* The texts of the books that were proved last, so that a burst's few levels are written and not the whole book.
 *
 * A text is kept of outcome 0's book only; it is known by the version of the book that it says. What a burst changed
 * since is in its list of levels, unless there were too many.
 */
#include "sync.h"

/* The place where the market's text was last, or the one that was not used for longest. */
static struct kept_text *kept_text_of(struct book_texts *texts, struct proving *proving, const struct market *market)
{
    struct kept_text *known = &texts->kept[proving->text % BOOK_TEXTS], *oldest = &texts->kept[0];
    if (market_handle_equal(known->market, market->handle)) return known;
    for (size_t i = 1; i < BOOK_TEXTS; i++)
        if (texts->kept[i].used < oldest->used) oldest = &texts->kept[i];
    proving->text = (uint32_t)(oldest - texts->kept);
    oldest->market = market->handle;
    oldest->valid = false;
    return oldest;
}

/* The text says the book as it was when the burst began, or at some moment since. */
static bool can_be_mended(const struct kept_text *kept, const struct proving *proving, const struct market *market)
{
    return kept->valid && proving->level_count <= LEVELS_REMEMBERED && kept->version >= proving->version &&
           kept->version <= market->book.version;
}

static bool mend(struct kept_text *kept, const struct proving *proving, const struct market *market)
{
    for (uint32_t i = 0; i < proving->level_count; i++) {
        enum side side = proving->levels[i].side;
        price_t price = proving->levels[i].price;
        const struct book_side *levels = side == SIDE_BID ? &market->book.bids : &market->book.asks;
        if (!polymarket_levels_set(&kept->levels, side, price, book_side_quantity(levels, price))) return false;
    }
    return true;
}

const struct polymarket_levels *book_texts_write(struct venue_sync *sync, const struct order_book *book,
                                                 unsigned outcome)
{
    struct polymarket_levels *scratch = &sync->texts.scratch;
    return polymarket_levels_write(scratch, book, outcome) ? scratch : NULL;
}

const struct polymarket_levels *book_texts_of(struct venue_sync *sync, struct tracked *tracked,
                                              const struct market *market, unsigned outcome)
{
    if (outcome != 0) return book_texts_write(sync, &market->book, outcome);
    struct kept_text *kept = kept_text_of(&sync->texts, &tracked->proving, market);
    kept->used = ++sync->texts.turns;
    if (kept->valid && kept->version == market->book.version) return &kept->levels;
    const struct proving *proving = &tracked->proving;
    kept->valid = (can_be_mended(kept, proving, market) && mend(kept, proving, market)) ||
                  polymarket_levels_write(&kept->levels, &market->book, 0);
    kept->version = market->book.version;
    return kept->valid ? &kept->levels : NULL;
}

void book_texts_free(struct book_texts *texts)
{
    for (size_t i = 0; i < BOOK_TEXTS; i++) polymarket_levels_free(&texts->kept[i].levels);
    polymarket_levels_free(&texts->scratch);
}
