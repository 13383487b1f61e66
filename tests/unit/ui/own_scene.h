/* The sample's scene, which each test of a program has anew. */
#ifndef BOOKTOP_TESTS_OWN_SCENE_H
#define BOOKTOP_TESTS_OWN_SCENE_H

#include "rows.h"

static struct scene *scene;

static inline int set_up(void **state)
{
    (void)state;
    scene = sample_scene();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    sample_scene_free(scene);
    return 0;
}

#endif
