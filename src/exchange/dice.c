#include "booktop/exchange/dice.h"

#define QUANTILES 32

/* -ln(1 - i / 32) in thousandths; the last one stands for infinity and makes the mean of the interpolation 1. */
static const int16_t exponential[QUANTILES + 1] = {0,    32,   65,   98,   134,  170,  208,  247,  288,  330,  375,
                                                   421,  470,  521,  575,  633,  693,  758,  827,  901,  981,  1068,
                                                   1163, 1269, 1386, 1520, 1674, 1856, 2079, 2367, 2773, 3466, 5304};

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

struct dice dice_from(uint64_t seed, uint64_t stream)
{
    return (struct dice){mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ mix(~stream)};
}

uint64_t dice_next(struct dice *dice)
{
    dice->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(dice->state);
}

unsigned dice_below(struct dice *dice, unsigned bound)
{
    return (unsigned)(((dice_next(dice) >> 32) * bound) >> 32);
}

int64_t dice_between(struct dice *dice, int64_t least, int64_t most)
{
    return least + (int64_t)(dice_next(dice) % ((uint64_t)(most - least) + 1));
}

bool dice_chance(struct dice *dice, unsigned percent)
{
    return dice_below(dice, 100) < percent;
}

int64_t dice_interval(struct dice *dice, int64_t mean)
{
    uint64_t draw = dice_next(dice);
    unsigned step = (unsigned)(draw % QUANTILES);
    int64_t within = (int64_t)((draw >> 32) % 1000);
    int64_t low = exponential[step], high = exponential[step + 1];
    return mean * (low * 1000 + (high - low) * within) / 1000000;
}

void dice_hex(struct dice *dice, char *out, size_t count)
{
    for (size_t i = 0; i < count; i++) out[i] = "0123456789abcdef"[dice_below(dice, 16)];
    out[count] = '\0';
}

void dice_digits(struct dice *dice, char *out, size_t count)
{
    for (size_t i = 0; i < count; i++) out[i] = (char)('0' + (i == 0 ? 1 + dice_below(dice, 9) : dice_below(dice, 10)));
    out[count] = '\0';
}
