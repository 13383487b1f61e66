#include "booktop/feed/journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "booktop/base/log.h"
#include "booktop/base/text.h"
#include "booktop/venue/venue.h"

/* The same words of one connection within so long are one entry. */
#define SAME_WITHIN NANOSECONDS_PER_SECOND

static const struct kind_row {
    const char *text;
    enum log_level level;
} kinds[JOURNAL_KIND_COUNT] = {
    [JOURNAL_STEP] = {"step", LOG_LEVEL_INFO},
    [JOURNAL_CONNECTED] = {"connected", LOG_LEVEL_INFO},
    [JOURNAL_RECEIVED] = {"received", LOG_LEVEL_INFO},
    [JOURNAL_RESUBSCRIBED] = {"resubscribed", LOG_LEVEL_INFO},
    [JOURNAL_RESUBSCRIPTION_FAILED] = {"resubscription failed", LOG_LEVEL_WARN},
    [JOURNAL_DISCONNECTED] = {"disconnected", LOG_LEVEL_WARN},
    [JOURNAL_RETRYING] = {"retrying", LOG_LEVEL_INFO},
    [JOURNAL_GIVEN_UP] = {"given up", LOG_LEVEL_ERROR},
    [JOURNAL_ERROR] = {"error", LOG_LEVEL_WARN},
    [JOURNAL_PONG] = {"pong", LOG_LEVEL_INFO},
    [JOURNAL_BUFFER_FULL] = {"buffer full", LOG_LEVEL_WARN},
    [JOURNAL_DROPPED] = {"dropped", LOG_LEVEL_WARN},
    [JOURNAL_FROZEN] = {"frozen", LOG_LEVEL_WARN},
    [JOURNAL_AWOKE] = {"awoke", LOG_LEVEL_WARN},
    [JOURNAL_SHUT_DOWN] = {"shut down", LOG_LEVEL_INFO},
};

const char *journal_kind_text(enum journal_kind kind)
{
    return kinds[kind].text;
}

static struct journal_entry *entry_at(struct journal *journal, uint64_t number)
{
    return &journal->entries[number % JOURNAL_ENTRIES];
}

static uint64_t oldest(const struct journal *journal)
{
    return journal->written > JOURNAL_ENTRIES ? journal->written - JOURNAL_ENTRIES : 0;
}

/* True if the newest entry of the same connection is young and says the same. */
static bool is_repeated(struct journal *journal, const struct journal_entry *entry)
{
    for (uint64_t number = journal->written; number > oldest(journal); number--) {
        const struct journal_entry *before = entry_at(journal, number - 1);
        if (entry->stamp.mono - before->stamp.mono >= SAME_WITHIN) return false;
        if (before->venue != entry->venue || before->link != entry->link) continue;
        return before->kind == entry->kind && strcmp(before->text, entry->text) == 0;
    }
    return false;
}

static void log_entry(const struct journal_entry *entry)
{
    const struct kind_row *kind = &kinds[entry->kind];
    const char *colon = entry->text[0] ? ": " : "";
    char who[64] = "";
    if (entry->venue < VENUE_COUNT && entry->link == JOURNAL_NO_LINK)
        snprintf(who, sizeof who, "%s ", venue_get(entry->venue)->name);
    else if (entry->venue < VENUE_COUNT)
        snprintf(who, sizeof who, "%s link %u ", venue_get(entry->venue)->name, entry->link);
    log_write(kind->level, "feed", "%s%s%s%s", who, kind->text, colon, entry->text);
}

void journal_count(struct journal *journal, enum journal_kind kind)
{
    journal->counts[kind]++;
}

/* Longer texts are cut anyhow. */
#define WORDS_SIZE (2 * JOURNAL_TEXT_SIZE)

/* Counts an entry and adds it. False if it only repeats the one before. */
static bool add(struct journal *journal, struct journal_entry *entry, const char *words)
{
    text_sanitize(text_from(words), entry->text, sizeof entry->text, false);
    journal_count(journal, entry->kind);
    if (is_repeated(journal, entry)) return false;
    *entry_at(journal, journal->written++) = *entry;
    return true;
}

void journal_write(struct journal *journal, struct stamp stamp, enum journal_kind kind, enum venue_id venue,
                   unsigned link, const char *format, ...)
{
    struct journal_entry entry = {.stamp = stamp, .kind = kind, .venue = venue, .link = link};
    char words[WORDS_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    if (add(journal, &entry, words)) log_entry(&entry);
}

void journal_enter(struct journal *journal, struct stamp stamp, enum journal_kind kind, enum venue_id venue,
                   unsigned link, const char *format, ...)
{
    struct journal_entry entry = {.stamp = stamp, .kind = kind, .venue = venue, .link = link};
    char words[WORDS_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    add(journal, &entry, words);
}

size_t journal_newest(const struct journal *journal, struct journal_entry *out, size_t most)
{
    uint64_t first = oldest(journal);
    size_t count = 0;
    for (uint64_t number = journal->written; number > first && count < most; number--)
        out[count++] = journal->entries[(number - 1) % JOURNAL_ENTRIES];
    return count;
}
