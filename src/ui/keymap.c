#include "booktop/ui/keymap.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct binding bindings[] = {
    {CONTEXT_SCREEN, 'q', ACTION_QUIT},
    {CONTEXT_SCREEN, 'Q', ACTION_QUIT_ALL},
    {CONTEXT_SCREEN, '?', ACTION_HELP},
    {CONTEXT_SCREEN, PRESS_F1, ACTION_HELP},
    {CONTEXT_SCREEN, '/', ACTION_SEARCH},

    {CONTEXT_LIVE, 'R', ACTION_RETRY},
    {CONTEXT_LIVE, 'r', ACTION_RECORD},
    {CONTEXT_LIVE, 'm', ACTION_MARK},
    {CONTEXT_LIVE, '1', ACTION_WATCHED},
    {CONTEXT_LIVE, '2', ACTION_WATCHED},
    {CONTEXT_LIVE, '3', ACTION_WATCHED},
    {CONTEXT_LIVE, '4', ACTION_WATCHED},
    {CONTEXT_LIVE, '5', ACTION_WATCHED},
    {CONTEXT_LIVE, '6', ACTION_WATCHED},
    {CONTEXT_LIVE, '7', ACTION_WATCHED},
    {CONTEXT_LIVE, '8', ACTION_WATCHED},
    {CONTEXT_LIVE, '9', ACTION_WATCHED},

    {CONTEXT_REPLAY, ' ', ACTION_PAUSE},
    {CONTEXT_REPLAY, '.', ACTION_ONE_MESSAGE},
    {CONTEXT_REPLAY, ',', ACTION_ONE_CHANGE},
    {CONTEXT_REPLAY, PRESS_LEFT, ACTION_BACKWARD},
    {CONTEXT_REPLAY, PRESS_RIGHT, ACTION_FORWARD},
    {CONTEXT_REPLAY, '<', ACTION_SLOWER},
    {CONTEXT_REPLAY, '>', ACTION_FASTER},
    {CONTEXT_REPLAY, '[', ACTION_PREVIOUS_MARK},
    {CONTEXT_REPLAY, ']', ACTION_NEXT_MARK},
    {CONTEXT_REPLAY, '0', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '1', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '2', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '3', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '4', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '5', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '6', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '7', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '8', ACTION_JUMP_DIGIT},
    {CONTEXT_REPLAY, '9', ACTION_JUMP_DIGIT},

    {CONTEXT_JUMP, '0', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '1', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '2', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '3', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '4', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '5', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '6', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '7', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '8', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '9', ACTION_JUMP_DIGIT},
    {CONTEXT_JUMP, '%', ACTION_JUMP},
    {CONTEXT_JUMP, PRESS_ENTER, ACTION_JUMP},
    {CONTEXT_JUMP, PRESS_BACKSPACE, ACTION_ERASE},
    {CONTEXT_JUMP, PRESS_ESCAPE, ACTION_CANCEL},

    {CONTEXT_BOOK, 'n', ACTION_NEXT_MARKET},
    {CONTEXT_BOOK, 'p', ACTION_PREVIOUS_MARKET},
    {CONTEXT_BOOK, 'v', ACTION_PROOF},
    {CONTEXT_BOOK, 'l', ACTION_LOG},
    {CONTEXT_BOOK, PRESS_TAB, ACTION_NEXT_PANE},
    {CONTEXT_BOOK, 'z', ACTION_FULL_PANE},
    {CONTEXT_BOOK, 'f', ACTION_FLIP},
    {CONTEXT_BOOK, 'g', ACTION_COARSER},
    {CONTEXT_BOOK, 'G', ACTION_FINER},
    {CONTEXT_BOOK, '+', ACTION_DEEPER},
    {CONTEXT_BOOK, '=', ACTION_DEEPER},
    {CONTEXT_BOOK, '-', ACTION_SHALLOWER},
    {CONTEXT_BOOK, 'u', ACTION_UNIT},

    {CONTEXT_LADDER, 'j', ACTION_DOWN},
    {CONTEXT_LADDER, PRESS_DOWN, ACTION_DOWN},
    {CONTEXT_LADDER, 'k', ACTION_UP},
    {CONTEXT_LADDER, PRESS_UP, ACTION_UP},
    {CONTEXT_LADDER, PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {CONTEXT_LADDER, PRESS_PAGE_UP, ACTION_PAGE_UP},
    {CONTEXT_LADDER, PRESS_HOME, ACTION_TOUCH},
    {CONTEXT_LADDER, PRESS_END, ACTION_FAR_END},
    {CONTEXT_LADDER, 'c', ACTION_CENTRE},
    {CONTEXT_LADDER, PRESS_ESCAPE, ACTION_CENTRE},

    {CONTEXT_TAPE, 'j', ACTION_DOWN},
    {CONTEXT_TAPE, PRESS_DOWN, ACTION_DOWN},
    {CONTEXT_TAPE, 'k', ACTION_UP},
    {CONTEXT_TAPE, PRESS_UP, ACTION_UP},
    {CONTEXT_TAPE, PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {CONTEXT_TAPE, PRESS_PAGE_UP, ACTION_PAGE_UP},
    {CONTEXT_TAPE, PRESS_HOME, ACTION_HOME},
    {CONTEXT_TAPE, PRESS_END, ACTION_END},

    {CONTEXT_PROOF, 'v', ACTION_BACK},
    {CONTEXT_PROOF, PRESS_ESCAPE, ACTION_BACK},
    {CONTEXT_PROOF, 'l', ACTION_LOG},
    {CONTEXT_PROOF, 'n', ACTION_NEXT_MARKET},
    {CONTEXT_PROOF, 'p', ACTION_PREVIOUS_MARKET},
    {CONTEXT_PROOF, 'j', ACTION_DOWN},
    {CONTEXT_PROOF, PRESS_DOWN, ACTION_DOWN},
    {CONTEXT_PROOF, 'k', ACTION_UP},
    {CONTEXT_PROOF, PRESS_UP, ACTION_UP},
    {CONTEXT_PROOF, PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {CONTEXT_PROOF, PRESS_PAGE_UP, ACTION_PAGE_UP},
    {CONTEXT_PROOF, PRESS_HOME, ACTION_HOME},
    {CONTEXT_PROOF, PRESS_END, ACTION_END},

    {CONTEXT_LOG, 'l', ACTION_BACK},
    {CONTEXT_LOG, PRESS_ESCAPE, ACTION_BACK},
    {CONTEXT_LOG, 'j', ACTION_DOWN},
    {CONTEXT_LOG, PRESS_DOWN, ACTION_DOWN},
    {CONTEXT_LOG, 'k', ACTION_UP},
    {CONTEXT_LOG, PRESS_UP, ACTION_UP},
    {CONTEXT_LOG, PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {CONTEXT_LOG, PRESS_PAGE_UP, ACTION_PAGE_UP},
    {CONTEXT_LOG, PRESS_HOME, ACTION_HOME},
    {CONTEXT_LOG, PRESS_END, ACTION_END},

    {CONTEXT_LIST, PRESS_ENTER, ACTION_OPEN},
    {CONTEXT_LIST, 'l', ACTION_LOG},
    {CONTEXT_LIST, 'j', ACTION_DOWN},
    {CONTEXT_LIST, PRESS_DOWN, ACTION_DOWN},
    {CONTEXT_LIST, 'k', ACTION_UP},
    {CONTEXT_LIST, PRESS_UP, ACTION_UP},
    {CONTEXT_LIST, PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {CONTEXT_LIST, PRESS_PAGE_UP, ACTION_PAGE_UP},
    {CONTEXT_LIST, PRESS_HOME, ACTION_HOME},
    {CONTEXT_LIST, PRESS_END, ACTION_END},
    {CONTEXT_LIST, 'u', ACTION_UNIT},

    {CONTEXT_HELP, 'q', ACTION_QUIT},
    {CONTEXT_HELP, PRESS_ESCAPE, ACTION_QUIT},
    {CONTEXT_HELP, '?', ACTION_QUIT},
    {CONTEXT_HELP, PRESS_F1, ACTION_QUIT},
    {CONTEXT_HELP, 'Q', ACTION_QUIT_ALL},
    {CONTEXT_HELP, 'j', ACTION_DOWN},
    {CONTEXT_HELP, PRESS_DOWN, ACTION_DOWN},
    {CONTEXT_HELP, 'k', ACTION_UP},
    {CONTEXT_HELP, PRESS_UP, ACTION_UP},
    {CONTEXT_HELP, PRESS_PAGE_DOWN, ACTION_PAGE_DOWN},
    {CONTEXT_HELP, PRESS_PAGE_UP, ACTION_PAGE_UP},
    {CONTEXT_HELP, PRESS_HOME, ACTION_HOME},
    {CONTEXT_HELP, PRESS_END, ACTION_END},

    {CONTEXT_PROMPT, PRESS_ENTER, ACTION_ACCEPT},
    {CONTEXT_PROMPT, PRESS_ESCAPE, ACTION_CANCEL},
    {CONTEXT_PROMPT, PRESS_BACKSPACE, ACTION_ERASE},
    {CONTEXT_PROMPT, PRESS_DELETE, ACTION_ERASE_NEXT},
    {CONTEXT_PROMPT, PRESS_CONTROL('W'), ACTION_ERASE_WORD},
    {CONTEXT_PROMPT, PRESS_CONTROL('U'), ACTION_ERASE_LINE},
    {CONTEXT_PROMPT, PRESS_LEFT, ACTION_CURSOR_LEFT},
    {CONTEXT_PROMPT, PRESS_RIGHT, ACTION_CURSOR_RIGHT},
    {CONTEXT_PROMPT, PRESS_HOME, ACTION_LINE_START},
    {CONTEXT_PROMPT, PRESS_CONTROL('A'), ACTION_LINE_START},
    {CONTEXT_PROMPT, PRESS_END, ACTION_LINE_END},
    {CONTEXT_PROMPT, PRESS_CONTROL('E'), ACTION_LINE_END},

    {CONTEXT_ALWAYS, PRESS_CONTROL('L'), ACTION_REPAINT},
    {CONTEXT_ALWAYS, PRESS_CONTROL('Z'), ACTION_SUSPEND},
};

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
    [CONTEXT_ALWAYS] = {"terminal", CONTEXT_ALWAYS},   [CONTEXT_SCREEN] = {"everywhere", CONTEXT_ALWAYS},
    [CONTEXT_LIVE] = {"everywhere", CONTEXT_SCREEN},   [CONTEXT_REPLAY] = {"replay", CONTEXT_SCREEN},
    [CONTEXT_JUMP] = {"digits", CONTEXT_ALWAYS},       [CONTEXT_BOOK] = {"book", CONTEXT_LIVE},
    [CONTEXT_LADDER] = {"ladder", CONTEXT_BOOK},       [CONTEXT_TAPE] = {"tape", CONTEXT_BOOK},
    [CONTEXT_PROOF] = {"proof", CONTEXT_LIVE},         [CONTEXT_LOG] = {"log", CONTEXT_LIVE},
    [CONTEXT_LIST] = {"market list", CONTEXT_LIVE},    [CONTEXT_HELP] = {"help", CONTEXT_ALWAYS},
    [CONTEXT_PROMPT] = {"typed line", CONTEXT_ALWAYS},
};

static const struct {
    int key;
    const char *name;
} key_names[] = {
    {PRESS_TAB, "Tab"},       {PRESS_ENTER, "Enter"}, {PRESS_ESCAPE, "Esc"},   {PRESS_BACKSPACE, "Backspace"},
    {PRESS_UP, "Up"},         {PRESS_DOWN, "Down"},   {PRESS_LEFT, "Left"},    {PRESS_RIGHT, "Right"},
    {PRESS_HOME, "Home"},     {PRESS_END, "End"},     {PRESS_PAGE_UP, "PgUp"}, {PRESS_PAGE_DOWN, "PgDn"},
    {PRESS_DELETE, "Delete"}, {PRESS_F1, "F1"},       {' ', "Space"},          {PRESS_UNKNOWN, "unknown"},
};

static const struct hint ladder_hints[] = {
    {ACTION_HELP, ACTION_NONE},     {ACTION_QUIT, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},       {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_SEARCH, ACTION_NONE},   {ACTION_FLIP, ACTION_NONE},
    {ACTION_COARSER, ACTION_FINER}, {ACTION_PROOF, ACTION_NONE},
    {ACTION_RECORD, ACTION_NONE},   {ACTION_LOG, ACTION_NONE},
    {ACTION_MARK, ACTION_NONE},     {ACTION_DEEPER, ACTION_SHALLOWER},
    {ACTION_UNIT, ACTION_NONE},     {ACTION_NEXT_PANE, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint tape_hints[] = {
    {ACTION_HELP, ACTION_NONE},      {ACTION_QUIT, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},        {ACTION_NEXT_MARKET, ACTION_PREVIOUS_MARKET},
    {ACTION_SEARCH, ACTION_NONE},    {ACTION_NEXT_PANE, ACTION_NONE},
    {ACTION_FULL_PANE, ACTION_NONE}, {ACTION_FLIP, ACTION_NONE},
    {ACTION_PROOF, ACTION_NONE},     {ACTION_RECORD, ACTION_NONE},
    {ACTION_LOG, ACTION_NONE},       {ACTION_NONE, ACTION_NONE},
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
    {ACTION_HELP, ACTION_NONE}, {ACTION_QUIT, ACTION_NONE},   {ACTION_OPEN, ACTION_NONE},
    {ACTION_DOWN, ACTION_UP},   {ACTION_SEARCH, ACTION_NONE}, {ACTION_PAGE_DOWN, ACTION_PAGE_UP},
    {ACTION_LOG, ACTION_NONE},  {ACTION_RECORD, ACTION_NONE}, {ACTION_UNIT, ACTION_NONE},
    {ACTION_NONE, ACTION_NONE},
};

static const struct hint help_hints[] = {
    {ACTION_DOWN, ACTION_UP},
    {ACTION_QUIT, ACTION_NONE},
    {ACTION_PAGE_DOWN, ACTION_PAGE_UP},
    {ACTION_NONE, ACTION_NONE},
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
    [CONTEXT_ALWAYS] = help_hints,   [CONTEXT_SCREEN] = list_hints, [CONTEXT_BOOK] = book_hints,
    [CONTEXT_LADDER] = ladder_hints, [CONTEXT_TAPE] = tape_hints,   [CONTEXT_PROOF] = proof_hints,
    [CONTEXT_LOG] = log_hints,       [CONTEXT_LIST] = list_hints,   [CONTEXT_HELP] = help_hints,
    [CONTEXT_PROMPT] = prompt_hints, [CONTEXT_LIVE] = list_hints,   [CONTEXT_REPLAY] = replay_hints,
    [CONTEXT_JUMP] = jump_hints,
};

const struct binding *keymap_bindings(size_t *count)
{
    *count = COUNT_OF(bindings);
    return bindings;
}

static enum action action_here(enum context context, int key)
{
    for (size_t i = 0; i < COUNT_OF(bindings); i++) {
        if (bindings[i].context == context && bindings[i].key == key) return bindings[i].action;
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
    return wider == CONTEXT_LIVE && replay ? CONTEXT_REPLAY : wider;
}

bool context_exists(enum context context, bool replay)
{
    if (context == CONTEXT_LIVE) return !replay;
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

static void name_key(int key, char *out, size_t size)
{
    for (size_t i = 0; i < COUNT_OF(key_names); i++) {
        if (key_names[i].key != key) continue;
        snprintf(out, size, "%s", key_names[i].name);
        return;
    }
    if (key < ' ')
        snprintf(out, size, "Ctrl-%c", key + 'A' - 1);
    else
        snprintf(out, size, "%c", key);
}

/* The last of the rows from `first` on that bind one key after the other to the same action: '1' to '9'. */
static size_t run_end(size_t first)
{
    size_t last = first;
    while (last + 1 < COUNT_OF(bindings) && bindings[last + 1].context == bindings[first].context &&
           bindings[last + 1].action == bindings[first].action && bindings[last + 1].key == bindings[last].key + 1) {
        last++;
    }
    return last;
}

void keymap_keys(enum context context, enum action action, bool first_only, char out[KEYS_SIZE])
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < COUNT_OF(bindings); i++) {
        if (bindings[i].context != context || bindings[i].action != action) continue;
        size_t last = run_end(i);
        char name[16], end[16] = "";
        name_key(bindings[i].key, name, sizeof name);
        if (last > i + 1) name_key(bindings[last].key, end, sizeof end);
        int added = snprintf(out + length, KEYS_SIZE - length, "%s%s%s%s", length > 0 ? " " : "", name,
                             end[0] != '\0' ? "-" : "", end);
        if (added < 0 || (size_t)added >= KEYS_SIZE - length) return;
        length += (size_t)added;
        if (first_only) return;
        if (last > i + 1) i = last;
    }
}

const struct hint *keymap_hints(enum context context)
{
    return context_hints[context];
}

static void nearest_keys(enum context context, bool replay, enum action action, char out[KEYS_SIZE])
{
    keymap_keys(context, action, true, out);
    while (out[0] == '\0' && context != context_wider(context, replay)) {
        context = context_wider(context, replay);
        keymap_keys(context, action, true, out);
    }
}

void hint_keys(enum context context, bool replay, const struct hint *hint, char out[KEYS_SIZE])
{
    char second[KEYS_SIZE];
    nearest_keys(context, replay, hint->first, out);
    if (hint->second == ACTION_NONE || out[0] == '\0') return;
    nearest_keys(context, replay, hint->second, second);
    size_t length = strlen(out);
    snprintf(out + length, KEYS_SIZE - length, "/%s", second);
}
