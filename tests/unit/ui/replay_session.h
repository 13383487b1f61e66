/* A session that watches the sample's recording, a book open. Included once in a program. */
#ifndef BOOKTOP_TESTS_REPLAY_SESSION_H
#define BOOKTOP_TESTS_REPLAY_SESSION_H

#include "keyboard.h"

#define SECOND NANOSECONDS_PER_SECOND

static inline void publish(void)
{
    fake_publish(0, 1, "0xa");
    session_pump(session);
}

static inline int set_up(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    fake_reset();
    fake.replays = true;
    struct scene *scene = sample_scene();
    sample_replay(scene);
    fake.replay = scene->replay;
    fake.replay.speed = REPLAY_SPEED_NORMAL;
    sample_scene_free(scene);
    begin_session((struct ui_options){.markets = words, .market_count = 1});
    fake_answer_opened(fake.lookups, 1);
    publish();
    return 0;
}

#endif
