#!/usr/bin/env bash
# Many markets of both venues in one recording: every one of them has its book in it. Kalshi is asked for no more than
# some markets a second.
#
# BOOKTOP_MARKETS: so many of each venue (12; with 100 it takes most of a minute).
. "$(dirname "$0")/lib.sh"

count=${BOOKTOP_MARKETS:-12}
start_exchange --seed 8 --markets "$count" --kalshi-key-out "$folder/key.pem"
await_file 5 "$folder/exchange.out" 'Kalshi key .* is in '
id=$(sed -n 's/^Kalshi key \(.*\) is in .*/\1/p' "$folder/exchange.out")
ask '/gamma/events?closed=false&limit=200' | jq -r '.[].markets[].slug | "polymarket:" + .' >"$folder/names"
ask '/trade-api/v2/markets?limit=1000' | jq -r '.markets[] | select(.status == "active") | "kalshi:" + .ticker' >>"$folder/names"
mapfile -t names <"$folder/names"
[ ${#names[@]} -ge $((2 * count - 10)) ] || fail "only ${#names[@]} markets"

"$program" record --exchange "$port" --ca-file "$folder/ca.pem" --kalshi-key-id "$id" --kalshi-key "$folder/key.pem" \
    -o "$folder/many.obr.zst" --for $((count * 2 / 5 + 4))s "${names[@]}" >"$folder/out" 2>"$folder/error" || fail "record: exit $?: $(cat "$folder/error")"
"$program" replay --once --json "$folder/many.obr.zst" | jq -r '.market' | sort -u >"$folder/markets"
[ "$(wc -l <"$folder/markets")" -eq ${#names[@]} ] || fail "$(wc -l <"$folder/markets") books of ${#names[@]} markets"
"$program" verify --books "$folder/many.obr.zst" >"$folder/verified" 2>&1 || fail "verify: exit $?: $(cat "$folder/verified")"
