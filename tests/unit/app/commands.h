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

int command_record(const struct options *options)
{
    (void)options;
    return 14;
}

int command_replay(const struct options *options)
{
    (void)options;
    return 15;
}

int command_verify(const struct options *options)
{
    (void)options;
    return 16;
}

int command_info(const struct options *options)
{
    (void)options;
    return 17;
}

int command_repair(const struct options *options)
{
    (void)options;
    return 18;
}

int command_export(const struct options *options)
{
    (void)options;
    return 19;
}

int command_man(const struct options *options)
{
    (void)options;
    return 20;
}

#endif
