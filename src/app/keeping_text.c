/* The state file's text: a first line that says what it is, lines of fields between tabs, and at the end their number.
 *
 *     booktop-state 1
 *     set      NAME VALUE
 *     focus    ladder
 *     alone    on                                        (the pane with the focus fills the window)
 *     market   polymarket:0x12.. TITLE
 *     command  LINE                                      (the oldest first)
 *     group    NAME open                                 (or folded; of the markets below it)
 *     watch    VENUE SYMBOL CLOSE SLUG TITLE NAME EVENT
 *     end      NUMBER
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "keeping.h"

#define FIRST_LINE  "booktop-state 1"
#define FIELDS      8
#define FIELD_SIZE  (PROMPT_SIZE > INSTRUMENT_TEXT_SIZE ? PROMPT_SIZE : INSTRUMENT_TEXT_SIZE)
#define SCALE_KNOWN 4 /* of prices that are not there: a market is looked up before it is used */

static const char *const panes[PANE_COUNT] = {[PANE_LADDER] = "ladder", [PANE_TAPE] = "tape", [PANE_CHART] = "chart"};

/* === Writing === */

/* Nothing in a field ends it. */
static void put_field(FILE *out, const char *text)
{
    char clean[FIELD_SIZE];
    if (text_is_utf8(text_from(text)))
        snprintf(clean, sizeof clean, "%s", text);
    else
        text_sanitize(text_from(text), clean, sizeof clean, false);
    for (char *at = clean; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F) *at = ' ';
    fprintf(out, "\t%s", clean);
}

static unsigned write_choices(FILE *out, const struct kept *kept, const struct prefs *base)
{
    unsigned lines = 0;
    for (size_t i = 0; i < prefs_count(); i++) {
        char value[PREFS_NAME_SIZE], before[PREFS_NAME_SIZE];
        prefs_format(&kept->prefs, i, value, sizeof value);
        prefs_format(base, i, before, sizeof before);
        if (!prefs_kept(i) || strcmp(value, before) == 0) continue;
        fprintf(out, "set\t%s", prefs_name(i));
        put_field(out, value);
        fputc('\n', out);
        lines++;
    }
    return lines;
}

static unsigned write_item(FILE *out, const struct watch_list *list, uint32_t place)
{
    const struct watch_item *item = &list->items[place];
    const struct instrument *market = &item->entry.instrument;
    bool heads = item->group != WATCH_NO_GROUP && (place == 0 || list->items[place - 1].group != item->group);
    if (heads) {
        const struct watch_group *group = &list->groups[item->group];
        fputs("group", out);
        put_field(out, group->name);
        fprintf(out, "\t%s\n", group->folded ? "folded" : "open");
    }
    fprintf(out, "watch\t%s", venue_get(market->venue)->name);
    put_field(out, market->symbol);
    fprintf(out, "\t%" PRId64, market->close_time);
    put_field(out, market->slug);
    put_field(out, market->title);
    put_field(out, market->group_title);
    put_field(out, market->event_title);
    fputc('\n', out);
    return heads ? 2 : 1;
}

bool keeping_write_text(FILE *out, const struct kept *kept, const struct watch_list *watch, const struct prefs *base)
{
    fputs(FIRST_LINE "\n", out);
    unsigned lines = 1 + write_choices(out, kept, base);
    if (kept->focus != PANE_LADDER && panes[kept->focus]) lines += fprintf(out, "focus\t%s\n", panes[kept->focus]) > 0;
    if (kept->full_pane) lines += fprintf(out, "alone\ton\n") > 0;
    if (kept->market[0]) {
        fprintf(out, "market\t%s", kept->market);
        put_field(out, kept->market_title);
        fputc('\n', out);
        lines++;
    }
    for (unsigned i = 0; i < kept->history.count; i++, lines++) {
        fputs("command", out);
        put_field(out, kept->history.lines[i]);
        fputc('\n', out);
    }
    for (uint32_t i = 0; i < watch->count; i++) lines += write_item(out, watch, i);
    fprintf(out, "end\t%u\n", lines);
    return !ferror(out);
}

/* === Reading === */

struct line {
    struct text fields[FIELDS];
    size_t count; /* one more than FIELDS: there are too many */
};

struct reading {
    struct kept *kept;
    unsigned lines; /* before this one */
    bool ended;
    char group[WATCH_GROUP_SIZE];
    bool folded;
};

static void split(struct line *line, struct text text)
{
    line->count = 0;
    for (;;) {
        const char *tab = text.length > 0 ? memchr(text.at, '\t', text.length) : NULL;
        size_t length = tab ? (size_t)(tab - text.at) : text.length;
        if (line->count < FIELDS) line->fields[line->count] = (struct text){text.at, length};
        line->count++;
        if (!tab || line->count > FIELDS) return;
        text = (struct text){tab + 1, text.length - length - 1};
    }
}

static bool parse_number(struct text text, int64_t *number)
{
    char digits[24], *end;
    if (text.length == 0 || text.length >= sizeof digits) return false;
    text_copy(text, digits, sizeof digits);
    if (digits[0] < '0' || digits[0] > '9') return false;
    *number = strtoll(digits, &end, 10);
    return *end == '\0';
}

/* Printable ASCII in one word. */
static bool is_name(struct text text, size_t most)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~') return false;
    return text.length > 0 && text.length < most;
}

static bool read_set(struct reading *reading, const struct line *line)
{
    char why[256];
    for (size_t i = 0; i < prefs_count(); i++)
        if (prefs_kept(i) && text_is(line->fields[1], prefs_name(i)))
            return prefs_set(&reading->kept->prefs, line->fields[1], line->fields[2], why, sizeof why);
    return false;
}

static bool read_focus(struct reading *reading, const struct line *line)
{
    for (unsigned i = 0; i < PANE_COUNT; i++) {
        if (!panes[i] || !text_is(line->fields[1], panes[i])) continue;
        reading->kept->focus = (enum pane)i;
        return true;
    }
    return false;
}

static bool read_alone(struct reading *reading, const struct line *line)
{
    reading->kept->full_pane = text_is(line->fields[1], "on");
    return reading->kept->full_pane;
}

static bool read_market(struct reading *reading, const struct line *line)
{
    if (!is_name(line->fields[1], WATCH_NAME_SIZE)) return false;
    text_copy(line->fields[1], reading->kept->market, WATCH_NAME_SIZE);
    text_copy(line->fields[2], reading->kept->market_title, INSTRUMENT_TEXT_SIZE);
    return true;
}

static bool read_command(struct reading *reading, const struct line *line)
{
    char words[PROMPT_SIZE];
    text_copy(line->fields[1], words, sizeof words);
    history_add(&reading->kept->history, words);
    return words[0] != '\0';
}

static bool read_group(struct reading *reading, const struct line *line)
{
    struct text name = text_trim(line->fields[1]);
    if (name.length == 0) return false;
    text_copy(name, reading->group, sizeof reading->group);
    reading->folded = text_is(line->fields[2], "folded");
    return reading->folded || text_is(line->fields[2], "open");
}

static bool read_watch(struct reading *reading, const struct line *line)
{
    struct watch_list *list = &reading->kept->watch;
    struct catalogue_entry entry = {
        .best_bid = PRICE_NONE, .best_ask = PRICE_NONE, .last_trade = PRICE_NONE, .volume_24h = -1, .liquidity = -1};
    struct instrument *market = &entry.instrument;
    const struct venue *venue = venue_find(line->fields[1]);
    if (!venue || !is_name(line->fields[2], SYMBOL_SIZE)) return false;
    if (!instrument_init(market, venue->id, line->fields[2], SCALE_KNOWN, SCALE_KNOWN)) return false;
    if (!parse_number(line->fields[3], &market->close_time)) return false;
    text_copy(line->fields[4], market->slug, sizeof market->slug);
    text_copy(line->fields[5], market->title, sizeof market->title);
    text_copy(line->fields[6], market->group_title, sizeof market->group_title);
    text_copy(line->fields[7], market->event_title, sizeof market->event_title);
    if (!watch_list_add(list, &entry, false)) return false;
    if (!reading->group[0]) return true;
    if (!watch_list_group(list, (uint32_t)watch_list_find(list, market), text_from(reading->group))) return false;
    list->groups[list->items[watch_list_find(list, market)].group].folded = reading->folded;
    return true;
}

static bool read_end(struct reading *reading, const struct line *line)
{
    int64_t lines;
    reading->ended = true;
    return parse_number(line->fields[1], &lines) && lines == reading->lines;
}

static const struct {
    const char *name;
    size_t fields;
    bool (*read)(struct reading *reading, const struct line *line);
} kinds[] = {
    {"set", 3, read_set},         {"focus", 2, read_focus}, {"alone", 2, read_alone}, {"market", 3, read_market},
    {"command", 2, read_command}, {"group", 3, read_group}, {"watch", 8, read_watch}, {"end", 2, read_end},
};

static bool read_line(struct reading *reading, struct text text)
{
    struct line line;
    if (reading->ended || !text_is_utf8(text) || (text.length > 0 && memchr(text.at, '\0', text.length))) return false;
    split(&line, text);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (text_is(line.fields[0], kinds[i].name))
            return line.count == kinds[i].fields && kinds[i].read(reading, &line);
    return false;
}

size_t keeping_read_text(struct kept *kept, struct text text)
{
    struct reading reading = {.kept = kept};
    size_t bad = 0;
    while (text.length > 0) {
        const char *feed = memchr(text.at, '\n', text.length);
        struct text line = {text.at, feed ? (size_t)(feed - text.at) : text.length};
        if (reading.lines == 0 && !text_is(line, FIRST_LINE)) return SIZE_MAX;
        if (reading.lines > 0 && !read_line(&reading, line)) bad++;
        reading.lines++;
        size_t taken = line.length + (feed ? 1 : 0);
        text = (struct text){text.at + taken, text.length - taken};
    }
    if (reading.lines == 0) return SIZE_MAX;
    return bad + !reading.ended;
}

static bool same_group(const struct watch_list *a, const struct watch_list *b, uint32_t group)
{
    return a->groups[group].folded == b->groups[group].folded && !strcmp(a->groups[group].name, b->groups[group].name);
}

bool keeping_same_watch(const struct watch_list *a, const struct watch_list *b)
{
    if (a->count != b->count || a->group_count != b->group_count) return false;
    for (uint32_t i = 0; i < a->group_count; i++)
        if (!same_group(a, b, i)) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct instrument *one = &a->items[i].entry.instrument, *other = &b->items[i].entry.instrument;
        bool same = one->venue == other->venue && !strcmp(one->symbol, other->symbol);
        if (!same || a->items[i].group != b->items[i].group) return false;
    }
    return true;
}
