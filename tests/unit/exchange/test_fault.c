#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/fault.h"

static void plans_are_read(void **state)
{
    (void)state;
    struct fault_plan plan;
    char error[80] = "";
    struct text text = TEXT("# what goes wrong\n"
                            "2.5s, cut\n"
                            "\n"
                            "  300 ms ,omit   # early\r\n"
                            "120, duplicate\n"
                            "0, halt");
    assert_true(fault_plan_parse(&plan, text, error, sizeof error));
    assert_int_equal(plan.count, 4);
    assert_int_equal(plan.faults[0].kind, FAULT_CUT);
    assert_int_equal(plan.faults[0].at_ns, INT64_C(2500000000));
    assert_int_equal(plan.faults[0].at_message, -1);
    assert_int_equal(plan.faults[1].kind, FAULT_OMIT);
    assert_int_equal(plan.faults[1].at_ns, INT64_C(300000000));
    assert_int_equal(plan.faults[2].kind, FAULT_DUPLICATE);
    assert_int_equal(plan.faults[2].at_ns, -1);
    assert_int_equal(plan.faults[2].at_message, 120);
    assert_int_equal(plan.faults[3].kind, FAULT_HALT);
    assert_int_equal(plan.faults[3].at_message, 0);
    fault_plan_free(&plan);
}

static void every_word_is_a_fault(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum fault_kind kind;
    } words[] = {
        {"cut", FAULT_CUT},         {"omit", FAULT_OMIT},   {"duplicate", FAULT_DUPLICATE},
        {"halt", FAULT_HALT},       {"gap", FAULT_GAP},     {"old", FAULT_OLD},
        {"error25", FAULT_ERROR25}, {"pause", FAULT_PAUSE}, {"busy", FAULT_BUSY},
    };
    assert_int_equal(sizeof words / sizeof words[0], FAULT_KIND_COUNT);
    for (size_t i = 0; i < FAULT_KIND_COUNT; i++) {
        struct fault_plan plan;
        char line[32], error[80] = "";
        (void)snprintf(line, sizeof line, "1s, %s", words[i].word);
        assert_true(fault_plan_parse(&plan, text_from(line), error, sizeof error));
        assert_int_equal(plan.count, 1);
        assert_int_equal(plan.faults[0].kind, words[i].kind);
        fault_plan_free(&plan);
    }
}

static void empty_plans_are_plans(void **state)
{
    (void)state;
    struct fault_plan plan;
    char error[80] = "";
    assert_true(fault_plan_parse(&plan, (struct text){0}, error, sizeof error));
    assert_int_equal(plan.count, 0);
    assert_null(fault_plan_due(&plan, INT64_MAX, INT64_MAX));
    assert_int_equal(fault_plan_next_ns(&plan), TIME_NEVER);
    fault_plan_free(&plan);
    assert_true(fault_plan_parse(&plan, TEXT("\n\n# nothing\n  \n"), error, sizeof error));
    assert_int_equal(plan.count, 0);
    fault_plan_free(&plan);
}

static void wrong_lines_are_refused_by_number(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"1s cut", "line 1: expected WHEN, FAULT"},
        {"\n# x\n1s, explode", "line 3: FAULT is none of cut, omit, duplicate, halt, gap, old, error25, pause, busy"},
        {"1s, cut\n-1s, cut", "line 2: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {", cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"s, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"1.5, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"1min, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"99999999999s, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"1s,", "line 1: FAULT is none of cut, omit, duplicate, halt, gap, old, error25, pause, busy"},
        {"1s, cut, omit", "line 1: FAULT is none of cut, omit, duplicate, halt, gap, old, error25, pause, busy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault_plan plan;
        char error[120] = "";
        assert_false(fault_plan_parse(&plan, text_from(cases[i].text), error, sizeof error));
        assert_string_equal(error, cases[i].error);
        assert_null(plan.faults);
    }
}

static void each_fault_is_due_once(void **state)
{
    (void)state;
    struct fault_plan plan;
    char error[80] = "";
    assert_true(fault_plan_parse(&plan, TEXT("1s, cut\n5, omit\n500ms, halt"), error, sizeof error));
    assert_int_equal(fault_plan_next_ns(&plan), INT64_C(500000000));
    assert_null(fault_plan_due(&plan, INT64_C(499999999), 4));
    struct fault *fault = fault_plan_due(&plan, INT64_C(500000000), 4);
    assert_non_null(fault);
    assert_int_equal(fault->kind, FAULT_HALT);
    assert_null(fault_plan_due(&plan, INT64_C(500000000), 4));
    fault = fault_plan_due(&plan, INT64_C(500000000), 5);
    assert_non_null(fault);
    assert_int_equal(fault->kind, FAULT_OMIT);
    assert_int_equal(fault_plan_next_ns(&plan), INT64_C(1000000000));
    fault = fault_plan_due(&plan, INT64_C(2000000000), 5);
    assert_non_null(fault);
    assert_int_equal(fault->kind, FAULT_CUT);
    assert_null(fault_plan_due(&plan, INT64_MAX, INT64_MAX));
    assert_int_equal(fault_plan_next_ns(&plan), TIME_NEVER);
    fault_plan_free(&plan);
}

static void files_are_loaded(void **state)
{
    (void)state;
    struct fault_plan plan;
    char error[160] = "", path[] = "/tmp/booktop-fault-XXXXXX";
    assert_false(fault_plan_load(&plan, "/nonexistent/plan", error, sizeof error));
    assert_string_equal(error, "No such file or directory");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "7, cut\n8, no\n", 13), 13);
    close(descriptor);
    assert_false(fault_plan_load(&plan, path, error, sizeof error));
    assert_string_equal(error, "line 2: FAULT is none of cut, omit, duplicate, halt, gap, old, error25, pause, busy");
    assert_int_equal(truncate(path, 7), 0);
    assert_true(fault_plan_load(&plan, path, error, sizeof error));
    assert_int_equal(plan.count, 1);
    fault_plan_free(&plan);
    assert_int_equal(truncate(path, (1 << 20) + 1), 0);
    assert_false(fault_plan_load(&plan, path, error, sizeof error));
    assert_string_equal(error, "larger than 1 MiB");
    assert_false(fault_plan_load(&plan, "/tmp", error, sizeof error));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_read),         cmocka_unit_test(every_word_is_a_fault),
        cmocka_unit_test(empty_plans_are_plans),  cmocka_unit_test(wrong_lines_are_refused_by_number),
        cmocka_unit_test(each_fault_is_due_once), cmocka_unit_test(files_are_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
