"""The program on terminals of every kind.

    terminal_types.py PROGRAM [ARGUMENTS...]

On each it either draws and is left by `Q` with exit code 0, or writes plain text until Ctrl-C, or says in words why it
cannot be drawn on, with exit code 1; the last two without a single control sequence. In the C locale not one byte beyond ASCII is written, and the terminal is always as it
was before. The table says which is which: to refuse what can be drawn on is a failure, too.
"""
import os
import re
import sys

from terminal_pty import Pty, fail

DRAWN, PLAIN, REFUSED = 'drawn on', 'written on', 'refused'
# TERM (None: not set), other variables, what is expected
KINDS = [
    ('xterm-256color', {}, DRAWN),
    ('xterm-256color', {'NO_COLOR': '1'}, DRAWN),
    ('xterm-256color', {'COLORTERM': 'truecolor'}, DRAWN),
    ('xterm', {}, DRAWN),
    ('tmux-256color', {}, DRAWN),
    ('screen', {}, DRAWN),
    ('linux', {}, DRAWN),
    ('vt100', {}, DRAWN),
    ('vt220', {}, DRAWN),
    ('xterm-direct', {}, DRAWN),
    ('tmux-direct', {}, DRAWN),
    ('dumb', {}, PLAIN),
    ('unknown-to-everybody', {}, REFUSED),
    ('', {}, PLAIN),
    (None, {}, PLAIN),
]
LOCALES = [{'LC_ALL': 'C.UTF-8'}, {'LC_ALL': 'C'}, {'LANG': 'C'}]
COLOURS = re.compile(rb'\x1b\[[0-9;:]*\b(3[0-7]|4[0-7]|9[0-7]|[34]8)\b[0-9;:]*m')


def environment(kind, extra, locale):
    kept = {name: value for name, value in os.environ.items()
            if name not in ('TERM', 'NO_COLOR', 'COLORTERM') and not name.startswith(('LC_', 'LANG'))}
    return {**kept, **({} if kind is None else {'TERM': kind}), **extra, **locale}


def has_drawn(pty):
    return b'mid' in pty.output and b'spread' in pty.output


def words_of(output):
    return output.decode('ascii', 'replace').strip()


def check_drawn(pty, name, extra):
    pty.type(b'Q', name)
    code = pty.end()
    if code != 0:
        fail(f'{name}: exit code {code} after Q: {pty.tail()}')
    if 'NO_COLOR' in extra and COLOURS.search(pty.output):
        fail(f'{name}: colours: {COLOURS.search(pty.output)}')
    return 'is drawn on'


def check_plain(pty, name, _):
    pty.type(b'\x03', name)
    code = pty.end()
    if code != 130:
        fail(f'{name}: exit code {code} after Ctrl-C: {pty.tail()}')
    if b'\x1b' in pty.output:
        fail(f'{name}: control sequences: {pty.tail()}')
    return 'gets plain text'


def check_refused(pty, name, _):
    code = pty.end()
    if code != 1:
        fail(f'{name}: exit code {code}, not 1: {pty.tail()}')
    if b'\x1b' in pty.output:
        fail(f'{name}: control sequences: {pty.tail()}')
    if not re.search(rb'TERM|terminal', pty.output):
        fail(f'{name}: not said why: {pty.tail()}')
    return f'is refused: {words_of(pty.output)}'


CHECKS = {DRAWN: check_drawn, PLAIN: check_plain, REFUSED: check_refused}


def check(command, kind, extra, expected, locale):
    name = ' '.join([f'TERM={kind}' if kind is not None else 'no TERM'] +
                    [f'{variable}={value}' for variable, value in {**extra, **locale}.items()])
    with Pty(command, environment(kind, extra, locale), 80, 24) as pty:
        pty.until(lambda: has_drawn(pty) or pty.reap(), f'{name}: neither drawn on nor refused')
        is_what = REFUSED if pty.code is not None else DRAWN if b'\x1b' in pty.output else PLAIN
        if is_what != expected:
            fail(f'{name}: {is_what}, not {expected}: exit code {pty.code}: {pty.tail()}')
        outcome = CHECKS[expected](pty, name, extra)
        if not pty.kept():
            fail(f"{name}: the terminal's modes were not restored")
        plain = 'C.UTF-8' not in locale.values()
        if plain and any(byte > 0x7e for byte in pty.output):
            fail(f'{name}: bytes beyond ASCII: {pty.tail()}')
    print(f'{name} {outcome}')


def main():
    for locale in LOCALES:
        for kind, extra, expected in KINDS:
            check(sys.argv[1:], kind, extra, expected, locale)


main()
