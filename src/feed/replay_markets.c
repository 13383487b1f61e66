/* A recording's markets by name, by address, by words.
 *
 * Until all of the files were gone through these are the markets that the recording has named so far; what is not
 * among them is looked for again when there are more, and when all are known.
 */
#include <stdlib.h>
#include <string.h>

#include "replay_inside.h"

#define SCHEME "://"

static const struct registry *markets_of(const struct feed *feed)
{
    const struct survey *survey = &feed->replay->survey;
    bool all = atomic_load(&survey->has_markets) && survey->markets;
    return all ? survey->markets : engine_registry(feed->engine);
}

bool replay_knows_markets(const struct feed *feed)
{
    return atomic_load(&feed->replay->survey.has_markets);
}

/* A venue's keyframes name markets of which there is no more than a name: what is listed has a book, or will have. */
static bool has_book(const struct feed *feed, const struct market *market)
{
    const struct survey *survey = &feed->replay->survey;
    const struct instrument *instrument = &market->instrument;
    const struct market *played =
        registry_find(engine_registry(feed->engine), instrument->venue, text_from(instrument->symbol), NULL);
    if (played && played->had_book) return true;
    return atomic_load(&survey->has_markets) && market != played && survey_has_book(survey, market);
}

static bool is_same(struct text words, const char *name)
{
    struct text text = text_from(name);
    return text.length && text.length == words.length && text_contains_folded(text, words);
}

/* --- ways to mean a market, the most exact ones first --- */

static bool by_name(const struct instrument *instrument, struct text words)
{
    bool token = false;
    for (size_t i = 0; i < INSTRUMENT_OUTCOMES; i++) token |= is_same(words, instrument->outcomes[i].token);
    return token || is_same(words, instrument->symbol) || is_same(words, instrument->slug);
}

static bool by_event(const struct instrument *instrument, struct text words)
{
    return is_same(words, instrument->event_slug);
}

static bool has_word(const struct instrument *instrument, struct text word)
{
    const char *const names[] = {instrument->title,
                                 instrument->group_title,
                                 instrument->slug,
                                 instrument->event_title,
                                 instrument->event_slug,
                                 instrument->symbol,
                                 instrument->outcomes[0].name,
                                 instrument->outcomes[1].name};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_contains_folded(text_from(names[i]), word)) return true;
    return false;
}

/* Every one of them; so no words at all mean every market. */
static bool by_words(const struct instrument *instrument, struct text words)
{
    while (words.length) {
        const char *blank = memchr(words.at, ' ', words.length);
        size_t length = blank ? (size_t)(blank - words.at) : words.length;
        if (!has_word(instrument, (struct text){words.at, length})) return false;
        words = text_trim((struct text){words.at + length, words.length - length});
    }
    return true;
}

/* --- */

static bool is_chosen(const struct instrument *instrument, const bool chosen[VENUE_COUNT])
{
    return (unsigned)instrument->venue < VENUE_COUNT && chosen[instrument->venue];
}

struct want {
    const struct feed *feed;
    const struct registry *markets;
    bool (*means)(const struct instrument *, struct text);
    struct text words;
    const bool *chosen;
};

/* One that is meant. Markets of one event stand together, as they have to in a catalogue: each event's with the first
 * of them. */
struct meant {
    const struct market *market;
    size_t place; /* among those that are meant; 0: it was on the screen when this was recorded */
    size_t first; /* place of its event's first */
};

static int by_place(const void *left, const void *right)
{
    const struct meant *a = left, *b = right;
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

static int compare_events(const struct meant *a, const struct meant *b)
{
    const struct instrument *left = &a->market->instrument, *right = &b->market->instrument;
    if (left->venue != right->venue) return left->venue < right->venue ? -1 : 1;
    return strcmp(left->event_slug, right->event_slug);
}

static int by_event_and_place(const void *left, const void *right)
{
    const struct meant *a = left, *b = right;
    int order = compare_events(a, b);
    return order ? order : a->place < b->place ? -1 : a->place > b->place;
}

/* Those without an event stand alone. */
static void gather_events(struct meant *meant, size_t count)
{
    qsort(meant, count, sizeof *meant, by_event_and_place);
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && meant[i].market->instrument.event_slug[0] && compare_events(&meant[i - 1], &meant[i]) == 0;
        meant[i].first = same ? meant[i - 1].first : meant[i].place;
    }
    qsort(meant, count, sizeof *meant, by_place);
}

static bool was_shown(const struct feed *feed, const struct instrument *instrument)
{
    const struct instrument *shown = &feed->replay->shown_first;
    return shown->symbol[0] && shown->venue == instrument->venue && strcmp(shown->symbol, instrument->symbol) == 0;
}

static bool is_meant(const struct want *want, const struct market *market)
{
    const struct instrument *instrument = &market->instrument;
    if (!is_chosen(instrument, want->chosen) || !want->means(instrument, want->words)) return false;
    return want->means == by_name || has_book(want->feed, market);
}

static size_t choose(const struct want *want, struct meant *meant)
{
    size_t position = 0, count = 0;
    for (const struct market *market; (market = registry_next(want->markets, &position));) {
        if (!is_meant(want, market)) continue;
        meant[count] = (struct meant){.market = market, .place = count + 1};
        if (was_shown(want->feed, &market->instrument)) meant[count].place = 0;
        count++;
    }
    return count;
}

static bool append(const struct feed *feed, struct catalogue *found, const struct market *market)
{
    struct details details;
    struct catalogue_entry *entry = catalogue_append(found);
    if (!entry) return false;
    entry->instrument = market->instrument;
    entry->status = market->status;
    entry->has_book = true;
    return !told_find(feed, &entry->instrument, &details) || catalogue_describe(found, entry, &details);
}

static bool find(const struct want *want, struct catalogue *found)
{
    bool good = true;
    struct meant *meant = malloc((registry_count(want->markets) + 1) * sizeof *meant);
    if (!meant) return false;
    size_t count = choose(want, meant);
    gather_events(meant, count);
    for (size_t i = 0; good && i < count; i++) good = append(want->feed, found, meant[i].market);
    free(meant);
    return good;
}

static bool find_exactly(struct want *want, struct catalogue *found)
{
    want->means = by_name;
    if (!find(want, found)) return false;
    want->means = by_event;
    return found->count > 0 || find(want, found);
}

/* The parts of an address between slashes, from the last one on: markets before events, as addresses name them. */
static bool find_address(struct want *want, struct catalogue *found)
{
    struct text left = want->words;
    for (size_t i = 0; i < left.length; i++)
        if (left.at[i] == '?' || left.at[i] == '#') left.length = i;
    while (left.length && found->count == 0) {
        size_t begin = left.length;
        while (begin > 0 && left.at[begin - 1] != '/') begin--;
        want->words = (struct text){left.at + begin, left.length - begin};
        if (want->words.length && !find_exactly(want, found)) return false;
        left.length = begin > 0 ? begin - 1 : 0;
    }
    return true;
}

static bool is_address(struct text words)
{
    return text_contains_folded(words, TEXT(SCHEME)) || (words.length && memchr(words.at, '/', words.length));
}

bool replay_find(struct feed *feed, struct text words, const bool chosen[VENUE_COUNT], struct catalogue *found)
{
    struct want want = {.feed = feed, .markets = markets_of(feed), .words = words, .chosen = chosen};
    if (is_address(words)) return find_address(&want, found);
    if (words.length && !find_exactly(&want, found)) return false;
    if (found->count > 0) return true;
    want.means = by_words;
    return find(&want, found);
}

const struct instrument *replay_named(const struct feed *feed, const struct instrument *instrument)
{
    const struct survey *survey = &feed->replay->survey;
    if (instrument->title[0] || !atomic_load(&survey->has_markets) || !survey->markets) return instrument;
    const struct market *market =
        registry_find(survey->markets, instrument->venue, text_from(instrument->symbol), NULL);
    return market ? &market->instrument : instrument;
}
