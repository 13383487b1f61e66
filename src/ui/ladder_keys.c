/* What the keys do to the ladder. */
#include "booktop/ui/scene.h"

#include "ladder_keys.h"
#include "ladder_steps.h"

const struct ladder_group ladder_groups[LADDER_GROUPS] = {
    {1, NULL}, {2, "2 ticks"}, {5, "5 ticks"}, {10, "10 ticks"}, {50, "50 ticks"}, {100, "100 ticks"},
};

const struct ladder_limit ladder_limits[LADDER_LIMITS] = {
    {0, NULL}, {50, "50 levels"}, {20, "20 levels"}, {10, "10 levels"}, {5, "5 levels"},
};

/* Puts the cursor on the n-th level of a side, or the last one. */
static void put_cursor(struct ladder *ladder, enum side side, int rank)
{
    uint32_t count;
    const struct level *levels = ladder_levels(ladder, side, &count);
    if (count == 0) return;
    if (rank >= (int)count) rank = (int)count - 1;
    ladder->cursor_on = true;
    ladder->cursor_side = side;
    ladder->cursor_price = levels[rank < 0 ? 0 : rank].price;
}

static bool side_empty(const struct ladder *ladder, enum side side)
{
    uint32_t count;
    ladder_levels(ladder, side, &count);
    return count == 0;
}

/* Down the screen is from the far asks over the touch to the far bids. */
static void move_cursor(struct ladder *ladder, int steps)
{
    int rank = ladder_cursor_rank(ladder);
    if (rank < 0) {
        put_cursor(ladder, steps > 0 ? SIDE_BID : SIDE_ASK, 0);
        return;
    }
    enum side side = ladder->cursor_side;
    rank += side == SIDE_BID ? steps : -steps;
    if (rank < 0 && !side_empty(ladder, side_other(side))) {
        put_cursor(ladder, side_other(side), -rank - 1);
        return;
    }
    put_cursor(ladder, side, rank);
}

static void down(struct ladder *ladder)
{
    move_cursor(ladder, 1);
}

static void up(struct ladder *ladder)
{
    move_cursor(ladder, -1);
}

static void page_down(struct ladder *ladder)
{
    move_cursor(ladder, ladder->page);
}

static void page_up(struct ladder *ladder)
{
    move_cursor(ladder, -ladder->page);
}

static void touch(struct ladder *ladder)
{
    put_cursor(ladder, ladder->cursor_on ? ladder->cursor_side : SIDE_BID, 0);
}

static void far_end(struct ladder *ladder)
{
    put_cursor(ladder, ladder->cursor_on ? ladder->cursor_side : SIDE_BID, DEPTH_LEVELS);
}

static void centre(struct ladder *ladder)
{
    ladder->cursor_on = false;
}

/* The same level is one minus its price on the other side of the other outcome's book; the cursor goes with it. */
static void flip(struct ladder *ladder)
{
    ladder->outcome = 1 - ladder->outcome;
    ladder->cursor_side = side_other(ladder->cursor_side);
    ladder->cursor_price = ladder->one - ladder->cursor_price;
}

static void (*const keys[ACTION_COUNT])(struct ladder *ladder) = {
    [ACTION_DOWN] = down,   [ACTION_UP] = up,           [ACTION_PAGE_DOWN] = page_down, [ACTION_PAGE_UP] = page_up,
    [ACTION_TOUCH] = touch, [ACTION_FAR_END] = far_end, [ACTION_CENTRE] = centre,       [ACTION_FLIP] = flip,
};

/* What is kept of the user's choices: the present step, and what the key makes of it. */

static void step_group(struct prefs *prefs, const struct ladder *ladder, int by)
{
    int place = (int)ladder->group + by;
    if (place >= 0 && place < LADDER_GROUPS) prefs->group = (unsigned)ladder_groups[place].ticks;
}

static void step_limit(struct prefs *prefs, const struct ladder *ladder, int by)
{
    int place = (int)ladder->limit + by;
    if (place >= 0 && place < LADDER_LIMITS) prefs->depth = (unsigned)ladder_limits[place].levels;
}

static bool choose(struct prefs *prefs, const struct ladder *ladder, enum action action)
{
    switch (action) {
    case ACTION_COARSER:
        step_group(prefs, ladder, 1);
        return true;
    case ACTION_FINER:
        step_group(prefs, ladder, -1);
        return true;
    case ACTION_DEEPER:
        step_limit(prefs, ladder, -1);
        return true;
    case ACTION_SHALLOWER:
        step_limit(prefs, ladder, 1);
        return true;
    case ACTION_UNIT:
        prefs->price_unit = (prefs->price_unit + 1) % UNIT_COUNT;
        return true;
    case ACTION_SIZE_UNIT:
        prefs->size_unit = prefs->size_unit == SIZE_MONEY ? SIZE_SHARES : SIZE_MONEY;
        return true;
    case ACTION_VOLUME:
        prefs->volume = !prefs->volume;
        return true;
    default:
        return false;
    }
}

bool ladder_act(struct scene *scene, enum action action)
{
    if (keys[action] != NULL)
        keys[action](&scene->ladder);
    else if (!choose(&scene->prefs, &scene->ladder, action))
        return false;
    if (scene->has_view) ladder_take(&scene->ladder, &scene->book, &scene->prefs);
    return true;
}
