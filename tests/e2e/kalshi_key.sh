#!/usr/bin/env bash
# The user's Kalshi key: what is wrong with it is said before any screen opens; with it the stream opens; neither the key
# nor its id nor what it signed is left anywhere; and nobody but the venue is shown a key that no option names.
. "$(dirname "$0")/lib.sh"
export XDG_CONFIG_HOME=$folder/config
unset KALSHI_KEY_ID KALSHI_KEY_FILE
mkdir -p "$folder/config/booktop"
cd "$folder"

start_exchange --seed 6 --kalshi-key-out "$folder/key.pem"
await_file "$folder/exchange.out" 'Kalshi key .* is in '
id=$(sed -n 's/^Kalshi key \(.*\) is in .*/\1/p' "$folder/exchange.out")
[ -n "$id" ] || fail "no id is printed"
[ "$(stat -c %a key.pem)" = 600 ] || fail "the key is not its owner's alone: $(stat -c %a key.pem)"
viewer=("$program" --exchange "$port" --ca-file "$folder/ca.pem" --debug --log "$folder/log")
market=kalshi:KXHARBOR-26DEC-B4.5

# === A key that cannot be used: the reason, exit code 1, nothing on standard output, nothing drawn ===

openssl genpkey -algorithm ed25519 -out other.pem 2>/dev/null
openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out encrypted.pem 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out short.pem 2>/dev/null
printf 'not a key\n' >words.pem
: >empty.pem
chmod 600 ./*.pem
cp key.pem open.pem && chmod 644 open.pem
cp key.pem group.pem && chmod 640 group.pem
ln -s key.pem link.pem

unusable() { # REGEX OPTIONS...
    local words=$1 code=0
    shift
    "${viewer[@]}" --once "$@" "$market" >out 2>error </dev/null || code=$?
    [ "$code" -eq 1 ] || fail "$*: exit $code, not 1: $(cat error)"
    head -n 1 error | grep -qE -- "^booktop: .*($words)" || fail "$*: '$words' is not said: $(cat error)"
    [ ! -s out ] || fail "$*: something on standard output: $(cat out)"
}
key() { unusable "$2" --kalshi-key-id "$id" --kalshi-key "$folder/$1"; }
key open.pem 'open.pem: .*(0600|chmod|others|permissions)'
key group.pem 'group.pem: .*(0600|chmod|others|permissions)'
key link.pem 'link.pem: .*link'
key missing.pem 'missing.pem: .*[Nn]o such file'
key encrypted.pem 'encrypted.pem: the key is encrypted'
key ec.pem 'ec.pem: it is an EC key'
key short.pem 'short.pem: an RSA key must have 2048 bits'
key words.pem 'words.pem: it is not a private key'
key empty.pem 'empty.pem: '
key . ': .*(regular|directory)'
unusable 'the file is missing' --kalshi-key-id "$id"
unusable 'the id is missing' --kalshi-key "$folder/key.pem"
unusable "the key's id" --kalshi-key-id 'an id' --kalshi-key "$folder/key.pem"
unusable "the key's id: it is empty" --kalshi-key-id '' --kalshi-key "$folder/key.pem"
unusable 'cannot read .*/nowhere' --config "$folder/nowhere"
printf 'kalshi-key-id = %s\nkalshi_key_file = %s\n' "$id" "$folder/key.pem" >config/booktop/config
# A mistake in the config file is told of, and keeps nobody from the rest.
"${viewer[@]}" --once polymarket:x >out 2>error </dev/null && fail "there is no such market"
grep -q '^.*/config/booktop/config:2: no setting of that name$' error || fail "the config file: $(cat error)"
rm config/booktop/config

# In a terminal too: what was on it stays, the reason below.
open_screen 100 24 "${viewer[@]}" --kalshi-key-id "$id" --kalshi-key "$folder/open.pem" "$market"
await_exit 1
[ "$(tmux -L "booktop-$$" display-message -p -t main '#{alternate_on}')" = 0 ] || fail "the other screen is open"
await '^booktop: .*open.pem: '
close_screen

# === What lies in the environment or the config file keeps nobody from other venues: said, and started without ===

# Where a namespace without any network can be had: no venue can be reached from there. Both at once: it is waiting.
if unshare -rn true 2>/dev/null; then
    words="^booktop: Kalshi without a key: $folder/open.pem: others have access to it; .*; its books are polled$"
    without() { # the end of a viewer that was started without the key, with what it said in $1.error and $1.log
        [ "$2" -eq 1 ] || fail "without a network: exit $2"
        [ "$(grep -c "$words" "$1.error")" -eq 1 ] || fail "not said that there is no key: $(cat "$1.error")"
        grep -qi '^booktop: polymarket:x.*\(resol\|network\)' "$1.error" || fail "not started: $(cat "$1.error")"
        grep -q 'Kalshi without a key: .*open.pem: ' "$1.log" || fail "not in the log: $(cat "$1.log")"
        ! grep -qF -- "$id" "$1.error" "$1.log" || fail "the key's id is said"
    }
    mkdir -p "$folder/named/booktop"
    printf 'kalshi-key-id = %s\nkalshi-key-file = %s\n' "$id" "$folder/open.pem" >"$folder/named/booktop/config"
    open_screen 160 24 env XDG_CONFIG_HOME="$folder/named" unshare -rn "$program" --debug --log "$folder/config.log" \
        polymarket:x
    code=0
    KALSHI_KEY_ID=$id KALSHI_KEY_FILE=$folder/open.pem unshare -rn "$program" --debug --log "$folder/environment.log" \
        --once polymarket:x >out 2>environment.error </dev/null || code=$?
    without environment "$code"
    await_exit 1
    screen >config.error
    without config 1
    close_screen
fi

# === A good key ===

absent() { # FILE...: neither the id nor a line of any key, nor anything as long as a signature (64 bytes in base64)
    local file
    for file in "$@"; do
        [ -e "$file" ] || fail "$file: it is not there"
        ! grep -qF -- "$id" "$file" || fail "the key's id is in $file"
        ! grep -qF -f canaries "$file" || fail "key material is in $file"
        ! grep -qiE 'KALSHI-ACCESS|BEGIN .*KEY' "$file" || fail "a header or a key is in $file"
        ! grep -qE '[A-Za-z0-9+/]{86}' "$file" || fail "a signature is in $file: $(grep -E '[A-Za-z0-9+/]{86}' "$file")"
    done
}
grep -hv -e '-----' key.pem other.pem >canaries
[ "$(wc -l <canaries)" -ge 2 ] || fail "no canaries"

: >log
# High enough for all of the proof's panel: it grows by a line with each kind of thing that has happened.
open_screen 100 50 "${viewer[@]}" --kalshi-key-id "$id" --kalshi-key "$folder/key.pem" "$market"
await 'verified in sequence'
screen >shown
viewer_pid=$(pgrep -f "^$program --exchange $port ")
[ -r "/proc/$viewer_pid/limits" ] || fail "no process $viewer_pid"
grep -qE '^Max core file size +0 ' "/proc/$viewer_pid/limits" || fail "core: $(grep core "/proc/$viewer_pid/limits")"
tr '\0' '\n' <"/proc/$viewer_pid/cmdline" >cmdline
grep -q 'KXHARBOR' cmdline || fail "not its command line: $(cat cmdline)"
keys v
await 'numbers its messages|no checksum'
screen >>shown
keys Q
await_exit 0
absent log shown exchange.log
close_screen

# === A key that the venue refuses: tried once, said why, and the books are polled ===

: >log
code=0
"${viewer[@]}" --kalshi-key-id "$id" --kalshi-key "$folder/other.pem" --for 8s "$market" >out 2>error </dev/null || code=$?
[ "$code" -eq 0 ] || fail "a refused key: exit $code: $(cat error)"
grep -qE 'polled' out || fail "the book is not polled: $(cat out)"
grep -qE "kalshi link 0 given up: .*401.*the venue refuses the key or its signature, or this machine's clock" log ||
    fail "the reason is not given: $(cat log)"
[ "$(grep -c 'kalshi link 0 step: handshaking' log)" -eq 1 ] || fail "not tried once: $(cat log)"
absent log out error exchange.log

# === Another server than the venue is shown no key but that of the options: without one its books are polled ===

printf '# mine\nkalshi-key-id = %s\nkalshi-key-file = %s\n' "$id" "$folder/key.pem" >config/booktop/config
alone() { # the environment and the config file have a good key
    KALSHI_KEY_ID=$id KALSHI_KEY_FILE=$folder/key.pem "${viewer[@]}" --once "$@" "$market" >out 2>error </dev/null
}
: >log
alone || fail "without a key of its own: $(cat error)"
grep -q '^polled' out || fail "not polled: $(cat out)"
[ ! -s error ] || fail "said on standard error: $(cat error)"
! grep -q 'kalshi link 0' log || fail "a handshake: $(cat log)"
absent log out error exchange.log
KALSHI_KEY_FILE=/nowhere alone --kalshi-key-id "$id" --kalshi-key "$folder/key.pem" || fail "with options: $(cat error)"
grep -q '^verified' out || fail "not verified: $(cat out)"
absent log out error exchange.log
code=0
alone --kalshi-key-id "$id" || code=$?
[ "$code" -eq 1 ] || fail "the id alone: exit $code"
grep -q 'the file is missing' error || fail "the file came from elsewhere: $(cat error)"
