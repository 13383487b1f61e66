#!/usr/bin/env bash
# A person in front of `booktop demo`: the ladder moves, keys do what the footer says, the terminal is restored.
. "$(dirname "$0")/lib.sh"

open_screen 100 30 "$program" demo --seed 2
await 10 'mid '
await 5 'DEMO'

# It moves.
before=$(screen)
end=$((SECONDS + 10))
while [ "$(screen)" = "$before" ]; do
    [ $SECONDS -lt $end ] || fail "the ladder does not move"
    moment
done

# Another market, and back.
title() { screen | head -n 1 | cut -c 1-50; }
first=$(title)
keys n
end=$((SECONDS + 5))
while [ "$(title)" = "$first" ]; do
    [ $SECONDS -lt $end ] || fail "n does not switch the market"
    moment
done
await 5 'mid '
keys p
await 5 "$(printf '%s' "$first" | cut -c 8-30 | sed 's/[][().*?+^$|\\]/./g')"

# Help and back, the list and back, small and large.
keys '?'
await 3 'the other outcome'
keys q
await 3 'mid '
tmux -L "booktop-$$" resize-window -t main -x 80 -y 24
await 3 'mid '
tmux -L "booktop-$$" resize-window -t main -x 30 -y 8
await_gone 3 'mid '
tmux -L "booktop-$$" resize-window -t main -x 120 -y 40
await 3 'mid '

keys Q
await_exit 5 0
