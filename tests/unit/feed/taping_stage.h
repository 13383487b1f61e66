/* One feed that is recorded, which each test of a program has anew. */
#ifndef BOOKTOP_TESTS_TAPING_STAGE_H
#define BOOKTOP_TESTS_TAPING_STAGE_H

#include "tape.h"

#define SPEED 4

static struct tape_stage stage;

static inline int open_stage(void **state)
{
    (void)state;
    stage_prepare(&stage, SPEED);
    stage_start(&stage);
    return 0;
}

static inline int close_stage(void **state)
{
    (void)state;
    stage_close(&stage);
    return 0;
}

#endif
