/* A session, and others that were made out of what it saved at some moment: from then on the same is done with all of
 * them, and they have to say the same.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_TWINS_H
#define BOOKTOP_TESTS_SUPPORT_TWINS_H

#include "booktop/json/writer.h"
#include "session.h"

/* A market's handle in a session; MARKET_NONE: it is not known there. */
static inline struct market_handle twin_market(const struct session *session, const char *symbol)
{
    const struct market *market = session_market(session, symbol);
    return market ? market->handle : MARKET_NONE;
}

/* The members that a market is saved as, in braces. */
static inline void twin_save_market(const struct session *session, const char *symbol, struct json_writer *out)
{
    json_writer_reset(out);
    json_write_object(out);
    session->venue->save(session->sync, session->now, twin_market(session, symbol), out);
    json_write_object_end(out);
}

static inline void twin_save_links(const struct session *session, struct json_writer *out)
{
    json_writer_reset(out);
    json_write_object(out);
    session->venue->save_links(session->sync, session->now, out);
    json_write_object_end(out);
}

/* All that a session saves, to be compared and freed. */
static inline char *twin_save(const struct session *session)
{
    struct json_writer out = {0};
    char *text = NULL;
    size_t size = 0, position = 0;
    FILE *file = open_memstream(&text, &size);
    const struct market *market;
    twin_save_links(session, &out);
    fprintf(file, "%.*s\n", TEXT_ARGS(json_writer_text(&out)));
    while ((market = registry_next(session->registry, &position))) {
        twin_save_market(session, market->instrument.symbol, &out);
        fprintf(file, "%.*s\n", TEXT_ARGS(json_writer_text(&out)));
    }
    json_writer_free(&out);
    fclose(file);
    return text;
}

/* `twin` is open and new. */
static inline void twin_restore(const struct session *session, struct session *twin, struct stamp now)
{
    struct json_writer out = {0};
    const struct market *market;
    size_t position = 0;
    twin->messages = session->messages;
    twin->now = now;
    twin->journal.request = session->journal.request;
    twin_save_links(session, &out);
    if (!twin->venue->restore_links(twin->sync, now, json_writer_text(&out)))
        fail_msg("links refused: %.*s", TEXT_ARGS(json_writer_text(&out)));
    while ((market = registry_next(session->registry, &position))) {
        twin_save_market(session, market->instrument.symbol, &out);
        struct market_handle handle =
            twin->venue->restore(twin->sync, now, &market->instrument, json_writer_text(&out));
        if (!registry_market(twin->registry, handle)) fail_msg("refused: %.*s", TEXT_ARGS(json_writer_text(&out)));
    }
    json_writer_free(&out);
}

static inline void twin_expect_same_saves(const struct session *session, const struct session *twin)
{
    char *own = twin_save(session), *others = twin_save(twin);
    assert_string_equal(own, others);
    free(own);
    free(others);
}

/* Epochs are raised by what is restored: they are of a process. */
static inline char *twin_journal(const struct session *session)
{
    const char *at = journal_text(&session->journal), *epoch;
    char *text = calloc(1, strlen(at) + 1);
    while ((epoch = strstr(at, " epoch "))) {
        strncat(text, at, (size_t)(epoch - at));
        at = epoch + strlen(" epoch ");
        at += strspn(at, "0123456789");
    }
    return strcat(text, at);
}

static inline void twin_expect_same_journal(const struct session *session, const struct session *twin)
{
    char *own = twin_journal(session), *others = twin_journal(twin);
    assert_string_equal(own, others);
    free(own);
    free(others);
}

#endif
