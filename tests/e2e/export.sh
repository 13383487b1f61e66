#!/usr/bin/env bash
# What is exported from a recording says what its messages said, value for value; what cannot be written leaves nothing.
. "$(dirname "$0")/lib.sh"

for venue in polymarket kalshi; do
    "$program" exchange --print 600 --venue "$venue" --seed 7 --start 1789156497000 >"$folder/$venue.frames"
done
python3 "$(dirname "$0")/export_readback.py" "$program" "$folder"

# A small disk is large enough for a repair that fits on it.
# shellcheck disable=SC2016
small='mount -t tmpfs -o size=4m none "$2" && cp "$3" "$2/d.obr.zst" && exec "$1" repair "$2/d.obr.zst"'
mkdir "$folder/small"
if unshare -rm mount -t tmpfs none "$folder/small" 2>/dev/null; then
    unshare -rm bash -c "$small" - "$program" "$folder/small" "$folder/damaged.obr.zst" >"$folder/told" ||
        fail "not repaired on a small disk: $(cat "$folder/told")"
fi
