#!/usr/bin/env bash
# The command line: help and version on standard output, mistakes on standard error with exit code 2.
. "$(dirname "$0")/lib.sh"

"$program" --help >"$folder/help" || fail "--help: exit $?"
for word in demo decode exchange --once --for --json --venue --books --port --seed --fault 'Exit codes'; do
    grep -q -- "$word" "$folder/help" || fail "--help does not name $word"
done
"$program" demo -h | cmp - "$folder/help" || fail "-h differs"
"$program" --version >"$folder/version" || fail "--version: exit $?"
for word in booktop libwebsockets OpenSSL ncurses utf8proc; do
    grep -q "$word [0-9]" "$folder/version" || fail "--version does not name $word: $(cat "$folder/version")"
done

refused() { # WORD ARGUMENTS...: exit code 2, and the word is in what is said
    local word=$1 code=0
    shift
    "$program" "$@" >"$folder/out" 2>"$folder/error" </dev/null || code=$?
    [ "$code" -eq 2 ] || fail "$*: exit $code, not 2"
    grep -q -- "$word" "$folder/error" || fail "$*: '$word' is not said: $(cat "$folder/error")"
    [ ! -s "$folder/out" ] || fail "$*: something on standard output"
}
refused "unknown option '--frobnicate'" --frobnicate
refused "unknown option" -x
refused "missing" demo --for
refused "understand 'soon'" demo --for soon
refused "whole number" demo --speed 0
refused "whole number" exchange --port 99999
refused "whole number" exchange --seed -1
refused "does not belong" decode --once
refused "does not belong" --seed 3
refused "venue" decode
refused "venue" decode --venue nowhere
refused "no argument like 'more'" exchange more
refused "at most 4" demo a b c d e

# An exchange whose port is taken, a plan of faults that cannot be read.
start_exchange
code=0
"$program" exchange --port "$port" 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "a taken port: exit $code"
[ -s "$folder/error" ] || fail "a taken port: nothing said"
echo '1s, explode' >"$folder/faults"
code=0
"$program" exchange --fault "$folder/faults" 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "a bad plan: exit $code"
grep -q 'line 1' "$folder/error" || fail "the line is not named: $(cat "$folder/error")"
