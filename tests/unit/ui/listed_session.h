/* A session by a clock that stands, and the sample's catalogue for it. Included once in a program. */
#ifndef BOOKTOP_TESTS_LISTED_SESSION_H
#define BOOKTOP_TESTS_LISTED_SESSION_H

#include "keyboard.h"

static struct catalogue catalogue;

/* As venues give what is traded most: events by the sum of their markets, those by their own. */
static inline void order_by_volume(struct catalogue *listed)
{
    for (size_t i = 0; i < listed->count; i++) listed->entries[i].volume_24h = INT64_C(1) << 2 * (listed->count - i);
}

static inline void begin_with(struct ui_options options)
{
    fake_reset();
    catalogue = (struct catalogue){0};
    sample_catalogue(&catalogue);
    order_by_volume(&catalogue);
    begin_session(options);
}

static inline void begin(const char *const *markets, size_t count)
{
    begin_with((struct ui_options){.markets = markets, .market_count = count});
}

static inline int tear_down(void **state)
{
    end_session(state);
    catalogue_free(&catalogue);
    return 0;
}

/* To the last question. */
static inline void answer(enum answer_result result, const struct catalogue *list, const char *why)
{
    fake_answer(fake.lookups, result, list, why);
    session_pump(session);
}

static inline void answer_opened(uint32_t index)
{
    fake_answer_opened(fake.lookups, index);
    session_pump(session);
}

static inline void publish(uint32_t index, const char *symbol)
{
    fake_publish(0, index, symbol);
    session_pump(session);
}

/* The first market of the list. */
static inline void show_book(void)
{
    press("\n");
    publish(1, "0x00");
    assert_false(session->scene.opening);
}

#endif
