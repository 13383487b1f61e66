/* In which order the list's markets stand, and which of them. Private to the list. */
#ifndef BOOKTOP_SRC_UI_MARKET_ORDER_H
#define BOOKTOP_SRC_UI_MARKET_ORDER_H

#include "booktop/ui/market_list.h"

/* Fills list->sorted from what the filter leaves: markets of an event together. */
void market_order_sort(struct market_list *list);

#endif
