/* What keys, actions and contexts are called: to be read, and to be written in the config file. */
#include "booktop/ui/keymap.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define NAME_SIZE 24

static const struct {
    int key;
    const char *name;
} key_names[] = {
    {PRESS_TAB, "Tab"},       {PRESS_ENTER, "Enter"},     {PRESS_ESCAPE, "Esc"},   {PRESS_BACKSPACE, "Backspace"},
    {PRESS_UP, "Up"},         {PRESS_DOWN, "Down"},       {PRESS_LEFT, "Left"},    {PRESS_RIGHT, "Right"},
    {PRESS_HOME, "Home"},     {PRESS_END, "End"},         {PRESS_PAGE_UP, "PgUp"}, {PRESS_PAGE_DOWN, "PgDn"},
    {PRESS_INSERT, "Insert"}, {PRESS_DELETE, "Delete"},   {' ', "Space"},          {PRESS_BACK_TAB, "Shift-Tab"},
    {PRESS_MOUSE, "mouse"},   {PRESS_UNKNOWN, "unknown"},
};

static const char control_prefix[] = "Ctrl-";

/* What can be pressed has a name that is no word of ours. */
static bool can_be_bound(int key)
{
    return key != PRESS_MOUSE && key != PRESS_INTERRUPT && key != PRESS_UNKNOWN;
}

/* Keys */

static size_t encode(int character, char out[5])
{
    unsigned code = (unsigned)character;
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[length] = '\0';
    for (size_t i = length - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(first[length] | code);
    return length;
}

void press_name(int key, char *out, size_t size)
{
    char character[5];
    for (size_t i = 0; i < COUNT_OF(key_names); i++) {
        if (key_names[i].key != key) continue;
        snprintf(out, size, "%s", key_names[i].name);
        return;
    }
    if (key >= PRESS_F1 && key <= PRESS_F12) {
        snprintf(out, size, "F%d", key - PRESS_F1 + 1);
    } else if (key < ' ') {
        snprintf(out, size, "%s%c", control_prefix, key + 'A' - 1);
    } else {
        encode(key, character);
        snprintf(out, size, "%s", character);
    }
}

static char upper(char letter)
{
    return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
}

static bool same_letters(struct text a, const char *b)
{
    if (a.length != strlen(b)) return false;
    for (size_t i = 0; i < a.length; i++) {
        if (upper(a.at[i]) != upper(b[i])) return false;
    }
    return true;
}

/* "F1" to "F12", without a zero before. */
static int function_key(struct text name)
{
    int number = 0;
    if (name.length < 2 || upper(name.at[0]) != 'F' || name.at[1] == '0') return PRESS_NONE;
    for (size_t i = 1; i < name.length; i++) {
        if (name.at[i] < '0' || name.at[i] > '9' || number > 12) return PRESS_NONE;
        number = 10 * number + (name.at[i] - '0');
    }
    return number <= 12 ? PRESS_F1 + number - 1 : PRESS_NONE;
}

/* "Ctrl-L". What the terminal makes another key of, or keeps for itself, cannot be had that way. */
static int control_key(struct text name)
{
    size_t prefix = sizeof control_prefix - 1;
    if (name.length != prefix + 1 || !same_letters((struct text){name.at, prefix}, control_prefix)) return PRESS_NONE;
    char letter = upper(name.at[prefix]);
    if (letter < 'A' || letter > 'Z' || strchr("CHIJMQS", letter) != NULL) return PRESS_NONE;
    return PRESS_CONTROL(letter);
}

/* One character of well-formed UTF-8 that can be seen. */
static int character_key(struct text name)
{
    char spelled[5];
    static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    if (name.length == 0 || name.length > 4 || !text_is_utf8(name)) return PRESS_NONE;
    int code = (unsigned char)name.at[0] & mask[name.length];
    for (size_t i = 1; i < name.length; i++) code = code << 6 | ((unsigned char)name.at[i] & 0x3F);
    bool control = code <= ' ' || (code >= 0x7F && code < 0xA0);
    bool whole = encode(code, spelled) == name.length && memcmp(spelled, name.at, name.length) == 0;
    return whole && !control ? code : PRESS_NONE;
}

int press_find(struct text name)
{
    for (size_t i = 0; i < COUNT_OF(key_names); i++) {
        if (can_be_bound(key_names[i].key) && same_letters(name, key_names[i].name)) return key_names[i].key;
    }
    int key = function_key(name);
    if (key == PRESS_NONE) key = control_key(name);
    return key != PRESS_NONE ? key : character_key(name);
}

/* Actions and contexts */

/* "NEXT_MARKET" as users write it, made once. */
static const char *spelled(enum action action, const char *row)
{
    static char names[ACTION_COUNT][NAME_SIZE];
    char *name = names[action];
    for (size_t i = 0; name[0] == '\0' || i > 0; i++) {
        char letter = row[i];
        name[i] = letter == '_' ? '-' : letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
        if (letter == '\0' || i + 1 == NAME_SIZE) break;
    }
    return name;
}

const char *action_name(enum action action)
{
    static const char *const rows[ACTION_COUNT] = {[ACTION_NONE] = "",
#define ACTION_ROW(name, hint, help) [ACTION_##name] = #name,
                                                   ACTION_TABLE(ACTION_ROW)
#undef ACTION_ROW
    };
    return spelled(action, rows[action]);
}

enum action action_find(struct text name)
{
    for (enum action action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        if (text_is(name, action_name(action))) return action;
    }
    return ACTION_NONE;
}

const char *context_id(enum context context)
{
    switch (context) {
    case CONTEXT_LIVE:
        return "live";
    case CONTEXT_LIST:
        return "list";
    case CONTEXT_LIVE_LIST:
        return "live-list";
    case CONTEXT_WATCH:
        return "watch";
    case CONTEXT_INFO:
        return "info";
    case CONTEXT_PROMPT:
        return "line";
    case CONTEXT_COMMAND:
        return "command";
    default:
        return context_name(context);
    }
}

bool context_find(struct text id, enum context *context)
{
    for (*context = 0; *context < CONTEXT_COUNT; ++*context) {
        if (text_is(id, context_id(*context))) return true;
    }
    return false;
}

/* The keys of an action */

/* The last of the rows from `first` on that bind one key after the other to the same action: '1' to '9'. */
static size_t run_end(const struct binding *table, size_t count, size_t first)
{
    size_t last = first;
    while (last + 1 < count && table[last + 1].context == table[first].context &&
           table[last + 1].action == table[first].action && table[last + 1].key == table[last].key + 1) {
        last++;
    }
    return last;
}

void keymap_keys(enum context context, enum action action, bool first_only, char out[KEYS_SIZE])
{
    size_t length = 0, count;
    const struct binding *table = keymap_bindings(&count);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        if (table[i].context != context || table[i].action != action) continue;
        size_t last = run_end(table, count, i);
        char name[16], end[16] = "";
        press_name(table[i].key, name, sizeof name);
        if (last > i + 1) press_name(table[last].key, end, sizeof end);
        int added = snprintf(out + length, KEYS_SIZE - length, "%s%s%s%s", length > 0 ? " " : "", name,
                             end[0] != '\0' ? "-" : "", end);
        if (added < 0 || (size_t)added >= KEYS_SIZE - length) {
            out[length] = '\0';
            return;
        }
        length += (size_t)added;
        if (first_only) return;
        if (last > i + 1) i = last;
    }
}

static void nearest_keys(enum context context, bool replay, enum action action, char out[KEYS_SIZE])
{
    keymap_keys(context, action, true, out);
    while (out[0] == '\0' && context != context_wider(context, replay)) {
        context = context_wider(context, replay);
        keymap_keys(context, action, true, out);
    }
}

void keymap_key(enum context context, bool replay, enum action action, char out[KEYS_SIZE])
{
    nearest_keys(context, replay, action, out);
    if (out[0] == '\0') snprintf(out, KEYS_SIZE, ":%s", action_name(action));
}

void hint_keys(enum context context, bool replay, const struct hint *hint, char out[KEYS_SIZE])
{
    char second[KEYS_SIZE];
    nearest_keys(context, replay, hint->first, out);
    if (hint->second == ACTION_NONE) return;
    nearest_keys(context, replay, hint->second, second);
    size_t length = strlen(out);
    if (second[0] != '\0') snprintf(out + length, KEYS_SIZE - length, "%s%s", length > 0 ? "/" : "", second);
}
