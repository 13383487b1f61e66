#!/usr/bin/env bash
# A market of each venue in front of a person: the same screen, the same keys, and by what each is verified.
. "$(dirname "$0")/lib.sh"

# What the exchange sends is understood, and numbered without a gap; the same seed gives the same bytes.
print() { "$program" exchange --venue kalshi --print 2000 --seed 3 --start 1790000000000 "$@"; }
print >"$folder/frames"
print | cmp - "$folder/frames" || fail "the same seed gave other bytes"
"$program" decode --venue kalshi --summary "$folder/frames" | tail -n 1 >"$folder/sum"
jq -e '.frames == 2000 and .errors == 0 and .ignored == 0 and .gaps == 0 and .failed == 0 and .crossed == 0
    and .bursts > 1000' "$folder/sum" >/dev/null || fail "not all is understood: $(cat "$folder/sum")"
printf '500, gap\n900, old\n' >"$folder/faults"
print --fault "$folder/faults" | "$program" decode --venue kalshi --summary | tail -n 1 >"$folder/sum"
jq -e '.gaps >= 1 and .duplicates >= 1' "$folder/sum" >/dev/null || fail "faults were not noticed: $(cat "$folder/sum")"

open_screen 110 50 "$program" demo --seed 2
await 'mid '
await 'verified by SHA-1'

# By its name.
keys / 'kalshi:KXHARBOR-26DEC-B4.5' Enter
await '^ *KALS '
await 'verified in sequence'
await 'mid '
screen >"$folder/kalshi"
grep -q 'DEMO' "$folder/kalshi" || fail "not marked as DEMO"
grep -q '¢' "$folder/kalshi" || fail "prices are not in cents"

# It moves.
moved() { ! screen | cmp -s - "$folder/kalshi"; }
await_that 'the ladder does not move' moved

# The other outcome, the proof, and back.
keys f
await '\[No\]'
keys f
await '\[Yes\]'
keys v
await 'numbers its messages|no checksum'
keys v
await 'mid '

# The market opened first, and this one again, by the same keys.
keys 1
await '^ *POLY '
await 'verified by SHA-1'
await 'mid '
keys 2
await '^ *KALS '
await 'verified in sequence'
await 'mid '
keys Q
await_exit 0

# Both venues in plain text and as JSON, by one grammar.
"$program" demo --once --json kalshi:KXSEAWALL-26DEC31 polymarket:port-lumen-tide-index-up-or-down >"$folder/json" ||
    fail "--json: exit $?"
jq -e -s 'length == 3 and .[0].venue == "kalshi" and .[0].market == "KXSEAWALL-26DEC31" and .[0].asset == null
    and ([.[1:][] | .venue == "polymarket"] | all) and ([.[] | (.bids | length) > 3] | all)' "$folder/json" >/dev/null ||
    fail "not one Kalshi book and two of a Polymarket market: $(cat "$folder/json")"

# An event with several markets: which of them? Each as it can be typed.
code=0
"$program" demo --once kalshi:KXHARBOR-26DEC 2>"$folder/error" >/dev/null || code=$?
[ "$code" -eq 1 ] || fail "an event: exit $code"
grep -q '^booktop: which of these?$' "$folder/error" || fail "not asked which: $(cat "$folder/error")"
grep -q '^  kalshi:KXHARBOR-26DEC-B4.5$' "$folder/error" || fail "no choice is offered: $(cat "$folder/error")"

# Words that find one market do not name it: it is offered all the same.
code=0
"$program" demo --once 'sea wall' 2>"$folder/error" >/dev/null || code=$?
[ "$code" -eq 1 ] || fail "words: exit $code"
grep -q '^booktop: is it this one?$' "$folder/error" || fail "not asked whether it is this one: $(cat "$folder/error")"
[ "$(grep -c '^  kalshi:KXSEAWALL-26DEC31$' "$folder/error")" -eq 1 ] || fail "not offered: $(cat "$folder/error")"
