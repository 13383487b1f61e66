/* The keys that the footer names, the most needed first. */
#include "booktop/ui/keymap.h"

static const struct hint ladder_hints[] = {
    {ACTION_HELP, ACTION_NONE},
    {ACTION_QUIT, ACTION_NONE},
    {ACTION_SEARCH, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},
    {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_WATCH, ACTION_NONE},
    {ACTION_RECORD, ACTION_NONE},
    {ACTION_INFO, ACTION_NONE},
    {ACTION_FLIP, ACTION_NONE},
    {ACTION_MARK, ACTION_NONE},
    {ACTION_COST, ACTION_NONE},
    {ACTION_COARSER, ACTION_FINER},
    {ACTION_PROOF, ACTION_NONE},
    {ACTION_LOG, ACTION_NONE},
    {ACTION_DEEPER, ACTION_SHALLOWER},
    {ACTION_CHART, ACTION_NONE},
    {ACTION_UNIT, ACTION_NONE},
    {ACTION_NEXT_PANE, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint tape_hints[] = {
    {ACTION_HELP, ACTION_NONE},
    {ACTION_QUIT, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},
    {ACTION_PAUSE, ACTION_NONE},
    {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_SEARCH, ACTION_NONE},
    {ACTION_NEXT_PANE, ACTION_NONE},
    {ACTION_FULL_PANE, ACTION_NONE},
    {ACTION_FLIP, ACTION_NONE},
    {ACTION_PROOF, ACTION_NONE},
    {ACTION_RECORD, ACTION_NONE},
    {ACTION_LOG, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint chart_hints[] = {
    {ACTION_HELP, ACTION_NONE},      {ACTION_QUIT, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},        {ACTION_DEEPER, ACTION_SHALLOWER},
    {ACTION_CHART, ACTION_NONE},     {ACTION_NEXT_PANE, ACTION_NONE},
    {ACTION_FULL_PANE, ACTION_NONE}, {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_FLIP, ACTION_NONE},      {ACTION_SEARCH, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint info_hints[] = {
    {ACTION_HELP, ACTION_NONE}, {ACTION_BACK, ACTION_NONE},         {ACTION_DOWN, ACTION_UP},
    {ACTION_COPY, ACTION_NONE}, {ACTION_PAGE_DOWN, ACTION_PAGE_UP}, {ACTION_NONE, ACTION_NONE},
};

static const struct hint proof_hints[] = {
    {ACTION_HELP, ACTION_NONE},
    {ACTION_BACK, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},
    {ACTION_PAGE_DOWN, ACTION_PAGE_UP},
    {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint log_hints[] = {
    {ACTION_HELP, ACTION_NONE},         {ACTION_BACK, ACTION_NONE}, {ACTION_DOWN, ACTION_UP},
    {ACTION_PAGE_DOWN, ACTION_PAGE_UP}, {ACTION_NONE, ACTION_NONE},
};

static const struct hint list_hints[] = {
    {ACTION_HELP, ACTION_NONE},         {ACTION_QUIT, ACTION_NONE},    {ACTION_UNFILTER, ACTION_NONE},
    {ACTION_OPEN, ACTION_NONE},         {ACTION_DOWN, ACTION_UP},      {ACTION_SEARCH, ACTION_NONE},
    {ACTION_FILTER, ACTION_NONE},       {ACTION_SORT, ACTION_REVERSE}, {ACTION_FOLD_OR_UNFOLD, ACTION_NONE},
    {ACTION_PAGE_DOWN, ACTION_PAGE_UP}, {ACTION_LOG, ACTION_NONE},     {ACTION_RECORD, ACTION_NONE},
    {ACTION_UNIT, ACTION_NONE},         {ACTION_NONE, ACTION_NONE},
};

static const struct hint themes_hints[] = {
    {ACTION_TAKE_THEME, ACTION_NONE},   {ACTION_BACK, ACTION_NONE}, {ACTION_DOWN, ACTION_UP},
    {ACTION_PAGE_DOWN, ACTION_PAGE_UP}, {ACTION_NONE, ACTION_NONE},
};

static const struct hint watch_hints[] = {
    {ACTION_HELP, ACTION_NONE},         {ACTION_BACK, ACTION_NONE},       {ACTION_OPEN, ACTION_NONE},
    {ACTION_MOVE_DOWN, ACTION_MOVE_UP}, {ACTION_INTO_GROUP, ACTION_NONE}, {ACTION_UNWATCH, ACTION_NONE},
    {ACTION_FOLD_GROUP, ACTION_NONE},   {ACTION_DOWN, ACTION_UP},         {ACTION_UNIT, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint help_hints[] = {
    {ACTION_FIND_KEY, ACTION_NONE},     {ACTION_DOWN, ACTION_UP},   {ACTION_BACK, ACTION_NONE},
    {ACTION_PAGE_DOWN, ACTION_PAGE_UP}, {ACTION_NONE, ACTION_NONE},
};

/* While there is no book yet. */
static const struct hint book_hints[] = {
    {ACTION_HELP, ACTION_NONE},   {ACTION_QUIT, ACTION_NONE},
    {ACTION_SEARCH, ACTION_NONE}, {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_LOG, ACTION_NONE},    {ACTION_NONE, ACTION_NONE},
};

/* They come before those of the context that is seen. */
static const struct hint replay_hints[] = {
    {ACTION_PAUSE, ACTION_NONE},    {ACTION_BACKWARD, ACTION_FORWARD},
    {ACTION_SLOWER, ACTION_FASTER}, {ACTION_PREVIOUS_MARK, ACTION_NEXT_MARK},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint jump_hints[] = {
    {ACTION_JUMP, ACTION_NONE},
    {ACTION_CANCEL, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint prompt_hints[] = {
    {ACTION_ACCEPT, ACTION_NONE},
    {ACTION_CANCEL, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint *const context_hints[CONTEXT_COUNT] = {
    [CONTEXT_ALWAYS] = help_hints,    [CONTEXT_SCREEN] = list_hints,   [CONTEXT_BOOK] = book_hints,
    [CONTEXT_LADDER] = ladder_hints,  [CONTEXT_TAPE] = tape_hints,     [CONTEXT_PROOF] = proof_hints,
    [CONTEXT_CHART] = chart_hints,    [CONTEXT_INFO] = info_hints,     [CONTEXT_LOG] = log_hints,
    [CONTEXT_LIST] = list_hints,      [CONTEXT_HELP] = help_hints,     [CONTEXT_SEARCH] = prompt_hints,
    [CONTEXT_LIVE_LIST] = list_hints, [CONTEXT_PROMPT] = prompt_hints, [CONTEXT_LIVE] = list_hints,
    [CONTEXT_REPLAY] = replay_hints,  [CONTEXT_WATCH] = watch_hints,   [CONTEXT_JUMP] = jump_hints,
    [CONTEXT_COMMAND] = prompt_hints, [CONTEXT_THEMES] = themes_hints,
};

const struct hint *keymap_hints(enum context context)
{
    return context_hints[context];
}
