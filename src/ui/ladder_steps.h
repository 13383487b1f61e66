/* The steps of grouping and of depth, shared by the ladder's data and its keys. */
#ifndef BOOKTOP_UI_LADDER_STEPS_H
#define BOOKTOP_UI_LADDER_STEPS_H

struct ladder_group {
    int ticks;
    const char *text;
};

struct ladder_limit {
    int levels; /* a side; 0: as many as there is room for */
    const char *text;
};

#define LADDER_GROUPS 6
#define LADDER_LIMITS 5

extern const struct ladder_group ladder_groups[LADDER_GROUPS];
extern const struct ladder_limit ladder_limits[LADDER_LIMITS];

#endif
