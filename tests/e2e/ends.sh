#!/usr/bin/env bash
# Every way to end: by a key, by a signal, by a terminal that goes away or takes nothing, by a crash. Each ends soon and
# with its exit code, gives the terminal back as it was, takes leave of the venue, and leaves a log that is complete.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/terminal.inc"
command -v node >/dev/null || { echo 'skipped: node is missing'; exit 77; }

soon=2000 # ms: that is a promise
market=polymarket:will-the-invented-lighthouse-be-repainted

mkdir "$folder/peer"
node "$(dirname "$0")/peer.mjs" "$folder/peer" >"$folder/peer.out" &
children+=($!)
await_file "$folder/peer.out" '^port|^missing'
! grep -q missing "$folder/peer.out" || { echo "skipped: $(cat "$folder/peer.out")"; exit 77; }
port=$(sed -n 's/^port //p' "$folder/peer.out")
connections=0

said() { grep -c "^$1" "$folder/peer.out" || true; }
has_ended() { [ -s "$terminal/code" ]; }
all_are_closed() { [ "$(said closed)" -eq $connections ]; }
signal() { kill "-$1" "$(cat "$terminal/pid")"; }

# start OPTIONS...
start() {
    open_terminal 100 24 "$program" --exchange "$port" --ca-file "$folder/peer/ca.pem" "$@" "$market"
    await 'verified by SHA-1'
    connections=$((connections + 1))
    [ "$(said subscribed)" -eq $connections ] || fail "not $connections connections: $(cat "$folder/peer.out")"
}

# ends WHAT CODE FAREWELL COMMAND...: the command ends it with this exit code; the peer hears this close code.
ends() {
    local what=$1 code=$2 farewell=$3 began took
    shift 3
    began=$(milliseconds)
    "$@"
    await_that "$what: it does not end" has_ended
    took=$(($(milliseconds) - began))
    [ "$(cat "$terminal/code")" = "$code" ] || fail "$what: exit code $(cat "$terminal/code"), not $code"
    [ $took -le $soon ] || fail "$what: it took $took ms"
    await_that "$what: the peer does not hear of the end" all_are_closed
    [ "$(tail -n 1 "$folder/peer.out")" = "closed $farewell" ] ||
        fail "$what: the peer heard '$(tail -n 1 "$folder/peer.out")', not 'closed $farewell'"
    [ -z "$(tail -c 1 "$folder/log")" ] || fail "$what: the log's last line is cut"
    [ "$farewell" -ne 1000 ] || tail -n 1 "$folder/log" | grep -q 'shut down: after' ||
        fail "$what: the log's last line is not that of the end: $(tail -n 1 "$folder/log")"
    close_screen
    echo "$what: exit $code after $took ms"
}

# What is kept of the terminal's modes can be seen only of one that is still there.
gives_back() {
    ends "$@"
    modes_are_kept "$1"
}

start
gives_back 'q' 0 1000 keys q
start
gives_back 'Ctrl-C' 130 1000 keys C-c
start
gives_back 'SIGTERM' 143 1000 signal TERM
start
gives_back 'SIGHUP' 129 1000 signal HUP
start
ends 'the terminal closed' 129 1000 tell_terminal TERM

# One who asks twice at once, as a terminal does that is closed, asks once: the file has its end.
twice() { signal "$1" && { signal "$1" 2>/dev/null || true; }; }
whole() { "$program" verify "$1" >"$folder/out" 2>&1 || fail "$1: $(cat "$folder/out")"; }
for signal in HUP TERM INT; do
    start --record -o "$folder/$signal.obr"
    gives_back "SIG$signal twice while it records" $((128 + $(kill -l "$signal"))) 1000 twice "$signal"
    whole "$folder/$signal.obr"
done
start --record -o "$folder/closed.obr"
ends 'the terminal closed while it records' 129 1000 tell_terminal TERM
whole "$folder/closed.obr"

# While the terminal takes nothing.
start
keys C-s
gives_back 'SIGTERM after Ctrl-S' 143 1000 signal TERM
start
keys C-s
gives_back 'q after Ctrl-S' 0 1000 keys q
start
stop_reading
gives_back 'SIGTERM while nobody reads' 143 1000 signal TERM
start
stop_reading
ends 'the terminal closed while nobody reads' 129 1000 tell_terminal TERM

# Nobody can take leave in a crash; the terminal is given back all the same.
start
gives_back 'SIGSEGV' 139 1006 signal SEGV
