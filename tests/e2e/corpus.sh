#!/usr/bin/env bash
# Real messages, where they are at hand (BOOKTOP_CORPUS, or ../shared/corpus): all understood, best prices as in the data.
. "$(dirname "$0")/lib.sh"

corpus=${BOOKTOP_CORPUS:-../shared/corpus}
[ -d "$corpus/polymarket" ] || { echo "no corpus of real messages here: skipped"; exit 77; }

# A book that was applied says only what its check found.
applied='(.why | IN(null, "its hash does not match", "the venue sent no hash", "no known recipe explains its hash"))'

decode() { "$program" decode --venue polymarket --books "$@"; }

for file in "$corpus"/polymarket/*.json* "$corpus"/polymarket/events/*.json; do
    jq -c . "$file" >"$folder/frames" # a document over several lines is one frame
    decode "$folder/frames" >"$folder/out" || fail "$file: exit $?"
    ! grep '"event":"error"' "$folder/out" || fail "$file: errors"
    decode "$folder/frames" | cmp - "$folder/out" || fail "$file: decoded twice, other bytes"

    # Types outside the market channel, and objects without a type, are ignored; the rest has its name.
    case ${file##*/} in
    *user*) jq -e -s '[.[] | select(.n) | .event == "ignored"] | all' "$folder/out" >/dev/null || fail "$file: not ignored" ;;
    ws_book_snapshot* | ws_last_trade.*) jq -e -s '[.[] | select(.n) | .event == "ignored"] | all' "$folder/out" >/dev/null || fail "$file: not ignored" ;;
    esac

    # After a book the best prices are the last of its arrays; at the end of a burst they are what its entries say.
    jq -c 'if type == "array" then .[] else . end | select(.event_type == "book")
           | [.asset_id, (.timestamp | tonumber), (.bids[-1].price // null), (.asks[-1].price // null)]' \
        "$folder/frames" >"$folder/theirs"
    jq -c 'select(.event == "book" and '"$applied"') | [.asset, .ts_ms, .best_bid, .best_ask]' "$folder/out" >"$folder/ours"
    diff "$folder/theirs" "$folder/ours" || fail "$file: best prices differ after a book"
    jq -c 'if type == "array" then .[] else . end | select(.event_type == "price_change") | .timestamp as $t
           | .price_changes[]? | [.asset_id, ($t | tonumber), .best_bid, .best_ask]' "$folder/frames" |
        jq -cs 'group_by(.[:2]) | .[] | .[-1]' >"$folder/theirs"
    jq -c 'select(.event == "price_change" and .why == null) | [.asset, .ts_ms, .best_bid, .best_ask]' "$folder/out" |
        jq -cs 'group_by(.[:2]) | .[] | .[-1]' >"$folder/ours"
    while read -r line; do
        grep -qxF -- "$line" "$folder/theirs" || fail "$file: best prices differ after a burst: $line"
    done <"$folder/ours"
done

# The proof: what is known of these messages.
counts() { # FILE verified searched failed
    local got
    got=$(decode --summary "$corpus/polymarket/$1" | tail -n 1 | jq -r '"\(.verified) \(.searched) \(.failed)"')
    [ "$got" = "$2 $3 $4" ] || fail "$1: verified, searched and failed are $got and should be $2 $3 $4"
}
counts 2025-12-23_btc15m_book_pc_book.jsonl 4 2 0
counts 2026-04-09_small_pair.json 2 0 0
counts 2026-09-11_crossed_fill.jsonl 5 1 0
decode --summary "$corpus/polymarket/2026-09-11_crossed_fill.jsonl" >"$folder/out"
jq -e -s '[.[] | select(.n or .hidden != null) | .state == "verified" and (.hidden // 0) == 0] | all' "$folder/out" >/dev/null ||
    fail "the locked moment inside a burst was cleaned or taken for a failure"
