#!/usr/bin/env bash
# A connection that is cut: the screen says so, the book is not shown as live, and it comes back by itself.
. "$(dirname "$0")/lib.sh"

echo '4s, cut' >"$folder/faults"
open_screen 100 30 "$program" demo --fault "$folder/faults" --log "$folder/log"
await 10 'mid '
await 10 'stale|down|retry'
await_file 10 "$folder/log" 'lost'
await_gone 20 'stale|down|retry'
await 10 'live'
[ "$(grep -c 'link 0 opened' "$folder/log")" -eq 2 ] || fail "not opened twice: $(cat "$folder/log")"

# Ended by a signal: the code says so, the terminal is restored.
pid=$(pgrep -f "^$program demo --fault $folder/faults")
kill -TERM "$pid"
await_exit 5 143
