#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "booktop/base/text.h"

#define BAD "\xEF\xBF\xBD"

/* What it is, what comes from outside, what must come out. */
struct passage {
    const char *what;
    struct text in;
    const char *out;
};

#define PASSAGE(what, in, out)                                                                                         \
    {                                                                                                                  \
        what, {in, sizeof(in) - 1}, out                                                                                \
    }

static void check(const struct passage *passage, bool ascii)
{
    char out[4096];
    size_t length = text_sanitize(passage->in, out, sizeof out, ascii);
    if (strcmp(out, passage->out) != 0) fail_msg("%s: wanted \"%s\", got \"%s\"", passage->what, passage->out, out);
    assert_int_equal(length, strlen(out));
}

static void smuggled_controls_come_out_harmless(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        PASSAGE("clear screen", "a\x1B[2Jb", "a" BAD "[2Jb"),
        PASSAGE("window title by OSC 0", "\x1B]0;owned\x07", BAD "]0;owned" BAD),
        PASSAGE("clipboard by OSC 52", "\x1B]52;c;cm0=\x1B\\", BAD "]52;c;cm0=" BAD "\\"),
        PASSAGE("hyperlink by OSC 8", "\x1B]8;;http://x\x1B\\y", BAD "]8;;http://x" BAD "\\y"),
        PASSAGE("DCS", "\x1BP$qm\x1B\\", BAD "P$qm" BAD "\\"),
        PASSAGE("8-bit CSI, bare",
                "\x9B"
                "31m",
                BAD "31m"),
        PASSAGE("8-bit CSI as UTF-8",
                "\xC2\x9B"
                "31m",
                BAD "31m"),
        PASSAGE("8-bit OSC and ST as UTF-8",
                "\xC2\x9D"
                "0;x\xC2\x9C",
                BAD "0;x" BAD),
        PASSAGE("next line", "\xC2\x85", BAD),
        PASSAGE("bell, backspace, NUL", "\a\b\0x", BAD BAD BAD "x"),
        PASSAGE("delete", "a\x7F", "a" BAD),
        PASSAGE("shift out", "\x0E", BAD),
        PASSAGE("line breaks and tabs", "a\r\nb\tc\n", "a  b c "),
        PASSAGE("vertical tab and form feed", "\v\f", BAD BAD),
    };
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++) check(&passages[i], false);
}

static void ill_formed_utf8_is_replaced_part_by_part(void **state)
{
    (void)state;
    /* The Unicode Standard 15, tables 3-8 to 3-11: one U+FFFD for each maximal ill-formed part. */
    static const struct passage passages[] = {
        PASSAGE("table 3-8", "\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", BAD BAD BAD BAD BAD BAD BAD BAD "A"),
        PASSAGE("table 3-9", "\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", BAD BAD BAD BAD BAD BAD BAD BAD "A"),
        PASSAGE("table 3-10", "\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", BAD BAD BAD BAD BAD "A" BAD BAD "B"),
        PASSAGE("table 3-11", "\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", BAD BAD BAD BAD "A"),
        PASSAGE("overlong escape", "\xC1\x9B[2J", BAD BAD "[2J"),
        PASSAGE("cut at the end", "a\xF0\x9F\x98", "a" BAD),
        PASSAGE("U+FFFD itself", "a\xEF\xBF\xBD", "a" BAD),
    };
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++) check(&passages[i], false);
}

static void invisible_and_misleading_characters_show(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        PASSAGE("right-to-left override", "a\xE2\x80\xAEz", "a" BAD "z"),
        PASSAGE("embeddings and pop", "\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD", BAD BAD BAD BAD),
        PASSAGE("isolates", "\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", BAD BAD BAD BAD),
        PASSAGE("directional marks", "\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C", BAD BAD BAD),
        PASSAGE("zero-width space and non-joiner", "a\xE2\x80\x8B\xE2\x80\x8C", "a" BAD BAD),
        PASSAGE("word joiner, BOM", "\xE2\x81\xA0\xEF\xBB\xBF", BAD BAD),
        PASSAGE("soft hyphen", "a\xC2\xAD", "a" BAD),
        PASSAGE("tags", "\xF3\xA0\x80\x81\xF3\xA0\x81\xA1", BAD BAD),
        PASSAGE("line and paragraph separators", "\xE2\x80\xA8\xE2\x80\xA9", BAD BAD),
        PASSAGE("interlinear annotation", "\xEF\xBF\xB9\xEF\xBF\xBB", BAD BAD),
        PASSAGE("private use", "\xEE\x80\x80\xF3\xB0\x80\x80\xF4\x8F\xBF\xBD", BAD BAD BAD),
        PASSAGE("noncharacters", "\xEF\xBF\xBF\xEF\xB7\x90", BAD BAD),
        PASSAGE("unassigned", "\xCD\xB8\xF1\x80\x80\x80\xF3\xA0\x82\x80", BAD BAD BAD),
        PASSAGE("Hangul fillers", "\xE3\x85\xA4\xE1\x85\x9F\xEF\xBE\xA0", BAD BAD BAD),
        PASSAGE("a joiner between letters", "a\xE2\x80\x8Dz", "a" BAD "z"),
        PASSAGE("a joiner at the start", "\xE2\x80\x8D\xF0\x9F\x9A\x80", BAD "\xF0\x9F\x9A\x80"),
        PASSAGE("a joiner at the end", "\xF0\x9F\x9A\x80\xE2\x80\x8D", "\xF0\x9F\x9A\x80" BAD),
        PASSAGE("a joiner after a space", "\xF0\x9F\x9A\x80 \xE2\x80\x8D\xF0\x9F\x9A\x80",
                "\xF0\x9F\x9A\x80 " BAD "\xF0\x9F\x9A\x80"),
        PASSAGE("two joiners", "\xF0\x9F\x9A\x80\xE2\x80\x8D\xE2\x80\x8D\xF0\x9F\x9A\x80",
                "\xF0\x9F\x9A\x80" BAD BAD "\xF0\x9F\x9A\x80"),
    };
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++) check(&passages[i], false);
}

static void honest_text_passes(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        PASSAGE("ASCII", "Will it rain? 42.5% ~[]{}|\\", "Will it rain? 42.5% ~[]{}|\\"),
        PASSAGE("accents and signs", "Z\xC3\xBCrich 42\xC2\xA2 \xE2\x82\xAC", "Z\xC3\xBCrich 42\xC2\xA2 \xE2\x82\xAC"),
        PASSAGE("CJK", "\xE6\x97\xA5\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9C\xAC"),
        PASSAGE("a decomposed accent", "e\xCC\x81", "e\xCC\x81"),
        PASSAGE("decomposed Hangul", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"),
        PASSAGE("woman astronaut", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", "\xF0\x9F\x91\xA9\xF0\x9F\x9A\x80"),
        PASSAGE("with a skin tone", "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x9A\x80",
                "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xF0\x9F\x9A\x80"),
        PASSAGE("rainbow flag", "\xF0\x9F\x8F\xB3\xEF\xB8\x8F\xE2\x80\x8D\xF0\x9F\x8C\x88",
                "\xF0\x9F\x8F\xB3\xF0\x9F\x8C\x88"),
        PASSAGE("heart with a variation selector", "\xE2\x9D\xA4\xEF\xB8\x8F!", "\xE2\x9D\xA4!"),
        PASSAGE("variation selector 17", "\xE8\x91\x9B\xF3\xA0\x84\x80", "\xE8\x91\x9B"),
        PASSAGE("a flag", "\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD", "\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD"),
        PASSAGE("nothing", "", ""),
    };
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++) check(&passages[i], false);
}

static void marks_do_not_pile_up(void **state)
{
    (void)state;
    char in[2 * 1000 + 2] = "a";
    for (size_t i = 1; i < sizeof in - 1; i++) in[i] = i % 2 == 1 ? '\xCC' : '\x81';
    in[sizeof in - 1] = 'b';
    struct passage thousand = {"a thousand marks",
                               {in, sizeof in},
                               "a\xCC\x81\xCC\x81\xCC\x81\xCC\x81"
                               "b"};
    check(&thousand, false);
    static const struct passage passages[] = {
        PASSAGE("marks without a base", "\xCC\x81\xCC\x88x\xCC\x81", "x\xCC\x81"),
        PASSAGE("the grapheme joiner", "a\xCD\x8F\xCC\x81", "a\xCC\x81"),
        PASSAGE("the limit is each base's own", "a\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81o\xCC\x88",
                "a\xCC\x81\xCC\x81\xCC\x81\xCC\x81o\xCC\x88"),
        PASSAGE("Hangul vowels pile up too",
                "\xE1\x84\x92\xE1\x85\xA1\xE1\x85\xA1\xE1\x85\xA1\xE1\x85\xA1\xE1\x85\xA1\xE1\x85\xA1",
                "\xE1\x84\x92\xE1\x85\xA1\xE1\x85\xA1\xE1\x85\xA1\xE1\x85\xA1"),
    };
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++) check(&passages[i], false);
}

static void ascii_is_ascii(void **state)
{
    (void)state;
    static const struct passage passages[] = {
        PASSAGE("letters and signs", "Z\xC3\xBCrich 42\xC2\xA2", "Z?rich 42?"),
        PASSAGE("controls", "\x1B[2J\xC2\x9B\xFF\n", "?[2J?? "),
        PASSAGE("emoji", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80", "??"),
    };
    for (size_t i = 0; i < sizeof passages / sizeof passages[0]; i++) check(&passages[i], true);
}

static void cuts_fall_between_clusters(void **state)
{
    (void)state;
    static const struct {
        struct text in;
        size_t size;
        const char *out;
    } cuts[] = {
        {TEXT("abc"), 1, ""},
        {TEXT("abc"), 3, "ab"},
        {TEXT("abc"), 4, "abc"},
        {TEXT("ae\xCC\x81"), 5, "ae\xCC\x81"},
        {TEXT("ae\xCC\x81"), 4, "a"},                        /* not the bare e */
        {TEXT("ae\xCC\x81\xCC\x81"), 5, "a"},                /* not with one mark of two */
        {TEXT("a\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD"), 9, "a"}, /* not half a flag */
        {TEXT("a\xE6\x97\xA5"), 4, "a"},
        {TEXT("a\xFF"), 4, "a"},
        {TEXT("a\xFF"), 5, "a" BAD},
    };
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        char out[16];
        memset(out, '#', sizeof out);
        assert_int_equal(text_sanitize(cuts[i].in, out, cuts[i].size, false), strlen(cuts[i].out));
        assert_string_equal(out, cuts[i].out);
        for (size_t k = cuts[i].size; k < sizeof out; k++) assert_int_equal(out[k], '#');
    }
}

static bool within(wchar_t c, wchar_t low, wchar_t high)
{
    return c >= low && c <= high;
}

/* By ranges, not by the library that the code itself asks. */
static bool is_harmless(wchar_t c)
{
    return c >= 0x20 && !within(c, 0x7F, 0x9F) && c != 0xAD && !within(c, 0x200B, 0x200F) &&
           !within(c, 0x2028, 0x202E) && !within(c, 0x2060, 0x206F) && !within(c, 0xD800, 0xF8FF) && c != 0xFEFF &&
           !within(c, 0xFE00, 0xFE0F) && !within(c, 0xFFF0, 0xFFFB) && !within(c, 0xE0000, 0x10FFFF) && wcwidth(c) >= 0;
}

static void check_harmless(const char *text)
{
    wchar_t wide[1024];
    size_t length = mbstowcs(wide, text, 1024);
    assert_true(length < 1024); /* and so not -1, for ill-formed */
    unsigned zeros = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_harmless(wide[i])) fail_msg("U+%04lX came through", (unsigned long)wide[i]);
        zeros = wcwidth(wide[i]) == 0 ? zeros + 1 : 0;
        assert_true(zeros <= 4 && !(i == 0 && zeros > 0));
    }
}

static uint64_t next_random(uint64_t *seed)
{
    /* splitmix64 */
    uint64_t z = (*seed += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void every_character_alone_and_on_a_base(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c < 0x110000; c++) {
        if (c >= 0xD800 && c < 0xE000) continue;
        char in[2 + 4] = "a";
        size_t length = 1;
        length += c < 0x800 ? (size_t)snprintf(in + 1, 5, "%c%c", 0xC0 | c >> 6, 0x80 | (c & 63))
                  : c < 0x10000
                      ? (size_t)snprintf(in + 1, 5, "%c%c%c", 0xE0 | c >> 12, 0x80 | (c >> 6 & 63), 0x80 | (c & 63))
                      : (size_t)snprintf(in + 1, 5, "%c%c%c%c", 0xF0 | c >> 18, 0x80 | (c >> 12 & 63),
                                         0x80 | (c >> 6 & 63), 0x80 | (c & 63));
        char out[16];
        text_sanitize((struct text){in, length}, out, sizeof out, false);
        check_harmless(out);
        text_sanitize((struct text){in + 1, length - 1}, out, sizeof out, false);
        check_harmless(out);
    }
}

/* Bytes that like to meet: pieces of sequences, marks, joiners, emoji, and anything at all. */
static size_t random_bytes(char *out, uint64_t *seed)
{
    static const char *const pieces[] = {
        "\x1B[",    "\xC2\x9B", "\xE2\x80\x8D", "\xF0\x9F\x91\xA9", "\xEF\xB8\x8F", "\xCC\x81",         "e",
        "\xE2\x80", "\xF0\x9F", "\xE6\x97\xA5", "\xF0\x9F\x8F\xBD", "\xE1\x85\xA1", "\xF0\x9F\x87\xA8", "\xE0\xB5\x8E",
        "\n"};
    size_t length = 0;
    size_t count = next_random(seed) % 40;
    for (size_t i = 0; i < count; i++) {
        size_t choice = next_random(seed) % (2 * sizeof pieces / sizeof pieces[0]);
        if (choice < sizeof pieces / sizeof pieces[0]) {
            memcpy(out + length, pieces[choice], strlen(pieces[choice]));
            length += strlen(pieces[choice]);
        } else {
            out[length++] = (char)next_random(seed);
        }
    }
    return length;
}

static void random_bytes_come_out_harmless(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int i = 0; i < 40000; i++) {
        char in[256];
        char out[1024];
        char again[1024];
        size_t length = random_bytes(in, &seed);
        size_t written = text_sanitize((struct text){in, length}, out, sizeof out, false);
        assert_true(text_is_utf8((struct text){out, written}));
        check_harmless(out);
        text_sanitize((struct text){out, written}, again, sizeof again, false);
        assert_string_equal(again, out); /* what is clean stays as it is */
        size_t size = 1 + next_random(&seed) % 64;
        size_t cut = text_sanitize((struct text){in, length}, again, size, false);
        assert_true(cut < size && again[cut] == '\0' && strncmp(again, out, cut) == 0);
        written = text_sanitize((struct text){in, length}, out, sizeof out, true);
        for (size_t k = 0; k < written; k++) assert_true(out[k] >= 0x20 && out[k] < 0x7F);
    }
}

int main(void)
{
    if (setlocale(LC_ALL, "C.UTF-8") == NULL) {
        print_message("no C.UTF-8 locale: skipped\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smuggled_controls_come_out_harmless),
        cmocka_unit_test(ill_formed_utf8_is_replaced_part_by_part),
        cmocka_unit_test(invisible_and_misleading_characters_show),
        cmocka_unit_test(honest_text_passes),
        cmocka_unit_test(marks_do_not_pile_up),
        cmocka_unit_test(ascii_is_ascii),
        cmocka_unit_test(cuts_fall_between_clusters),
        cmocka_unit_test(every_character_alone_and_on_a_base),
        cmocka_unit_test(random_bytes_come_out_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
