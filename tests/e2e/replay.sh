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
await "paused +00:00(\.[0-9]+)?/$length"
keys 8 0 %
await "paused +$most(\.[0-9]+)?/$length"
await 'verified by SHA-1'
keys '>'
await '0\.2 times as fast'
keys Space
await '0\.2×'
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

# A bit of the head: what is a demo is told to be one all the same, and so is what was made whole of it.
spoilt() { # FILE OFFSET: a byte is another one
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((byte ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
cp "$folder/eight.obr.zst" "$folder/head.obr.zst"
spoilt "$folder/head.obr.zst" 40
code=0
"$program" verify --books "$folder/head.obr.zst" >"$folder/out" 2>&1 || code=$?
[ "$code" -eq 3 ] || fail "a damaged head: exit $code: $(cat "$folder/out")"
! grep -q differ "$folder/out" || grep -q '0 differ' "$folder/out" || fail "keyframes are accused: $(cat "$folder/out")"
"$program" info "$folder/head.obr.zst" >"$folder/out" 2>&1 || true
grep -q 'a demo' "$folder/out" || fail "of a damaged head info says no demo: $(cat "$folder/out")"
"$program" replay --once "$folder/head.obr.zst" >"$folder/out" 2>/dev/null || [ $? -eq 3 ] || fail "replay of a damaged head"
grep -q '  DEMO$' "$folder/out" || fail "no DEMO behind a damaged head: $(cat "$folder/out")"
"$program" repair -o "$folder/headed.obr.zst" "$folder/head.obr.zst" >/dev/null 2>&1 || fail "repair of a head: exit $?"
"$program" info "$folder/headed.obr.zst" | grep -c 'a demo' >"$folder/out" || fail "repair lost that it is a demo"

# Before the first books: on to them, and not further. Their time is said to the millisecond.
cp "$folder/eight.obr.zst" "$folder/late.obr.zst"
frame=$(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' "$folder/eight.obr.zst" | LC_ALL=C sed -n '2s/:.*//p') # the header is one itself
spoilt "$folder/late.obr.zst" $((frame + 100))
"$program" replay --once --at 0.5s "$folder/late.obr.zst" >"$folder/out" 2>"$folder/error" || [ $? -eq 3 ] || fail "--at before"
first=$(sed -nE 's/.*these are those of ([0-9]+)\.([0-9]{3})s$/\1\2/p' "$folder/error")
[ -n "$first" ] || fail "the first books' time is not said: $(cat "$folder/error")"
at() { "$program" replay --once --at "$(($1 / 1000)).$(printf %03d $(($1 % 1000)))s" "$folder/late.obr.zst" 2>&1 >"$folder/out" || true; }
at $((10#$first + 1)) >"$folder/error"
! grep -q 'no book is known' "$folder/error" || fail "books are known later than was said: $(cat "$folder/error")"
at $((10#$first - 2)) >"$folder/error"
grep -q 'no book is known' "$folder/error" || fail "books are known earlier than was said"

# Without a book at its damaged end it is said until when there was one: of the frames the last is torn, the one before is
# whole and has no keyframes, the one before that is damaged.
cp "$folder/torn.obr.zst" "$folder/bare.obr.zst"
frame=$(LC_ALL=C grep -obUaP '\x28\xb5\x2f\xfd' "$folder/bare.obr.zst" | tail -n 3 | LC_ALL=C sed -n '1s/:.*//p')
spoilt "$folder/bare.obr.zst" $((frame + 100))
code=0
"$program" replay --once "$folder/bare.obr.zst" >"$folder/out" 2>"$folder/error" || code=$?
[ "$code" -eq 3 ] || fail "no book at the end: exit $code"
grep -q 'no book is known at the end: the last were those of [0-9]' "$folder/error" || fail "not said: $(cat "$folder/error")"

# Books in a row begin with their time; plain text is ASCII where the locale is.
"$program" replay --for 2s "$folder/eight.obr.zst" >"$folder/out" || fail "replay --for: exit $?"
[ "$(grep -cE '^20[0-9-]+ [0-9:.]+ ' "$folder/out")" -ge 2 ] || fail "times are missing: $(cat "$folder/out")"
"$program" replay --for 2s --json "$folder/eight.obr.zst" >"$folder/out" || fail "replay --for --json: exit $?"
! grep -qvE '^\{"m":[0-9]+,"at":"20' "$folder/out" || fail "times are missing: $(cat "$folder/out")"
LC_ALL=C "$program" replay --once "$folder/eight.obr.zst" >"$folder/out" || fail "replay in ASCII: exit $?"
! LC_ALL=C grep -q '[^ -~]' "$folder/out" || fail "not ASCII: $(cat "$folder/out")"

# A recording without books, on a terminal and without one.
"$program" demo --seed 2 --for 3s --record -o "$folder/three.obr" >/dev/null 2>&1 || fail "demo --record: exit $?"
head -n 1 "$folder/three.obr" >"$folder/bookless.obr"
code=0
"$program" replay --once "$folder/bookless.obr" >/dev/null 2>"$folder/error" || code=$?
[ "$code" -eq 3 ] || [ "$code" -eq 1 ] || fail "without books: exit $code"
close_screen
open_screen 80 24 "$program" replay "$folder/bookless.obr"
await_exit "$code"
screen >"$folder/last"
grep -q 'the recording has no books' "$folder/last" || fail "not said that there are none: $(cat "$folder/last")"

# One that is still being written says so at its end, and when it is left.
"$program" demo --seed 2 --for 60s --record -o "$folder/open.obr.zst" >/dev/null 2>&1 &
children+=($!)
writer=$!
until [ "$(stat -c %s "$folder/open.obr.zst" 2>/dev/null || echo 0)" -gt 20000 ]; do moment; done
close_screen
open_screen 80 24 "$program" replay --speed max "$folder/open.obr.zst"
await 'so far .*still being recorded'
await 'still being recorded: it goes on as there is more'
keys Q
await_exit 0
screen >"$folder/last"
grep -q 'the recording is still being written' "$folder/last" || fail "not said at the exit: $(cat "$folder/last")"
kill "$writer"
wait "$writer" || true

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
