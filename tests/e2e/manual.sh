#!/usr/bin/env bash
# The manual page: whole, and roff without a fault where there is something to check it with.
. "$(dirname "$0")/lib.sh"

"$program" man >"$folder/booktop.1"
"$program" --help >"$folder/help"
tr -d '\\' <"$folder/booktop.1" >"$folder/plain"

for section in NAME SYNOPSIS DESCRIPTION OPTIONS KEYS 'COMMAND LINE' CONFIGURATION FILES 'EXIT STATUS'; do
    grep -qx ".SH $section" "$folder/plain" || fail "no section $section"
done
mapfile -t options < <(grep -oE -- '^ +(-[a-zA-Z], )?--[a-z-]+' "$folder/help" | grep -oE -- '--[a-z-]+' | sort -u)
[ ${#options[@]} -gt 30 ] || fail "--help tells of ${#options[@]} options"
for option in "${options[@]}"; do
    grep -qE -- "^\.B .*$option[ \"]" "$folder/plain" || fail "nothing of $option"
done
for word in next-market full-pane goto 'set NAME VALUE' size-unit 'bind ladder x flip'; do
    grep -qF -- "$word" "$folder/plain" || fail "nothing of $word"
done

# Where formatters are at hand they have nothing to say against it, and what they make of it can be read.
if command -v mandoc >/dev/null; then
    mandoc -T lint -W error "$folder/booktop.1" >"$folder/said" || fail "mandoc: $(head -n 3 "$folder/said")"
fi
if command -v groff >/dev/null; then
    groff -man -Tascii -ww "$folder/booktop.1" >"$folder/page" 2>"$folder/said"
    [ ! -s "$folder/said" ] || fail "groff: $(head -n 3 "$folder/said")"
    grep -q 'top for the order books' "$folder/page" || fail "groff shows no page"
fi
