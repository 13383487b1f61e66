/* What <bsd/sys/tree.h> makes of a side's nodes: side_nodes_RB_INSERT and its kin. Private to side_tree.c; generated in
 * side_nodes.c, by themselves, since no line of theirs is ours.
 */
#ifndef MARKET_SIDE_NODES_H
#define MARKET_SIDE_NODES_H

#include "side_tree.h"

static inline int side_nodes_compare(const struct side_node *a, const struct side_node *b)
{
    return (a->level.price > b->level.price) - (a->level.price < b->level.price);
}

/* The forms with STATIC do not compile: they use `__unused`, which the C library has as a field's name. */
RB_PROTOTYPE(side_nodes, side_node, entry, side_nodes_compare);

#endif
