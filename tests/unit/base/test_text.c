#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "booktop/base/text.h"

static const struct text nothing = {NULL, 0};

static void equality(void **state)
{
    (void)state;
    assert_true(text_equal(TEXT("abc"), text_from("abc")));
    assert_false(text_equal(TEXT("abc"), TEXT("abd")));
    assert_false(text_equal(TEXT("abc"), TEXT("ab")));
    assert_true(text_equal(nothing, TEXT("")));
    assert_true(text_equal(nothing, text_from(NULL)));
    assert_true(text_is(TEXT("yes"), "yes"));
    assert_false(text_is(TEXT("yes\0"), "yes"));
    assert_true(text_is(nothing, ""));
}

static void trimming(void **state)
{
    (void)state;
    assert_true(text_is(text_trim(TEXT(" \t\r\n a b \n")), "a b"));
    assert_true(text_is(text_trim(TEXT(" \t ")), ""));
    assert_true(text_is(text_trim(nothing), ""));
    assert_true(text_is(text_trim(TEXT("\va")), "\va"));
}

static void searching(void **state)
{
    (void)state;
    assert_true(text_starts_with(TEXT("polymarket:x"), TEXT("polymarket:")));
    assert_false(text_starts_with(TEXT("poly"), TEXT("polymarket:")));
    assert_true(text_starts_with(nothing, nothing));
    assert_true(text_contains_folded(TEXT("Will the Harbour open?"), TEXT("hARB")));
    assert_true(text_contains_folded(TEXT("abc"), TEXT("ABC")));
    assert_false(text_contains_folded(TEXT("abc"), TEXT("abcd")));
    assert_false(text_contains_folded(TEXT("ab[c"), TEXT("b{c"))); /* only letters fold */
    assert_true(text_contains_folded(nothing, nothing));
    assert_false(text_contains_folded(nothing, TEXT("a")));
}

static void check_copy(struct text text, size_t size, const char *wanted)
{
    char out[32];
    memset(out, '#', sizeof out);
    assert_int_equal(text_copy(text, out, size), strlen(wanted));
    assert_string_equal(out, wanted);
    for (size_t i = size; i < sizeof out; i++) assert_int_equal(out[i], '#');
}

static void copies_are_cut_between_characters(void **state)
{
    (void)state;
    check_copy(TEXT("abc"), 4, "abc");
    check_copy(TEXT("abc"), 3, "ab");
    check_copy(TEXT("abc"), 1, "");
    check_copy(nothing, 1, "");
    check_copy(TEXT("a\xC2\xA2"), 4, "a\xC2\xA2");
    check_copy(TEXT("a\xC2\xA2"), 3, "a");
    check_copy(TEXT("a\xF0\x9F\x98\x80z"), 6, "a\xF0\x9F\x98\x80");
    check_copy(TEXT("a\xF0\x9F\x98\x80z"), 5, "a");
    check_copy(TEXT("\xF0\x9F\x98\x80"), 2, "");
    check_copy(TEXT("\x80\x80\x80\x80\x80\x80"), 6, "\x80\x80\x80\x80\x80"); /* no character to keep whole */
}

/* The Unicode Standard 15, table 3-7, written out as ranges of whole sequences. */
static bool table_3_7(const unsigned char *b, size_t n)
{
    if (n == 1) return b[0] <= 0x7F;
    for (size_t i = 1; i < n; i++)
        if (b[i] < 0x80 || b[i] > 0xBF) return false;
    if (n == 2) return b[0] >= 0xC2 && b[0] <= 0xDF;
    if (n == 3) return (b[0] & 0xF0) == 0xE0 && !(b[0] == 0xE0 && b[1] < 0xA0) && !(b[0] == 0xED && b[1] > 0x9F);
    return b[0] >= 0xF0 && b[0] <= 0xF4 && !(b[0] == 0xF0 && b[1] < 0x90) && !(b[0] == 0xF4 && b[1] > 0x8F);
}

static void every_sequence_of_two_and_the_edges_of_longer_ones(void **state)
{
    (void)state;
    enum { EDGES = 10 };
    static const unsigned char edges[EDGES] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
    unsigned char b[4];
    for (unsigned first = 0x80; first <= 0xFF; first++) {
        b[0] = (unsigned char)first;
        assert_false(text_is_utf8((struct text){(const char *)b, 1}));
        for (unsigned second = 0; second <= 0xFF; second++) {
            b[1] = (unsigned char)second;
            assert_int_equal(text_is_utf8((struct text){(const char *)b, 2}), table_3_7(b, 2));
            for (int i = 0; i < EDGES * EDGES; i++) {
                b[2] = edges[i / EDGES];
                b[3] = edges[i % EDGES];
                bool three = table_3_7(b, 3) || (table_3_7(b, 2) && b[2] <= 0x7F);
                assert_int_equal(text_is_utf8((struct text){(const char *)b, 3}), three);
                bool four = table_3_7(b, 4) || (three && b[3] <= 0x7F) || (table_3_7(b, 2) && table_3_7(b + 2, 2));
                assert_int_equal(text_is_utf8((struct text){(const char *)b, 4}), four);
            }
        }
    }
}

static void utf8_in_longer_text(void **state)
{
    (void)state;
    assert_true(text_is_utf8(nothing));
    assert_true(text_is_utf8(TEXT("all of it is ASCII, more than a word\n")));
    assert_true(text_is_utf8(TEXT("12345678\xE2\x82\xAC")));
    assert_false(text_is_utf8(TEXT("1234567812345678\xE2\x82")));
    assert_false(text_is_utf8(TEXT("1234567\xFFwords more of this")));
    assert_false(text_is_utf8(TEXT("\xC0\xAF")));
    assert_false(text_is_utf8(TEXT("\xED\xA0\xBD\xED\xB8\x80"))); /* a surrogate pair, as CESU-8 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality),
        cmocka_unit_test(trimming),
        cmocka_unit_test(searching),
        cmocka_unit_test(copies_are_cut_between_characters),
        cmocka_unit_test(every_sequence_of_two_and_the_edges_of_longer_ones),
        cmocka_unit_test(utf8_in_longer_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
