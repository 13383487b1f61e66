/* What save.c and save_links.c share: how fields of structs are named in their tables, and how far numbers may go. */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_SAVE_H
#define BOOKTOP_SRC_VENUE_KALSHI_SAVE_H

#include "../snap.h"
#include "sync.h"

#define FIELD(type, member, kind)             SNAP_FIELD(type, member, #member, kind, 0)
#define FIELD_BELOW(type, member, limit)      SNAP_FIELD(type, member, #member, SNAP_COUNT, limit)
#define FIELD_NAMED(type, member, name, kind) SNAP_FIELD(type, member, name, kind, 0)
/* NOLINTNEXTLINE(bugprone-macro-parentheses): what is named is a member */
#define FIELD_EACH(type, member, name, kind) SNAP_FIELDS(type, member, member[0], name, kind, 0)
/* What is counted up in 64 bits starts well below their end. */
#define COMMANDS_MOST (INT64_C(1) << 53)
#define COUNTER_LIMIT (UINT64_C(1) << 31)

#endif
