#!/usr/bin/env bash
# The same input decoded twice gives the same bytes, the same seed gives the same exchange, and what the exchange sends is
# understood without an error. Bad input is refused with a reason.
. "$(dirname "$0")/lib.sh"

print() { "$program" exchange --print 3000 --seed "$1" --start 1790000000000; }
print 11 >"$folder/frames"
print 11 | cmp - "$folder/frames" || fail "the same seed gave other bytes"
! print 12 | cmp -s - "$folder/frames" || fail "another seed gave the same bytes"
[ "$(wc -l <"$folder/frames")" -eq 3000 ] || fail "not 3000 messages"

decode() { "$program" decode --venue polymarket --books "$@"; }
decode "$folder/frames" >"$folder/first"
decode - <"$folder/frames" | cmp - "$folder/first" || fail "decoded twice, other bytes"
! grep -q '"event":"error"' "$folder/first" || fail "errors: $(grep -m 3 '"event":"error"' "$folder/first")"


# Bad input: each line is refused, counted by its line, and nothing else happens.
market='"market":"0xaa","asset_id":"1"'
{
    printf '{"event_type":"book",%s,"timestamp":"1","bids":[{"price":"0.4","size":"5"}],"asks":[]}\n' "$market"
    printf '{"event_type":"book",%s,"timestamp":"2","bids":[{"price":"0.4"\n' "$market"
    for price in '1e400' '"1e400"' 'NaN' '"NaN"' '"-0.4"' '"1.5"' '"0"' '"1"' '"0.1234567890123456789012345678901234567890"'; do
        printf '{"event_type":"book",%s,"timestamp":"3","bids":[{"price":%s,"size":"5"}],"asks":[]}\n' "$market" "$price"
    done
    printf '{"event_type":"book",%s,"timestamp":"4","bids":[{"price":"0.4","size":"-5"}],"asks":[]}\n' "$market"
    printf '{"event_type":"price_change","market":"0xaa","timestamp":"5","price_changes":[{"asset_id":"1","price":"0.4","size":"1","side":"UP"}]}\n'
    head -c 10000 /dev/zero | tr '\0' '['
    printf '\n{"event_type":"book",%s,"timestamp":"6","bids":[],"asks":[],"x":"\xff\xfe"}\n' "$market"
    printf '{"event_type":"book","market":"\\u001b]0;x\\u0007","asset_id":"1","timestamp":"7","bids":[],"asks":[]}\n'
} >"$folder/bad"
decode "$folder/bad" >"$folder/refused" || fail "decode: exit $?"
[ "$(grep -c '"event":"error"' "$folder/refused")" -eq 15 ] || fail "not 15 refusals: $(cat "$folder/refused")"
jq -e -s '[.[] | select(.event == "error") | .why | length > 0] | all' "$folder/refused" >/dev/null || fail "a refusal without a reason: $(cat "$folder/refused")"
jq -e -s '.[-1] | .bids == [["0.4","5"]] and .asks == []' "$folder/refused" >/dev/null || fail "the book was touched"
! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$folder/refused" || fail "control bytes in the output"

# The proof: each burst has its line, the counts add up, and a wrong book is seen.
decode --summary "$folder/frames" >"$folder/summed"
tail -n 1 "$folder/summed" | jq -e '.frames == 3000 and .failed == 0 and .unverifiable == 0 and .bursts > 1000' >/dev/null ||
    fail "not all is proved: $(tail -n 1 "$folder/summed")"
jq -e -s '.[-1] as $sum | ([.[] | select(.event == "proof")] | length) == $sum.bursts
    and ([.[] | select(.event == "proof") | .state == "verified" and .recipe == "C"] | all)
    and ([.[] | select(.n and .event != "proof")] | length) == $sum.events' "$folder/summed" >/dev/null ||
    fail "proofs and counts differ: $(tail -n 1 "$folder/summed")"
jq -e -s '[.[] | select(.bids) | .state == "verified" and .hidden == 0] | all' "$folder/summed" >/dev/null || fail "a book is not verified"
sed '2,$!b; s/"size":"\([0-9]*\)"/"size":"1\1"/' "$folder/frames" | decode --summary | tail -n 1 |
    jq -e '.failed > 1000' >/dev/null || fail "changed sizes were not noticed"

# An input that cannot be read.
code=0
decode "$folder/missing" 2>/dev/null || code=$?
[ "$code" -eq 1 ] || fail "exit $code for a missing file"
