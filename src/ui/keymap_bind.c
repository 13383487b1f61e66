/* The binding table as it is now: the one of keymap_bindings.c, until the user changes it. */
#include "booktop/ui/keymap.h"

#include <stdio.h>
#include <string.h>

/* Room for the user's own. */
#define BINDINGS_MOST 512

static struct binding changed[BINDINGS_MOST];
static size_t changed_count;
static bool is_changed;

const struct binding *keymap_bindings(size_t *count)
{
    if (!is_changed) return keymap_defaults(count);
    *count = changed_count;
    return changed;
}

void keymap_reset(void)
{
    is_changed = false;
}

static void begin_changes(void)
{
    if (is_changed) return;
    const struct binding *defaults = keymap_defaults(&changed_count);
    if (changed_count > BINDINGS_MOST) changed_count = BINDINGS_MOST;
    memcpy(changed, defaults, changed_count * sizeof *changed);
    is_changed = true;
}

/* Takes the binding of a key out; false if there is none. */
static bool take_out(enum context context, int key)
{
    for (size_t i = 0; i < changed_count; i++) {
        if (changed[i].context != context || changed[i].key != key) continue;
        changed_count--;
        memmove(&changed[i], &changed[i + 1], (changed_count - i) * sizeof *changed);
        return true;
    }
    return false;
}

/* Behind the other keys of the same action, so that the help shows them together; else behind those of its context. */
static void put_in(struct binding binding)
{
    size_t place = changed_count;
    bool same_action = false;
    for (size_t i = 0; i < changed_count; i++) {
        if (changed[i].context != binding.context) continue;
        bool same = changed[i].action == binding.action;
        if (same_action && !same) continue;
        same_action = same;
        place = i + 1;
    }
    memmove(&changed[place + 1], &changed[place], (changed_count - place) * sizeof *changed);
    changed[place] = binding;
    changed_count++;
}

/* Reading */

static struct text next_word(struct text *rest)
{
    *rest = text_trim(*rest);
    size_t length = 0;
    while (length < rest->length && rest->at[length] != ' ' && rest->at[length] != '\t') length++;
    struct text word = {rest->at, length};
    *rest = (struct text){rest->at + length, rest->length - length};
    return word;
}

static bool refuse_context(struct text word, char *error, size_t size)
{
    int used = snprintf(error, size, "no context \"%.*s\", expected one of", (int)(word.length > 40 ? 40 : word.length),
                        word.length > 0 ? word.at : "");
    for (enum context i = 0; i < CONTEXT_COUNT && used >= 0 && (size_t)used < size; i++) {
        used += snprintf(error + used, size - (size_t)used, "%s %s", i > 0 ? "," : "", context_id(i));
    }
    return false;
}

static bool refuse_key(struct text word, char *error, size_t size)
{
    snprintf(
        error, size,
        "no key \"%.*s\", expected a character, Ctrl-A to Ctrl-Y (but C H I J M Q S), F1 to F12, Tab, Esc, Up, ...",
        (int)(word.length > 40 ? 40 : word.length), word.length > 0 ? word.at : "");
    return false;
}

static bool refuse_action(struct text word, char *error, size_t size)
{
    snprintf(error, size, "no action \"%.*s\", expected a name like next-market (booktop man lists them)",
             (int)(word.length > 40 ? 40 : word.length), word.length > 0 ? word.at : "");
    return false;
}

/* In the context, in a wider one, or in one that falls back on it. */
static bool has_meaning(enum context context, enum action action)
{
    for (int replay = 0; replay < 2; replay++) {
        if (keymap_reaches(context, replay, action)) return true;
        for (enum context inner = 0; inner < CONTEXT_COUNT; inner++) {
            enum context outer = inner;
            while (outer != context && outer != context_wider(outer, replay)) outer = context_wider(outer, replay);
            if (outer == context && keymap_reaches(inner, replay, action)) return true;
        }
    }
    return false;
}

static bool refuse_meaning(enum context context, enum action action, char *error, size_t size)
{
    size_t count;
    const struct binding *defaults = keymap_defaults(&count);
    const char *where = "";
    for (size_t i = 0; i < count && where[0] == '\0'; i++) {
        if (defaults[i].action == action) where = context_id(defaults[i].context);
    }
    snprintf(error, size, "%s means nothing in \"%s\", expected \"%s\" or what is inside it", action_name(action),
             context_id(context), where);
    return false;
}

/* Terminals make a signal of it before it could be read. */
static bool is_the_terminals(int key)
{
    return key == PRESS_CONTROL('Z');
}

static bool refuse_terminals_key(char *error, size_t size)
{
    snprintf(error, size, "Ctrl-Z is the terminal's own, expected another key: it suspends the program everywhere");
    return false;
}

/* The digit that was pressed says which: no other key can, but for a point amid digits. */
static bool lacks_digit(const struct binding *binding)
{
    bool digits = binding->action == ACTION_WATCHED || binding->action == ACTION_JUMP_DIGIT;
    bool point = binding->key == '.' && binding->context == CONTEXT_JUMP;
    return digits && !point && (binding->key < '0' || binding->key > '9');
}

static bool bind(struct text rest, char *error, size_t size)
{
    struct binding binding;
    struct text context = next_word(&rest), key = next_word(&rest), action = next_word(&rest);
    if (!context_find(context, &binding.context)) return refuse_context(context, error, size);
    binding.key = press_find(key);
    if (binding.key == PRESS_NONE) return refuse_key(key, error, size);
    binding.action = action_find(action);
    if (binding.action == ACTION_NONE) return refuse_action(action, error, size);
    if (text_trim(rest).length > 0) {
        snprintf(error, size, "more than expected: bind CONTEXT KEY ACTION");
        return false;
    }
    if (is_the_terminals(binding.key) && binding.action != ACTION_SUSPEND) return refuse_terminals_key(error, size);
    if (!has_meaning(binding.context, binding.action))
        return refuse_meaning(binding.context, binding.action, error, size);
    if (lacks_digit(&binding)) {
        snprintf(error, size, "%s is for digits, expected a key from 0 to 9", action_name(binding.action));
        return false;
    }
    begin_changes();
    take_out(binding.context, binding.key);
    if (changed_count == BINDINGS_MOST) {
        snprintf(error, size, "too many bindings, expected at most %d", BINDINGS_MOST);
        return false;
    }
    put_in(binding);
    return true;
}

static bool unbind(struct text rest, char *error, size_t size)
{
    enum context context;
    struct text word = next_word(&rest), name = next_word(&rest);
    if (!context_find(word, &context)) return refuse_context(word, error, size);
    int key = press_find(name);
    if (key == PRESS_NONE) return refuse_key(name, error, size);
    if (text_trim(rest).length > 0) {
        snprintf(error, size, "more than expected: unbind CONTEXT KEY");
        return false;
    }
    if (is_the_terminals(key)) return refuse_terminals_key(error, size);
    begin_changes();
    if (take_out(context, key)) return true;
    char spelled[16];
    press_name(key, spelled, sizeof spelled);
    snprintf(error, size, "%s is not bound in \"%s\"", spelled, context_id(context));
    return false;
}

bool keymap_bind(struct text line, char *error, size_t error_size)
{
    struct text word = next_word(&line);
    if (text_is(word, "bind")) return bind(line, error, error_size);
    if (text_is(word, "unbind")) return unbind(line, error, error_size);
    snprintf(error, error_size, "expected bind CONTEXT KEY ACTION, or unbind CONTEXT KEY");
    return false;
}
