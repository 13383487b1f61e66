/* The commands themselves are not in these tests: only that the right one is chosen. Included once in a program. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "booktop/app/options.h"

int command_watch(const struct options *options)
{
    (void)options;
    return 10;
}

int command_demo(const struct options *options)
{
    (void)options;
    return 11;
}

int command_decode(const struct options *options)
{
    (void)options;
    return 12;
}

int command_exchange(const struct options *options)
{
    (void)options;
    return 13;
}

#endif
