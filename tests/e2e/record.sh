#!/usr/bin/env bash
# A session of both venues, recorded and played back: the file can be read by any tool, the books that come of it are the
# exchange's own, and every way to end leaves a file that is whole.
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$folder/data
command -v zstd >/dev/null || { echo 'skipped: zstd is missing'; exit 77; }

echo '150s, halt' >"$folder/faults"
start_exchange --seed 3 --speed 10 --fault "$folder/faults" --kalshi-key-out "$folder/key.pem"
await_file "$folder/exchange.out" 'Kalshi key .* is in '
id=$(sed -n 's/^Kalshi key \(.*\) is in .*/\1/p' "$folder/exchange.out")
access=(--exchange "$port" --ca-file "$folder/ca.pem" --kalshi-key-id "$id" --kalshi-key "$folder/key.pem")
ask '/gamma/events?closed=false&limit=50' >"$folder/events"
mapfile -t slugs < <(jq -r '.[].markets[].slug' "$folder/events" | head -n 4)
[ ${#slugs[@]} -eq 4 ] || fail "no four markets in the catalogue"
kalshi=(kalshi:KXHARBOR-26DEC kalshi:KXSEAWALL-26DEC31) # an event with its markets, a market

# refused CODE WORDS FILE ARGUMENTS...: nothing is left of a recording of nothing.
refused() {
    local expected=$1 words=$2 left=$3 code=0
    shift 3
    local out=$folder/out.$BASHPID error=$folder/error.$BASHPID
    "$program" "$@" >"$out" 2>"$error" || code=$?
    [ "$code" -eq "$expected" ] || fail "$*: exit $code, not $expected: $(cat "$error")"
    grep -qF -- "$words" "$error" || fail "$*: '$words' is not said: $(cat "$error")"
    [ ! -s "$out" ] || fail "$*: something on standard output"
    [ ! -e "$left" ] || fail "$*: $left is left behind"
}
# It tries for a while; where nobody listens that is the reason, whatever came of it.
unreachable=()
for name in "$folder"/{nobody.obr,nobody.1s.obr,nobody/}; do
    time=()
    [ "$name" = "$folder/nobody.obr" ] || time=(--for 1s)
    refused 1 'nothing answers at localhost:1: connection refused' "$name" record --exchange 1 "${time[@]}" -o "$name" polymarket:x &
    unreachable+=($!)
done
children+=("${unreachable[@]}")

# === Two minutes and a half of the exchange, until its order flow has stopped ===

file=$folder/session.obr.zst
"$program" record "${access[@]}" -o "$file" --for 20s "${slugs[@]/#/polymarket:}" "${kalshi[@]}" >"$folder/out" 2>"$folder/error" ||
    fail "record: exit $?: $(cat "$folder/error")"
[ "$(cat "$folder/out")" = "$file" ] || fail "the file's path is not printed: $(cat "$folder/out")"
[ "$(cat "$folder/error")" = "booktop: recording to $file" ] || fail "not said where it records to: $(cat "$folder/error")"
[ "$(stat -c %a "$file")" = 600 ] || fail "others may read it: $(stat -c %a "$file")"

zstd -qt "$file" || fail "zstd finds it damaged"
zstd -qdc "$file" >"$folder/lines"
jq -e -s '(.[0].k == "hdr") and (.[-2].k == "end") and (.[-1].k == "chk")
    and ([.[] | select(.k == "rx" and .c == 1) | .d] | length > 100)
    and ([.[] | select(.k == "rx" and .c == 65) | .d] | length > 100)
    and ([.[] | select(.k == "ev" and .e == "dropped")] | length == 0)
    and ([.[] | select(.k == "key" and .done)] | length >= 1)' "$folder/lines" >/dev/null ||
    fail "not the lines of a session: $(jq -r .k "$folder/lines" | sort | uniq -c)"
python3 -c 'import json, sys
for line in sys.stdin.buffer: json.loads(line)' <"$folder/lines" || fail "a line is no JSON to others"
! grep -qF "$id" "$folder/lines" || fail "the key's id is in the recording"
! grep -qi 'signature' "$folder/lines" || fail "a signature is in the recording"
"$program" verify --books "$file" >"$folder/verified" 2>&1 || fail "verify: exit $?: $(cat "$folder/verified")"

# The books at its end are the exchange's.
"$program" replay --once --json "$file" >"$folder/replay" || fail "replay: exit $?"
grep '"venue":"polymarket"' "$folder/replay" | jq -c '{asset, bids, asks, state}' | sort >"$folder/replayed"
for asset in $(jq -r .asset "$folder/replayed"); do
    ask "/clob/book?token_id=$asset" |
        jq -c '{asset: .asset_id, bids: [.bids[] | [.price, .size]] | reverse, asks: [.asks[] | [.price, .size]] | reverse,
                state: "verified"}'
done | sort >"$folder/exchanges"
[ "$(wc -l <"$folder/exchanges")" -eq 8 ] || fail "not eight books"
diff "$folder/replayed" "$folder/exchanges" >"$folder/difference" || fail "the books differ: $(head -c 600 "$folder/difference")"

# And so are Kalshi's: a viewer of now sees the same.
"$program" "${access[@]}" --once --json kalshi:KXHARBOR-26DEC-B4.5 kalshi:KXSEAWALL-26DEC31 | jq -c '{market, bids, asks, digest}' |
    sort >"$folder/live"
jq -c 'select(.venue == "kalshi") | {market, bids, asks, digest}' "$folder/replay" | sort >"$folder/replayed"
[ "$(wc -l <"$folder/replayed")" -gt 2 ] || fail "not all markets of the event: $(cat "$folder/replayed")"
[ "$(wc -l <"$folder/live")" -eq 2 ] || fail "no two books of now"
[ -z "$(comm -23 "$folder/live" "$folder/replayed")" ] || fail "Kalshi's books differ"

# Again it is the same, byte for byte: the books at the end, and all that was on the way.
"$program" replay --once --json "$file" | cmp -s - "$folder/replay" || fail "the same recording gave other books"
for time in 1 2; do
    "$program" export --format ndjson -o - "$file" >"$folder/export.$time" || fail "export: exit $?"
done
[ "$(wc -l <"$folder/export.1")" -gt 200 ] || fail "only $(wc -l <"$folder/export.1") lines are exported"
cmp -s "$folder/export.1" "$folder/export.2" || fail "the same recording was exported otherwise"

# Of one market, however it is named; where several are meant they are named.
slug=${slugs[0]}
"$program" export --format ndjson --market "polymarket:$slug" -o "$folder/by.slug" "$file" || fail "export of a slug: exit $?"
[ -s "$folder/by.slug" ] || fail "nothing is exported of a slug"
symbol=$(jq -r --arg slug "$slug" '.[].markets[] | select(.slug == $slug) | .conditionId' "$folder/events")
title=$(jq -r --arg slug "$slug" '.[].markets[] | select(.slug == $slug) | .question' "$folder/events")
for name in "$symbol" "polymarket:$symbol" "${symbol:0:12}" "${slug^^}" "$title"; do
    "$program" export --format ndjson --market "$name" "$file" | cmp -s - "$folder/by.slug" || fail "export --market $name gave something else"
done
"$program" export --format ndjson --market KXSEAWALL-26DEC31 -o "$folder/by.ticker" "$file" || fail "export of a ticker: exit $?"
for name in kxseawall-26dec31 Kalshi:kxseawall-26dec31; do
    "$program" export --format ndjson --market "$name" "$file" | cmp -s - "$folder/by.ticker" || fail "export --market $name gave something else"
done
refused 1 "--market 'will' means several" "$folder/none" export --format ndjson --market will -o "$folder/none" "$file"

# In text; at a time; second by second; the same each time.
"$program" replay --once "$file" >"$folder/text" || fail "replay in text: exit $?"
[ "$(grep -c 'mid ' "$folder/text")" -ge 5 ] || fail "no books in text: $(cat "$folder/text")"
grep -q 'DEMO' "$folder/text" || fail "a recording of the local exchange is not marked as one"
"$program" replay --at 4s --json "$file" >"$folder/early"
"$program" replay --at 4s --json "$file" | cmp -s - "$folder/early" || fail "the same time gave other books"
! cmp -s "$folder/early" "$folder/replay" || fail "after four seconds the books were those of the end"
"$program" replay --at 2s --for 2s --json "$file" >"$folder/seconds"
jq -c 'del(.m, .at)' "$folder/seconds" >"$folder/untimed"
jq -c . "$folder/early" >"$folder/early.jq"
tail -n "$(wc -l <"$folder/early")" "$folder/untimed" | cmp -s - "$folder/early.jq" || fail "the last of the seconds is another"
[ "$(jq -r 'select(.asset != null) | .asset' "$folder/seconds" | sort | uniq -c | sort -n | tail -n 1 | awk '{print $1}')" -eq 3 ] ||
    fail "not three seconds"
"$program" replay --for 4s --once --json "$file" | jq -c 'del(.m, .at)' | cmp -s - "$folder/early.jq" || fail "--once --for is not the time behind the begin"
"$program" replay --at 100% --once --json "$file" | cmp -s - "$folder/replay" || fail "100% is not the end"
"$program" replay --at 99.99999% --once --json "$file" >/dev/null || fail "--at in parts of a hundredth: exit $?"
"$program" replay --at 0 --once --json "$file" >"$folder/first" 2>"$folder/error" || fail "--at 0: exit $?: $(cat "$folder/error")"
[ -s "$folder/first" ] || fail "no book at the begin"
# With a key nothing is asked for once the markets are found.
jq -s '[.[] | select(.k == "ask" and .m > 5e9)] | length' "$folder/lines" >"$folder/asked"
[ "$(cat "$folder/asked")" -le 2 ] || fail "it goes on asking: $(jq -c 'select(.k == "ask" and .m > 5e9) | .url' "$folder/lines" | sort | uniq -c)"

# === The default place; beside a viewer ===

"$program" record "${access[@]}" --for 1s "polymarket:${slugs[0]}" >"$folder/out" || fail "record: exit $?"
made=$(cat "$folder/out")
[[ $made == "$folder"/data/booktop/recordings/booktop-*-0.obr.zst ]] || fail "not in the default place: $made"
[ "$(stat -c %a "$folder/data/booktop/recordings")" = 700 ] || fail "others may look into the folder"
zstd -qt "$made" || fail "zstd finds $made damaged"
[[ $made == */booktop-polymarket-* ]] || fail "its name tells of another venue: $made"
"$program" record "${access[@]}" --for 1s kalshi:KXSEAWALL-26DEC31 >"$folder/out" 2>"$folder/error" || fail "record: exit $?"
[[ $(cat "$folder/out") == */booktop-kalshi-* ]] || fail "its name tells of another venue: $(cat "$folder/out")"
"$program" info "$(cat "$folder/out")" | grep -x 'venues     kalshi (with a key); a demo: nothing of it is real' >/dev/null ||
    fail "the head tells of another venue"

"$program" demo --for 2s --record -o "$folder/beside.obr" >"$folder/out" 2>"$folder/error" || fail "demo --record: exit $?"
grep -qF "recorded $folder/beside.obr" "$folder/error" || fail "not said where it is: $(cat "$folder/error")"
grep -qF "booktop replay $folder/beside.obr" "$folder/error" || fail "not said how it is played: $(cat "$folder/error")"
code=0
"$program" "$folder/beside.obr" --once 2>"$folder/error" || code=$?
[ "$code" -eq 2 ] || fail "a recording for a market's name: exit $code"
grep -qF "booktop replay $folder/beside.obr" "$folder/error" || fail "a recording for a market's name: $(cat "$folder/error")"
"$program" replay --once "$folder/beside.obr" | grep -q 'mid ' || fail "no book in what was recorded beside"

# A window's second recording goes beside the file that was named; at the end each is told of.
open_screen 100 24 "$program" demo --record -o "$folder/window.obr"
await 'REC [0-9]'
keys r
await 'recorded .* to'
keys r
await 'recording to .*window-1\.obr'
await 'REC [0-9]'
keys Q
await_exit 0
await "booktop replay $folder/window\\.obr"
await "booktop replay $folder/window-1\\.obr"
close_screen
"$program" verify "$folder/window.obr" >/dev/null || fail "the first of a window: exit $?"
"$program" verify "$folder/window-1.obr" >/dev/null || fail "the second of a window: exit $?"

# === Ways to end ===

# Twice at once is once.
for signal in INT TERM HUP; do
    "$program" record "${access[@]}" -o "$folder/$signal.obr" "polymarket:${slugs[0]}" >"$folder/out" 2>"$folder/error" &
    recorder=$!
    children+=("$recorder")
    await_file "$folder/$signal.obr" '"event_type":"book"'
    kill "-$signal" "$recorder"
    kill "-$signal" "$recorder" 2>/dev/null || true
    code=0
    wait "$recorder" || code=$?
    [ "$code" -eq $((128 + $(kill -l "$signal"))) ] || fail "SIG$signal: exit $code"
    [ "$(cat "$folder/out")" = "$folder/$signal.obr" ] || fail "SIG$signal: the path is not printed"
    tail -n 2 "$folder/$signal.obr" | head -n 1 | grep -q '^{"k":"end"' || fail "SIG$signal: no end"
    "$program" verify "$folder/$signal.obr" >/dev/null || fail "SIG$signal: verify: exit $?"
done

refused 1 'NOTHING-OF-THE-KIND: ' "$folder/none.obr" record "${access[@]}" -o "$folder/none.obr" kalshi:NOTHING-OF-THE-KIND
# One name is found and another is not: the file of the first would keep the corrected command from its name.
refused 1 'nothing-of-the-kind: ' "$folder/none.obr" record "${access[@]}" -o "$folder/none.obr" "polymarket:${slugs[0]}" polymarket:nothing-of-the-kind
refused 1 'which of these?' "$folder/none.obr" record "${access[@]}" -o "$folder/none.obr" 'the harbour'
for child in "${unreachable[@]}"; do wait "$child" || exit 1; done
refused 1 'missing/none.obr' "$folder/missing" record "${access[@]}" -o "$folder/missing/none.obr" polymarket:x
refused 2 "$file" "$folder/none.obr" record "${access[@]}" -o "$file" "polymarket:${slugs[0]}"
refused 2 "$file" "$folder/none.obr" demo --record --for 1s -o "$file"
refused 1 'missing/none.obr' "$folder/missing" demo --record --for 1s -o "$folder/missing/none.obr"
refused 2 'at least one market' "$folder/none.obr" record
# The exchange listens there: the recorder was made before, and its file goes again.
refused 1 "$port" "$folder/none.obr" record "${access[@]}" --metrics "$port" -o "$folder/none.obr" "polymarket:${slugs[0]}"
# So do the folders that were made for it, and no others.
mkdir "$folder/empty"
refused 1 "$port" "$folder/empty/new" record "${access[@]}" --metrics "$port" -o "$folder/empty/new/" "polymarket:${slugs[0]}"
refused 1 'NOTHING-OF-THE-KIND: ' "$folder/empty/new" record "${access[@]}" -o "$folder/empty/new/deep//er" kalshi:NOTHING-OF-THE-KIND
refused 1 'nothing-of-the-kind: ' "$folder/empty/new" record "${access[@]}" -o "$folder/empty/new" "polymarket:${slugs[0]}" polymarket:nothing-of-the-kind
refused 1 'NOTHING-OF-THE-KIND: ' "$folder/none.obr" record "${access[@]}" -o "$folder/empty" kalshi:NOTHING-OF-THE-KIND
[ -d "$folder/empty" ] || fail "a folder that was there before is removed"
refused 2 'is not in the recording, which runs' "$folder/none.obr" replay --once --at 1h "$file"
refused 2 '--at 999% is not in the recording, which runs' "$folder/none.obr" replay --once --at 999% "$file"
for ending in .obr .obr.zst; do
    refused 2 'the ending alone' "$folder/$ending" record "${access[@]}" -o "$folder/$ending" polymarket:x
    refused 2 'the ending alone' "$ending" record "${access[@]}" -o "$ending" polymarket:x
    refused 2 'the ending alone' "$folder/$ending" repair -o "$folder/$ending" "$file"
done
# By what is in it, not by its name.
cp "$file" "$folder/renamed.obr"
"$program" replay --once --json "$folder/renamed.obr" | cmp -s - "$folder/replay" || fail "a compressed file of another name"
"$program" repair -o "$folder/plain.obr" "$file" >/dev/null || fail "repair into a plain file: exit $?"
refused 2 "plain.obr: it is there already" "$folder/none.obr" repair -o "$folder/plain.obr" "$file"
refused 2 "there is none: name the new file" "$folder/none" repair -o "$folder/none/" "$file"
"$program" repair "$folder/plain.obr" >/dev/null || fail "repair: exit $?"
refused 1 "is there already, and nothing is written over: name another with -o" "$folder/none.obr" repair "$folder/plain.obr"
rm "$folder/plain.repaired.obr"
mv "$folder/plain.obr" "$folder/plain.obr.zst"
"$program" verify "$folder/plain.obr.zst" >/dev/null || fail "a plain file of another name: exit $?"
# What is none keeps the others from nothing.
code=0
"$program" verify "$file" "$folder/plain.obr.zst" "$folder/events" "$folder/nowhere" "$folder/TERM.obr" >"$folder/out" 2>"$folder/error" || code=$?
[ "$code" -eq 1 ] || fail "verify of a stray file: exit $code: $(cat "$folder/error")"
[ "$(grep -c ': whole$' "$folder/out")" -eq 3 ] || fail "verify of a stray file and three that are whole: $(cat "$folder/out")"
grep -q "$folder/nowhere: No such file" "$folder/error" || fail "verify: not said what is missing: $(cat "$folder/error")"
# What info counts is what it lists.
"$program" info --json "$file" >"$folder/info"
jq -e '[.venues[].markets] == [.venues[].venue as $venue | [.markets[] | select(.venue == $venue)] | length]' "$folder/info" \
    >/dev/null || fail "markets are counted otherwise than they are listed: $(cat "$folder/info")"
refused 2 'is of another recording than' "$folder/none.obr" info "$file" "$folder/INT.obr"
refused 2 'was given twice' "$folder/none.obr" replay --once "$file" "$file"
refused 1 'missing.obr' "$folder/missing.obr" replay --once "$folder/missing.obr"
echo 'no recording' >"$folder/words"
refused 1 "$folder/words" "$folder/none.obr" replay --once "$folder/words"

# === Damage: what is whole is shown, what is not is said, exit code 3 ===

cp "$file" "$folder/damaged.obr.zst"
chmod 600 "$folder/damaged.obr.zst"
printf 'xxxx' | dd of="$folder/damaged.obr.zst" bs=1 seek=$(($(stat -c %s "$file") / 2)) conv=notrunc status=none
code=0
"$program" replay --once --json "$folder/damaged.obr.zst" >"$folder/out" 2>"$folder/error" || code=$?
[ "$code" -eq 3 ] || fail "a damaged file: exit $code"
grep -q 'the recording is damaged' "$folder/error" || fail "damage is not said: $(cat "$folder/error")"

# === A connection that goes: said once where nobody sees a line that changes; a file that goes is not named ===

start_exchange --seed 5 --speed 10
exchange=${children[-1]}
"$program" record --exchange "$port" --ca-file "$folder/ca.pem" -o "$folder/cut.obr" "polymarket:${slugs[0]}" >"$folder/out" 2>"$folder/error" &
recorder=$!
children+=("$recorder")
await_file "$folder/cut.obr" '"event_type":"book"'
kill "$exchange"
await_file "$folder/error" '^booktop: polymarket down: '
rm "$folder/cut.obr"
kill -TERM "$recorder"
wait "$recorder" || true
[ ! -s "$folder/out" ] || fail "the path of a file that is gone is printed: $(cat "$folder/out")"
[ "$(grep -c 'polymarket down' "$folder/error")" -eq 1 ] || fail "said more than once: $(cat "$folder/error")"

# === A disk that is full: recording ends with the reason, what was written stays ===

if unshare -rm true 2>/dev/null; then
    mkdir "$folder/small"
    start_exchange --seed 4 --speed 200
    code=0
    # shellcheck disable=SC2016
    unshare -rm bash -c '
        mount -t tmpfs -o size=67M none "$0/small" || exit 77
        "$@" -o "$0/small/a.obr" >"$0/out" 2>"$0/error"
        code=$?
        cp "$0/small/a.obr" "$0/full.obr"
        exit $code' "$folder" "$program" record --exchange "$port" --ca-file "$folder/ca.pem" --for 60s "${slugs[@]/#/polymarket:}" || code=$?
    [ "$code" -eq 77 ] || {
        [ "$code" -eq 1 ] || fail "a full disk: exit $code: $(cat "$folder/error")"
        grep -q 'recording ended: .*kept free' "$folder/error" || fail "a full disk is not said: $(cat "$folder/error")"
        "$program" verify "$folder/full.obr" >"$folder/out" 2>&1 || fail "what a full disk ended is not whole: $(cat "$folder/out")"
        { "$program" replay --once "$folder/full.obr" 2>/dev/null || true; } | grep 'mid ' >/dev/null || fail "what was written is no recording"
    }
fi
