#include "booktop/ui/prefs.h"

#include <string.h>

#include "booktop/ui/figure.h"
#include "booktop/ui/market_list.h"

enum setting_kind { KIND_NAME, KIND_SWITCH, KIND_CHOICE, KIND_NUMBER };

struct choice {
    const char *text;
    unsigned value;
};

struct setting {
    const char *name, *help;
    enum setting_kind kind;
    bool kept;
    size_t offset;
    const struct choice *choices; /* ended by NULL; of KIND_SWITCH and KIND_CHOICE */
    unsigned least, most;         /* of KIND_NUMBER */
};

#define AT(field) offsetof(struct prefs, field)

static const struct choice switches[] = {{"off", false}, {"on", true}, {NULL, 0}};
static const struct choice times[] = {{"local", false}, {"utc", true}, {NULL, 0}};
static const struct choice price_units[] = {
    {"cents", UNIT_CENTS}, {"percent", UNIT_PERCENT}, {"decimal", UNIT_DECIMAL}, {NULL, 0}};
static const struct choice size_units[] = {{"shares", SIZE_SHARES}, {"money", SIZE_MONEY}, {NULL, 0}};
/* The steps of the ladder (ladder_steps.h). */
static const struct choice groups[] = {{"1", 1}, {"2", 2}, {"5", 5}, {"10", 10}, {"50", 50}, {"100", 100}, {NULL, 0}};
static const struct choice orders[] = {
    {"found", ORDER_FOUND},   {"24h", ORDER_VOLUME},    {"last", ORDER_PRICE},  {"change", ORDER_CHANGE},
    {"spread", ORDER_SPREAD}, {"closes", ORDER_CLOSES}, {"market", ORDER_NAME}, {NULL, 0}};
static const struct choice depths[] = {{"all", 0}, {"50", 50}, {"20", 20}, {"10", 10}, {"5", 5}, {NULL, 0}};

static const struct setting settings[] = {
    {"theme", "colours: a theme's name, or a file (a name with a slash)", KIND_NAME, true, AT(theme), NULL, 0, 0},
    {"price-unit", "how prices are written", KIND_CHOICE, true, AT(price_unit), price_units, 0, 0},
    {"size-unit", "what sizes count", KIND_CHOICE, true, AT(size_unit), size_units, 0, 0},
    {"times", "the clock of trades and of the log", KIND_CHOICE, true, AT(utc), times, 0, 0},
    {"group", "ticks in one row of the ladder", KIND_CHOICE, true, AT(group), groups, 0, 0},
    {"depth", "levels of a side in the ladder", KIND_CHOICE, true, AT(depth), depths, 0, 0},
    {"tape", "the trades beside the ladder, where there is room", KIND_SWITCH, true, AT(tape), switches, 0, 0},
    {"chart", "the chart beside the ladder, where there is room", KIND_SWITCH, true, AT(chart), switches, 0, 0},
    {"volume", "what was traded at each price, in the ladder", KIND_SWITCH, true, AT(volume), switches, 0, 0},
    {"sort", "the column that the market list is sorted by", KIND_CHOICE, true, AT(sort), orders, 0, 0},
    {"reversed", "the market list the other way round", KIND_SWITCH, true, AT(reversed), switches, 0, 0},
    {"mouse", "wheel and clicks", KIND_SWITCH, false, AT(mouse), switches, 0, 0},
    {"frames", "pictures a second, at most", KIND_NUMBER, false, AT(frames), NULL, FRAMES_LEAST, FRAMES_MOST},
};

#define SETTINGS (sizeof settings / sizeof settings[0])

void prefs_init(struct prefs *prefs)
{
    *prefs = (struct prefs){
        .theme = "dark",
        .price_unit = UNIT_CENTS,
        .size_unit = SIZE_SHARES,
        .mouse = true,
        .tape = true,
        .chart = true,
        .volume = true,
        .group = 1,
        .frames = FRAMES_DEFAULT,
    };
}

size_t prefs_count(void)
{
    return SETTINGS;
}

const char *prefs_name(size_t setting)
{
    return settings[setting].name;
}

const char *prefs_help(size_t setting)
{
    return settings[setting].help;
}

const char *prefs_choice(size_t setting, size_t choice)
{
    const struct choice *choices = settings[setting].choices;
    if (choices == NULL) return NULL;
    for (size_t i = 0; i < choice; i++)
        if (choices[i].text == NULL) return NULL;
    return choices[choice].text;
}

bool prefs_kept(size_t setting)
{
    return settings[setting].kept;
}

static unsigned get_value(const struct prefs *prefs, const struct setting *setting)
{
    const char *place = (const char *)prefs + setting->offset;
    bool is_bool = setting->choices == switches || setting->choices == times;
    return is_bool ? *(const bool *)place : *(const unsigned *)(const void *)place;
}

static void set_value(struct prefs *prefs, const struct setting *setting, unsigned value)
{
    char *place = (char *)prefs + setting->offset;
    if (setting->choices == switches || setting->choices == times)
        *(bool *)place = value != 0;
    else
        *(unsigned *)(void *)place = value;
}

void prefs_format(const struct prefs *prefs, size_t setting, char *out, size_t size)
{
    const struct setting *row = &settings[setting];
    if (row->kind == KIND_NAME) {
        snprintf(out, size, "%s", (const char *)prefs + row->offset);
        return;
    }
    unsigned value = get_value(prefs, row);
    snprintf(out, size, "%u", value);
    for (const struct choice *choice = row->choices; choice != NULL && choice->text != NULL; choice++)
        if (choice->value == value) snprintf(out, size, "%s", choice->text);
}

static bool set_name(struct prefs *prefs, const struct setting *row, struct text value, char *error, size_t error_size)
{
    bool fits = value.length > 0 && value.length < PREFS_NAME_SIZE && memchr(value.at, '\0', value.length) == NULL;
    if (!fits) {
        snprintf(error, error_size, "%s is a name of up to %d bytes", row->name, PREFS_NAME_SIZE - 1);
        return false;
    }
    text_copy(value, (char *)prefs + row->offset, PREFS_NAME_SIZE);
    return true;
}

static bool set_number(struct prefs *prefs, const struct setting *row, struct text value, char *error,
                       size_t error_size)
{
    unsigned number = 0;
    bool good = value.length > 0;
    for (size_t i = 0; i < value.length && good; i++) {
        good = value.at[i] >= '0' && value.at[i] <= '9' && number <= row->most;
        if (good) number = 10 * number + (unsigned)(value.at[i] - '0');
    }
    if (good && number >= row->least && number <= row->most) {
        set_value(prefs, row, number);
        return true;
    }
    snprintf(error, error_size, "%s is a whole number from %u to %u", row->name, row->least, row->most);
    return false;
}

/* "size-unit is shares or money" */
static void list_choices(const struct setting *row, char *error, size_t error_size)
{
    size_t used = 0;
    for (size_t i = 0; row->choices[i].text != NULL; i++) {
        const char *between = i == 0 ? " is " : row->choices[i + 1].text == NULL ? " or " : ", ";
        int length =
            snprintf(error + used, error_size - used, "%s%s%s", i == 0 ? row->name : "", between, row->choices[i].text);
        if (length < 0 || (size_t)length >= error_size - used) return;
        used += (size_t)length;
    }
}

static bool set_choice(struct prefs *prefs, const struct setting *row, struct text value, char *error,
                       size_t error_size)
{
    for (const struct choice *choice = row->choices; choice->text != NULL; choice++) {
        if (!text_is(value, choice->text)) continue;
        set_value(prefs, row, choice->value);
        return true;
    }
    list_choices(row, error, error_size);
    return false;
}

bool prefs_set(struct prefs *prefs, struct text name, struct text value, char *error, size_t error_size)
{
    size_t i = 0;
    while (i < SETTINGS && !text_is(name, settings[i].name)) i++;
    if (i == SETTINGS) {
        snprintf(error, error_size, "there is no setting of that name");
        return false;
    }
    if (settings[i].kind == KIND_NAME) return set_name(prefs, &settings[i], value, error, error_size);
    if (settings[i].kind == KIND_NUMBER) return set_number(prefs, &settings[i], value, error, error_size);
    return set_choice(prefs, &settings[i], value, error, error_size);
}
