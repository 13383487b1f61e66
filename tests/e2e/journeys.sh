#!/usr/bin/env bash
# A journey for every action there is: how to get where it means something, the keys, and what is seen afterwards and was
# not seen before. An action of the program's table without a row here fails, and so does a row without an action.
#
# BOOKTOP_ACTION: only the journeys to this action.
. "$(dirname "$0")/lib.sh"
export XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config
patience=${BOOKTOP_PATIENCE:-$patience}

pane() { tmux -L "booktop-$$" display-message -p -t main "$1"; }

# ---- places: each begins anew, unless it goes on from where the journey before it ended ----

is_open=no
open_place() {
    rm -rf "$folder/state" "$XDG_CONFIG_HOME"
    if [ "$is_open" = yes ]; then close_screen; fi
    open_screen 100 30 "$@"
    is_open=yes
}

place_book() {
    open_place "$program" demo --seed 2
    await 'verified by SHA-1'
    await 'mid '
}
# Nothing moves but what the keys move: the order flow has halted.
place_still() {
    echo '1, halt' >"$folder/halt"
    open_place "$program" demo --seed 2 --fault "$folder/halt"
    await 'verified by SHA-1'
    await 'mid '
}
place_list() {
    place_still
    keys q
    await 'Odile Marrow .*1[01][0-9]d'
}
place_help() {
    place_still
    keys '?'
    await 'PgDn/PgUp page'
}
# Two markets are watched, and the second is open behind their list.
place_watching() {
    place_still
    keys w
    await '1 shows it'
    keys n
    await '^  POLY  Will Odile Marrow'
    await 'mid '
    keys w
    await '2 shows it'
    keys W
    await 'J/K reorder'
}
# place_prompt WORDS: typed, and not taken yet.
place_prompt() {
    place_still
    keys /
    await '^ / *$'
    keys -l "$1"
    await "^ / $1\$"
}
# In a shell that can stop it, and goes on with it at the next line.
place_shell() {
    # shellcheck disable=SC2016
    open_place bash -c 'set -m; "$0" demo --seed 2; echo "$0 is stopped"; read -r; fg' "$program"
    await 'mid '
}
place_scribbled() {
    place_still
    printf '\e7\e[3;5HSCRIBBLED\e8' >"$(pane '#{pane_tty}')"
    await SCRIBBLED
}
# The venue is gone, and the next attempt is far away.
place_lost() {
    start_exchange --seed 2
    open_place "$program" --exchange "$port" --ca-file "$folder/ca.pem" --retry-first 10m --retry-most 10m "$market"
    await 'verified by SHA-1'
    kill "${children[-1]}"
    await 'next try in'
}
# place_replay: it stands still, at the start.
place_replay() {
    open_place "$program" replay --speed 0.1 "$folder/four.obr.zst"
    await 'verified by SHA-1'
    keys Space
    await 'paused'
    keys Left
    await 'paused +00:00\.[0-9]+/'
}
# Between two messages. The next one may come within the millisecond that is shown: several are gone to.
place_halfway() {
    place_replay
    keys 5 0 %
    await 'paused +00:0[12]\.[0-9]+/'
}
place_playing() {
    open_place "$program" replay --speed 0.1 "$folder/four.obr.zst"
    await 'verified by SHA-1'
}

# ---- what is seen, beyond words ----

left() { await_exit 0; }
differs() { [ "$(screen)" != "$before" ]; }
changed() { await_that 'nothing changes' differs; }
# The place in a replay that stands still: figures beside it may change without a step.
stands_elsewhere() { [ "$(screen | grep ' paused ')" != "$(grep ' paused ' <<<"$before")" ]; }
moved() { await_that 'the replay stands where it stood' stands_elsewhere; }

. "$(dirname "$0")/terminal_journeys.inc"

# ---- the way ----

# travel ACTION PLACE KEYS SEEN
travel() {
    local action=$1 place=$2 what=$4 before
    [ "$place" = - ] || eval "place_$place"
    before=$(screen)
    case $what in
    @*) ;;
    !*) shows "${what#!}" || { screen >&2; fail "$action: '${what#!}' is not there to go away"; } ;;
    *) ! shows "$what" || { screen >&2; fail "$action: '$what' is there already"; } ;;
    esac
    local key
    eval "set -- $3"
    for key; do
        case $key in
        =*) keys -l "${key#=}" ;;
        @*) await "${key#@}" ;;
        *) keys "$key" ;;
        esac
    done
    case $what in
    @*) "${what#@}" ;;
    !*) await_gone "${what#!}" ;;
    *) await "$what" ;;
    esac
    echo "$action"
}

actions() {
    sed -n '/#define ACTION_TABLE/,/^ *$/s/^ *row(\([A-Z_]*\), .*/\1/p' include/booktop/ui/keymap.h | tr 'A-Z_' 'a-z-' | sort -u
}

# "action | place | keys | what is seen", the columns apart.
rows() { journeys | grep -vE '^ *(#|$)' | sed -E 's/ +\| +/\t/g'; }

check_table() {
    local missing extra
    actions >"$folder/actions"
    [ "$(wc -l <"$folder/actions")" -gt 40 ] || fail 'the table of actions is not where it was'
    rows | cut -f1 | sort -u >"$folder/travelled"
    missing=$(comm -23 "$folder/actions" "$folder/travelled")
    extra=$(comm -13 "$folder/actions" "$folder/travelled")
    [ -z "$missing" ] || fail "no journey for: $(tr "\n" " " <<<"$missing")"
    [ -z "$extra" ] || fail "no such action: $(tr "\n" " " <<<"$extra")"
}

prepare() {
    "$program" demo --seed 2 --for 4s --record -o "$folder/four.obr.zst" >/dev/null 2>"$folder/error" ||
        fail "demo --record: exit $?: $(cat "$folder/error")"
}

# Of the chains of journeys, each begun at a place of its own, those that have an action; all where none is named.
chains() {
    rows | awk -F'\t' -v action="${1:-}" '
        $2 != "-" { if (wanted) printf "%s", chain; chain = ""; wanted = action == "" }
        { chain = chain $0 "\n"; wanted = wanted || $1 == action }
        END { if (wanted) printf "%s", chain }'
}

[ -n "${BOOKTOP_ACTION:-}" ] || check_table
prepare
while IFS=$'\t' read -r -u 8 action place keys what; do
    travel "$action" "$place" "$keys" "$what"
done 8< <(chains "${BOOKTOP_ACTION:-}")
