#include "export_market.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "booktop/market/catalogue.h"
#include "booktop/record/recording.h"
#include "booktop/venue/venue.h"
#include "choices.h"
#include "told.h"

#define BEGIN_LEAST 6 /* of an id, with its 0x */
#define NAMED_MOST  5
#define TELL_EVERY  4096

/* How a market is meant: what is more counts alone. */
enum meant { MEANT_NOT, MEANT_BY_WORDS, MEANT_BY_BEGIN, MEANT_BY_NAME, MEANT_BY_ID };

struct search {
    const char *words;
    enum meant meant;
    struct catalogue_entry found[NAMED_MOST + 1]; /* those that are meant so; one more than are named */
    size_t count;
};

/* Whether a word of the text begins with that. */
static bool has_word(const char *text, const char *word, size_t length)
{
    for (const char *at = text; *at; at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) && strncasecmp(at, word, length) == 0) return true;
    return false;
}

static bool has_words(const struct instrument *instrument, const char *words)
{
    size_t count = 0;
    for (const char *at = words; *(at += strspn(at, " ")); count++) {
        size_t length = strcspn(at, " ");
        if (!has_word(instrument->title, at, length) && !has_word(instrument->group_title, at, length) &&
            !has_word(instrument->event_title, at, length))
            return false;
        at += length;
    }
    return count > 0;
}

static enum meant how_meant(const struct instrument *instrument, const char *words)
{
    const char *venue = venue_get(instrument->venue)->name, *symbol = instrument->symbol;
    size_t length = strlen(venue);
    if (strncasecmp(words, venue, length) == 0 && words[length] == ':') words += length + 1;
    if (!words[0]) return MEANT_NOT;
    if (strcmp(words, symbol) == 0) return MEANT_BY_ID;
    if (strcasecmp(words, symbol) == 0 || strcasecmp(words, instrument->slug) == 0 ||
        strcasecmp(words, instrument->title) == 0)
        return MEANT_BY_NAME;
    length = strlen(words);
    if (length >= BEGIN_LEAST && strncmp(symbol, "0x", 2) == 0 && strncasecmp(symbol, words, length) == 0)
        return MEANT_BY_BEGIN;
    return has_words(instrument, words) ? MEANT_BY_WORDS : MEANT_NOT;
}

static void look_at(struct search *search, const struct instrument *instrument)
{
    enum meant meant = how_meant(instrument, search->words);
    if (meant == MEANT_NOT || meant < search->meant) return;
    if (meant > search->meant) search->count = 0;
    search->meant = meant;
    for (size_t i = 0; i < search->count; i++) {
        const struct instrument *known = &search->found[i].instrument;
        if (known->venue == instrument->venue && strcmp(known->symbol, instrument->symbol) == 0) return;
    }
    if (search->count <= NAMED_MOST) search->found[search->count++].instrument = *instrument;
}

static const struct instrument *instrument_in(const struct record *record)
{
    if (record->kind == RECORD_SNAP) return &record->instrument;
    bool watched = record->kind == RECORD_EVENT && record->happening.event == RECORD_WATCHED;
    return watched ? record->happening.instrument : NULL;
}

/* To its end, for what else may be meant; an id means one alone. */
static void go_through(struct search *search, struct recording *recording, struct progress *progress)
{
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    uint64_t steps = 0;
    while (search->meant != MEANT_BY_ID && (step = recording_next(recording, &record, &fault)) != RECORDING_AT_END) {
        if (++steps % TELL_EVERY == 0 && !progress_goes_on(progress)) return;
        const struct instrument *instrument = step == RECORDING_RECORD ? instrument_in(&record) : NULL;
        if (instrument) look_at(search, instrument);
    }
}

static int refuse(struct search *search, struct progress *progress)
{
    char error[256];
    bool more = search->count > NAMED_MOST;
    const struct catalogue named = {.entries = search->found, .count = more ? NAMED_MOST : search->count};
    progress_clear(progress);
    choices_print(&named);
    if (more) fputs("  and more\n", stderr);
    snprintf(error, sizeof error, "--market '%.100s' means several", search->words);
    return told_error(error);
}

int export_market_find(const struct options *options, struct progress *progress, char name[EXPORT_MARKET_SIZE])
{
    char error[RECORDING_REASON];
    struct search search = {.words = options->market};
    const struct recording_watch watch = {progress_tell, progress};
    struct recording *recording =
        recording_open_watched(options->words, options->word_count, watch, error, sizeof error);
    name[0] = '\0';
    if (!recording) return told_error(error);
    go_through(&search, recording, progress);
    bool failed = recording_failed(recording, error, sizeof error);
    recording_close(recording);
    if (progress_signal()) return EXIT_DONE;
    if (failed) return told_error(error);
    if (search.count == 0) return EXIT_DONE;
    if (search.count > 1) return refuse(&search, progress);
    const struct instrument *found = &search.found[0].instrument;
    snprintf(name, EXPORT_MARKET_SIZE, "%s:%s", venue_get(found->venue)->name, found->symbol);
    return EXIT_DONE;
}
