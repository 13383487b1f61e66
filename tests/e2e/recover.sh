#!/usr/bin/env bash
# A connection that is cut: the screen says so, the book stays but is not shown as live, and it comes back by itself.
. "$(dirname "$0")/lib.sh"

echo '4s, cut' >"$folder/faults"
open_screen 100 30 "$program" demo --fault "$folder/faults" --log "$folder/log"
await 10 'mid '

# One look must show both: the word for a book of before, and the book.
end=$((SECONDS + 15))
while true; do
    look=$(screen)
    grep -qE 'stale|syncing' <<<"$look" && break
    [ $SECONDS -lt $end ] || fail "the screen never said that the connection was lost"
    moment
done
grep -q 'mid ' <<<"$look" || fail "the book is gone from the screen: $look"
! grep -qE '^ . (live|verified) ' <<<"$look" || fail "the book is shown as live: $look"

await_file 10 "$folder/log" 'link 0 disconnected: '
await_gone 20 'stale|down|next try'
await 10 ' verified '
[ "$(grep -c 'link 0 connected' "$folder/log")" -eq 2 ] || fail "not opened twice: $(cat "$folder/log")"

# Ended by a signal: the code says so, the terminal is restored.
kill -TERM "$(pgrep -f "^$program demo --fault $folder/faults")"
await_exit 5 143
