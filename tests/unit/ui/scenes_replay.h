/* Scenes of a recording that is watched. */
#ifndef BOOKTOP_TESTS_UI_SCENES_REPLAY_H
#define BOOKTOP_TESTS_UI_SCENES_REPLAY_H

#include "sample_scene.h"

static inline void make_replay(struct scene *scene)
{
    scene->demo = scene->book.demo = false;
    sample_change(scene, sample_verify);
    sample_replay(scene);
}

/* Damaged, and with everything that can be there at the same time. */
static inline void make_replay_paused(struct scene *scene)
{
    sample_change(scene, sample_give_up);
    sample_replay(scene);
    scene->replay.paused = true;
    scene->replay.surveyed = 430;
    scene->replay.damaged = true;
    sample_text(scene->replay.trouble, RECORDING_REASON,
                "block 31 at byte 7,340,032: its checksum is wrong; 12 s are missing");
}

static inline void make_replay_jump(struct scene *scene)
{
    sample_change(scene, sample_verify);
    sample_replay(scene);
    scene->replay.seeking = true;
    sample_text(scene->jump, sizeof scene->jump, "42");
}

#endif
