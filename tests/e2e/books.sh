#!/usr/bin/env bash
# The books of the viewer after a minute of the exchange equal the exchange's own, level by level.
#
# The exchange runs its minute at ten times the speed, then its order flow stops (a halt from its plan of faults), so that
# both can be asked at leisure.
. "$(dirname "$0")/lib.sh"

echo '60s, halt' >"$folder/faults"
start_exchange --seed 3 --speed 10 --fault "$folder/faults"
ask '/gamma/events?closed=false&limit=50' >"$folder/events"
mapfile -t slugs < <(jq -r '.[].markets[].slug' "$folder/events" | head -n 4)
[ ${#slugs[@]} -eq 4 ] || fail "no four markets in the catalogue"

"$program" --exchange "$port" --ca-file "$folder/ca.pem" --json --for 9s "${slugs[@]}" >"$folder/books"
tail -n 8 "$folder/books" | jq -c '{asset, bids, asks, state}' | sort >"$folder/viewer"

for asset in $(jq -r .asset "$folder/viewer"); do
    ask "/clob/book?token_id=$asset" |
        jq -c '{asset: .asset_id, bids: [.bids[] | [.price, .size]] | reverse, asks: [.asks[] | [.price, .size]] | reverse,
                state: "verified"}'
done | sort >"$folder/exchange"

[ "$(wc -l <"$folder/exchange")" -eq 8 ] || fail "not eight books"
diff "$folder/viewer" "$folder/exchange" >"$folder/difference" || fail "the books differ: $(head -c 600 "$folder/difference")"
