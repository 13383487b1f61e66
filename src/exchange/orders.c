#include "booktop/exchange/orders.h"

#include <string.h>

static bool crosses(const struct orders *orders, const struct order *order)
{
    int other = ladder_best(&orders->ladder, ladder_other(order->side));
    if (other == LADDER_NONE) return false;
    return order->side == LADDER_BID ? order->price >= other : order->price <= other;
}

bool orders_add(struct orders *orders, struct order order, bool may_cross)
{
    if (orders->count == ORDERS_MAX || order.size <= 0 || order.price <= 0 || order.price >= LADDER_ONE) return false;
    if (!may_cross && crosses(orders, &order)) return false;
    orders->list[orders->count++] = order;
    ladder_add(&orders->ladder, order.side, order.price, order.size);
    return true;
}

void orders_reduce(struct orders *orders, unsigned index, int64_t size)
{
    struct order *order = &orders->list[index];
    if (size > order->size) size = order->size;
    ladder_add(&orders->ladder, order->side, order->price, -size);
    order->size -= size;
    if (order->size > 0) return;
    orders->count--;
    memmove(order, order + 1, (orders->count - index) * sizeof *order);
}

int64_t orders_take(struct orders *orders, enum ladder_side side, int price, int64_t size, unsigned *token)
{
    int64_t taken = 0;
    for (unsigned i = 0; i < orders->count && taken < size;) {
        struct order *order = &orders->list[i];
        if (order->side != side || order->price != price) {
            i++;
            continue;
        }
        int64_t part = order->size < size - taken ? order->size : size - taken;
        *token = order->token;
        taken += part;
        orders_reduce(orders, i, part);
    }
    return taken;
}

bool orders_uncrossed(const struct orders *orders)
{
    int bid = ladder_best(&orders->ladder, LADDER_BID), ask = ladder_best(&orders->ladder, LADDER_ASK);
    return bid == LADDER_NONE || ask == LADDER_NONE || bid < ask;
}
