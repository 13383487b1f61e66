# What the journeys share. Sourced as `. tests/e2e/lib.sh "$@"`: the first argument is the program.
#
# Every journey has a folder and a tmux server of its own, both gone at its end. Nothing waits for a time to pass: what is
# waited for is an event (text on the screen, a line in a file). `patience` only ends a journey that hangs, on a busy
# machine too; where the program promises a time, the journey says so: `patience=15 await_exit 1`.

set -euo pipefail
program=$(realpath "$1")
folder=$(mktemp -d)
export XDG_STATE_HOME=$folder/state TMUX_TMPDIR=$folder LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR COLORTERM
patience=60 # s
mkfifo "$folder/never"
exec 9<>"$folder/never"
children=()

finish() {
    local code=$?
    tmux -L "booktop-$$" kill-server 2>/dev/null || true
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || cat "$folder"/state/booktop/booktop.log 2>/dev/null | tail -n 20 || true
    # Who is just ending may write a last file meanwhile.
    rm -rf "$folder" 2>/dev/null || { moment; rm -rf "$folder"; } || true
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
    rm -f "$folder"/{code,stty.before,stty.after}
    printf '%q ' "$@" >"$folder/command"
    # shellcheck disable=SC2016
    tmux -L "booktop-$$" -f /dev/null new-session -d -s main -x "$columns" -y "$rows" \
        "stty -g >$folder/stty.before; $(cat "$folder/command"); echo \$? >$folder/code; stty -g >$folder/stty.after; exec cat"
    tmux -L "booktop-$$" set-option -g status off >/dev/null
    tmux -L "booktop-$$" resize-window -t main -x "$columns" -y "$rows"
}

# Makes room for the next. The server of tmux stays: a new one would come before the old one is gone.
close_screen() { tmux -L "booktop-$$" set-option -s exit-empty off ';' kill-session -t main; }

screen() { tmux -L "booktop-$$" capture-pane -p -t main; }
keys() { tmux -L "booktop-$$" send-keys -t main "$@"; }

# A look is taken whole before it is searched: who stops reading at the first match ends the other side of a pipe, too.
shows() {
    local look
    look=$(screen) && grep -qE -- "$1" <<<"$look"
}
shows_no() {
    local look
    look=$(screen) && ! grep -qE -- "$1" <<<"$look"
}

# await_that WORDS COMMAND...: until the command succeeds; the words say what is the matter if it never does.
await_that() {
    local words=$1 end=$((SECONDS + patience))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { screen >&2 || true; fail "$words, for $patience s"; }
        moment
    done
}

# await REGEX: until the screen has a line that matches. await_gone REGEX: until none matches.
await() { await_that "no line like '$1' on the screen" shows "$1"; }
await_gone() { await_that "'$1' stays on the screen" shows_no "$1"; }

# await_file FILE REGEX
await_file() {
    local end=$((SECONDS + patience))
    while ! grep -qE -- "$2" "$1" 2>/dev/null; do
        [ $SECONDS -lt $end ] || { cat "$1" >&2 || true; fail "no line like '$2' in $1, for $patience s"; }
        moment
    done
}

# await_exit CODE: until the command on the screen has ended, with this code and the terminal as it was.
await_exit() {
    await_file "$folder/stty.after" .
    [ "$(cat "$folder/code")" = "$1" ] || { screen >&2; fail "exit code $(cat "$folder/code"), not $1"; }
    cmp -s "$folder/stty.before" "$folder/stty.after" || fail "the terminal's modes were not restored"
}

# start_exchange OPTIONS...: the local exchange on its own; sets $port, its certificate is in $folder/ca.pem.
start_exchange() {
    rm -f "$folder/exchange.out"
    "$program" exchange --ca-out "$folder/ca.pem" --log "$folder/exchange.log" "$@" >"$folder/exchange.out" &
    children+=($!)
    await_file "$folder/exchange.out" 'port [0-9]+'
    port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$folder/exchange.out")
}

# ask PATH: a GET from the exchange.
ask() { curl -sS --fail --cacert "$folder/ca.pem" "https://localhost:$port$1"; }
