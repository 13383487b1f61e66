/* Numbers as people read them: sizes in groups of three, prices in the habit of the venue, ages in words.
 *
 * Everything is exact integer arithmetic; what is shortened is rounded half away from zero. Texts are written to `out`
 * of FIGURE_SIZE bytes, terminated. Any thread.
 */
#ifndef BOOKTOP_UI_FIGURE_H
#define BOOKTOP_UI_FIGURE_H

#include "booktop/market/depth.h"

#define FIGURE_SIZE 48

enum price_unit { UNIT_CENTS, UNIT_PERCENT, UNIT_DECIMAL, UNIT_COUNT };

/* How prices of one market are written, the same for all of them, so that columns stand still. */
struct price_style {
    enum price_unit unit;
    unsigned scale;    /* of the prices given */
    unsigned decimals; /* behind the point in decimal notation: 2 shows 0.42 as 42¢, 3 as 42.0¢ */
    bool ascii;        /* "c" for cents */
};

/* "42.0¢", "42.0%" or "0.420". PRICE_NONE: "". */
void figure_price(price_t price, const struct price_style *style, char out[FIGURE_SIZE]);

/* The same for a price that is finer by `extra` digits (mid, microprice): shown with as many more decimals. */
void figure_fine_price(price_t price, unsigned extra, const struct price_style *style, char out[FIGURE_SIZE]);

/* Decimals needed to write `price` of `scale` in full, at least `least`. */
unsigned figure_price_decimals(price_t price, unsigned scale, unsigned least);

/* "1,234,567"; less than half of one whole but not nothing: "<1". Above 99,999,999 as figure_compact. */
void figure_size(quantity_t quantity, unsigned scale, char out[FIGURE_SIZE]);
/* Up to 9,999 as figure_size, then "31.2k", "4.5M", "1.2B", "3.0T". */
void figure_compact(quantity_t quantity, unsigned scale, char out[FIGURE_SIZE]);
/* All digits, in groups: "1,240.5". */
void figure_exact(quantity_t quantity, unsigned scale, char out[FIGURE_SIZE]);

/* Money in cents: "$0.43", "$9,999", "$31.2k". */
void figure_money(int64_t cents, char out[FIGURE_SIZE]);
/* To the cent: "$14,107.70". */
void figure_money_exact(int64_t cents, char out[FIGURE_SIZE]);

/* "812 B", "31.2 kB", "4.5 MB": units of a thousand, cut off. */
void figure_bytes(uint64_t bytes, char out[FIGURE_SIZE]);

/* Hundredths of a percent as "+21%", "-3%", "0%". */
void figure_percent(int32_t hundredths, char out[FIGURE_SIZE]);

/* An age in its largest unit: "12 s", "3 min", "2 h", "4 d". Returns the nanoseconds until the text changes. Negative
 * ages count as none. */
int64_t figure_age(int64_t nanoseconds, char out[FIGURE_SIZE]);
/* Time left, in one or two units: "52s", "12m", "3h 20m", "1d 4h", "9d". Returns the nanoseconds until the text
 * changes. */
int64_t figure_remaining(int64_t nanoseconds, char out[FIGURE_SIZE]);
/* How long something took: "8 ms", "0.41 s", "12.3 s". */
void figure_duration(int64_t nanoseconds, char out[FIGURE_SIZE]);
/* Time of day of a stamp in Unix milliseconds, local or UTC: "07:41:02". EVENT_NO_TIME: "--:--:--". */
void figure_clock(int64_t unix_ms, bool utc, char out[FIGURE_SIZE]);
/* Day and time in seconds since 1970: "2026-12-01 07:41". */
void figure_day(int64_t unix_s, bool utc, char out[FIGURE_SIZE]);

/* A place in a recording, as wide as `longest` is written: "03:12", " 0:03:12". */
void figure_place(int64_t nanoseconds, int64_t longest, char out[FIGURE_SIZE]);

/* The length of a bar in eighths of a column: 0 for nothing, `width` columns for `largest`, logarithmic in between, so
 * that one whale does not flatten the rest. Never 0 for a positive quantity. */
int figure_bar(quantity_t quantity, quantity_t largest, int width);
/* The next of 1, 2, 5, 10, 20, … that is not less: the scale of bars, which so does not follow every change. */
quantity_t figure_round_up(quantity_t quantity);

#endif
