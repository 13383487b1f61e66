#!/usr/bin/env bash
# The command line: help and version on standard output, mistakes on standard error with exit code 2.
. "$(dirname "$0")/lib.sh"

"$program" --help >"$folder/help" || fail "--help: exit $?"
for word in demo record replay verify info repair export decode exchange --once --for --json --venue --books --port --seed --fault --kalshi-key-id --at --format 'Exit codes'; do
    grep -q -- "$word" "$folder/help" || fail "--help does not name $word"
done
for option in --for --log --debug; do # each stands once, and where it is said that the exchange takes it, too
    [ "$(grep -c -- "^  $option " "$folder/help")" -eq 1 ] || fail "--help names $option not once"
    sed -n '/^Running (booktop, demo, record, replay, exchange)/,/^$/p' "$folder/help" | grep -q -- "^  $option " ||
        fail "--help does not give $option to the exchange"
done
! grep -E '.{80}' "$folder/help" || fail "lines of --help do not fit a terminal of 80 columns"
! grep -E ' $' "$folder/help" || fail "blanks at the end of lines of --help"
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
refused "'nowhere'" exchange --venue nowhere --print 1
refused "--venue is for --print" exchange --venue kalshi
refused "does not belong" demo --kalshi-key key.pem
refused "decode takes one file" decode --venue kalshi a b
refused "no argument like 'more'" exchange more
refused "at least one market" record
refused "wants a file" replay --speed 2
refused "takes one file" repair a b
refused "understand 'soon'" replay --at soon a
refused "understand '0.01'" replay --speed 0.01 a
refused "whole number" demo --speed 0.5
refused "at most 4" demo a b c d e

# An exchange whose port is taken, a plan of faults that cannot be read.
start_exchange
code=0
"$program" exchange --port "$port" 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "a taken port: exit $code"
[ -s "$folder/error" ] || fail "a taken port: nothing said"
echo '1s, explode' >"$folder/faults"
for command in 'exchange' 'exchange --print 3' 'exchange --print 3 --venue kalshi' 'demo --once'; do
    code=0
    # shellcheck disable=SC2086
    "$program" $command --fault "$folder/faults" >"$folder/out" 2>"$folder/error" || code=$?
    [ "$code" -eq 1 ] || fail "$command, a bad plan: exit $code"
    grep -qF "booktop: $folder/faults: line 1: FAULT is none of" "$folder/error" || fail "$command, a bad plan: $(cat "$folder/error")"
    [ ! -s "$folder/out" ] || fail "$command, a bad plan: something on standard output"
done

# The key that the exchange gives out is its owner's alone, whatever was there before; no link is followed.
echo old >"$folder/key.pem"
ln "$folder/key.pem" "$folder/same"
chmod 666 "$folder/key.pem"
"$program" exchange --for 1ms --kalshi-key-out "$folder/key.pem" >"$folder/out" || fail "a key's file that is there: exit $?"
[ "$(stat -c %a "$folder/key.pem")" = 600 ] || fail "others may read the key: $(stat -c %a "$folder/key.pem")"
grep -q 'BEGIN PRIVATE KEY' "$folder/key.pem" || fail "no key: $(cat "$folder/key.pem")"
[ "$(cat "$folder/same")" = old ] || fail "who had the old file open can read the key"
ln -s same "$folder/link"
for place in link . missing/key.pem; do
    code=0
    "$program" exchange --for 1ms --kalshi-key-out "$folder/$place" >"$folder/out" 2>"$folder/error" || code=$?
    [ "$code" -eq 1 ] || fail "a key into $place: exit $code"
    grep -qF "cannot write $folder/$place: " "$folder/error" || fail "a key into $place: $(cat "$folder/error")"
    [ ! -s "$folder/out" ] || fail "a key into $place: something on standard output"
done
[ "$(cat "$folder/same")" = old ] || fail "a link was followed"
[ -z "$(find "$folder" -name 'key.pem.*')" ] || fail "a half-made key lies about"
