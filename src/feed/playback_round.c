/* Keyframes: what the engine is given back from, and what it is compared with. */
#include "playback_inside.h"

#include <stdio.h>
#include <string.h>

#include "booktop/json/reader.h"

/* === Restoring === */

/* Gives each venue what it keeps beyond markets. False: one did not take it. */
static bool restore_links(struct playback *playback, struct text venues, struct stamp stamp)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    bool good = true;
    if (venues.length == 0) return true;
    json_start(&reader, venues);
    if (!json_read(&reader, &value)) return false;
    while (good && json_next_key(&reader, &key)) {
        const struct venue *venue = venue_find(key);
        /* A key that was written with escapes is the reader's: the value's begin is behind its colon all the same. */
        size_t start = json_offset(&reader);
        if (!json_skip(&reader)) return false;
        struct text links = {venues.at + start, json_offset(&reader) - start};
        links = text_trim(links);
        /* A venue that nothing was asked of has nothing to keep. */
        if (venue && !text_is(links, "{}")) good = engine_restore_links(playback->engine, venue->id, stamp, links);
    }
    return good && json_finish(&reader);
}

static void begin_restoring(struct playback *playback, const struct record *record, struct stamp stamp)
{
    if (!playback->fresh) playback_blind(playback, false);
    if (!playback->fresh) return; /* no memory to reset it */
    playback->fresh = false;
    playback->round = record->number;
    playback->sight = SIGHT_RESTORING;
    if (!restore_links(playback, record->payload, stamp)) playback_blind(playback, true);
}

static void restore_snap(struct playback *playback, const struct record *record, struct stamp stamp)
{
    if (!playback_has_room(playback, &record->instrument)) return;
    struct market_handle market = engine_restore(playback->engine, stamp, &record->instrument, record->payload);
    playback->counts.restored += !market_handle_equal(market, MARKET_NONE);
}

/* === Comparing === */

/* In words, what members are about. The others are called by their keys. */
static const struct {
    const char *key, *words;
} about[] = {{"h", "digest"},          {"bids", "bids"},    {"asks", "asks"},          {"proof", "proof"},
             {"trades", "trades"},     {"i", "instrument"}, {"status", "status"},      {"last", "last trade"},
             {"notes", "proof notes"}, {"link", "link"},    {"sid", "numbered stream"}};

static void add_words(struct text key, char *words, size_t size)
{
    char name[JSON_KEY_SIZE];
    size_t used = strlen(words);
    text_sanitize(key, name, sizeof name, false);
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if (text_is(key, about[i].key)) snprintf(name, sizeof name, "%s", about[i].words);
    snprintf(words + used, size - used, "%s%s", used > 0 ? ", " : "", name);
}

static bool next_member(struct json_reader *reader, struct text line, struct text *key, struct text *value)
{
    if (!json_next_key(reader, key)) return false;
    size_t start = json_offset(reader);
    if (!json_skip(reader)) return false;
    *value = text_trim((struct text){line.at + start, json_offset(reader) - start});
    return true;
}

/* Names the members that differ. Both are objects that were written the same way. "asked", what a venue was asked and
 * when, does not count: questions to the catalogue from before the recording are among it, and no part of a book. Nor
 * does "kept" where it is not known which venues had a key: what is kept depends on that. */
static void name_differences(struct text recorded, struct text ours, bool keys_known, char *words, size_t size)
{
    struct json_reader readers[2];
    struct json_value value;
    struct text keys[2], values[2];
    json_start(&readers[0], recorded);
    json_start(&readers[1], ours);
    words[0] = '\0';
    if (!json_read(&readers[0], &value) || !json_read(&readers[1], &value)) return;
    for (;;) {
        bool more = next_member(&readers[0], recorded, &keys[0], &values[0]);
        if (next_member(&readers[1], ours, &keys[1], &values[1]) != more || (more && !text_equal(keys[0], keys[1]))) {
            add_words(more ? keys[0] : TEXT("members"), words, size);
            return;
        }
        if (!more) break;
        bool counts = !text_is(keys[0], "asked") && (keys_known || !text_is(keys[0], "kept"));
        if (counts && !text_equal(values[0], values[1])) add_words(keys[0], words, size);
    }
}

/* The line that our engine would write. NULL, or what is wrong. */
static const char *write_ours(struct playback *playback, const struct record *record, struct stamp stamp)
{
    const struct market *market = registry_find(engine_registry(playback->engine), record->instrument.venue,
                                                text_from(record->instrument.symbol), NULL);
    if (!market) return "the market is not known";
    json_writer_reset(&playback->saved);
    json_writer_reset(&playback->line);
    engine_save(playback->engine, stamp, market->handle, &playback->saved);
    bool good = !playback->saved.failed && record_write_snap(&playback->line, record->stamp, 0, record->number,
                                                             &market->instrument, json_writer_text(&playback->saved));
    return good ? NULL : "out of memory";
}

static void compare_snap(struct playback *playback, const struct record *record, struct stamp stamp)
{
    char words[240];
    const char *wrong = write_ours(playback, record, stamp);
    struct text ours = json_writer_text(&playback->line);
    playback->counts.compared++;
    if (!wrong && text_equal(ours, record->whole)) return;
    if (wrong)
        snprintf(words, sizeof words, "%s", wrong);
    else
        name_differences(record->whole, ours, !playback_header(playback)->untold, words, sizeof words);
    if (words[0] == '\0') return;
    playback->counts.differing++;
    playback->options.differs(playback->options.context, record, words);
}

/* === Of no round === */

/* Rounds leave out what nobody watches: then ours knows nothing of it. */
static bool was_left_out(struct playback *playback, const struct record *record)
{
    const struct market *market = registry_find(engine_registry(playback->engine), record->instrument.venue,
                                                text_from(record->instrument.symbol), NULL);
    return !market || (!market->had_book && market->messages == 0 && market->proof.state == PROOF_SYNCING);
}

static void single_snap(struct playback *playback, const struct record *record, struct stamp stamp)
{
    if (was_left_out(playback, record))
        restore_snap(playback, record, stamp);
    else if (playback->sight == SIGHT_WHOLE && playback->options.differs)
        compare_snap(playback, record, stamp);
}

/* === For playback === */

void playback_round(struct playback *playback, const struct record *record, struct stamp stamp)
{
    bool restoring = playback->sight == SIGHT_RESTORING;
    if (record->done) {
        if (restoring && record->number == playback->round) playback->sight = SIGHT_WHOLE;
        return;
    }
    playback->counts.rounds++;
    if (playback->sight == SIGHT_WHOLE)
        engine_advance(playback->engine, stamp);
    else
        begin_restoring(playback, record, stamp);
}

void playback_snap(struct playback *playback, const struct record *record, struct stamp stamp)
{
    playback->counts.snaps++;
    /* Compared or not, so that what is played and what is sought are the same. */
    if (playback->sight != SIGHT_NONE) engine_advance(playback->engine, stamp);
    if (playback->sight != SIGHT_NONE && record->number == 0)
        single_snap(playback, record, stamp);
    else if (playback->sight == SIGHT_RESTORING && record->number == playback->round) {
        playback->counts.by_rounds++;
        restore_snap(playback, record, stamp);
    } else if (playback->sight == SIGHT_WHOLE && playback->options.differs)
        compare_snap(playback, record, stamp);
}
