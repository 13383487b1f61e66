#!/usr/bin/env bash
# A recording on the screen: it plays, stands still, jumps, goes faster, and is left as it was found; and a recording that
# a person makes by the key.
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$folder/data

"$program" demo --seed 2 --for 8s --record -o "$folder/eight.obr.zst" >/dev/null 2>"$folder/error" ||
    fail "demo --record: exit $?"
sum=$(sha256sum "$folder/eight.obr.zst")

# Where 80 % of it is, and how long it is, as the screen writes places.
length=$("$program" info --json "$folder/eight.obr.zst" | sed -E 's/.*"length_ns":([0-9]+).*/\1/')
[ "$length" -gt 4000000000 ] || fail "the recording is $length ns long"
place() { printf '%02d:%02d' $(($1 / 60000000000)) $(($1 / 1000000000 % 60)); }
most=$(place $((length / 100 * 80 + length % 100 * 80 / 100)))
length=$(place "$length")

# So slowly that it has not ended before it is looked at, however busy the machine is.
open_screen 80 24 "$program" replay --speed 0.1 "$folder/eight.obr.zst"
await 'REPLAY'
await '0\.1×'
await 'mid '
await 'verified by SHA-1'
keys Space
await 'paused'
keys Right
await " end +$length/$length"
keys Left
await "paused +00:00/$length"
keys 8 0 %
await "paused +$most/$length"
await 'verified by SHA-1'
keys '>'
await '0\.125 times as fast'
keys Space
await '0\.125×'
keys Q
await_exit 0
[ "$sum" = "$(sha256sum "$folder/eight.obr.zst")" ] || fail "the recording was changed"

# Torn off, and what is whole of that: the last books that are known are shown, and only the first is damaged.
head -c $(($(stat -c %s "$folder/eight.obr.zst") * 2 / 3)) "$folder/eight.obr.zst" >"$folder/torn.obr.zst"
code=0
"$program" replay --once "$folder/torn.obr.zst" >"$folder/torn" 2>"$folder/error" || code=$?
[ "$code" -eq 3 ] || fail "a torn file: exit $code"
grep -q 'the recording is damaged' "$folder/error" || fail "damage is not said: $(cat "$folder/error")"
grep -q 'verified' "$folder/torn" || fail "no book of a torn file: $(cat "$folder/torn")"
"$program" repair -o "$folder/whole.obr.zst" "$folder/torn.obr.zst" >/dev/null 2>&1 || fail "repair: exit $?"
"$program" replay --once "$folder/whole.obr.zst" >"$folder/whole" 2>"$folder/error" || fail "a repaired file: exit $?"
[ ! -s "$folder/error" ] || fail "a repaired file: $(cat "$folder/error")"
cmp -s "$folder/torn" "$folder/whole" || fail "a repaired file ends with other books"
for file in torn:3 whole:0; do
    close_screen
    open_screen 80 24 "$program" replay --speed max "$folder/${file%:*}.obr.zst"
    await 'verified by SHA-1'
    await ' end +00:0'
    keys Q
    await_exit "${file#*:}"
done

# By the key, and ended with the program.
close_screen
open_screen 100 30 "$program" demo --seed 2
await 'verified by SHA-1'
keys r
await 'REC'
keys Q
await_exit 0
screen >"$folder/last"
file=$(find "$folder/data/booktop/recordings" -name 'booktop-*-0.obr.zst')
[ -f "$file" ] || fail "nothing was recorded"
grep -q 'recorded' "$folder/last" || fail "not said where it is: $(cat "$folder/last")"
"$program" verify --books "$file" >"$folder/out" 2>&1 || fail "verify: exit $?: $(cat "$folder/out")"
