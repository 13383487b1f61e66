/* Queries of URLs, as both venues' REST takes them apart. */
#ifndef BOOKTOP_EXCHANGE_QUERY_H
#define BOOKTOP_EXCHANGE_QUERY_H

#include "booktop/base/text.h"

/* Takes the next NAME=VALUE off the start of a query: a name may stand there more than once. */
bool query_part_take(struct text *query, struct text *part);
/* Takes the next of some comma-separated values. */
bool query_value_take(struct text *values, struct text *value);

#endif
