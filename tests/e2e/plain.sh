#!/usr/bin/env bash
# Without a terminal: plain books once a second, ends by itself, quiet at a closed pipe.
. "$(dirname "$0")/lib.sh"

"$program" demo --for 8s >"$folder/out" || fail "demo without a terminal: exit $?"
books=$(grep -c 'mid ' "$folder/out")
{ [ "$books" -ge 5 ] && [ "$books" -le 9 ]; } || fail "$books books in eight seconds: $(cat "$folder/out")"
! grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$folder/out" || fail "control bytes in plain output"

"$program" demo --once >"$folder/once" || fail "--once: exit $?"
[ "$(grep -c 'mid ' "$folder/once")" -eq 1 ] || fail "--once did not print one book: $(cat "$folder/once")"

"$program" demo --once --theme nosuch >"$folder/once" 2>"$folder/error" || fail "an unknown theme: exit $?"
grep -q 'nosuch' "$folder/error" || fail "an unknown theme is not told of: $(cat "$folder/error")"

"$program" demo --once --json >"$folder/json" || fail "--json: exit $?"
jq -e -s 'length == 2 and all(.[]; .venue == "polymarket" and (.bids | length) > 5 and (.asks | length) > 5
    and (.digest | startswith("b3:")))' "$folder/json" >/dev/null || fail "not two books as JSON: $(cat "$folder/json")"

# Half-open: nothing comes any more, and nobody says that the book on the other side is still the same.
printf '40, half-open\n' >"$folder/plan"
"$program" demo --for 1h --json --ping 1s --silence 1h --fault "$folder/plan" >"$folder/doubt" &
children+=($!)
await_file "$folder/doubt" '"state":"stale"'
kill "${children[-1]}"
code=0
wait "${children[-1]}" || code=$?
[ "$code" -eq 143 ] || fail "half-open: exit $code"
jq -e -s '.[0].state == "verified" and .[-1].state == "stale"' "$folder/doubt" >/dev/null ||
    fail "a silent book is not stale: $(jq -c .state "$folder/doubt")"

# A reader that has had enough.
set +o pipefail
"$program" demo --for 30s 2>"$folder/error" | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "a closed pipe is no failure"
[ ! -s "$folder/error" ] || fail "said on a closed pipe: $(cat "$folder/error")"
