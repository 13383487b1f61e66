#!/usr/bin/env bash
# Killed at any moment of a recording at full speed: but for its torn end the file is whole, at most a second and a half
# is missing, and repair makes a file of it that verifies. Until then it is one that is still being recorded, and whole.
#
# BOOKTOP_KILLS: so often (3).
. "$(dirname "$0")/lib.sh"

kills=${BOOKTOP_KILLS:-3}
start_exchange --seed 4 --speed 200 --kalshi-key-out "$folder/key.pem"
await_file "$folder/exchange.out" 'Kalshi key .* is in '
id=$(sed -n 's/^Kalshi key \(.*\) is in .*/\1/p' "$folder/exchange.out")
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

# kept_waiting PROCESS: milliseconds in which one of its threads could have run, and others did.
kept_waiting() { cat /proc/"$1"/task/*/schedstat 2>/dev/null | awk '$2 > most { most = $2 } END { print int(most / 1000000) }'; }

most=0
for ((kill = 0; kill < kills; kill++)); do
    ending=$([ $((kill % 3)) -eq 2 ] && echo obr || echo obr.zst)
    file=$folder/$kill.$ending
    "$program" record --exchange "$port" --ca-file "$folder/ca.pem" --kalshi-key-id "$id" --kalshi-key "$folder/key.pem" \
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
    before=$(kept_waiting "$recorder")
    "$program" verify "$file" >"$folder/verified" 2>&1 || fail "$ending: verify while it is recorded: exit $?: $(cat "$folder/verified")"
    grep -q 'still being recorded' "$folder/verified" || fail "$ending: not said that it is still being recorded: $(cat "$folder/verified")"
    "$program" info "$file" >"$folder/info" 2>&1 || fail "$ending: info while it is recorded: exit $?: $(cat "$folder/info")"
    grep -q '^closed .*still being recorded' "$folder/info" || fail "$ending: $(cat "$folder/info")"
    "$program" export --format ndjson -o - "$file" 2>"$folder/error" >/dev/null || fail "$ending: export while it is recorded: exit $?: $(cat "$folder/error")"

    read -r -t "$(printf '%d.%03d' $((RANDOM % 3)) $((RANDOM % 1000)))" -u 9 || true
    waited=$(($(kept_waiting "$recorder") - before))
    killed=$(date +%s%N)
    builtin kill -KILL "$recorder"
    wait "$recorder" 2>/dev/null || true

    code=0
    "$program" verify "$file" >"$folder/verified" 2>&1 || code=$?
    [ "$code" -eq 3 ] || fail "$ending: verify: exit $code: $(cat "$folder/verified")"
    { zstd -qdc "$file" 2>/dev/null || true; } >"$folder/lines"
    [ "$ending" = obr.zst ] || cp "$file" "$folder/lines"
    repaired=$folder/repaired.$ending
    rm -f "$repaired"
    code=0
    "$program" repair -o "$repaired" "$file" >"$folder/saved" 2>&1 || code=$?
    [ "$code" -eq 0 ] || fail "$ending: repair: exit $code: $(cat "$folder/saved")"
    "$program" verify "$repaired" >"$folder/verified" 2>&1 || fail "$ending: what was repaired: exit $?: $(cat "$folder/verified")"
    if [ "$ending" = obr ]; then cat "$repaired"; else zstd -qdc "$repaired"; fi | grep '^{"k":"rx"' >"$folder/saved"
    last=$(tail -n 1 "$folder/saved" | grep -oE '^\{"k":"rx","t":[0-9]+' | grep -oE '[0-9]+$')
    lost=$(((killed - last) / 1000000))
    # On a machine that did not let it run it could not write.
    [ $lost -le $((1500 + waited)) ] || fail "$ending: $lost ms are missing; it was kept waiting for $waited ms"
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
