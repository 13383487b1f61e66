#!/usr/bin/env bash
# Kalshi's real messages, where they are at hand (BOOKTOP_CORPUS, or ../shared/corpus): all known, no gap, the same books
# as another program makes of them; one message less, and the book is given up.
. "$(dirname "$0")/lib.sh"

corpus=${BOOKTOP_CORPUS:-../shared/corpus}
[ -d "$corpus/kalshi" ] || { echo "no corpus of real messages here: skipped"; exit 77; }
session=$corpus/kalshi/2026-09-11_fed_decision_first60.jsonl

decode() { "$program" decode --venue kalshi --books --summary "$@"; }
summary() { tail -n 1 "$folder/out"; }

# A real session: every number is there, every price exact.
decode "$session" >"$folder/out" || fail "exit $?"
decode - <"$session" | cmp - "$folder/out" || fail "decoded twice, other bytes"
summary | jq -e '.frames == 61 and .errors == 0 and .ignored == 0 and .gaps == 0 and .failed == 0 and .duplicates == 0
    and .crossed == 0 and .bursts == 55 and .verified == 56 and .markets == 1' >/dev/null || fail "the session: $(summary)"
jq -c 'select(.bids)' "$folder/out" >"$folder/books"
jq -e -s 'length == 1 and .[0].state == "verified" and .[0].asset == null and .[0].hidden == 0' "$folder/books" >/dev/null ||
    fail "its book: $(cat "$folder/books")"

# Another program's books.
reference=$corpus/../tools/reference_books.py
if [ -e "$reference" ]; then
    python3 "$reference" kalshi <"$session" | jq -S '[.market, .bids, .asks]' >"$folder/theirs"
    jq -S '[.market, .bids, .asks]' "$folder/books" | diff "$folder/theirs" - >&2 || fail "the books differ"
else
    echo "no other program to compare books with"
fi

# Without one message in the middle: the numbers tell.
sed 30d "$session" | decode >"$folder/out"
summary | jq -e '.frames == 60 and .gaps == 1 and .errors == 0' >/dev/null || fail "with a message less: $(summary)"
jq -e -s '[.[] | select(.bids or .n >= 30) | .state == "stale"] | length == 32 and all' "$folder/out" >/dev/null ||
    fail "with a message less the book is not stale, at once and to the end: $(grep -v '"state":"stale"' "$folder/out")"

# A message that comes twice changes nothing.
sed 30p "$session" | decode >"$folder/out"
summary | jq -e '.frames == 62 and .gaps == 0 and .duplicates == 1' >/dev/null || fail "with one twice: $(summary)"
jq -c 'select(.bids)' "$folder/out" | cmp - "$folder/books" || fail "with one twice: another book"

# The form in cents, which ended: refused, with the reason.
decode "$corpus/kalshi/legacy_cents_2025.jsonl" >"$folder/out"
jq -e -s '[.[] | select(.n)] | length == 2 and all(.event == "error" and (.why | test("integer cents")))' \
    "$folder/out" >/dev/null || fail "cents: $(cat "$folder/out")"
summary | jq -e '.errors == 2 and .markets == 0' >/dev/null || fail "cents: $(summary)"

# Everything that the venue documents, or was seen to send, has its name; what is ignored, for a reason that is known.
for file in "$corpus"/kalshi/*.json* "$corpus"/kalshi/asyncapi-official/*.jsonl; do
    jq -c . "$file" | decode >"$folder/out" || fail "$file: exit $?"
    jq -e -s '[.[] | select(.event == "ignored") | .why | IN("a command", "no market data", "user channel")] | all' \
        "$folder/out" >/dev/null || fail "$file: something is unknown: $(grep ignored "$folder/out")"
done
jq -c . "$corpus"/kalshi/snapshot_*.json | decode | jq -e -s '[.[] | select(.bids)] | .[0].state == "verified"
    and (.[0].bids | length) == 10 and .[0].bids[0] == ["0.1", "29"] and .[0].asks[0] == ["0.11", "207"]' >/dev/null || fail "a lone snapshot is another book"
