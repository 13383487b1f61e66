#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "printing.h"

static void a_seed_means_its_bytes(void **state)
{
    (void)state;
    struct pages one = print(1, 3000, NULL), same = print(1, 3000, NULL), other = print(2, 3000, NULL);
    assert_int_equal(one.lines, 3000);
    assert_int_equal(one.length, same.length);
    assert_memory_equal(one.at, same.at, one.length);
    assert_true(one.length != other.length || memcmp(one.at, other.at, one.length) != 0);
    struct pages shorter = print(1, 200, NULL);
    assert_int_equal(shorter.lines, 200);
    assert_memory_equal(one.at, shorter.at, shorter.length);
    struct pages none = print(1, 0, NULL);
    assert_int_equal(none.lines, 0);
    free(one.at);
    free(same.at);
    free(other.at);
    free(shorter.at);
    free(none.at);
}

static void a_refusal_ends_it(void **state)
{
    (void)state;
    struct pages pages = {.most = 50};
    const struct exchange_options options = {.seed = 1, .start_ms = START_MS};
    assert_false(exchange_print(&options, 100, keep, &pages));
    assert_int_equal(pages.lines, 50);
    free(pages.at);
}

/* === Faults === */

static struct pages print_with(const char *plan, uint64_t count)
{
    char path[] = "/tmp/booktop-fault-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, plan, strlen(plan)), strlen(plan));
    close(descriptor);
    struct pages pages = print(4, count, path);
    unlink(path);
    return pages;
}

static void an_omitted_change_is_not_there(void **state)
{
    (void)state;
    struct pages whole = print(4, 400, NULL), less = print_with("100, omit\n", 399);
    struct text rest = {whole.at, whole.length}, rest_less = {less.at, less.length};
    unsigned at = 0, missing = 0;
    while (rest_less.length > 0 && rest.length > 0) {
        struct text line = line_take(&rest_less), expected = line_take(&rest);
        at++;
        if (text_equal(line, expected)) continue;
        missing++;
        assert_true(at > 100);
        assert_non_null(memmem(expected.at, expected.length, "\"price_change\"", 14));
        assert_true(text_equal(line, line_take(&rest)));
    }
    assert_int_equal(missing, 1);
    free(whole.at);
    free(less.at);
}

static void a_duplicate_has_its_entries_reversed(void **state)
{
    (void)state;
    struct pages whole = print(4, 400, NULL), more = print_with("100, duplicate\n", 401);
    struct text rest = {whole.at, whole.length}, rest_more = {more.at, more.length}, last = {0};
    unsigned extra = 0;
    while (rest.length > 0) {
        struct text expected = line_take(&rest), line = line_take(&rest_more);
        if (!text_equal(line, expected)) {
            extra++;
            assert_int_equal(line.length, last.length);
            assert_true(!text_equal(line, last));
            assert_non_null(memmem(line.at, line.length, "\"price_change\"", 14));
            line = line_take(&rest_more);
        }
        assert_true(text_equal(line, expected));
        last = line;
    }
    assert_int_equal(extra, 1);
    free(whole.at);
    free(more.at);
}

/* One change is sent later than it was, behind another of its market; nothing else differs. */
static void a_reordered_change_comes_late(void **state)
{
    (void)state;
    struct pages whole = print(4, 400, NULL), other = print_with("100, reorder\n", 400);
    struct text rest = {whole.at, whole.length}, rest_other = {other.at, other.length}, late = {0}, last = {0};
    unsigned moved = 0, returned = 0;
    while (rest.length > 0 && rest_other.length > 0) {
        struct text expected = line_take(&rest), line = line_take(&rest_other);
        if (moved == 0 && !text_equal(line, expected)) {
            moved++;
            late = expected;
            if (rest.length > 0) expected = line_take(&rest);
        } else if (moved > 0 && returned == 0 && text_equal(line, late)) {
            returned++;
            /* Behind a change of the same market. */
            assert_non_null(memmem(last.at, last.length, "\"price_change\"", 14));
            assert_memory_equal(last.at, late.at, 80);
            line = line_take(&rest_other);
        }
        assert_true(text_equal(line, expected));
        last = line;
    }
    assert_int_equal(moved, 1);
    assert_int_equal(returned, 1);
    assert_non_null(memmem(late.at, late.length, "\"price_change\"", 14));
    free(whole.at);
    free(other.at);
}

static void an_empty_array_is_a_line(void **state)
{
    (void)state;
    struct pages whole = print(4, 300, NULL), more = print_with("100, empty\n100, cut\n1s, busy\n200, freeze\n", 301);
    struct text rest = {whole.at, whole.length}, rest_more = {more.at, more.length};
    unsigned at = 0;
    while (rest_more.length > 0) {
        struct text line = line_take(&rest_more);
        if (at++ == 100)
            assert_true(text_is(line, "[]"));
        else
            assert_true(text_equal(line, line_take(&rest)));
    }
    assert_int_equal(at, 301);
    free(whole.at);
    free(more.at);
}

static void a_halt_is_the_end(void **state)
{
    (void)state;
    struct pages pages = print_with("2s, halt\n1s, cut\n", 100000);
    assert_in_range(pages.lines, 20, 1000);
    struct pages whole = print(4, pages.lines, NULL);
    struct text rest = {pages.at, pages.length}, rest_whole = {whole.at, whole.length}, line = {0};
    /* Up to the halt nothing is different; after it come only announcements and repetitions that waited. */
    unsigned at = 0, late = 0;
    while (rest.length > 0) {
        line = line_take(&rest);
        at++;
        if (late == 0 && text_equal(line, line_take(&rest_whole))) continue;
        late++;
        assert_true(memmem(line.at, line.length, "\"last_trade_price\"", 18) != NULL ||
                    memmem(line.at, line.length, "\"price_change\"", 14) != NULL);
    }
    assert_true(late < 20 && at > late);
    free(pages.at);
    free(whole.at);
}

static void a_wrong_plan_is_refused(void **state)
{
    (void)state;
    struct pages pages = {0};
    const struct exchange_options options = {.seed = 1, .start_ms = START_MS, .fault_file = "/nonexistent/plan"};
    assert_false(exchange_print(&options, 100, keep, &pages));
    assert_int_equal(pages.lines, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_means_its_bytes),
        cmocka_unit_test(a_refusal_ends_it),
        cmocka_unit_test(an_omitted_change_is_not_there),
        cmocka_unit_test(a_duplicate_has_its_entries_reversed),
        cmocka_unit_test(a_reordered_change_comes_late),
        cmocka_unit_test(an_empty_array_is_a_line),
        cmocka_unit_test(a_halt_is_the_end),
        cmocka_unit_test(a_wrong_plan_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
