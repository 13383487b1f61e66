/* The part of the market's info that its venue wrote or set: fee, source, rules. */
#include <stdio.h>
#include <string.h>

#include "info.h"
#include "same_market.h"

/* Behind the margin, as entries are. */
#define INDENT 2
/* Sanitized, a byte may become a character of three. */
#define LINE_SIZE (3 * DETAILS_RULES_SIZE + 4)

/* NULL: the list has no such market. */
static const struct catalogue_entry *listed(const struct market_list *list, const struct instrument *instrument)
{
    for (size_t i = 0; list->catalogue != NULL && i < list->catalogue->count; i++) {
        const struct catalogue_entry *entry = &list->catalogue->entries[i];
        if (same_market(&entry->instrument, instrument)) return entry;
    }
    return NULL;
}

/* That a venue does not tell is said only of one that was asked and of whose answer this is. A list's answers describe
 * every market as long as there is room. */
static const char *why_unknown(const struct scene *scene, const struct info *info, bool in_list)
{
    if (scene->replaying) return "not in this part of the recording";
    if (info->source == INFO_OF_BOOK) return "not known here";
    return in_list ? "not kept, too much was found at once: search for less" : "not asked for yet: search for its name";
}

struct told info_told(const struct scene *scene, const struct info *info, struct details *room)
{
    const struct book_view *book = &scene->book;
    bool chosen = info->source != INFO_OF_BOOK;
    const struct catalogue_entry *entry = chosen ? listed(&scene->list, info->instrument) : NULL;
    bool described = scene->has_view && book->described != 0 && same_market(&book->instrument, info->instrument);
    struct told told = {NULL, why_unknown(scene, info, entry != NULL)};
    if (entry != NULL && catalogue_details(scene->list.catalogue, entry, room)) told.details = room;
    if (described && (told.details == NULL || !fee_is_told(&told.details->fee))) told.details = &book->details;
    return told;
}

/* Fees */

/* "0.03 x shares x price x (1 - price)" */
static void formula_text(const struct fee *fee, bool ascii, char *out, size_t size)
{
    static const char *const powers[FEE_EXPONENT_MAX + 1][2] = {{"", ""}, {"", ""}, {"²", "^2"}, {"³", "^3"}};
    const char *times = ascii ? "x" : "×", *minus = ascii ? "-" : "−", *power = powers[fee->exponent][ascii];
    char rate[DECIMAL_TEXT_SIZE];
    decimal_format(fee->rate, FEE_RATE_SCALE, rate);
    if (fee->exponent == 0)
        snprintf(out, size, "%s %s shares", rate, times);
    else if (fee->exponent == 1)
        snprintf(out, size, "%s %s shares %s price %s (1 %s price)", rate, times, times, times, minus);
    else
        snprintf(out, size, "%s %s shares %s (price %s (1 %s price))%s", rate, times, times, times, minus, power);
}

static void curve_text(const struct fee *fee, bool ascii, char *out, size_t size)
{
    char formula[2 * DECIMAL_TEXT_SIZE + 32], most[DECIMAL_TEXT_SIZE];
    const char *who = fee->taker_only ? "of a taker: " : "", *cents = ascii ? "c" : "¢";
    unsigned scale;
    int64_t units = fee_most(fee, &scale);
    formula_text(fee, ascii, formula, sizeof formula);
    decimal_format(units, scale - 2, most); /* in cents */
    if (fee->exponent == 0)
        snprintf(out, size, "%s%s, %s%s a share at any price", who, formula, most, cents);
    else
        snprintf(out, size, "%s%s, at most %s%s a share at 50%s", who, formula, most, cents, cents);
}

/* "quadratic × 0.5, as its series (kalshi.com/fee-schedule)": by the name its venue gives it. */
static void series_text(const struct fee *fee, bool ascii, char *out, size_t size)
{
    char type[3 * FEE_TYPE_SIZE], times[DECIMAL_TEXT_SIZE + 8] = "", rate[DECIMAL_TEXT_SIZE];
    text_sanitize(text_from(fee->type), type, sizeof type, ascii);
    decimal_format(fee->rate, FEE_RATE_SCALE, rate);
    if (fee->rate != 0 && fee->rate != FEE_RATE_ONE) snprintf(times, sizeof times, " %s %s", ascii ? "x" : "×", rate);
    snprintf(out, size, "%s%s, as its series (kalshi.com/fee-schedule)", type, times);
}

void info_write_fee(const struct told *told, struct sheet *sheet)
{
    static const char *const texts[] = {
        [FEE_UNKNOWN] = "not told",
        [FEE_NONE] = "none",
        [FEE_CHARGED] = "charged, but how much is not told",
        [FEE_CURVE] = NULL,
        [FEE_OF_SERIES] = "its series' (kalshi.com/fee-schedule)",
    };
    char words[4 * DECIMAL_TEXT_SIZE + 3 * FEE_TYPE_SIZE + 64];
    if (told->details == NULL) {
        sheet_entry(sheet, "fee", ROLE_MUTED, told->unknown);
        return;
    }
    const struct fee *fee = &told->details->fee;
    if (fee->kind == FEE_CURVE) {
        curve_text(fee, sheet->canvas->ascii, words, sizeof words);
        sheet_entry(sheet, "fee", ROLE_TEXT, words);
    } else if (fee->kind == FEE_OF_SERIES && fee_is_told(fee)) {
        series_text(fee, sheet->canvas->ascii, words, sizeof words);
        sheet_entry(sheet, "fee", ROLE_TEXT, words);
    } else {
        bool known = fee->kind == FEE_NONE || fee->kind == FEE_OF_SERIES;
        sheet_entry(sheet, "fee", known ? ROLE_TEXT : ROLE_MUTED, texts[fee->kind]);
    }
}

/* Texts */

void info_write_source(const struct told *told, struct sheet *sheet)
{
    char text[3 * DETAILS_SOURCE_SIZE + 8];
    const struct details *details = told->details;
    sheet_heading(sheet, "Decided by");
    if (details == NULL) {
        sheet_text(sheet, INDENT, ROLE_MUTED, told->unknown);
    } else if (details->source[0] == '\0') {
        const char *beside = details->rules[0] != '\0' ? " beside the rules" : "";
        snprintf(text, sizeof text, "no source is named%s", beside);
        sheet_text(sheet, INDENT, ROLE_MUTED, text);
    } else {
        size_t length = text_sanitize(text_from(details->source), text, sizeof text - 4, sheet->canvas->ascii);
        if (details->source_cut) snprintf(text + length, sizeof text - length, "...");
        sheet_text(sheet, INDENT, ROLE_TEXT, text);
    }
}

/* Takes a line off the text, without what ends it. */
static struct text take_line(struct text *rest)
{
    const char *end = memchr(rest->at, '\n', rest->length);
    struct text line = {rest->at, end != NULL ? (size_t)(end - rest->at) : rest->length};
    size_t taken = line.length + (end != NULL);
    *rest = (struct text){rest->at + taken, rest->length - taken};
    while (line.length > 0 && strchr(" \t\r", line.at[line.length - 1]) != NULL) line.length--;
    return line;
}

/* Paragraphs stay apart by one blank line, however many there were. */
static void write_paragraphs(struct text rules, struct sheet *sheet)
{
    char text[LINE_SIZE];
    bool blank = false, any = false;
    while (rules.length > 0) {
        struct text line = take_line(&rules);
        if (line.length == 0) {
            blank = any;
            continue;
        }
        if (blank) sheet_next(sheet);
        text_sanitize(line, text, sizeof text, sheet->canvas->ascii);
        sheet_text(sheet, INDENT, ROLE_TEXT, text);
        blank = false;
        any = true;
    }
}

void info_write_rules(const struct told *told, struct sheet *sheet)
{
    sheet_heading(sheet, "Rules");
    if (told->details == NULL) {
        sheet_text(sheet, INDENT, ROLE_MUTED, told->unknown);
        return;
    }
    if (told->details->rules[0] == '\0') {
        sheet_text(sheet, INDENT, ROLE_MUTED, "none are told");
        return;
    }
    write_paragraphs(text_from(told->details->rules), sheet);
    if (!told->details->rules_cut) return;
    sheet_next(sheet);
    sheet_text(sheet, INDENT, ROLE_MUTED, "cut here: they are longer than is kept; its page has them all");
}
