#include "booktop/venue/kalshi/index.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_LINE TEXT("booktop kalshi events 1")
/* What is kept of an event's words: enough for its title and the names of many markets. */
#define WORDS_MOST 480

void kalshi_index_free(struct kalshi_index *index)
{
    free(index->events);
    free(index->texts);
    *index = (struct kalshi_index){0};
}

void kalshi_index_clear(struct kalshi_index *index)
{
    index->count = index->text_length = 0;
}

static bool reserve_event(struct kalshi_index *index)
{
    if (index->count < index->capacity) return true;
    size_t capacity = index->capacity ? index->capacity * 2 : 256;
    struct kalshi_event *grown = realloc(index->events, capacity * sizeof *grown);
    if (!grown) return false;
    index->events = grown;
    index->capacity = capacity;
    return true;
}

static bool reserve_text(struct kalshi_index *index, size_t length)
{
    if (index->text_length + length <= index->text_capacity) return true;
    size_t capacity = (index->text_length + length) * 2;
    char *grown = realloc(index->texts, capacity);
    if (!grown) return false;
    index->texts = grown;
    index->text_capacity = capacity;
    return true;
}

/* Control characters would end a line or a field of the text that is kept. */
static void put_text(char *out, struct text words)
{
    for (size_t i = 0; i < words.length; i++) out[i] = (unsigned char)words.at[i] < ' ' ? ' ' : words.at[i];
    out[words.length] = '\0';
}

static bool add_event(struct kalshi_index *index, struct text ticker, struct text words, int64_t volume)
{
    bool is_ticker = ticker.length > 0 && ticker.length < SYMBOL_SIZE;
    if (index->count == KALSHI_INDEX_MAX || !is_ticker) return true;
    if (!reserve_event(index) || !reserve_text(index, ticker.length + words.length + 2)) return false;
    char *place = index->texts + index->text_length;
    index->events[index->count++] = (struct kalshi_event){index->text_length, volume};
    put_text(place, ticker);
    put_text(place + ticker.length + 1, words);
    index->text_length += ticker.length + words.length + 2;
    return true;
}

/* === Pages === */

struct words {
    char text[WORDS_MOST];
    size_t length;
};

/* Whole names only: half a word would be found by nobody. */
static void append(struct words *words, const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || words->length + length + 1 > sizeof words->text) return;
    memcpy(words->text + words->length, name, length);
    words->length += length;
    words->text[words->length++] = ' ';
}

/* What tells a market from the others of its event; its title where it has no short name, if that says more. */
static const char *name_in_event(const struct instrument *market, const struct instrument *first)
{
    if (market->group_title[0]) return market->group_title;
    bool known = strcmp(market->title, first->event_title) == 0 || (market == first && !first->event_title[0]);
    return known ? "" : market->title;
}

static bool is_of_event(const struct instrument *market, const char *event)
{
    return event[0] && strcmp(market->event_slug, event) == 0;
}

bool kalshi_index_add(struct kalshi_index *index, const struct catalogue *page)
{
    for (size_t i = 0, end; i < page->count; i = end) {
        const struct instrument *first = &page->entries[i].instrument;
        const char *ticker = first->event_slug[0] ? first->event_slug : first->symbol;
        struct words words = {.length = 0};
        int64_t volume = 0;
        append(&words, first->event_title[0] ? first->event_title : first->title);
        for (end = i; end < page->count; end++) {
            const struct catalogue_entry *entry = &page->entries[end];
            if (end > i && !is_of_event(&entry->instrument, first->event_slug)) break;
            if (entry->volume_24h > 0 && __builtin_add_overflow(volume, entry->volume_24h, &volume)) volume = INT64_MAX;
            append(&words, name_in_event(&entry->instrument, first));
        }
        if (!add_event(index, text_from(ticker), text_trim((struct text){words.text, words.length}), volume))
            return false;
    }
    return true;
}

/* === Searching === */

static bool has_all(const struct kalshi_index *index, const struct kalshi_event *event, struct text words)
{
    struct text ticker = text_from(index->texts + event->text), names = text_from(ticker.at + ticker.length + 1);
    for (words = text_trim(words); words.length; words = text_trim(words)) {
        size_t length = 0;
        while (length < words.length && words.at[length] != ' ') length++;
        struct text word = {words.at, length};
        if (!text_contains_folded(names, word) && !text_contains_folded(ticker, word)) return false;
        words = (struct text){words.at + length, words.length - length};
    }
    return true;
}

/* Puts an event in its place among the best so far. */
static size_t keep_best(const struct kalshi_event **best, size_t count, size_t most, const struct kalshi_event *event)
{
    if (count == most && best[most - 1]->volume >= event->volume) return count;
    size_t at = count < most ? count : most - 1;
    for (; at > 0 && best[at - 1]->volume < event->volume; at--) best[at] = best[at - 1];
    best[at] = event;
    return count < most ? count + 1 : count;
}

#define BEST_MOST 64

size_t kalshi_index_search(const struct kalshi_index *index, struct text words, const char **tickers, size_t most)
{
    const struct kalshi_event *best[BEST_MOST] = {NULL};
    size_t count = 0;
    if (most > BEST_MOST) most = BEST_MOST;
    for (size_t i = 0; most && i < index->count; i++)
        if (has_all(index, &index->events[i], words)) count = keep_best(best, count, most, &index->events[i]);
    for (size_t i = 0; i < count; i++) tickers[i] = index->texts + best[i]->text;
    return count;
}

/* === As text === */

/* Ticker, volume, words, tabs between, with its terminator. */
#define LINE_SIZE (SYMBOL_SIZE + DECIMAL_TEXT_SIZE + WORDS_MOST + 3)

static struct text write_line(const struct kalshi_index *index, const struct kalshi_event *event, char line[LINE_SIZE])
{
    const char *ticker = index->texts + event->text;
    size_t length = text_copy(text_from(ticker), line, SYMBOL_SIZE);
    line[length++] = '\t';
    length += decimal_format(event->volume, 0, line + length);
    line[length++] = '\t';
    length += text_copy(text_from(ticker + strlen(ticker) + 1), line + length, WORDS_MOST + 1);
    return (struct text){line, length};
}

void kalshi_index_write(const struct kalshi_index *index, struct json_writer *out)
{
    json_write_raw(out, FIRST_LINE);
    json_write_newline(out);
    for (size_t i = 0; i < index->count; i++) {
        char line[LINE_SIZE];
        json_write_raw(out, write_line(index, &index->events[i], line));
        json_write_newline(out);
    }
}

/* The text up to `end`, taken off the rest; false if there is no such end. */
static bool take_field(struct text *rest, char end, struct text *field)
{
    const char *found = rest->length ? memchr(rest->at, end, rest->length) : NULL;
    if (!found) return false;
    *field = (struct text){rest->at, (size_t)(found - rest->at)};
    *rest = (struct text){found + 1, rest->length - field->length - 1};
    return true;
}

static bool read_lines(struct kalshi_index *index, struct text rest)
{
    while (rest.length) {
        struct text line, ticker, volume;
        int64_t number;
        if (!take_field(&rest, '\n', &line) || !take_field(&line, '\t', &ticker) || !take_field(&line, '\t', &volume))
            return false;
        if (ticker.length == 0 || ticker.length >= SYMBOL_SIZE || line.length > WORDS_MOST) return false;
        if (decimal_parse(volume, 0, &number) != DECIMAL_OK || number < 0) return false;
        if (!add_event(index, ticker, line, number)) return false;
    }
    return true;
}

bool kalshi_index_read(struct kalshi_index *index, struct text text)
{
    struct text first;
    kalshi_index_clear(index);
    if (!take_field(&text, '\n', &first) || !text_equal(first, FIRST_LINE)) return false;
    bool sound = text.length == 0 || memchr(text.at, '\0', text.length) == NULL;
    if (sound && read_lines(index, text)) return true;
    kalshi_index_clear(index);
    return false;
}
