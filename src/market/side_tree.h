/* The levels of a deep side as a red-black tree, ordered by price whichever side it is. Private to the room.
 *
 * Nodes lie in chunks that never move and are given back by side_tree_free only, so that a level's address is good for
 * as long as the level is there. Nobody counts the nodes in use but the book side, which must not put more levels into
 * the tree than it has room for. Feed thread.
 */
#ifndef MARKET_SIDE_TREE_H
#define MARKET_SIDE_TREE_H

#include <bsd/sys/tree.h>

#include "booktop/market/event.h"

/* The level comes first: its address is the node's. */
struct side_node {
    struct level level;
    RB_ENTRY(side_node) entry; /* of a free node: its parent is the next free one */
};

RB_HEAD(side_nodes, side_node);

struct side_chunk;

struct side_tree {
    struct side_nodes nodes;
    struct side_node *best;             /* NULL: empty */
    struct side_node *free;             /* nodes given back */
    struct side_chunk *first, *filling; /* those behind `filling` are untouched */
    uint32_t used;                      /* nodes taken from `filling` */
    uint32_t room;                      /* nodes in all chunks */
    enum side side;
};

/* NULL when out of memory. */
struct side_tree *side_tree_create(enum side side);
void side_tree_free(struct side_tree *tree);

/* Makes room for `count` levels in all, not for more. False, with nothing changed, when out of memory. */
bool side_tree_reserve(struct side_tree *tree, uint32_t count);

/* Replaces all levels by these, strictly in order, worst to best. There is room. O(count). */
void side_tree_assign(struct side_tree *tree, const struct level *levels, uint32_t count);

/* Removes all levels. O(1). */
void side_tree_clear(struct side_tree *tree);

/* NULL: no level at this price. */
struct level *side_tree_find(const struct side_tree *tree, price_t price);

/* There is room, and no level at this price. */
void side_tree_insert(struct side_tree *tree, struct level level);

/* A level of this tree. */
void side_tree_remove(struct side_tree *tree, struct level *level);

const struct level *side_tree_worst(const struct side_tree *tree);
const struct level *side_tree_worse(const struct side_tree *tree, const struct level *level);
const struct level *side_tree_better(const struct side_tree *tree, const struct level *level);

#endif
