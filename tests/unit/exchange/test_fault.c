#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/fault.h"
#include "booktop/net/tls.h"

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
        const char *text;
        enum fault_kind kind;
        int64_t value, after;
        const char *words;
    } cases[] = {
        {"cut", FAULT_CUT, 0, 0, ""},
        {"rst", FAULT_RST, 0, 0, ""},
        {"fin", FAULT_FIN, 0, 0, ""},
        {"close 1013 slow consumer", FAULT_CLOSE, 1013, 0, "slow consumer"},
        {"close  1000\tall markets, resolved ", FAULT_CLOSE, 1000, 0, "all markets, resolved"},
        {"close 4999", FAULT_CLOSE, 4999, 0, ""},
        {"stall 2s", FAULT_STALL, INT64_C(2000000000), 0, ""},
        {"stall 1 ms", FAULT_STALL, 1000000, 0, ""},
        {"half-open", FAULT_HALF_OPEN, 0, 0, ""},
        {"freeze", FAULT_FREEZE, 0, 0, ""},
        {"lag 300ms", FAULT_LAG, 300000000, 0, ""},
        {"pings 50000", FAULT_PINGS, 50000, 0, ""},
        {"dribble", FAULT_DRIBBLE, 0, 0, ""},
        {"fragments", FAULT_FRAGMENTS, 0, 0, ""},
        {"bomb", FAULT_BOMB, 0, 0, ""},
        {"illegal", FAULT_ILLEGAL, 0, 0, ""},
        {"binary", FAULT_BINARY, 0, 0, ""},
        {"garbage", FAULT_GARBAGE, 0, 0, ""},
        {"upgrade silent", FAULT_UPGRADE, UPGRADE_SILENT, 0, ""},
        {"upgrade redirect", FAULT_UPGRADE, UPGRADE_REDIRECT, 0, ""},
        {"upgrade headers", FAULT_UPGRADE, UPGRADE_HEADERS, 0, ""},
        {"upgrade 401", FAULT_UPGRADE, 401, 0, ""},
        {"upgrade 403", FAULT_UPGRADE, 403, 0, ""},
        {"upgrade 404", FAULT_UPGRADE, 404, 0, ""},
        {"upgrade 429 7", FAULT_UPGRADE, 429, 7, ""},
        {"upgrade 500", FAULT_UPGRADE, 500, 0, ""},
        {"upgrade 503 60", FAULT_UPGRADE, 503, 60, ""},
        {"certificate expired", FAULT_CERTIFICATE, TLS_EXPIRED, 0, ""},
        {"certificate future", FAULT_CERTIFICATE, TLS_FUTURE, 0, ""},
        {"certificate other-host", FAULT_CERTIFICATE, TLS_OTHER_HOST, 0, ""},
        {"certificate self-signed", FAULT_CERTIFICATE, TLS_SELF_SIGNED, 0, ""},
        {"certificate unknown", FAULT_CERTIFICATE, TLS_UNKNOWN, 0, ""},
        {"certificate weak", FAULT_CERTIFICATE, TLS_WEAK, 0, ""},
        {"busy", FAULT_BUSY, INT64_C(5000000000), 0, ""},
        {"busy 0.5s", FAULT_BUSY, 500000000, 0, ""},
        {"deaf 86400s", FAULT_DEAF, INT64_C(86400000000000), 0, ""},
        {"halt", FAULT_HALT, 0, 0, ""},
        {"omit", FAULT_OMIT, 0, 0, ""},
        {"duplicate", FAULT_DUPLICATE, 0, 0, ""},
        {"reorder", FAULT_REORDER, 0, 0, ""},
        {"empty", FAULT_EMPTY, 0, 0, ""},
        {"gap", FAULT_GAP, 0, 0, ""},
        {"old", FAULT_OLD, 0, 0, ""},
        {"error25", FAULT_ERROR25, 0, 0, ""},
        {" pause\t", FAULT_PAUSE, 0, 0, ""},
    };
    bool seen[FAULT_KIND_COUNT] = {false};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault;
        char error[160] = "";
        if (!fault_parse(&fault, text_from(cases[i].text), error, sizeof error)) fail_msg("%s", error);
        assert_int_equal(fault.kind, cases[i].kind);
        assert_int_equal(fault.value, cases[i].value);
        assert_int_equal(fault.after, cases[i].after);
        assert_string_equal(fault.words, cases[i].words);
        assert_int_equal(fault.at_ns, -1);
        assert_int_equal(fault.at_message, -1);
        assert_false(fault.done);
        seen[fault.kind] = true;
    }
    for (size_t i = 0; i < FAULT_KIND_COUNT; i++) assert_true(seen[i]);
}

static void plans_have_values_and_words(void **state)
{
    (void)state;
    struct fault_plan plan;
    char error[160] = "";
    struct text text = TEXT("1s, close 4000 one, two # three\n30, stall 2s\n");
    assert_true(fault_plan_parse(&plan, text, error, sizeof error));
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.faults[0].at_ns, NANOSECONDS_PER_SECOND);
    assert_int_equal(plan.faults[0].value, 4000);
    assert_string_equal(plan.faults[0].words, "one, two");
    assert_int_equal(plan.faults[1].at_message, 30);
    assert_int_equal(plan.faults[1].at_ns, -1);
    assert_int_equal(plan.faults[1].value, 2 * NANOSECONDS_PER_SECOND);
    fault_plan_free(&plan);
}

#define WANTS_CLOSE       "close wants a code from 1000 to 4999, and words of less than 100 bytes"
#define WANTS_TIME        " wants a time up to a day (2s, 300ms)"
#define WANTS_PINGS       "pings wants a number from 1 to 100000"
#define WANTS_UPGRADE     "upgrade wants silent, redirect, headers, or 401, 403, 404, 429, 500 or 503 and seconds to wait"
#define WANTS_CERTIFICATE "certificate wants expired, future, other-host, self-signed, unknown or weak"
#define FIFTY             "12345678901234567890123456789012345678901234567890"

static void wrong_values_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "FAULT is none of those in --help: \"\""},
        {NULL, "FAULT is none of those in --help: \"\""},
        {"explode now", "FAULT is none of those in --help: \"explode\""},
        {"\x1b[2Jcut", "FAULT is none of those in --help: \"?[2Jcut\""},
        {"cut 3", "cut wants nothing behind it"},
        {"gap x", "gap wants nothing behind it"},
        {"close", WANTS_CLOSE},
        {"close 999", WANTS_CLOSE},
        {"close 5000 x", WANTS_CLOSE},
        {"close later", WANTS_CLOSE},
        {"close 1000 \xff", WANTS_CLOSE},
        {"close 1000 " FIFTY FIFTY, WANTS_CLOSE},
        {"stall", "stall" WANTS_TIME},
        {"stall 2", "stall" WANTS_TIME},
        {"stall 0s", "stall" WANTS_TIME},
        {"lag -1s", "lag" WANTS_TIME},
        {"lag 86401s", "lag" WANTS_TIME},
        {"deaf", "deaf" WANTS_TIME},
        {"busy soon", "busy wants a time up to a day (2s, 300ms), or nothing"},
        {"pings", WANTS_PINGS},
        {"pings 0", WANTS_PINGS},
        {"pings 100001", WANTS_PINGS},
        {"pings 1.5", WANTS_PINGS},
        {"upgrade", WANTS_UPGRADE},
        {"upgrade 200", WANTS_UPGRADE},
        {"upgrade 1", WANTS_UPGRADE},
        {"upgrade silent 7", WANTS_UPGRADE},
        {"upgrade 429 soon", WANTS_UPGRADE},
        {"upgrade 429 0", WANTS_UPGRADE},
        {"certificate", WANTS_CERTIFICATE},
        {"certificate good", WANTS_CERTIFICATE},
        {"certificate weak x", WANTS_CERTIFICATE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault;
        char error[160] = "";
        if (fault_parse(&fault, text_from(cases[i].text), error, sizeof error)) fail_msg("%s", cases[i].text);
        assert_string_equal(error, cases[i].error);
    }
    struct fault fault;
    char error[160] = "";
    assert_true(fault_parse(&fault, TEXT("close 1000 " FIFTY "1234567890123456789012345678901234567890123456789"),
                            error, sizeof error));
    assert_int_equal(strlen(fault.words), 99);
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
        {"\n# x\n1s, explode", "line 3: FAULT is none of those in --help: \"explode\""},
        {"1s, cut\n-1s, cut", "line 2: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {", cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"s, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"1.5, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"1min, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"99999999999s, cut", "line 1: WHEN is neither a time (2.5s, 300ms) nor a number of messages"},
        {"1s,", "line 1: FAULT is none of those in --help: \"\""},
        {"1s, cut, omit", "line 1: FAULT is none of those in --help: \"cut,\""},
        {"1s, cut omit", "line 1: cut wants nothing behind it"},
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
    assert_string_equal(error, "line 2: FAULT is none of those in --help: \"no\"");
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
        cmocka_unit_test(plans_are_read),
        cmocka_unit_test(every_word_is_a_fault),
        cmocka_unit_test(plans_have_values_and_words),
        cmocka_unit_test(wrong_values_are_named),
        cmocka_unit_test(empty_plans_are_plans),
        cmocka_unit_test(wrong_lines_are_refused_by_number),
        cmocka_unit_test(each_fault_is_due_once),
        cmocka_unit_test(files_are_loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
