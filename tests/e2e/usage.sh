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
"$program" -h | cmp - "$folder/help" || fail "-h differs"
"$program" help | cmp - "$folder/help" || fail "help differs"
for command in demo record replay verify info repair export decode exchange; do # of each its own
    "$program" "$command" --help >"$folder/own" || fail "$command --help: exit $?"
    "$program" help "$command" | cmp - "$folder/own" || fail "help $command differs"
    grep -q "^  booktop $command" "$folder/own" || fail "not the help of $command: $(cat "$folder/own")"
    grep -q '^Example' "$folder/own" || fail "no example of $command"
    ! grep -E '.{80}' "$folder/own" || fail "lines of $command --help do not fit a terminal of 80 columns"
    ! cmp -s "$folder/own" "$folder/help" || fail "$command --help is everything"
done
"$program" help replay >"$folder/own" || fail "help replay: exit $?"
grep -q 'time of day of this machine' "$folder/own" || fail "not said whose time --at is"
# Standard output that is closed takes nothing: that is a failure.
for arguments in --help --version 'decode --venue kalshi --summary /dev/null'; do
    code=0
    # shellcheck disable=SC2086
    "$program" $arguments >&- 2>/dev/null || code=$?
    [ "$code" -eq 1 ] || fail "$arguments into a closed descriptor: exit $code"
done
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
refused "goes with --record" demo --for 1s -o nowhere.obr.zst
refused "goes with --record" --for 1s -o nowhere.obr.zst
refused "unknown option" -x
refused "understand '.]2;x.'" demo --for $'\e]2;x\a' # what was typed steers no terminal
! LC_ALL=C grep -q $'[\001-\011\013-\037]' "$folder/error" || fail "control characters on standard error"
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
refused "a number from 0.1 to 1000, or max, not '0.01'" replay --speed 0.01 a
refused "--onc does not belong to 'verify'" verify --onc a
refused "whole number" demo --speed 0.5
refused "at most 4" demo a-1 b-1 c-1 d-1 e-1
refused "no command 'nowhere'" help nowhere
refused "speed is for the screen" replay --once --speed 3 a
refused "idle is for the screen" replay --json --idle 3s a
for name in '' ' ' :: polymarket: polymarket:: KALSHI:: 'kalshi: -'; do
    refused "'$name' names no market: a market is polymarket:SLUG" --exchange 1 --once "$name"
    refused "'$name' names no market: a market is polymarket:SLUG" record --exchange 1 -o "$folder/none.obr" "$name"
done
for name in - x.zst x.gz "$folder/no.obr.gz" ./a/b.zip .x.zst; do
    refused 'ends in .obr.zst or .obr' record --exchange 1 -o "$name" polymarket:x
    refused 'ends in .obr.zst or .obr' demo --once --record -o "$name"
    refused 'ends in .obr.zst or .obr' repair -o "$name" a
    [ ! -e "$name" ] || fail "$name was made"
done
# Nothing is written over: a file that is there, or what is no file, is refused before anything is begun.
for name in there.obr.zst there; do
    echo kept >"$folder/$name"
    refused "$name: it is there already" record --exchange 1 -o "$folder/$name" polymarket:x
    refused "$name: it is there already" demo --once --record -o "$folder/$name"
    [ "$(cat "$folder/$name")" = kept ] || fail "$name was written over"
done
refused '/dev/null: it is there already' record --exchange 1 -o /dev/null polymarket:x
refused 'is a directory: name the new file in it' repair -o "$folder" a

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

# === What is no recording, at once and in words; what there is no room for ===

# told CODE WORDS COMMAND...
told() {
    local expected=$1 words=$2 code=0
    shift 2
    timeout 20 "$@" >"$folder/out" 2>"$folder/error" </dev/null || code=$?
    [ "$code" -eq "$expected" ] || fail "$*: exit $code, not $expected: $(cat "$folder/error")"
    grep -qF -- "$words" "$folder/error" || fail "$*: '$words' is not said: $(cat "$folder/error")"
}

file=$folder/a.obr.zst
"$program" demo --seed 2 --for 2s --record -o "$file" >/dev/null 2>&1 || fail "demo --record: exit $?"
mkfifo "$folder/pipe"
truncate -s 16M "$folder/zeros.obr"
truncate -s 64G "$folder/zeros" # of no name: it is not looked through
for command in verify info 'export --format ndjson' repair 'replay --once' replay; do
    # shellcheck disable=SC2086
    {
        told 1 'is a directory: name the recordings in it' "$program" $command /
        told 1 'is a directory: name the recordings in it' "$program" $command "$folder"
        told 1 'is a pipe' "$program" $command "$folder/pipe"
        told 1 'is a device' "$program" $command /dev/zero
        told 1 'recordings are files' "$program" $command -
        told 1 'not a recording' "$program" $command "$folder/zeros.obr"
        told 1 'not a recording' "$program" $command "$folder/zeros"
        told 1 'No such file' "$program" $command "$folder/none.obr"
    }
done
rm "$folder/zeros.obr" "$folder/zeros"

(
    unset HOME XDG_DATA_HOME
    told 1 'HOME is not set' "$program" record polymarket:x
    told 1 'HOME is not set' "$program" demo --once --record
    XDG_DATA_HOME=somewhere told 1 'begin with /' "$program" record polymarket:x
)

# A file that may not grow: an error like any other, and nothing is left of it.
mkdir "$folder/small"
for format in book-csv ndjson npy sqlite; do
    words='File too large'
    [ $format != sqlite ] || words='disk I/O error' # which is all that SQLite says of it
    (ulimit -f 1 && told 1 "$words" "$program" export --format $format -o "$folder/small/$format" "$file")
done
(ulimit -f 1 && told 1 'File too large' "$program" repair -o "$folder/small/a.obr" "$file")
[ -z "$(ls -A "$folder/small")" ] || fail "left of what was too large: $(ls -A "$folder/small")"

# Times: the clock on the wall of the place that is named.
TZ=XYZ-5:30 "$program" info "$file" >"$folder/out" || fail "info: exit $?"
begin=$(sed -n 's/^begin  *[0-9-]* \([0-9:]*\)\.[0-9]* XYZ$/\1/p' "$folder/out")
[ -n "$begin" ] || fail "info names no zone: $(cat "$folder/out")"
TZ=XYZ-5:30 "$program" replay --once --json --at "$begin" "$file" >"$folder/at" 2>/dev/null || fail "--at $begin, the begin: exit $?"
"$program" replay --once --json --at 0 "$file" 2>/dev/null | cmp - "$folder/at" || fail "--at 0 and the time of the begin differ"
grep -q '"bids":\[\[' "$folder/at" || fail "no book at the begin: $(cat "$folder/at")"
TZ=XYZ-5:30 told 2 ' XYZ to ' "$program" replay --once --at 10m "$file"
"$program" replay --once --json --at 1.5s "$file" >"$folder/at" || fail "--at 1.5s: exit $?"
"$program" replay --once --json --at 1500ms "$file" | cmp - "$folder/at" || fail "--at 1.5s and 1500ms differ"

# === Standard descriptors that are closed are not given to files and sockets ===

"$program" info "$file" >"$folder/whole"
"$program" info "$file" <&- >"$folder/out" || fail "info without standard input: exit $?"
cmp "$folder/out" "$folder/whole" || fail "info without standard input says something else"
"$program" info "$file" 2>&- >"$folder/out" || fail "info without standard error: exit $?"
cmp "$folder/out" "$folder/whole" || fail "info without standard error says something else"
"$program" info "$file" >&- 2>"$folder/error" || true # what it printed is nowhere
"$program" verify "$file" >/dev/null || fail "what was only read was written to"
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
    made=$folder/closed.obr
    rm -f "$made"
    eval '"$program" demo --seed 2 --for 1s --record -o "$made" '"$closed" >"$folder/out" 2>"$folder/error" || true
    "$program" verify "$made" >"$folder/out" 2>&1 || fail "recorded with $closed: $(cat "$folder/out")"
done

# === A long piece of work says on a terminal how far it is ===

"$program" demo --seed 2 --for 1s --record -o "$folder/short.obr" >/dev/null 2>&1 || fail "demo --record: exit $?"
head -n 1 "$folder/short.obr" >"$folder/long.obr"
truncate -s 64G "$folder/long.obr"
truncate -s 64G "$folder/zeros.obr" # searched through before it is opened
for file in long zeros; do
    for work in 'verify checking' 'repair repairing' 'export exporting'; do
        command=${work% *}
        [ "$command" = export ] && command='export --format ndjson -o '$folder/never.ndjson
        # shellcheck disable=SC2086
        open_screen 80 24 "$program" $command "$folder/$file.obr"
        await "${work#* } [0-9]+ %"
        keys C-c
        patience=15 await_exit 130
        close_screen
    done
done
[ ! -e "$folder/never.ndjson" ] && [ ! -e "$folder/long.repaired.obr" ] || fail "something is left of what was ended"
