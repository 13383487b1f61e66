#include "side_nodes.h"

RB_GENERATE(side_nodes, side_node, entry, side_nodes_compare);
