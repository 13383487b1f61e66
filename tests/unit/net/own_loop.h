/* Each test has a loop of its own, which trusts the tests' server; its time stands still but while a client waits for
 * its next attempt.
 */
#ifndef NET_OWN_LOOP_H
#define NET_OWN_LOOP_H

#include "client.h"
#include "trusted.h"

static struct net_loop *loop;

static inline int own_loop_open(void **state)
{
    (void)state;
    loop = manual_loop(authority.ca_pem);
    return 0;
}

static inline int own_loop_close(void **state)
{
    (void)state;
    net_loop_destroy(loop);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, own_loop_open, own_loop_close)

#endif
