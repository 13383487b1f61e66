/* A small reader of the JSON that clients send, of the exchange's own: members and elements are taken off the start of
 * a text one by one, values of no interest are left out whole. Strings keep their escapes. Everything is borrowed.
 */
#ifndef BOOKTOP_EXCHANGE_SCAN_H
#define BOOKTOP_EXCHANGE_SCAN_H

#include "booktop/base/text.h"

enum scan_kind { SCAN_STRING, SCAN_ARRAY, SCAN_OBJECT, SCAN_WORD };

struct scan_value {
    enum scan_kind kind;
    struct text text; /* the inside of a string or of brackets; a number, true, false or null as it stands */
};

/* The inside of an object that is all of `message`. False if it is none. */
bool scan_object(struct text message, struct text *inside);

/* Takes the next member, or element, with the comma behind it. False at the end (`rest` is then blank) and for what is
 * no JSON (`rest` is not). */
bool scan_member(struct text *rest, struct text *key, struct scan_value *value);
bool scan_element(struct text *rest, struct scan_value *value);

/* True if nothing but blanks is left. */
bool scan_ended(struct text rest);

#endif
