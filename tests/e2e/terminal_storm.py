"""What no person does to a terminal, but a window manager, a clipboard and a mouse do together.

    terminal_storm.py SECONDS COMMAND...

Resizes it 200 times a second, from 1x1 to 500x200, for so many seconds; pastes a megabyte of garbage, raw and bracketed,
and again into the lines of the filter, the search and the commands; moves a mouse whose reports are cut anywhere. After
each it still draws, and `q` ends it with exit code 0, the terminal as it was. The garbage is the same in every run.
"""
import os
import random
import sys
import time

from terminal_pty import Pty, fail

RATE = 200
COLUMNS, ROWS = 500, 200
PASTE = 1 << 20
BRACKETED = b'\x1b[?2004h'
LINES = (b'f', b'filter: ', 'the filter'), (b'/', b'/', 'the search'), (b':', b':', 'the command line')
# The list of what is traded most is called otherwise where the garbage has chosen how it is sorted.
LISTED = b'Markets traded most', b'Most traded markets', b'Markets, the last first', b'Markets by '
HINT = b'help'  # below, where no line is open
FRAME = b'\x1b[?2026l'
REPAINT = b'\x0c'
ESCAPE = b'\x1b'
# It could be the begin of a longer key for so long.
ESCAPE_TAKES = 0.2
# A terminal makes signals of these, and Ctrl-S stops the output; `q` and `Q` would end the program as they should.
NEVER = b'\x03\x1a\x1c\x13'
ENDING = b'qQ'
# What the terminal has to hear at the end: the screen of before, the cursor, no pastes and no mouse.
FAREWELL = (b'\x1b[?1049l', b'\x1b[?25h')


def garbage(dice, size, without):
    table = bytes(i for i in range(256) if i not in without)
    return bytes(dice.choices(table, k=size))


def goes_on(pty, what):
    """It draws when asked to."""
    if pty.reap():
        fail(f'{what}: it ended with {pty.code}: {pty.tail()}')
    pty.forget()
    pty.type(REPAINT, what)
    pty.until(lambda: pty.output.count(FRAME) > 0 or pty.reap(), f'{what}: it draws nothing any more')
    if pty.reap():
        fail(f'{what}: it ended with {pty.code}: {pty.tail()}')
    print(f'{what}: it goes on')


def resize(pty, dice, seconds):
    corners = [(1, 1), (COLUMNS, ROWS), (1, ROWS), (COLUMNS, 1), (40, 12), (39, 12), (40, 11)]
    began = time.monotonic()
    count = 0
    while count < seconds * RATE:
        size = dice.choice(corners) if count % 8 == 0 else (dice.randint(1, COLUMNS), dice.randint(1, ROWS))
        pty.resize(*size)
        count += 1
        while time.monotonic() - began < count / RATE:
            pty.turn(max(0, began + count / RATE - time.monotonic()))
        pty.forget()
        if pty.reap():
            fail(f'{size}: it ended with {pty.code}: {pty.tail()}')
    took = time.monotonic() - began
    pty.resize(100, 30)
    goes_on(pty, f'{count} sizes in {took:.1f} s')


def paste(pty, dice):
    pty.type(garbage(dice, PASTE, NEVER + ENDING), 'a megabyte of garbage')
    goes_on(pty, 'a megabyte of garbage')
    brackets = pty.told_brackets
    pty.type(b'\x1b[200~' + garbage(dice, PASTE, NEVER + (b'' if brackets else ENDING)) + b'\x1b[201~', 'a paste')
    goes_on(pty, 'a megabyte pasted' + (' in brackets' if brackets else ''))
    if not brackets:
        return
    show_list(pty)
    for opener, label, line in LINES:
        paste_into(pty, dice, opener, label, line)


def shows(pty, what, *words):
    """Drawn whole, it has one of these words."""
    pty.forget()
    pty.type(REPAINT, what)
    pty.until(lambda: pty.output.count(FRAME) > 0, f'{what}: it draws nothing')
    return any(word in pty.output for word in words)


def take_for(pty, seconds):
    """What it writes, for the whole of that time."""
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        pty.turn(max(0, over - time.monotonic()))


def show_list(pty):
    """Wherever it is: what is searched for without words is what is traded most."""
    for _ in range(100):
        pty.type(ESCAPE, 'Esc')
        take_for(pty, ESCAPE_TAKES)
        pty.type(b'/\r', 'the list')
        take_for(pty, ESCAPE_TAKES)
        if shows(pty, 'the list', *LISTED):
            return
    fail(f'the list does not come: {bytes(pty.output)}')


def paste_into(pty, dice, opener, label, line):
    """Into a line that is open: every character of it is followed."""
    open_line(pty, opener, label, line)
    began = time.monotonic()
    pty.type(b'\x1b[200~' + garbage(dice, PASTE, NEVER) + b'\x1b[201~', f'a paste into {line}')
    goes_on(pty, f'a megabyte pasted into {line}')
    print(f'  {time.monotonic() - began:.1f} s')
    leave_line(pty, line)


def open_line(pty, opener, label, line):
    """What was drawn before the key came is no answer to it; where it is open the key is a character of it."""
    pty.type(opener, f'{line} is opened')
    for _ in range(20):
        if shows(pty, line, label):
            return
        take_for(pty, ESCAPE_TAKES)
    fail(f'{line} is not opened: {pty.tail()}')


def leave_line(pty, line):
    """Until the keys are named below again. What follows an Esc at once would be taken for a part of its key."""
    for _ in range(20):
        pty.type(ESCAPE, f'{line} is left')
        take_for(pty, ESCAPE_TAKES)
        if shows(pty, line, HINT):
            return
    fail(f'{line} is not left: {pty.tail()}')


def mouse_report(dice):
    kind = dice.randrange(4)
    button, column, row = dice.choice([0, 1, 2, 3, 32, 35, 64, 65, 66, 128, 999]), dice.randint(0, 600), dice.randint(0, 300)
    if kind == 0:
        return b'\x1b[<%d;%d;%d%c' % (button, column, row, dice.choice(b'Mm'))
    if kind == 1:
        return b'\x1b[M' + garbage(dice, 3, bytes(range(32)) + NEVER + ENDING)
    if kind == 2:
        return b'\x1b[<%d;%d;%dM' % (dice.randrange(1 << 70), dice.randrange(1 << 40), -dice.randrange(9))
    whole = b'\x1b[<%d;%d;%dM' % (button, column, row)
    return whole[:dice.randrange(1, len(whole))]


def point(pty, dice):
    reports = b''.join(mouse_report(dice) for _ in range(20000))
    pty.type(reports, '20,000 reports of a mouse')
    goes_on(pty, '20,000 reports of a mouse')


def leave(pty):
    """Out of whatever was opened by all that, one `q` after the other."""
    for _ in range(12):
        pty.type(b'\x1b', 'Esc')
        for _ in range(3):
            pty.turn(0.05)
        if not pty.reap():
            pty.type(b'q', 'q')
        for _ in range(20):
            if pty.reap():
                break
            pty.turn(0.05)
        if pty.reap():
            break
    code = pty.end()
    if code != 0:
        fail(f'q: exit code {code}: {pty.tail()}')
    if not pty.kept():
        fail('the terminal\'s modes were not restored')
    for sequence in FAREWELL:
        if sequence not in pty.output:
            fail(f'the terminal did not get {sequence}: {pty.tail()}')
    print(f'q: exit 0, the terminal as it was; at most {pty.usage.ru_maxrss} kB were resident')


def main():
    dice = random.Random(7)
    with Pty(sys.argv[2:], dict(os.environ)) as pty:
        pty.until(lambda: pty.output.count(FRAME) >= 5 or pty.reap(), 'it draws nothing')
        pty.told_brackets = BRACKETED in pty.output
        resize(pty, dice, float(sys.argv[1]))
        paste(pty, dice)
        point(pty, dice)
        leave(pty)


main()
