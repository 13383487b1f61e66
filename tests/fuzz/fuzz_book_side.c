/* rooms: market */
/* Any bytes as operations on books kept by an array, by a tree, by a side that moves between the two, and by a plain
 * ladder of quantities: after each operation all hold the same book, with the same digest.
 */
#include "../unit/market/structures.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct comparison c;
    comparison_start(&c, (struct dice){.at = data, .end = data + size});
    while (c.dice.at < c.dice.end) operation_step(&c, false);
    require_agreement(&c, true);
    comparison_end(&c);
    return 0;
}
