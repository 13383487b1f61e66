#!/usr/bin/env bash
# A recording on the screen: it plays, stands still, jumps, goes faster, and is left as it was found; and a recording that
# a person makes by the key.
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$folder/data

"$program" demo --seed 2 --for 6s --record -o "$folder/six.obr.zst" >/dev/null 2>"$folder/error" || fail "demo --record: exit $?"
sum=$(sha256sum "$folder/six.obr.zst")
open_screen 80 24 "$program" replay "$folder/six.obr.zst"
await 10 'REPLAY'
await 10 'mid '
await 10 'verified by SHA-1'
keys Space
await 5 'paused'
keys Right
await 5 '00:0[5-6]/00:0[5-6]'
keys Left
await 5 '00:00/00:0[5-6]'
keys 5 0 %
await 5 '00:0[2-3]/00:0[5-6]'
await 5 'verified by SHA-1'
keys '>'
await 5 '2 times as fast'
keys Space
await 5 '2×'
keys Q
await_exit 5 0
[ "$sum" = "$(sha256sum "$folder/six.obr.zst")" ] || fail "the recording was changed"

# Torn off, and what is whole of that: the last books that are known are shown, and only the first is damaged.
head -c $(($(stat -c %s "$folder/six.obr.zst") * 2 / 3)) "$folder/six.obr.zst" >"$folder/torn.obr.zst"
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
    rm -f "$folder/stty.after" "$folder/code"
    tmux -L "booktop-$$" kill-server
    open_screen 80 24 "$program" replay --speed max "$folder/${file%:*}.obr.zst"
    await 10 'verified by SHA-1'
    await 10 ' end +00:0'
    keys Q
    await_exit 5 "${file#*:}"
done

# By the key, and ended with the program.
tmux -L "booktop-$$" kill-server
rm -f "$folder/stty.after" "$folder/code"
open_screen 100 30 "$program" demo --seed 2
await 10 'verified by SHA-1'
keys r
await 5 'REC'
keys Q
await_exit 5 0
screen >"$folder/last"
file=$(find "$folder/data/booktop/recordings" -name 'booktop-*-0.obr.zst')
[ -f "$file" ] || fail "nothing was recorded"
grep -q 'recorded' "$folder/last" || fail "not said where it is: $(cat "$folder/last")"
"$program" verify --books "$file" >"$folder/out" 2>&1 || fail "verify: exit $?: $(cat "$folder/out")"
