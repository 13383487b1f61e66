#!/usr/bin/env bash
# A connection that is cut: the screen says so, the book stays but is not shown as live, and it comes back by itself.
. "$(dirname "$0")/lib.sh"

# A wait of a second at least: nobody can look away for so long.
echo '60, cut' >"$folder/faults"
open_screen 100 30 "$program" demo --fault "$folder/faults" --retry-first 5s --log "$folder/log"
await 'mid '

# One look must show both: the word for a book of before, and the book.
is_lost() { look=$(screen) && grep -qE 'stale|syncing' <<<"$look"; }
await_that 'the screen never said that the connection was lost' is_lost
grep -q 'mid ' <<<"$look" || fail "the book is gone from the screen: $look"
! grep -qE '^ . (live|verified) ' <<<"$look" || fail "the book is shown as live: $look"

await_file "$folder/log" 'link 0 disconnected: '
await_gone 'stale|down|next try'
await ' verified '
[ "$(grep -c 'link 0 connected' "$folder/log")" -eq 2 ] || fail "not opened twice: $(cat "$folder/log")"

# Ended by a signal: the code says so, the terminal is restored.
kill -TERM "$(pgrep -f "^$program demo --fault $folder/faults")"
await_exit 143
