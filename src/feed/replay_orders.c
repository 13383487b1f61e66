/* What the user has a replay do: pause, speed, steps, seeks. */
#include "replay_inside.h"

/* Where the clock stands by now; what is due by it is played in the turn. */
static void catch_up(struct replay *replay)
{
    if (!replay_runs(replay)) return;
    int64_t now = replay_pace_at(&replay->pace, feed_real(replay->feed));
    if (now > replay->pace.most) now = replay->pace.most;
    if (now > replay->position) replay->position = now;
}

static void obey_pause(struct replay *replay, const struct command *command)
{
    if (replay->going == GOING_MESSAGE || replay->going == GOING_CHANGE) replay->going = GOING_ON;
    replay->paused = command->open || (replay->ended && !replay->open);
}

void replay_set_speed(struct replay *replay, unsigned speed)
{
    if (speed != REPLAY_SPEED_ALL && speed < REPLAY_SPEED_LEAST) speed = REPLAY_SPEED_LEAST;
    replay->speed = speed > REPLAY_SPEED_MOST ? REPLAY_SPEED_MOST : speed;
}

static void obey_speed(struct replay *replay, const struct command *command)
{
    replay_set_speed(replay, (unsigned)command->amount);
}

static void obey_step(struct replay *replay, const struct command *command)
{
    bool follows = replay->ended && replay->open && !replay->paused;
    if (replay->ended && !replay_seeks(replay) && !replay_look_again(replay)) return; /* nor does it pause then */
    replay->paused = true;
    if (replay_seeks(replay)) return;
    replay->followed = follows;
    bool change = command->amount == REPLAY_CHANGE && replay->feed->panels[0].market.generation != 0;
    replay->going = change ? GOING_CHANGE : GOING_MESSAGE;
    replay->changes = publisher_changes(replay->feed, 0);
    replay->stepped_from = replay->position;
}

static void obey_seek(struct replay *replay, const struct command *command)
{
    int64_t m = replay_place(replay_place(command->amount) + replay->first);
    replay->target = survey_bounded(&replay->survey, m);
    if (replay->target < replay->first) replay->target = replay->first;
    replay->going = GOING_TO;
    replay->raised = false;
}

void replay_obey(struct feed *feed, const struct command *command)
{
    static void (*const orders[])(struct replay *, const struct command *) = {
        [COMMAND_REPLAY_PAUSE] = obey_pause,
        [COMMAND_REPLAY_SPEED] = obey_speed,
        [COMMAND_REPLAY_STEP] = obey_step,
        [COMMAND_REPLAY_SEEK] = obey_seek,
    };
    catch_up(feed->replay);
    orders[command->kind](feed->replay, command);
    feed->replay->moved = feed->replay->told_stale = true;
}
