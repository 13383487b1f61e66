#!/usr/bin/env bash
# A disk that fails, is full, is slow or is taken away while the terminal records to it: the books go on, the screen says
# what happened to the recording, and what is in the file is whole up to its last block.
. "$(dirname "$0")/lib.sh"

shim=${BOOKTOP_DISK_SHIM:-$(dirname "$program")/../tests/failing/libfailing_disk.so}
[ -f "$shim" ] || fail "no $shim: it is what makes the disk fail (tests/failing/disk.c)"
top=$folder

# The program on a disk that fails as $folder/faults says, in a build with the address sanitizer, too.
failing=(env "LD_PRELOAD=$shim" "ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0")
place() { # NAME: a folder for one journey, in which $folder/disk is the disk
    folder=$top/$1
    mkdir -p "$folder/disk"
    mkfifo "$folder/gate"
    : >"$folder/notes"
    : >"$folder/faults"
    export TMUX_TMPDIR=$folder XDG_STATE_HOME=$folder/state BOOKTOP_DISK=$folder/disk/ \
        BOOKTOP_DISK_FAULTS=$folder/faults BOOKTOP_DISK_NOTES=$folder/notes BOOKTOP_DISK_GATE=$folder/gate
}

# === On the screen ===

levels() { screen | grep -E '[0-9]¢' || true; }
moved() { [ "$(levels)" != "$1" ]; } # LEVELS

# The book changes, more than once, and a key is answered.
goes_on() { # WHAT
    local times
    for times in 1 2 3; do await_that "$1: the book stands still, $times" moved "$(levels)"; done
    keys '?'
    await 'the other outcome'
    keys Escape
    await_gone 'the other outcome'
}

# watch ARGUMENTS...: a viewer that has its first book.
watch() {
    open_screen 160 30 "${failing[@]}" "$program" demo --seed 2 --speed 100 "$@"
    await 'mid '
}

# leave [CODE]: q to the list, q ends it; CODE: 1 if the last recording has failed. The terminal is as it was.
leave() {
    keys q
    await 'traded most'
    keys q
    keys q
    await_exit "${1:-0}"
}

# press_record REGEX FAULT...: the key r, with these faults to come, until the disk has noted this. Where the last
# recording is still ending, on a busy machine, the key is refused: then it is pressed again, when that is read.
press_record() {
    local noted=$1 end=$((SECONDS + patience))
    shift
    printf '%s' "${@/%/$'\n'}" >"$folder/faults"
    : >"$folder/notes"
    keys r
    until grep -qE -- "$noted" "$folder/notes"; do
        [ $SECONDS -lt $end ] || { screen >&2; fail "the disk did not note '$noted', for $patience s"; }
        if shows 'still ending'; then
            keys c
            await_gone 'still ending'
            keys r
        fi
        moment
    done
}

# record FAULT...: sets $file.
record() {
    press_record '^created' "$@"
    file=$(sed -n 's/^created //p' "$folder/notes" | tail -n 1)
}

# Where the recording has failed, and why.
failed() { # FAULT WORDS
    await_file "$folder/notes" "^$1( |\$)"
    await '✗ REC failed'
    await "recording failed: .*$2"
    goes_on "$1"
}

# verified CODE FILE: whole, or (3) but for its end: one fault, and that is the file's end.
verified() {
    local code=0
    "$program" verify "$2" >"$folder/verified" 2>&1 || code=$?
    [ "$code" -eq "$1" ] || fail "verify: exit $code, not $1: $(cat "$folder/verified")"
    [ "$code" -eq 0 ] || { grep -q ': 1 fault$' "$folder/verified" && grep -q ' torn: the file ends' "$folder/verified"; } ||
        fail "more than the end is missing: $(cat "$folder/verified")"
}

has_book() { # FILE
    "$program" replay --once "$1" >"$folder/replayed" 2>&1 || true
    grep -q 'mid ' "$folder/replayed"
}

# kept CODE FILE: verified, and there is a book in it.
kept() {
    verified "$@"
    has_book "$2" || fail "no book in what was recorded: $(cat "$folder/replayed")"
}

recording='REC [0-9.]+ [kM]?B'

# === Faults of calls: one after the other, the program runs on ===

calls() {
    place calls
    watch -o "$folder/disk/"
    record 'write 3 EIO'
    failed 'write EIO' 'Input/output error'
    kept 3 "$file"
    record 'write 3 short' 'write 4+ ENOSPC'
    failed 'write ENOSPC' 'no space left on the disk'
    kept 3 "$file"
    record 'write 3 EDQUOT'
    failed 'write EDQUOT' 'quota'
    kept 3 "$file"
    # What came of a block cannot be cut off again.
    record 'write 3 short' 'write 4 EIO' 'truncate 1+ EIO'
    failed 'truncate EIO' 'Input/output error'
    kept 3 "$file"
    # Not even created.
    press_record '^open EDQUOT' 'open 1 EDQUOT'
    await '(cannot record|recording failed|REC failed): .*quota'
    press_record '^write EIO' 'write 1 EIO'
    await '(cannot record|recording failed|REC failed): .*Input/output error'
    press_record '^sync EDQUOT' 'sync 1 EDQUOT'
    await '(cannot record|recording failed|REC failed): .*quota'
    # What a program has to bear: nothing is lost.
    record 'write 2 EINTR' 'write 7 EINTR' 'sync 1 EINTR' 'write 1+ short'
    await_file "$folder/notes" '^write EINTR'
    await "$recording"
    goes_on 'interrupted'
    keys r
    await_gone 'REC'
    kept 0 "$file"
    # The end itself.
    record 'close 1 EIO'
    await "$recording"
    keys r
    failed 'close EIO' 'closing failed'
    kept 0 "$file"
    leave 1
}

# === What comes of it later: at the next fdatasync, every five seconds ===

syncs() {
    place syncs
    watch -o "$folder/disk/"
    record 'sync 2 EIO'
    failed 'sync EIO' 'the disk did not take what was written: Input/output error'
    kept 3 "$file"
    leave 1
}

removed() {
    place removed
    watch -o "$folder/disk/"
    record
    await "$recording"
    rm "$file"
    failed created 'the file was removed while it was written'
    record
    await "$recording"
    truncate -s 100 "$file"
    failed created 'another program has cut the file: [0-9,]+ of [0-9,]+ bytes are left'
    leave 1
    shows "^booktop: $folder/disk/.*-0\.obr\.zst was moved or removed meanwhile" || fail "not said that it is gone: $(screen)"
    shows "^booktop: $folder/disk/.*-[01]\.obr\.zst is not whole" || fail "not said that it was cut: $(screen)"
}

folder_removed() {
    place folder_removed
    watch -o "$folder/disk/recordings/"
    record
    await "$recording"
    rm -r "$folder/disk"
    failed created 'the file was removed while it was written'
    # The folder is made again.
    record
    await "$recording"
    keys r
    await_gone 'REC'
    kept 0 "$file"
    leave
}

# === A disk that answers nothing for five seconds ===

open_gate() { timeout "$patience" sh -c ': >"$0"' "$folder/gate" || fail "nobody waited at the gate"; }

blocked() {
    place blocked
    watch -o "$folder/disk/"
    record 'write 2 gate'
    await_file "$folder/notes" '^write gate$'
    local began=$SECONDS
    while [ $((SECONDS - began)) -le 5 ]; do
        goes_on 'a disk that does not answer'
        shows '● REC' || fail "it is not said that it records: $(screen)"
    done
    size=$(stat -c %s "$file")
    open_gate
    goes_on 'a disk that answers again'
    keys r
    await_gone 'REC'
    [ "$(stat -c %s "$file")" -gt "$size" ] || fail "nothing was written afterwards"
    kept 0 "$file"
    zstd -qdc "$file" >"$folder/lines"
    ! grep -q '"e":"dropped"' "$folder/lines" || fail "something was lost in five seconds"
    # As many messages came while the disk was blocked as before and after: none of a link's is missing.
    jq -r 'select(.k == "rx") | "\(.c) \(.n)"' "$folder/lines" >"$folder/numbers"
    awk '$1 in last && $2 != last[$1] + 1 { exit 1 } { last[$1] = $2 }' "$folder/numbers" || fail "messages are missing"
    [ "$(wc -l <"$folder/numbers")" -gt 1000 ] || fail "only $(wc -l <"$folder/numbers") messages"

    # Left meanwhile: it ends when the disk answers, and the file is whole.
    record 'write 2 gate'
    await_file "$folder/notes" '^write gate$'
    keys Q
    open_gate
    await_exit 0
    verified 0 "$file"
}

# === A disk that is full, in truth ===

# on_disk SIZE COMMAND...: on a disk of this size; what is on it at the end is in $folder/kept.
# shellcheck disable=SC2016
on_disk=(unshare -rm bash -c 'mount -t tmpfs -o size="$1" none "$0/disk" || exit 77
    folder=$0; shift; code=0; "$@" || code=$?; cp -r "$folder/disk" "$folder/kept"; exit $code')

full() {
    place full
    # shellcheck disable=SC2016
    unshare -rm sh -c 'mount -t tmpfs none "$0"' "$folder/disk" 2>/dev/null || { echo 'not tried: nothing can be mounted here'; return; }
    open_screen 160 30 "${on_disk[@]}" "$folder" 66M "${failing[@]}" "$program" demo --seed 2 --speed 100 --record -o "$folder/disk/full.obr"
    await 'mid '
    await '✗ REC ended'
    await 'recording ended: disk full, what was recorded is whole \(63\.[0-9] MiB free, 64 MiB kept free\)'
    goes_on 'a full disk'
    leave 1
    # What is kept free has room for the end.
    kept 0 "$folder/kept/full.obr"
}

tiny() {
    place tiny
    # shellcheck disable=SC2016
    unshare -rm sh -c 'mount -t tmpfs none "$0"' "$folder/disk" 2>/dev/null || { echo 'not tried: nothing can be mounted here'; return; }
    open_screen 160 30 "${on_disk[@]}" "$folder" 1M "${failing[@]}" "$program" demo --seed 2 --speed 100 -o "$folder/disk/"
    await 'mid '
    keys r
    await '(cannot record|recording failed|REC failed): .*disk full.* [01]\.[0-9] MiB free, 64 MiB kept free'
    goes_on 'a disk of a megabyte'
    leave 1
    [ -z "$(ls "$folder/kept")" ] || fail "something is left: $(ls "$folder/kept")"
}

# === Without a screen ===

# recorder CODE WORDS FAULT...: it ends by itself; or, where the code is that of a signal (143), after all faults came.
recorder() {
    local expected=$1 words=$2 code=0 file recorder fault
    shift 2
    printf '%s\n' "$@" >"$folder/faults"
    : >"$folder/notes"
    "${failing[@]}" "$program" record --exchange "$port" --ca-file "$folder/ca.pem" -o "$folder/disk/" --for 10m \
        "${markets[@]}" >"$folder/out" 2>"$folder/error" &
    recorder=$!
    children+=("$recorder")
    if [ "$expected" -eq 143 ]; then
        for fault in "$@"; do await_file "$folder/notes" "^${fault%% *} ${fault##* }"; done
        await_that "record with $*: no book" has_book "$(sed -n 's/^created //p' "$folder/notes")"
        kill -TERM "$recorder"
    fi
    wait "$recorder" || code=$?
    [ "$code" -eq "$expected" ] || fail "record with $*: exit $code: $(cat "$folder/error")"
    [ -z "$words" ] || grep -qE -- "$words" "$folder/error" || fail "record with $*: '$words' is not said: $(cat "$folder/error")"
    grep -qE '^(write|sync) ' "$folder/notes" || fail "record with $*: it did not come"
    file=$(sed -n 's/^created //p' "$folder/notes")
    verified $((expected == 143 ? 0 : 3)) "$file"
}

without_screen() {
    place without_screen
    start_exchange --seed 4 --speed 200
    ask '/gamma/events?closed=false&limit=50' >"$folder/events"
    mapfile -t markets < <(jq -r '.[].markets[].slug | "polymarket:" + .' "$folder/events" | head -n 6)
    recorder 1 'writing failed: Input/output error' 'write 4 EIO'
    recorder 1 'no space left on the disk$' 'write 4 short' 'write 5+ ENOSPC'
    recorder 1 'the quota of disk space is used up' 'write 4+ EDQUOT'
    recorder 143 '' 'write 4 EINTR' 'write 5 EINTR' 'sync 1 EINTR' 'write 1+ short'
    recorder_ended 'recording failed: the disk did not take what was written: Input/output error' 'sync 2 EIO'
    recorder_ended 'recording failed: closing failed: Input/output error' 'close 1 EIO'
    verified 0 "$(cat "$folder/out")"
    # That nobody answers either is not what ended it.
    port=1 recorder_ended 'recording failed: writing failed: Input/output error' 'write 2 EIO'
    ! tail -n 1 "$folder/error" | grep -q 'nothing answers' || fail "the failure is not what is said last: $(cat "$folder/error")"
}

# Its name is another program's by the time it ends: of that nothing is removed or named. No market was found till then.
moved_meanwhile() {
    place moved_meanwhile
    local code=0 recorder
    echo 'write 2 gate' >"$folder/faults"
    "${failing[@]}" "$program" record --exchange 1 -o "$folder/disk/night.obr" polymarket:x >"$folder/out" 2>"$folder/error" &
    recorder=$!
    children+=("$recorder")
    await_file "$folder/notes" '^write gate$'
    mv "$folder/disk/night.obr" "$folder/disk/moved.obr"
    echo other >"$folder/disk/night.obr"
    open_gate
    wait "$recorder" || code=$?
    [ "$code" -eq 1 ] || fail "record: exit $code: $(cat "$folder/error")"
    [ "$(cat "$folder/disk/night.obr")" = other ] || fail "another program's file is gone"
    verified 0 "$folder/disk/moved.obr"
    [ ! -s "$folder/out" ] || fail "the name is printed: $(cat "$folder/out")"
    grep -qx "booktop: $folder/disk/night.obr was moved or removed meanwhile" "$folder/error" || fail "not said: $(cat "$folder/error")"
}

# recorder_ended WORDS FAULT: one that is told to end (or, on a busy machine, came to the fault before that).
recorder_ended() {
    local code=0 recorder
    echo "$2" >"$folder/faults"
    : >"$folder/notes"
    rm -f "$folder/error"
    "${failing[@]}" "$program" record --exchange "$port" --ca-file "$folder/ca.pem" -o "$folder/disk/" --for 10m \
        "${markets[@]}" >"$folder/out" 2>"$folder/error" &
    recorder=$!
    children+=("$recorder")
    await_file "$folder/error" '^booktop: recording (to|failed)'
    kill -TERM "$recorder" 2>/dev/null || true
    wait "$recorder" || code=$?
    [ "$code" -eq 1 ] || fail "record with $2: exit $code: $(cat "$folder/error")"
    grep -qE -- "^booktop: $1\$" "$folder/error" || fail "record with $2: '$1' is not said: $(cat "$folder/error")"
    grep -qE "^${2%% *} " "$folder/notes" || fail "record with $2: it did not come"
}

# === All at once: they mostly wait ===

journeys=("${@:2}")
[ ${#journeys[@]} -gt 0 ] || journeys=(calls syncs removed folder_removed blocked full tiny without_screen moved_meanwhile)
left() {
    local code=$?
    tmux -L "booktop-$$" kill-server 2>/dev/null || true
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    exit "$code"
}
for journey in "${journeys[@]}"; do
    (
        trap left EXIT
        "$journey"
    ) >"$top/$journey.out" 2>&1 &
    waited+=("$journey:$!")
done
failures=0
for journey in "${waited[@]}"; do
    wait "${journey#*:}" || { failures=$((failures + 1)); echo "FAILED: ${journey%:*}"; }
    cat "$top/${journey%:*}.out"
done
[ $failures -eq 0 ] || exit 1
