#include "choices.h"

#include <stdio.h>

#include "booktop/venue/venue.h"

#define TITLE_SIZE 640

void choice_name(const struct instrument *instrument, char name[CHOICE_NAME_SIZE])
{
    size_t used = (size_t)snprintf(name, CHOICE_NAME_SIZE, "%s:", venue_get(instrument->venue)->name);
    const char *slug = instrument->slug[0] ? instrument->slug : instrument->symbol;
    text_sanitize(text_from(slug), name + used, CHOICE_NAME_SIZE - used, false);
}

void choices_print(const struct catalogue *catalogue)
{
    fprintf(stderr, "booktop: %s\n", catalogue->count == 1 ? "is it this one?" : "which of these?");
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct instrument *instrument = &catalogue->entries[i].instrument;
        char name[CHOICE_NAME_SIZE], title[TITLE_SIZE];
        choice_name(instrument, name);
        text_sanitize(text_from(instrument->title), title, sizeof title, false);
        fprintf(stderr, "  %s\n      %s\n", name, title);
    }
}
