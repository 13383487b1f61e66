/* Must not compile: a room sees no header of a floor above it. Built against json's face with a header of market. */
#include "booktop/base/text.h"
#include "booktop/json/reader.h"
#include "booktop/market/order_book.h"

int main(void)
{
    return 0;
}
