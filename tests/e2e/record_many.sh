#!/usr/bin/env bash
# Many markets of both venues in one recording: every one of them has its book in it. Kalshi is asked for no more than
# some markets a second.
#
# BOOKTOP_MARKETS: so many of each venue (12; with 100 it takes most of a minute).
. "$(dirname "$0")/lib.sh"

count=${BOOKTOP_MARKETS:-12}
start_exchange --seed 8 --markets "$count" --kalshi-key-out "$folder/key.pem"
await_file "$folder/exchange.out" 'Kalshi key .* is in '
id=$(sed -n 's/^Kalshi key \(.*\) is in .*/\1/p' "$folder/exchange.out")
ask '/gamma/events?closed=false&limit=200' | jq -r '.[].markets[].slug | "polymarket:" + .' >"$folder/names"
ask '/trade-api/v2/markets?limit=1000' | jq -r '.markets[] | select(.status == "active") | "kalshi:" + .ticker' >>"$folder/names"
mapfile -t names <"$folder/names"
[ ${#names[@]} -ge $((2 * count - 10)) ] || fail "only ${#names[@]} markets"

"$program" record --exchange "$port" --ca-file "$folder/ca.pem" --kalshi-key-id "$id" --kalshi-key "$folder/key.pem" \
    -o "$folder/many.obr.zst" "${names[@]}" >"$folder/out" 2>"$folder/error" &
recorder=$!
children+=("$recorder")
# What is being recorded can be read: until every one of them is in it.
all() {
    builtin kill -0 "$recorder" 2>/dev/null || fail "record: it ended by itself: $(cat "$folder/error")"
    "$program" replay --once --json "$folder/many.obr.zst" 2>/dev/null | jq -r '.market' | sort -u >"$folder/markets" || true
    [ "$(wc -l <"$folder/markets")" -eq ${#names[@]} ]
}
patience=$((60 + count)) await_that "not the books of ${#names[@]} markets" all
kill -INT "$recorder"
code=0
wait "$recorder" || code=$?
[ "$code" -eq 130 ] || fail "record: exit $code: $(cat "$folder/error")"
"$program" verify --books "$folder/many.obr.zst" >"$folder/verified" 2>&1 || fail "verify: exit $?: $(cat "$folder/verified")"
