#!/usr/bin/env bash
# Nothing answers: the reason and what to try, within 15 s, exit code 1. On a screen as well. All at once: it is waiting.
. "$(dirname "$0")/lib.sh"

promised=15 # s

expect_reason() { # FILE WHAT
    grep -qi "$2" "$1" || fail "the reason is not given: $(cat "$1")"
    grep -q 'booktop demo' "$1" || fail "nothing to try is named: $(cat "$1")"
}

# ends NAME COMMAND...: in the time that is promised, with exit code 1; its words are in $folder/NAME.error.
ends() {
    local name=$1 code=0
    shift
    timeout $promised "$@" >"$folder/$name.out" 2>"$folder/$name.error" || code=$?
    [ "$code" -eq 1 ] || fail "exit $code, not 1: $*: $(cat "$folder/$name.error")"
    [ ! -s "$folder/$name.out" ] || fail "something was printed to standard output: $*"
}

# A port where nobody listens.
ends port "$program" --exchange 1 polymarket:anything &
port_ends=$!
children+=("$port_ends")
open_screen 80 24 "$program" --exchange 1 polymarket:anything
# No network at all, where a namespace without one can be had.
network_ends=
if unshare -rn true 2>/dev/null; then
    ends network unshare -rn "$program" polymarket:anything &
    network_ends=$!
    children+=("$network_ends")
fi

patience=$promised await_exit 1
screen >"$folder/screen"
expect_reason "$folder/screen" 'refused'
wait "$port_ends" || exit 1
expect_reason "$folder/port.error" 'refused'
if [ -n "$network_ends" ]; then
    wait "$network_ends" || exit 1
    expect_reason "$folder/network.error" 'resol\|network'
fi

# A name that the exchange does not know, and words that find nothing.
code=0
start_exchange --seed 5
"$program" --exchange "$port" --ca-file "$folder/ca.pem" polymarket:no-such-market-anywhere >/dev/null 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "exit $code, not 1, for an unknown market"
grep -q 'nothing of that name' "$folder/error" || fail "the reason is not given: $(cat "$folder/error")"
