#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/base/text.h"

static void widths(void **state)
{
    (void)state;
    assert_int_equal(text_width((struct text){NULL, 0}), 0);
    assert_int_equal(text_width(TEXT("42.5")), 4);
    assert_int_equal(text_width(TEXT("42\xC2\xA2")), 3);
    assert_int_equal(text_width(TEXT("\xE6\x97\xA5\xE6\x9C\xAC")), 4);
    assert_int_equal(text_width(TEXT("e\xCC\x81")), 1);
    assert_int_equal(text_width(TEXT("\xF0\x9F\x9A\x80")), 2);
    assert_int_equal(text_width(TEXT("\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD")), 2);
    assert_int_equal(text_width(TEXT("\xEF\xBF\xBD")), 1);
    assert_int_equal(text_width(TEXT("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB")), 2);
}

static void check_clip(struct text text, unsigned columns, const char *wanted, unsigned wanted_columns)
{
    unsigned used = 99;
    struct text clipped = text_clip(text, columns, &used);
    assert_true(text_is(clipped, wanted));
    assert_int_equal(used, wanted_columns);
    assert_int_equal(text_width(clipped), used);
    assert_true(text_equal(text_clip(text, columns, NULL), clipped));
}

static void clips_fall_between_clusters(void **state)
{
    (void)state;
    check_clip(TEXT("abc"), 0, "", 0);
    check_clip(TEXT("abc"), 2, "ab", 2);
    check_clip(TEXT("abc"), 3, "abc", 3);
    check_clip(TEXT("abc"), 300, "abc", 3);
    check_clip(TEXT("abc"), UINT32_MAX, "abc", 3);
    check_clip((struct text){NULL, 0}, 5, "", 0);
    check_clip(TEXT("ae\xCC\x81z"), 2, "ae\xCC\x81", 2); /* the mark stays with its base */
    check_clip(TEXT("a\xE6\x97\xA5"), 2, "a", 1);        /* a wide one does not fit into one column */
    check_clip(TEXT("a\xE6\x97\xA5"), 3, "a\xE6\x97\xA5", 3);
    check_clip(TEXT("\xF0\x9F\x87\xA8\xF0\x9F\x87\xADx"), 1, "", 0); /* not half a flag */
    check_clip(TEXT("\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBDx"), 3, "", 0); /* not without its skin tone */
    check_clip(TEXT("\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBDx"), 4, "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD", 4);
}

int main(void)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
        print_message("no C.UTF-8 locale: skipped\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths),
        cmocka_unit_test(clips_fall_between_clusters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
