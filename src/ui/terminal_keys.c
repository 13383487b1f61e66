#include "terminal_keys.h"

#include "booktop/base/clock.h"

/* Codes of our own, behind those of ncurses. */
enum { CODE_PASTE = KEY_MAX + 1, CODE_PASTED, CODE_SGR, CODE_X10 };

/* A paste whose end does not come (the line was cut, or somebody made up its begin) is over after so long a silence. */
#define PASTE_PATIENCE NANOSECONDS_PER_SECOND

/* No screen has as many rows or columns. */
#define NUMBER_MOST 100000

/* xterm's control sequences, "Mouse Tracking": what the first number says. */
#define BUTTON_MASK   (0x03u | BUTTON_WHEEL | BUTTON_OTHER)
#define BUTTON_MOTION 0x20u
#define BUTTON_WHEEL  0x40u
#define BUTTON_OTHER  0x80u
#define X10_OFFSET    32u

static const struct {
    int curses, press;
} translations[] = {
    {KEY_UP, PRESS_UP},
    {KEY_DOWN, PRESS_DOWN},
    {KEY_LEFT, PRESS_LEFT},
    {KEY_RIGHT, PRESS_RIGHT},
    {KEY_HOME, PRESS_HOME},
    {KEY_END, PRESS_END},
    {KEY_PPAGE, PRESS_PAGE_UP},
    {KEY_NPAGE, PRESS_PAGE_DOWN},
    {KEY_DC, PRESS_DELETE},
    {KEY_IC, PRESS_INSERT},
    {KEY_BTAB, PRESS_BACK_TAB},
    {KEY_ENTER, PRESS_ENTER},
    {KEY_BACKSPACE, PRESS_BACKSPACE},
};

void terminal_keys_define(void)
{
    define_key("\033[200~", CODE_PASTE);
    define_key("\033[201~", CODE_PASTED);
    define_key("\033[<", CODE_SGR);
    define_key("\033[M", CODE_X10);
}

static int translate(int code)
{
    if (code >= KEY_F(1) && code <= KEY_F(12)) return PRESS_F1 + code - KEY_F(1);
    for (size_t i = 0; i < sizeof translations / sizeof *translations; i++) {
        if (translations[i].curses == code) return translations[i].press;
    }
    return PRESS_UNKNOWN;
}

/* The mouse */

static void begin_report(struct terminal_keys *keys, int code)
{
    keys->report = code == CODE_SGR ? REPORT_SGR : REPORT_X10;
    keys->numbers[0] = 0;
    keys->number_count = 0;
}

/* PRESS_MOUSE for what is told of, else PRESS_NONE. Numbers count from 1. */
static int finish_report(struct terminal_keys *keys, bool pressed)
{
    unsigned button = keys->numbers[0], column = keys->numbers[1], row = keys->numbers[2];
    keys->report = REPORT_NONE;
    if (!pressed || column == 0 || row == 0 || button & BUTTON_MOTION) return PRESS_NONE;
    keys->mouse = (struct mouse){MOUSE_PRESS, (int)row - 1, (int)column - 1};
    button &= BUTTON_MASK;
    if (button == 0) return PRESS_MOUSE;
    if (button != BUTTON_WHEEL && button != BUTTON_WHEEL + 1) return PRESS_NONE;
    keys->mouse.kind = button == BUTTON_WHEEL ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    return PRESS_MOUSE;
}

/* "0;12;5M" (m: let go). What is no report is thrown away up to the character that shows it. */
static int take_sgr(struct terminal_keys *keys, wint_t character)
{
    unsigned *number = &keys->numbers[keys->number_count];
    if (character >= '0' && character <= '9' && *number < NUMBER_MOST) {
        *number = 10 * *number + (unsigned)(character - '0');
        return PRESS_NONE;
    }
    if (character == ';' && keys->number_count + 1 < REPORT_NUMBERS) {
        keys->numbers[++keys->number_count] = 0;
        return PRESS_NONE;
    }
    bool whole = keys->number_count + 1 == REPORT_NUMBERS && (character == 'M' || character == 'm');
    if (whole) return finish_report(keys, character == 'M');
    keys->report = REPORT_NONE;
    return PRESS_NONE;
}

static int take_x10(struct terminal_keys *keys, wint_t character)
{
    unsigned number = character < X10_OFFSET ? 0 : (unsigned)character - X10_OFFSET;
    keys->numbers[keys->number_count++] = number < NUMBER_MOST ? number : 0;
    return keys->number_count == REPORT_NUMBERS ? finish_report(keys, true) : PRESS_NONE;
}

/* Pasted text */

static bool is_interrupt(const struct terminal_keys *keys, int kind, wint_t character)
{
    return keys->interrupt != 0 && kind == OK && character == keys->interrupt;
}

/* Keys in it are none: a paste is text. Who presses Ctrl-C again and again wants the end: that does not make a paste
 * whose end does not come last. */
static int paste(struct terminal_keys *keys, int kind, wint_t character)
{
    if (!is_interrupt(keys, kind, character)) keys->pasted_at = clock_now(&clock_system).mono;
    if (kind == KEY_CODE_YES) return PRESS_NONE;
    keys->pasted = true;
    if (character == '\r' || character == '\n') return PRESS_ENTER;
    return character >= ' ' || character == '\t' ? (int)character : PRESS_NONE;
}

static bool paste_has_ended(const struct terminal_keys *keys)
{
    return keys->pasting && clock_now(&clock_system).mono - keys->pasted_at > PASTE_PATIENCE;
}

/* One of what has come; PRESS_NONE: it is no key (more may have come). */
static int take(struct terminal_keys *keys, int kind, wint_t character)
{
    int code = kind == KEY_CODE_YES ? (int)character : 0;
    if (code == KEY_RESIZE) return PRESS_NONE; /* ncurses' own word for a new size: nobody pressed it */
    if (code == CODE_PASTE || code == CODE_PASTED) {
        keys->pasting = code == CODE_PASTE;
        keys->report = REPORT_NONE;
        keys->pasted_at = clock_now(&clock_system).mono;
        return PRESS_NONE;
    }
    if (paste_has_ended(keys)) keys->pasting = false;
    if (keys->pasting) return paste(keys, kind, character);
    if (is_interrupt(keys, kind, character)) {
        keys->report = REPORT_NONE;
        return PRESS_INTERRUPT;
    }
    if (code == CODE_SGR || code == CODE_X10) {
        begin_report(keys, code);
        return PRESS_NONE;
    }
    if (kind == KEY_CODE_YES) keys->report = REPORT_NONE;
    if (keys->report == REPORT_SGR) return take_sgr(keys, character);
    if (keys->report == REPORT_X10) return take_x10(keys, character);
    if (kind == KEY_CODE_YES) return translate(code);
    if (character == '\n') return PRESS_ENTER;
    return character == '\b' ? PRESS_BACKSPACE : (int)character;
}

int terminal_keys_next(struct terminal_keys *keys, WINDOW *window)
{
    wint_t character;
    int kind, key;
    keys->pasted = false;
    while ((kind = wget_wch(window, &character)) != ERR) {
        keys->pasted = false; /* what was dropped before this one says nothing of it */
        if ((key = take(keys, kind, character)) != PRESS_NONE) return key;
    }
    return PRESS_NONE;
}
