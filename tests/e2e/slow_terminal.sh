#!/usr/bin/env bash
# A terminal that takes nothing for a while, at thousands of messages a second: once because nobody reads from it (a dead
# connection), once because of Ctrl-S. The books go on meanwhile, nothing is lost, nothing piles up, and as soon as it
# takes something again it shows what is now.
#
# BOOKTOP_SECONDS: how long at least (5 where it is not set).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/terminal.inc"

seconds=${BOOKTOP_SECONDS:-5}
rate=2000 # messages a second, at least
speed=100 # makes nearly 2500
growth=1024 # kB
at_once=1000 # ms: that is a promise
market=polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december
# A build with the address sanitizer keeps what was freed for a while, a quarter of a gigabyte of it.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1:thread_local_quarantine_size_kb=16

# The order flow stops after so many messages: then there is one last book.
all=$(((seconds + 6) * 2500))
echo "$all, halt" >"$folder/faults"

measurements() { curl -sS --fail "http://127.0.0.1:$page/metrics"; }
# measured NAME: the sum of all that begin with it.
measured() { measurements | awk -v name="booktop_$1" 'index($1, name) == 1 { sum += $2 } END { print sum + 0 }'; }
memory() { awk '/^RssAnon:/ { print $2 }' "/proc/$(cat "$terminal/pid")/status"; }

# The levels on the screen, "cents size" each, sizes rounded; and what the exchange says they are.
levels() { screen | sed -nE 's/^ +[0-9.,k]+ +([0-9,]+) +([0-9]+)¢.*/\2 \1/p' | tr -d ',' | sort; }
true_levels() {
    "$program" --exchange "$port" --ca-file "$folder/ca.pem" --once --json "$market" |
        jq -r -s '.[0] | (.bids + .asks)[] | map(tonumber) | "\(.[0] * 100 | round) \(.[1] | round)"' | sort
}

# shows_now: the screen has levels, and all of them are the exchange's.
shows_now() {
    levels >"$folder/levels"
    [ "$(wc -l <"$folder/levels")" -ge 10 ] && [ -z "$(comm -23 "$folder/levels" "$folder/true")" ]
}

# All messages have come, and none since the last look.
has_halted() {
    local now
    now=$(measured link_messages_total)
    [ "$now" -lt $all ] || [ "$now" != "$before" ] || return 0
    before=$now
    read -r -t 0.3 -u 9
}

# Until the order flow has stopped.
await_halt() {
    local before=-1
    patience=$((patience + 20 * seconds)) await_that 'the order flow does not stop' has_halted
}

# What was on its way has come: while books change all the time, half a second of one screen. Sets $still.
stands_still() {
    local looks
    still=$(screen)
    for looks in {1..10}; do
        moment
        [ "$(screen)" = "$still" ] || return 1
    done
}

# stops_and_goes_on WHAT STOP GO: the terminal takes nothing between the commands STOP and GO.
stops_and_goes_on() {
    local what=$1 began before held took
    start_exchange --seed 7 --speed $speed --fault "$folder/faults"
    # An exchange that a busy machine lets starve answers late: that is not what is looked at here.
    open_terminal 110 40 "$program" --exchange "$port" --ca-file "$folder/ca.pem" --metrics 0 --silence 10m "$market"
    await 'verified by SHA-1'
    await_file "$folder/log" 'measurements on .*/metrics$'
    page=$(sed -n 's|.*measurements on http://127.0.0.1:\([0-9]*\)/metrics$|\1|p' "$folder/log")
    await 'mid '

    before=$(measured link_messages_total)
    held=$(measured views_held_total)
    began=$(milliseconds)
    $2
    local memory_before still
    memory_before=$(memory)
    await_that "$what: the terminal takes what is written" stands_still
    await_halt
    took=$(($(milliseconds) - began))
    local messages=$(($(measured link_messages_total) - before)) memory_after
    memory_after=$(memory)
    true_levels >"$folder/true"
    [ "$(screen)" = "$still" ] || fail "$what: the terminal took something"
    [ "$(measured views_held_total)" -gt "$held" ] || fail "$what: no view was held back"

    began=$(milliseconds)
    $3
    until shows_now; do
        [ $(($(milliseconds) - began)) -lt $((at_once * 5)) ] || { screen >&2; fail "$what: an old book is shown"; }
        moment
    done
    local current=$(($(milliseconds) - began))
    echo "$what for $took ms: $((messages * 1000 / took)) messages/s, current $current ms later, memory" \
        "$memory_before kB before, $memory_after kB after"
    [ $took -ge $((seconds * 1000)) ] || fail "$what: it was over too soon"
    [ $messages -ge $((rate * seconds)) ] || fail "$what: only $messages messages came"
    [ $current -le $at_once ] || fail "$what: the screen was current only after $current ms"
    [ $((memory_after - memory_before)) -le $growth ] || fail "$what: memory grew"

    await 'verified by SHA-1'
    await 'failed 0 +resyncs 0 '
    for lost in 'link_failures_total' 'events_total{kind="dropped"' 'events_total{kind="buffer_full"' \
        'events_total{kind="error"' 'events_total{kind="disconnected"'; do
        [ "$(measured "$lost")" -eq 0 ] || fail "$what: $lost: $(measured "$lost"): $(grep 'link 0' "$folder/log" | tail -n 5)"
    done
    keys q
    await_exit 0
    modes_are_kept "$what"
    close_screen
    kill "${children[-1]}"
    wait "${children[-1]}" || true
}

press_stop() { keys C-s; }
press_go() { keys C-q; }

stops_and_goes_on 'unread' stop_reading read_on
stops_and_goes_on 'stopped by Ctrl-S' press_stop press_go
