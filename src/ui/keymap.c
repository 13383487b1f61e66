#include "booktop/ui/keymap.h"

static const struct {
    const char *hint, *help;
} actions[ACTION_COUNT] = {[ACTION_NONE] = {"", ""},
#define ACTION_ROW(name, hint, help) [ACTION_##name] = {hint, help},
                           ACTION_TABLE(ACTION_ROW)
#undef ACTION_ROW
};

static const struct {
    const char *name;
    enum context wider;
} contexts[CONTEXT_COUNT] = {
    [CONTEXT_ALWAYS] = {"terminal", CONTEXT_ALWAYS},
    [CONTEXT_SCREEN] = {"everywhere", CONTEXT_ALWAYS},
    [CONTEXT_LIVE] = {"everywhere", CONTEXT_SCREEN},
    [CONTEXT_REPLAY] = {"replay", CONTEXT_SCREEN},
    [CONTEXT_JUMP] = {"digits", CONTEXT_ALWAYS},
    [CONTEXT_BOOK] = {"book", CONTEXT_LIVE},
    [CONTEXT_LADDER] = {"ladder", CONTEXT_BOOK},
    [CONTEXT_TAPE] = {"tape", CONTEXT_BOOK},
    [CONTEXT_CHART] = {"chart", CONTEXT_BOOK},
    [CONTEXT_INFO] = {"market info", CONTEXT_LIVE},
    [CONTEXT_PROOF] = {"proof", CONTEXT_LIVE},
    [CONTEXT_LOG] = {"log", CONTEXT_LIVE},
    [CONTEXT_SEARCH] = {"search", CONTEXT_PROMPT},
    [CONTEXT_LIVE_LIST] = {"market list", CONTEXT_LIVE},
    [CONTEXT_LIST] = {"market list", CONTEXT_LIVE_LIST},
    [CONTEXT_HELP] = {"help", CONTEXT_ALWAYS},
    [CONTEXT_WATCH] = {"watch list", CONTEXT_LIVE},
    [CONTEXT_PROMPT] = {"typed line", CONTEXT_ALWAYS},
    [CONTEXT_COMMAND] = {"command line", CONTEXT_PROMPT},
    [CONTEXT_THEMES] = {"themes", CONTEXT_ALWAYS},
};

static enum action action_here(enum context context, int key)
{
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    for (size_t i = 0; i < count; i++) {
        if (table[i].context == context && table[i].key == key) return table[i].action;
    }
    return ACTION_NONE;
}

enum action keymap_action(enum context context, bool replay, int key)
{
    for (;;) {
        enum action action = action_here(context, key);
        if (action != ACTION_NONE || context == context_wider(context, replay)) return action;
        context = context_wider(context, replay);
    }
}

enum context context_wider(enum context context, bool replay)
{
    enum context wider = contexts[context].wider;
    if (wider == CONTEXT_LIVE_LIST && replay) return CONTEXT_REPLAY;
    return wider == CONTEXT_LIVE && replay ? CONTEXT_REPLAY : wider;
}

bool keymap_reaches(enum context context, bool replay, enum action action)
{
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    for (;;) {
        for (size_t i = 0; i < count; i++) {
            if (table[i].context == context && table[i].action == action) return true;
        }
        if (context == context_wider(context, replay)) return false;
        context = context_wider(context, replay);
    }
}

bool context_exists(enum context context, bool replay)
{
    if (context == CONTEXT_LIVE || context == CONTEXT_LIVE_LIST) return !replay;
    return replay || (context != CONTEXT_REPLAY && context != CONTEXT_JUMP);
}

const char *context_name(enum context context)
{
    return contexts[context].name;
}

const char *action_hint(enum action action)
{
    return actions[action].hint;
}

const char *action_help(enum action action)
{
    return actions[action].help;
}
