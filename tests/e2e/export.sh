#!/usr/bin/env bash
# What is exported from a recording says what its messages said, value for value; what cannot be written leaves nothing.
. "$(dirname "$0")/lib.sh"

for venue in polymarket kalshi; do
    "$program" exchange --print 600 --venue "$venue" --seed 7 --start 1789156497000 >"$folder/$venue.frames"
done
python3 "$(dirname "$0")/export_readback.py" "$program" "$folder"
