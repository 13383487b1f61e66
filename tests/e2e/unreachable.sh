#!/usr/bin/env bash
# Nothing answers: the reason and what to try, within 15 s, exit code 1. On a screen as well.
. "$(dirname "$0")/lib.sh"

promised=15 # s

expect_reason() { # FILE WHAT
    grep -qi "$2" "$1" || fail "the reason is not given: $(cat "$1")"
    grep -q 'booktop demo' "$1" || fail "nothing to try is named: $(cat "$1")"
}

# A port where nobody listens.
code=0
timeout $promised "$program" --exchange 1 polymarket:anything >"$folder/out" 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "exit $code, not 1, where the connection is refused"
expect_reason "$folder/error" 'refused'
[ ! -s "$folder/out" ] || fail "something was printed to standard output"

open_screen 80 24 "$program" --exchange 1 polymarket:anything
patience=$promised await_exit 1
screen >"$folder/error"
expect_reason "$folder/error" 'refused'

# No network at all, where a namespace without one can be had.
if unshare -rn true 2>/dev/null; then
    code=0
    timeout $promised unshare -rn "$program" polymarket:anything >"$folder/out" 2>"$folder/error" || code=$?
    [ "$code" -eq 1 ] || fail "exit $code, not 1, without a network"
    expect_reason "$folder/error" 'resol\|network'
fi

# A name that the exchange does not know, and words that find nothing.
code=0
start_exchange --seed 5
"$program" --exchange "$port" --ca-file "$folder/ca.pem" polymarket:no-such-market-anywhere >/dev/null 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "exit $code, not 1, for an unknown market"
grep -q 'nothing of that name' "$folder/error" || fail "the reason is not given: $(cat "$folder/error")"
