#!/usr/bin/env bash
# Killed at any moment of a recording at full speed: but for its torn end the file is whole, at most a second is missing,
# and repair makes a file of it that verifies. Until then it is one that is still being recorded, and whole.
#
# The second is the recorder's own: what it or the exchange was kept waiting for the processor is added, and how long
# there was no message at all; and the file is in memory, where there is such a place that is large enough, so that no
# other program's disk is waited for. One in three is of so little that blocks are closed by time, not by their size.
#
# BOOKTOP_KILLS: so often (3). BOOKTOP_PLACE: a folder for the recordings, in place of memory.
. "$(dirname "$0")/lib.sh"

kills=${BOOKTOP_KILLS:-3}
memory=$folder
if [ -w /dev/shm ] && [ "$(df --output=avail -B1M /dev/shm | tail -n 1)" -ge 512 ]; then memory=/dev/shm; fi
place=$(mktemp -d "${BOOKTOP_PLACE:-$memory}/booktop-kill-XXXXXX")
trap 'finish; builtin kill -CONT "${children[@]}" 2>/dev/null || true; rm -rf "$place"' EXIT # what is stopped ends not before that
declare -A exchanges ports ids
for speed in 4 200; do
    start_exchange --seed 4 --speed $speed --kalshi-key-out "$folder/key.$speed"
    await_file "$folder/exchange.out" 'Kalshi key .* is in '
    exchanges[$speed]=${children[-1]}
    ports[$speed]=$port
    ids[$speed]=$(sed -n 's/^Kalshi key \(.*\) is in .*/\1/p' "$folder/exchange.out")
    cp "$folder/ca.pem" "$folder/ca.$speed"
done
ask '/gamma/events?closed=false&limit=50' >"$folder/events"
mapfile -t markets < <(jq -r '.[].markets[].slug | "polymarket:" + .' "$folder/events" | head -n 8)
markets+=(kalshi:KXHARBOR-26DEC kalshi:KXSEAWALL-26DEC31)

# known FILE: every market's book is in what is being recorded, which is nothing that is damaged.
known() {
    local code=0
    "$program" replay --once --json "$1" >"$folder/books" 2>"$folder/error" || code=$?
    # 1: there is not even a header, or no book.
    [ "$code" -le 1 ] || fail "a file that is being recorded: replay: exit $code: $(cat "$folder/error")"
    [ "$(jq -r .market "$folder/books" | sort -u | wc -l)" -ge ${#markets[@]} ]
}

# waits FILE: of each thread of theirs "TASK: ran waited times", ns; one may end meanwhile.
waits() { grep . /proc/{"$recorder","$exchange"}/task/*/schedstat >"$1" 2>/dev/null || true; }

# kept_waiting BEFORE AFTER: milliseconds in which a thread could have run, and others did: of the recorder's two through
# which a message goes, and of the exchange's the one that waited longest.
kept_waiting() {
    local feed disk
    feed=$(grep -lx booktop-feed "/proc/$recorder"/task/*/comm) && disk=$(grep -lx booktop-record "/proc/$recorder"/task/*/comm) ||
        fail "it has no thread of that name: $(cat "/proc/$recorder"/task/*/comm)"
    awk -F '[: ]' -v feed="${feed%comm}schedstat" -v disk="${disk%comm}schedstat" -v exchange="/proc/$exchange/" '
        NR == FNR { before[$1] = $3; next }
        { took = $3 - before[$1] }
        $1 == feed || $1 == disk { all += took }
        index($1, exchange) == 1 && took > most { most = took }
        END { print int((all + most) / 1000000) }' "$1" "$2"
}

# stopped: every thread of theirs is; what it waited for until then is counted.
stopped() {
    local states
    states=$(sed 's/.*) //' /proc/{"$recorder","$exchange"}/task/*/stat 2>/dev/null || true)
    ! grep -qv '^T' <<<"$states"
}

most=0
for ((kill = 0; kill < kills; kill++)); do
    ending=$([ $((kill % 3)) -eq 2 ] && echo obr || echo obr.zst)
    speed=$([ $((kill % 3)) -eq 1 ] && echo 4 || echo 200)
    exchange=${exchanges[$speed]}
    file=$place/$kill.$ending
    "$program" record --exchange "${ports[$speed]}" --ca-file "$folder/ca.$speed" --kalshi-key-id "${ids[$speed]}" --kalshi-key "$folder/key.$speed" \
        -o "$file" "${markets[@]}" >"$folder/out" 2>"$folder/error" &
    recorder=$!
    children+=("$recorder")
    # Until it has them all; then at a moment of chance.
    end=$((SECONDS + patience))
    until known "$file"; do
        builtin kill -0 "$recorder" 2>/dev/null || fail "it ended by itself: $(cat "$folder/error")"
        [ $SECONDS -lt $end ] || fail "$ending: only $(wc -l <"$folder/books") books, for $patience s"
        moment
    done
    "$program" verify "$file" >"$folder/verified" 2>&1 || fail "$ending: verify while it is recorded: exit $?: $(cat "$folder/verified")"
    grep -q 'still being recorded' "$folder/verified" || fail "$ending: not said that it is still being recorded: $(cat "$folder/verified")"
    "$program" info "$file" >"$folder/info" 2>&1 || fail "$ending: info while it is recorded: exit $?: $(cat "$folder/info")"
    grep -q '^closed .*still being recorded' "$folder/info" || fail "$ending: $(cat "$folder/info")"
    "$program" export --format ndjson -o - "$file" 2>"$folder/error" >/dev/null || fail "$ending: export while it is recorded: exit $?: $(cat "$folder/error")"

    # What kept it waiting more than a second before is of no account any more.
    read -r -t "$(printf '%d.%03d' $((RANDOM % 2)) $((RANDOM % 1000)))" -u 9 || true
    waits "$folder/before"
    read -r -t 1 -u 9 || true
    killed=${EPOCHREALTIME/[.,]/}000
    builtin kill -STOP "$recorder" "$exchange"
    await_that "not stopped" stopped
    waits "$folder/after"
    waited=$(kept_waiting "$folder/before" "$folder/after")
    builtin kill -KILL "$recorder"
    builtin kill -CONT "$exchange"
    wait "$recorder" 2>/dev/null || true

    code=0
    "$program" verify "$file" >"$folder/verified" 2>&1 || code=$?
    [ "$code" -eq 3 ] || fail "$ending: verify: exit $code: $(cat "$folder/verified")"
    { zstd -qdc "$file" 2>/dev/null || true; } >"$folder/lines"
    [ "$ending" = obr.zst ] || cp "$file" "$folder/lines"
    repaired=$place/repaired.$ending
    rm -f "$repaired"
    code=0
    "$program" repair -o "$repaired" "$file" >"$folder/saved" 2>&1 || code=$?
    [ "$code" -eq 0 ] || fail "$ending: repair: exit $code: $(cat "$folder/saved")"
    "$program" verify "$repaired" >"$folder/verified" 2>&1 || fail "$ending: what was repaired: exit $?: $(cat "$folder/verified")"
    if [ "$ending" = obr ]; then cat "$repaired"; else zstd -qdc "$repaired"; fi | grep '^{"k":"rx"' >"$folder/saved"
    last=$(tail -n 1 "$folder/saved" | grep -oE '^\{"k":"rx","t":[0-9]+' | grep -oE '[0-9]+$')
    lost=$(((killed - last) / 1000000))
    quiet=$(tail -n 500 "$folder/saved" | grep -oE '^\{"k":"rx","t":[0-9]+' | cut -d : -f 3 |
        awk 'NR > 1 && $1 - last > most { most = $1 - last } { last = $1 } END { print int(most / 1000000) }')
    [ $lost -le $((1000 + waited + quiet)) ] ||
        fail "$ending, speed $speed: $lost ms are missing; it was kept waiting for $waited ms, and $quiet ms were without a message"
    [ $lost -le $most ] || most=$lost
    grep -a '^{"k":"rx".*}$' "$folder/lines" >"$folder/messages" || true
    cmp -s <(head -n "$(wc -l <"$folder/saved")" "$folder/messages") "$folder/saved" ||
        fail "$ending: other messages were saved than were recorded"
    code=0
    "$program" replay --once --json "$file" >"$folder/books" 2>"$folder/error" || code=$?
    [ "$code" -eq 3 ] || fail "$ending: replay: exit $code: $(cat "$folder/error")"
    [ "$(wc -l <"$folder/books")" -gt 10 ] || fail "$ending: only $(wc -l <"$folder/books") books"
    rm -f "$file" "$repaired"
done
echo "$kills kills: at most $most ms are missing"
