#include "side_tree.h"

#include <stdlib.h>

#include "memory.h"
#include "side_nodes.h"

struct side_chunk {
    struct side_chunk *next;
    uint32_t count;
    struct side_node nodes[];
};

/* Levels on their way into an empty tree, by rising price. */
struct planting {
    struct side_tree *tree;
    const struct level *next;
    ptrdiff_t step;     /* from one level to the next dearer one in the array */
    unsigned red_depth; /* where the last, incomplete row of the tree lies */
};

/* ---- nodes ---- */

/* There is room. */
static struct side_node *node_take(struct side_tree *tree)
{
    struct side_node *node = tree->free;
    if (node != NULL) {
        tree->free = RB_PARENT(node, entry);
        return node;
    }
    if (tree->used == tree->filling->count) {
        tree->filling = tree->filling->next;
        tree->used = 0;
    }
    return &tree->filling->nodes[tree->used++];
}

static void node_give_back(struct side_tree *tree, struct side_node *node)
{
    RB_PARENT(node, entry) = tree->free;
    tree->free = node;
}

static struct side_node *node_of(const struct level *level)
{
    return (struct side_node *)level; /* all nodes are ours to change; callers hold them const */
}

static const struct level *level_of(const struct side_node *node)
{
    return node != NULL ? &node->level : NULL;
}

static struct side_node *tree_best(struct side_tree *tree)
{
    return tree->side == SIDE_BID ? RB_MAX(side_nodes, &tree->nodes) : RB_MIN(side_nodes, &tree->nodes);
}

static bool price_better(price_t a, price_t b, enum side side)
{
    return side == SIDE_BID ? a > b : a < b;
}

/* ---- a tree from levels in order ---- */

/* A subtree of the next `count` levels. Halves that differ by one level at most fill all rows but the last, so black
 * nodes, and red ones in that row, make a red-black tree. As many calls deep as the tree is. */
static struct side_node *planting_grow(struct planting *planting, uint32_t count, unsigned depth)
{
    if (count == 0) return NULL;
    struct side_node *left = planting_grow(planting, count / 2, depth + 1);
    struct side_node *node = node_take(planting->tree);
    node->level = *planting->next;
    planting->next += planting->step;
    struct side_node *right = planting_grow(planting, count - count / 2 - 1, depth + 1);

    RB_SET(node, NULL, entry);
    RB_COLOR(node, entry) = depth == planting->red_depth ? RB_RED : RB_BLACK;
    RB_LEFT(node, entry) = left;
    RB_RIGHT(node, entry) = right;
    if (left != NULL) RB_PARENT(left, entry) = node;
    if (right != NULL) RB_PARENT(right, entry) = node;
    return node;
}

/* The row of the last of `count` nodes. None for a single one: a root is black. */
static unsigned last_row(uint32_t count)
{
    unsigned row = 0;
    while (count >>= 1) row++;
    return row > 0 ? row : UINT32_MAX;
}

struct side_tree *side_tree_create(enum side side)
{
    struct side_tree *tree = memory_zeroed(1, sizeof *tree);
    if (tree != NULL) tree->side = side;
    return tree;
}

void side_tree_free(struct side_tree *tree)
{
    if (tree == NULL) return;
    for (struct side_chunk *chunk = tree->first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(tree);
}

bool side_tree_reserve(struct side_tree *tree, uint32_t count)
{
    if (count <= tree->room) return true;
    uint32_t more = count - tree->room;
    struct side_chunk *chunk = memory_zeroed(1, sizeof *chunk + more * sizeof *chunk->nodes);
    if (chunk == NULL) return false;
    chunk->count = more;
    struct side_chunk **end = &tree->first;
    while (*end != NULL) end = &(*end)->next;
    *end = chunk;
    if (tree->filling == NULL) tree->filling = chunk;
    tree->room = count;
    return true;
}

void side_tree_assign(struct side_tree *tree, const struct level *levels, uint32_t count)
{
    side_tree_clear(tree);
    if (count == 0) return;
    struct planting planting = {.tree = tree, .next = levels, .step = 1, .red_depth = last_row(count)};
    if (tree->side == SIDE_ASK) {
        planting.next = &levels[count - 1];
        planting.step = -1;
    }
    RB_ROOT(&tree->nodes) = planting_grow(&planting, count, 0);
    tree->best = tree_best(tree);
}

void side_tree_clear(struct side_tree *tree)
{
    RB_INIT(&tree->nodes);
    tree->best = NULL;
    tree->free = NULL;
    tree->filling = tree->first;
    tree->used = 0;
}

struct level *side_tree_find(const struct side_tree *tree, price_t price)
{
    struct side_node *node = RB_ROOT(&tree->nodes);
    while (node != NULL && node->level.price != price)
        node = price < node->level.price ? RB_LEFT(node, entry) : RB_RIGHT(node, entry);
    return node != NULL ? &node->level : NULL;
}

void side_tree_insert(struct side_tree *tree, struct level level)
{
    struct side_node *node = node_take(tree);
    node->level = level;
    RB_INSERT(side_nodes, &tree->nodes, node);
    if (tree->best == NULL || price_better(level.price, tree->best->level.price, tree->side)) tree->best = node;
}

void side_tree_remove(struct side_tree *tree, struct level *level)
{
    struct side_node *node = node_of(level);
    if (node == tree->best) tree->best = node_of(side_tree_worse(tree, level));
    RB_REMOVE(side_nodes, &tree->nodes, node);
    node_give_back(tree, node);
}

const struct level *side_tree_worst(const struct side_tree *tree)
{
    struct side_node *node = RB_ROOT(&tree->nodes), *worst = NULL;
    for (; node != NULL; node = tree->side == SIDE_BID ? RB_LEFT(node, entry) : RB_RIGHT(node, entry)) worst = node;
    return level_of(worst);
}

const struct level *side_tree_worse(const struct side_tree *tree, const struct level *level)
{
    struct side_node *node = node_of(level);
    return level_of(tree->side == SIDE_BID ? RB_PREV(side_nodes, , node) : RB_NEXT(side_nodes, , node));
}

const struct level *side_tree_better(const struct side_tree *tree, const struct level *level)
{
    struct side_node *node = node_of(level);
    return level_of(tree->side == SIDE_BID ? RB_NEXT(side_nodes, , node) : RB_PREV(side_nodes, , node));
}
