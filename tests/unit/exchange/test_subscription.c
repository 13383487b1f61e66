#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/exchange/polymarket/subscription.h"

static void ids_are(struct text assets, const char *first, const char *second)
{
    struct text id;
    if (first != NULL) {
        assert_true(subscription_next(&assets, &id));
        assert_true(text_is(id, first));
    }
    if (second != NULL) {
        assert_true(subscription_next(&assets, &id));
        assert_true(text_is(id, second));
    }
    assert_false(subscription_next(&assets, &id));
}

static void the_first_message(void **state)
{
    (void)state;
    struct subscription wanted;
    assert_true(subscription_parse(
        TEXT("{\"assets_ids\":[\"12\",\"34\"],\"type\":\"market\",\"custom_feature_enabled\":true}"), &wanted));
    assert_false(wanted.unsubscribe);
    assert_true(wanted.dump && wanted.custom && wanted.custom_given);
    ids_are(wanted.assets, "12", "34");
    assert_true(subscription_parse(
        TEXT(" { \"type\" : \"market\" , \"initial_dump\" : false,\"assets_ids\" : [ \"7\" ] }\n"), &wanted));
    assert_false(wanted.dump || wanted.custom || wanted.custom_given);
    ids_are(wanted.assets, "7", NULL);
    /* The old SDK's. */
    assert_true(subscription_parse(TEXT("{\"assets_ids\":[],\"type\":\"market\",\"operation\":\"subscribe\","
                                        "\"markets\":[\"{\"],\"x\":{\"y\":[1]}}"),
                                   &wanted));
    ids_are(wanted.assets, NULL, NULL);
}

static void later_messages(void **state)
{
    (void)state;
    struct subscription wanted;
    assert_true(subscription_parse(TEXT("{\"assets_ids\":[\"1\"],\"operation\":\"unsubscribe\"}"), &wanted));
    assert_true(wanted.unsubscribe);
    assert_true(subscription_parse(
        TEXT("{\"operation\":\"subscribe\",\"assets_ids\":[\"1\"],\"custom_feature_enabled\":false}"), &wanted));
    assert_false(wanted.unsubscribe || wanted.custom);
    assert_true(wanted.custom_given);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "PING",
        "[]",
        "{}",
        "{",
        "{\"assets_ids\":[\"1\"]}",
        "{\"type\":\"market\"}",
        "{\"assets_ids\":[\"1\"],\"type\":\"user\"}",
        "{\"assets_ids\":[\"1\"],\"operation\":\"dance\"}",
        "{\"assets_ids\":[\"1\",\"type\":\"market\"}",
        "{\"assets_ids\":[\"1\"],\"type\":\"market\"",
        "{\"assets_ids\":[\"1\"],\"type\":\"market\"} x",
        "{\"assets_ids\":[\"1\"] \"type\":\"market\"}",
        "{\"assets_ids\":[\"1\"],\"type\":\"market\\",
        "{\"assets_ids\":[\"1\"],\"type\":}",
        "{\"assets_ids\":[[[[[[",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct subscription wanted;
        assert_false(subscription_parse(text_from(cases[i]), &wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_message),
        cmocka_unit_test(later_messages),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
