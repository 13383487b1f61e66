# What the journeys share. Sourced as `. tests/e2e/lib.sh "$@"`: the first argument is the program.
#
# Every journey has a folder and a tmux server of its own, both gone at its end. Nothing waits for a time to pass: what is
# waited for is an event (text on the screen, a line in a file), with a limit.

set -euo pipefail
program=$(realpath "$1")
folder=$(mktemp -d)
export XDG_STATE_HOME=$folder/state TMUX_TMPDIR=$folder LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR COLORTERM
mkfifo "$folder/never"
exec 9<>"$folder/never"
children=()

finish() {
    local code=$?
    tmux -L "booktop-$$" kill-server 2>/dev/null || true
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || cat "$folder"/state/booktop/booktop.log 2>/dev/null | tail -n 20 || true
    rm -rf "$folder"
}
trap finish EXIT

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# A moment: the time between two looks at a screen.
moment() { read -r -t 0.05 -u 9 || true; }

# open_screen COLUMNS ROWS COMMAND...: runs a command in a terminal. Its exit code goes to $folder/code.
open_screen() {
    local columns=$1 rows=$2
    shift 2
    printf '%q ' "$@" >"$folder/command"
    # shellcheck disable=SC2016
    tmux -L "booktop-$$" -f /dev/null new-session -d -s main -x "$columns" -y "$rows" \
        "stty -g >$folder/stty.before; $(cat "$folder/command"); echo \$? >$folder/code; stty -g >$folder/stty.after; exec cat"
    tmux -L "booktop-$$" set-option -g status off >/dev/null
    tmux -L "booktop-$$" resize-window -t main -x "$columns" -y "$rows"
}

screen() { tmux -L "booktop-$$" capture-pane -p -t main; }
keys() { tmux -L "booktop-$$" send-keys -t main "$@"; }

# await SECONDS REGEX: until the screen has a line that matches.
await() {
    local end=$((SECONDS + $1))
    while ! screen | grep -qE -- "$2"; do
        [ $SECONDS -lt $end ] || { screen >&2; fail "no line like '$2' on the screen within $1 s"; }
        moment
    done
}

# await_gone SECONDS REGEX: until no line matches.
await_gone() {
    local end=$((SECONDS + $1))
    while screen | grep -qE -- "$2"; do
        [ $SECONDS -lt $end ] || { screen >&2; fail "'$2' stayed on the screen for $1 s"; }
        moment
    done
}

# await_file SECONDS FILE REGEX
await_file() {
    local end=$((SECONDS + $1))
    while ! grep -qE -- "$3" "$2" 2>/dev/null; do
        [ $SECONDS -lt $end ] || { cat "$2" >&2 || true; fail "no line like '$3' in $2 within $1 s"; }
        moment
    done
}

# await_exit SECONDS CODE: until the command on the screen has ended, with this code and the terminal as it was.
await_exit() {
    await_file "$1" "$folder/stty.after" .
    [ "$(cat "$folder/code")" = "$2" ] || { screen >&2; fail "exit code $(cat "$folder/code"), not $2"; }
    cmp -s "$folder/stty.before" "$folder/stty.after" || fail "the terminal's modes were not restored"
}

# start_exchange OPTIONS...: the local exchange on its own; sets $port, its certificate is in $folder/ca.pem.
start_exchange() {
    "$program" exchange --ca-out "$folder/ca.pem" --log "$folder/exchange.log" "$@" >"$folder/exchange.out" &
    children+=($!)
    await_file 10 "$folder/exchange.out" 'port [0-9]+'
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$folder/exchange.out")
}

# ask PATH: a GET from the exchange.
ask() { curl -sS --fail --cacert "$folder/ca.pem" "https://localhost:$port$1"; }
