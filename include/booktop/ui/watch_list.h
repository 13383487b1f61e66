/* The watch list: the markets that the user keeps an eye on, in an order and in groups of the user's making, kept from
 * one start to the next. Plain data without a pointer.
 *
 * The markets of a group stand together; those without one come first. What was kept of a market are its names: it can
 * be shown, but has to be looked up before it can be opened (`known`). Main thread.
 */
#ifndef BOOKTOP_UI_WATCH_LIST_H
#define BOOKTOP_UI_WATCH_LIST_H

#include "booktop/market/catalogue.h"

#define WATCH_MOST       64 /* markets */
#define WATCH_GROUPS     16
#define WATCH_GROUP_SIZE 40 /* of a name, terminated */
#define WATCH_NO_GROUP   UINT32_MAX

struct watch_item {
    struct catalogue_entry entry; /* texts raw */
    uint32_t group;               /* WATCH_NO_GROUP: none */
    bool known;                   /* the venue described it in this run: the entry is whole */
    bool missing;                 /* it was looked up, and is not there */
    int64_t again;                /* the venue did not answer: machine's mono ns to ask again, 0: it did */
};

struct watch_group {
    char name[WATCH_GROUP_SIZE]; /* never empty; raw */
    bool folded;
};

struct watch_list {
    struct watch_item items[WATCH_MOST];
    uint32_t count;
    struct watch_group groups[WATCH_GROUPS]; /* each has a market */
    uint32_t group_count;
};

/* "polymarket:0x12…", as feed_open takes it. */
#define WATCH_NAME_SIZE (SYMBOL_SIZE + 16)
void watch_name(const struct instrument *instrument, char out[WATCH_NAME_SIZE]);

/* The place of a market, or -1. */
int watch_list_find(const struct watch_list *list, const struct instrument *instrument);
/* Behind the last one without a group. False if the list is full, or has it. */
bool watch_list_add(struct watch_list *list, const struct catalogue_entry *entry, bool known);
/* A group that loses its last market goes, too. */
void watch_list_remove(struct watch_list *list, uint32_t item);
/* A venue's newer description takes the place of the one there is; nothing for a market that is not in the list. */
void watch_list_describe(struct watch_list *list, const struct catalogue_entry *entry);

/* Into the group of this name, at its end, which is made where there is none; an empty name: into none. False where no
 * further group fits. */
bool watch_list_group(struct watch_list *list, uint32_t item, struct text name);
/* Another name for a group; not an empty one. */
void watch_list_rename(struct watch_list *list, uint32_t group, struct text name);
/* One place up (-1) or down (1), over the border of a group into the next one. Returns where it stands then. */
uint32_t watch_list_move(struct watch_list *list, uint32_t item, int step);
/* The whole group, past another one. Returns its number then. */
uint32_t watch_list_move_group(struct watch_list *list, uint32_t group, int step);

#endif
