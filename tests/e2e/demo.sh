#!/usr/bin/env bash
# A person in front of `booktop demo`: the ladder moves, keys do what the footer says, the terminal is restored.
. "$(dirname "$0")/lib.sh"

open_screen 100 30 "$program" demo --seed 2
await 'mid '
await 'DEMO'

# It moves.
before=$(screen)
moved() { [ "$(screen)" != "$before" ]; }
await_that 'the ladder does not move' moved

# Another market, and back.
title() { screen | sed -nE '1s/^(.{50}).*/\1/p'; }
first=$(title)
switched() { [ "$(title)" != "$first" ]; }
switched_back() { [ "$(title)" = "$first" ]; }
keys n
await_that 'n does not switch the market' switched
await 'mid '
keys p
await_that 'p does not switch back' switched_back
await 'mid '

# Help and back, the list and back, small and large.
keys '?'
await 'the other outcome'
keys q
await_gone 'the other outcome'
await 'mid '
tmux -L "booktop-$$" resize-window -t main -x 80 -y 24
await 'mid '
tmux -L "booktop-$$" resize-window -t main -x 30 -y 8
await 'needs 40x12'
! shows 'mid ' || fail "a book where there is no room for one"
tmux -L "booktop-$$" resize-window -t main -x 120 -y 40
await 'mid '

keys Q
await_exit 0
