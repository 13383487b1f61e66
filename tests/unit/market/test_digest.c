#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/market/digest.h"

static struct instrument instrument;

static int setup(void **state)
{
    (void)state;
    return instrument_init(&instrument, VENUE_POLYMARKET, TEXT("0xabc"), 4, 6) ? 0 : -1;
}

static void assert_digest(const struct order_book *book, unsigned outcome, const char *expected)
{
    char text[DIGEST_TEXT_SIZE];
    memset(text, 'x', sizeof text);
    digest_book(&instrument, book, outcome, text);
    assert_string_equal(text, expected);
}

/* The expected sums are b3sum's over the bytes that the format asks for, written by hand. */

static void an_empty_book(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 10000);
    /* printf 'booktop book 1\n\x04\x06' title and scales
     *        '\x00\x00\x00\x00' '\x00\x00\x00\x00' | b3sum    no bids, no asks */
    const char *expected = "b3:1af887b22ca52a25df5cde72f01ca0c656c777b3c25b0bfa7a0603fa108700c4";
    assert_digest(&book, 0, expected);
    assert_digest(&book, 1, expected);
    order_book_free(&book);
}

static const struct level bids[] = {{6100, 10500000}, {6200, 126000000}}, asks[] = {{6300, 7000000}};

static void three_levels(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 10000);
    assert_int_equal(order_book_replace(&book, bids, 2, asks, 1), BOOK_OK);
    /* printf 'booktop book 1\n\x04\x06'
     *   '\x02\x00\x00\x00'                                                      2 bids
     *   '\x38\x18\x00\x00\x00\x00\x00\x00' '\x80\x9b\x82\x07\x00\x00\x00\x00'   6200 = 0x1838, 126000000 = 0x07829b80
     *   '\xd4\x17\x00\x00\x00\x00\x00\x00' '\xa0\x37\xa0\x00\x00\x00\x00\x00'   6100 = 0x17d4,  10500000 = 0x00a037a0
     *   '\x01\x00\x00\x00'                                                      1 ask
     *   '\x9c\x18\x00\x00\x00\x00\x00\x00' '\xc0\xcf\x6a\x00\x00\x00\x00\x00'   6300 = 0x189c,   7000000 = 0x006acfc0
     *   | b3sum */
    assert_digest(&book, 0, "b3:43f7768756985be6ecb2bb5c7d486fc68a5a8812f780bc93d66d27eddd8d34cc");
    order_book_free(&book);
}

static void the_other_outcome(void **state)
{
    (void)state;
    struct order_book book, mirrored;
    order_book_init(&book, 10000);
    order_book_init(&mirrored, 10000);
    assert_int_equal(order_book_replace(&book, bids, 2, asks, 1), BOOK_OK);
    /* printf 'booktop book 1\n\x04\x06'
     *   '\x01\x00\x00\x00'                                                      1 bid
     *   '\x74\x0e\x00\x00\x00\x00\x00\x00' '\xc0\xcf\x6a\x00\x00\x00\x00\x00'   3700 = 0x0e74
     *   '\x02\x00\x00\x00'                                                      2 asks
     *   '\xd8\x0e\x00\x00\x00\x00\x00\x00' '\x80\x9b\x82\x07\x00\x00\x00\x00'   3800 = 0x0ed8
     *   '\x3c\x0f\x00\x00\x00\x00\x00\x00' '\xa0\x37\xa0\x00\x00\x00\x00\x00'   3900 = 0x0f3c
     *   | b3sum */
    const char *expected = "b3:223b39c38b6fe773745730839ba41545b4c5ec06660524e0483fb452123254ad";
    assert_digest(&book, 1, expected);

    static const struct level no_bids[] = {{3700, 7000000}}, no_asks[] = {{3900, 10500000}, {3800, 126000000}};
    assert_int_equal(order_book_replace(&mirrored, no_bids, 1, no_asks, 2), BOOK_OK);
    assert_digest(&mirrored, 0, expected);
    assert_digest(&mirrored, 1, "b3:43f7768756985be6ecb2bb5c7d486fc68a5a8812f780bc93d66d27eddd8d34cc");
    order_book_free(&book);
    order_book_free(&mirrored);
}

static void a_deep_side(void **state)
{
    (void)state;
    struct order_book book;
    order_book_init(&book, 10000);
    for (price_t price = 1; price <= 200; price++) assert_true(book_side_set(&book.bids, price, 3 * price, NULL));
    /* python3: b"booktop book 1\n\4\6" + pack("<I", 200) + pack("<qq", p, 3 * p) for p from 200 down to 1
     *          + pack("<I", 0), then b3sum */
    assert_digest(&book, 0, "b3:94527cedc5ab85c54bd14e71144f0c847f64c35343c1b4e631020ff01763a455");
    order_book_free(&book);
}

static void every_part_matters(void **state)
{
    (void)state;
    char before[DIGEST_TEXT_SIZE], after[DIGEST_TEXT_SIZE];
    struct order_book book;
    order_book_init(&book, 10000);
    assert_int_equal(order_book_replace(&book, bids, 2, asks, 1), BOOK_OK);
    digest_book(&instrument, &book, 0, before);
    static const struct book_change changes[][2] = {
        {{6200, 126000001, SIDE_BID, CHANGE_SET}, {6200, 126000000, SIDE_BID, CHANGE_SET}},
        {{6201, 1, SIDE_BID, CHANGE_SET}, {6201, 0, SIDE_BID, CHANGE_SET}},
        {{6300, 0, SIDE_ASK, CHANGE_SET}, {6300, 7000000, SIDE_ASK, CHANGE_SET}},
    };
    for (size_t n = 0; n < 3; n++) {
        assert_int_equal(order_book_apply(&book, &changes[n][0], 1), BOOK_OK);
        digest_book(&instrument, &book, 0, after);
        assert_string_not_equal(after, before);
        assert_int_equal(order_book_apply(&book, &changes[n][1], 1), BOOK_OK);
        assert_digest(&book, 0, before); /* the way to a book does not matter */
    }
    struct instrument finer = instrument;
    finer.size_scale++;
    digest_book(&finer, &book, 0, after);
    assert_string_not_equal(after, before);
    order_book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_book), cmocka_unit_test(three_levels),       cmocka_unit_test(the_other_outcome),
        cmocka_unit_test(a_deep_side),   cmocka_unit_test(every_part_matters),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
