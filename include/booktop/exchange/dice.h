/* The exchange's only source of chance: splitmix64, integers alone, so that a seed means the same bytes everywhere.
 * Each market has dice of its own for its flow and others for its messages: no draw depends on who listens.
 */
#ifndef BOOKTOP_EXCHANGE_DICE_H
#define BOOKTOP_EXCHANGE_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* Different streams of one seed are independent. */
struct dice dice_from(uint64_t seed, uint64_t stream);

uint64_t dice_next(struct dice *dice);
/* 0 .. bound - 1; bound > 0. */
unsigned dice_below(struct dice *dice, unsigned bound);
/* least .. most, both included. */
int64_t dice_between(struct dice *dice, int64_t least, int64_t most);
bool dice_chance(struct dice *dice, unsigned percent);
/* An interval with this mean, exponentially distributed (as far as a table of 32 steps goes), at most about 5 means. */
int64_t dice_interval(struct dice *dice, int64_t mean);
/* `count` lowercase hexadecimal, or decimal, digits (the first decimal one is not 0) and a terminator. */
void dice_hex(struct dice *dice, char *out, size_t count);
void dice_digits(struct dice *dice, char *out, size_t count);

#endif
