#!/usr/bin/env bash
# A recording that was written from the format's documentation alone, in Python, is whole to us, and ours to it.
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")
for venue in polymarket kalshi; do
    "$program" exchange --print 200 --venue "$venue" --seed 5 --start 1789156497000 >"$folder/$venue.frames"
    for kind in obr obr.zst; do
        python3 "$here/foreign_obr.py" "$venue" "$folder/$venue.$kind" <"$folder/$venue.frames"
        "$program" verify "$folder/$venue.$kind" >"$folder/told" || fail "$(cat "$folder/told")"
        grep -q ': whole$' "$folder/told" || fail "not whole: $(cat "$folder/told")"
    done
    # Both hold the same lines.
    zstd -dcq "$folder/$venue.obr.zst" | cmp - "$folder/$venue.obr" || fail "the two encodings differ ($venue)"
done

# One byte of any block, and it is not.
size=$(stat -c %s "$folder/polymarket.obr")
printf '#' | dd of="$folder/polymarket.obr" bs=1 seek=$((size / 2)) conv=notrunc status=none
code=0
"$program" verify "$folder/polymarket.obr" >"$folder/told" || code=$?
[ "$code" -eq 3 ] || fail "exit code $code for a damaged recording, not 3"
grep -q '1 fault$' "$folder/told" || fail "$(cat "$folder/told")"
