/* A series as REST describes it: the fee of its markets. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../src/venue/kalshi/fee.h"

static void a_ticker_begins_with_its_series(void **state)
{
    static const struct {
        const char *ticker, *series;
    } cases[] = {{"KXFED-26DEC-T4.25", "KXFED"}, {"KXFED", "KXFED"}, {"", ""}, {"-X", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(text_is(kalshi_series(text_from(cases[i].ticker)), cases[i].series));
}

static void fees_are_told_by_name(void **state)
{
    static const struct {
        const char *members;
        enum fee_kind kind; /* FEE_UNKNOWN: nothing is told */
        const char *type;
        int64_t rate;
    } cases[] = {
        {"\"fee_type\":\"quadratic\",\"fee_multiplier\":1", FEE_OF_SERIES, "quadratic", FEE_RATE_ONE},
        {"\"fee_multiplier\":0.5,\"fee_type\":\"quadratic_with_maker_fees\"", FEE_OF_SERIES,
         "quadratic_with_maker_fees", FEE_RATE_ONE / 2},
        {"\"fee_type\":\"fl\\u0061t\",\"fee_multiplier\":\"2e0\"", FEE_OF_SERIES, "flat", 2 * FEE_RATE_ONE},
        {"\"fee_type\":\"a new one\"", FEE_OF_SERIES, "a new one", 0},
        {"\"fee_type\":\"flat\",\"fee_multiplier\":null", FEE_OF_SERIES, "flat", 0},
        {"\"fee_type\":\"flat\",\"fee_multiplier\":-1", FEE_OF_SERIES, "flat", 0},
        {"\"fee_type\":\"flat\",\"fee_multiplier\":1e9", FEE_OF_SERIES, "flat", 0},
        {"\"fee_type\":\"flat\",\"fee_multiplier\":1e-30", FEE_OF_SERIES, "flat", 0},
        {"\"fee_type\":\"flat\",\"fee_multiplier\":{\"a\":[1]}", FEE_OF_SERIES, "flat", 0},
        /* Whatever it is multiplied by nothing. */
        {"\"fee_type\":\"quadratic\",\"fee_multiplier\":0", FEE_NONE, "", 0},
        {"\"fee_type\":\"quadratic\",\"fee_multiplier\":0.0", FEE_NONE, "", 0},
        {"\"fee_multiplier\":1", FEE_UNKNOWN, "", 0},
        {"\"fee_type\":\"\",\"fee_multiplier\":1", FEE_UNKNOWN, "", 0},
        {"\"fee_type\":7", FEE_UNKNOWN, "", 0},
        {"\"fee_type\":[\"flat\"]", FEE_UNKNOWN, "", 0},
        /* Another series', or one without a name that is one. */
        {"\"fee_type\":\"flat\",\"ticker\":\"KXELSE\"", FEE_UNKNOWN, "", 0},
        {"\"fee_type\":\"flat\",\"ticker\":null", FEE_UNKNOWN, "", 0},
        {"\"fee_type\":\"flat\",\"ticker\":\"KXONE\"", FEE_OF_SERIES, "flat", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[512];
        struct fee fee = {.kind = FEE_UNKNOWN};
        snprintf(body, sizeof body, "{\"x\":[{}],\"series\":{\"tags\":[\"fee_type\"],%s,\"volume\":3}}",
                 cases[i].members);
        bool told = kalshi_read_fee(&fee, TEXT("KXONE"), text_from(body));
        bool same = told == (cases[i].kind != FEE_UNKNOWN) && fee.kind == cases[i].kind && fee.rate == cases[i].rate &&
                    strcmp(fee.type, cases[i].type) == 0;
        if (!same) fail_msg("%s: %d %s %lld", cases[i].members, (int)fee.kind, fee.type, (long long)fee.rate);
    }
}

static void a_long_type_is_cut(void **state)
{
    char body[512] = "{\"series\":{\"fee_type\":\"";
    struct fee fee;
    (void)state;
    for (int i = 0; i < 60; i++) strcat(body, "\xC3\xA9");
    strcat(body, "\"}}");
    assert_true(kalshi_read_fee(&fee, TEXT("KXONE"), text_from(body)));
    assert_int_equal(strlen(fee.type), FEE_TYPE_SIZE - 2);
    assert_true(text_is_utf8(text_from(fee.type)));
}

static void other_bodies_tell_nothing(void **state)
{
    static const char body[] = "{\"series\":{\"ticker\":\"KXONE\",\"fee_type\":\"flat\"}}";
    static const char *const others[] = {"null",
                                         "[]",
                                         "{}",
                                         "{\"series\":null}",
                                         "{\"series\":[{\"fee_type\":\"flat\"}]}",
                                         "{\"fee_type\":\"flat\"}",
                                         "{\"error\":{\"code\":\"not_found\"}}",
                                         "{\"series\":{\"fee_type\":\"flat\"}} x"};
    struct fee fee = {.kind = FEE_CHARGED};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (kalshi_read_fee(&fee, TEXT("KXONE"), text_from(others[i]))) fail_msg("%s", others[i]);
    for (size_t length = 0; length < sizeof body - 1; length++) {
        char *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, body, length);
        assert_false(kalshi_read_fee(&fee, TEXT("KXONE"), (struct text){copy, length}));
        free(copy);
    }
    assert_int_equal(fee.kind, FEE_CHARGED);
    assert_true(kalshi_read_fee(&fee, TEXT("KXONE"), text_from(body)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticker_begins_with_its_series),
        cmocka_unit_test(fees_are_told_by_name),
        cmocka_unit_test(a_long_type_is_cut),
        cmocka_unit_test(other_bodies_tell_nothing),
    };
    return cmocka_run_group_tests_name("kalshi_fee", tests, NULL, NULL);
}
