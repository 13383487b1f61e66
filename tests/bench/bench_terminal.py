"""What the screen costs, beside the two that people know: htop and btop, in the same run on the same terminal.

    bench_terminal.py PROGRAM

Everything is measured from outside, at a pseudo-terminal of 120x40 that takes what it gets: how long it is to the first
picture, from a key to its picture, from a change on the venue's wire to its digits, how much of a processor, of the
terminal's line and of memory it takes. The viewer watches a local exchange, or a venue whose moments are known
(bench_peer.py), which runs in a process of its own and does not count. Prints a line for each measurement; those with a
budget end with `ok` or `OVER`, and one that is over ends the program with 1. BOOKTOP_SECONDS: how long each load is
watched (10).
"""
import math
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'e2e'))
import bench_peer  # noqa: E402
from terminal_pty import Pty, fail  # noqa: E402

SECONDS = float(os.environ.get('BOOKTOP_SECONDS', '10'))
COLUMNS, ROWS = 120, 40
STARTS = 15
PRESSES = 100
FIRSTS = 30
QUIET = 1.0  # seconds of silence before a first change
CHANGES = 300
FRAMES = 60  # pictures a second, at most, where changes are followed
SETTLES = 3.0  # seconds after the first picture that do not count
PROBES = 3.0  # seconds of finding a speed
MOVES = r'(?:\x1b\[[0-9;]*[A-Za-z]|\x1b\(B)*'  # may stand between two characters
FRAME = b'\x1b[?2026l'
MARKET = 'polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december'
# Messages a second
LOADS = (50, 10_000)
FASTEST = 1000

# What the design promises: milliseconds, percent of one core, MB.
BUDGET = {'first picture': 20, 'key to picture': 16, 'first change': 2, 'change': 9, 'change, 99 of 100': 18,
          'idle': 0.1, 50: 3, 10_000: 15, 'memory': 6}

over = []


def say(what, value, unit, budget=None):
    verdict = ''
    if budget is not None:
        good = value <= budget
        verdict = f'   at most {budget} {unit}: {"ok" if good else "OVER"}'
        if not good:
            over.append(what)
    print(f'{what:<46}{value:>10.2f} {unit:<6}{verdict}', flush=True)


def of_process(pid, file, pattern):
    with open(f'/proc/{pid}/{file}', encoding='ascii', errors='replace') as text:
        return int(re.search(pattern, text.read(), re.M).group(1))


def run_time(pid):
    """Nanoseconds that its threads have had a processor, less those of threads that have ended."""
    total = 0
    for task in os.listdir(f'/proc/{pid}/task'):
        with open(f'/proc/{pid}/task/{task}/schedstat', encoding='ascii') as text:
            total += int(text.read().split()[0])
    return total


class Subject:
    """A program that is measured: how it is started, how its first picture is known, how it is left."""

    def __init__(self, name, command, shown, key=None, leave=b'q'):
        self.name, self.command, self.shown, self.key, self.leave = name, command, shown, key, leave
        self.home = tempfile.mkdtemp(dir=folder)
        self.environment = {'HOME': self.home, 'PATH': os.environ['PATH'], 'TERM': 'xterm-256color',
                            'LC_ALL': 'C.UTF-8', 'COLORTERM': 'truecolor'}

    def open(self):
        pty = Pty(self.command, self.environment, COLUMNS, ROWS)
        pty.until(lambda: self.shown in pty.output or pty.reap(), f'{self.name}: no picture')
        if pty.code is not None:
            fail(f'{self.name}: exit code {pty.code}: {pty.tail()}')
        return pty

    def close(self, pty):
        while pty.code is None:
            pty.type(self.leave, self.name)
            pty.until(pty.reap, f'{self.name} does not end', 10)


def first_picture(subject):
    took = []
    for _ in range(STARTS):
        with subject.open() as pty:
            took.append((time.monotonic() - pty.began) * 1000)
            subject.close(pty)
    return statistics.median(took)


def key_to_picture(subject):
    """Until the first byte that answers; between two keys it comes to rest."""
    took = []
    with subject.open() as pty:
        settle(pty, 1)
        for _ in range(PRESSES):
            while pty.turn(0.002) or pty.output:
                pty.forget()
            began = time.monotonic()
            os.write(pty.master, subject.key)
            pty.until(lambda: pty.output, f'{subject.name}: a key is not answered')
            took.append((time.monotonic() - began) * 1000)
        subject.close(pty)
    took.sort()
    return statistics.median(took), took[len(took) * 99 // 100 - 1]


def settle(pty, seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        pty.turn(left)
        pty.forget()


def watch(subject, seconds, messages=None):
    """Of so many seconds: percent of a core, bytes a second, resident and anonymous MB, messages a second."""
    with subject.open() as pty:
        settle(pty, SETTLES)
        before, taken, began = run_time(pty.pid), pty.taken, time.monotonic()
        count = messages() if messages else 0
        settle(pty, seconds)
        passed = time.monotonic() - began
        rate = (messages() - count) / passed if messages else 0
        share = (run_time(pty.pid) - before) / passed / 1e7
        line = (pty.taken - taken) / passed
        resident = of_process(pty.pid, 'status', r'^VmRSS:\s+(\d+)') / 1000
        anonymous = of_process(pty.pid, 'status', r'^RssAnon:\s+(\d+)') / 1000
        subject.close(pty)
    return share, line, resident, anonymous, rate


class Peer:
    """A venue whose changes come at known moments (bench_peer.py), and a viewer of it.

    A change is known on the screen by the size that it gives to the best bid. A terminal is only sent what is
    different: so no digit of one size stands where it stood in the one before.
    """

    def __init__(self, program):
        certificate, key = (os.path.join(folder, f'peer.{kind}') for kind in ('pem', 'key'))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                        '-days', '2', '-subj', '/CN=invented', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost',
                        '-keyout', key, '-out', certificate], check=True, capture_output=True)
        self.process = subprocess.Popen(
            [sys.executable, '-B', bench_peer.__file__, certificate, key], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().split()[1]
        config = os.path.join(folder, 'peer.conf')
        with open(config, 'w', encoding='ascii') as file:
            file.write(f'frames = {FRAMES}\n')
        self.subject = Subject('booktop', [program, '--exchange', port, '--ca-file', certificate, '--config', config,
                                           '--log', os.path.join(folder, 'peer.log'),
                                           f'polymarket:{bench_peer.SLUG}'], b'verified', None, b'Q')
        self.size = f'{bench_peer.FIRST:05}'

    def order(self, *words):
        print(*words, file=self.process.stdin, flush=True)

    def answer(self):
        return int(self.process.stdout.readline().split()[1])

    def count(self):
        self.order('count')
        return self.answer()

    def change(self, pty):
        """Milliseconds from a change's way to its digits at the terminal."""
        self.size = ''.join(random.choice([digit for digit in '123456789' if digit != old]) for old in self.size)
        shown = re.compile(MOVES.join(f'{int(self.size):,}').replace(',', ',?').encode())
        pty.forget()
        self.order('mark', self.size)
        pty.until(lambda: shown.search(pty.output), f'a change to {self.size} is not shown')
        arrived = time.monotonic_ns()
        return (arrived - self.answer()) / 1e6

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Exchange:
    """The local exchange, and a viewer of it."""

    def __init__(self, program, speed, fault=''):
        self.faults = os.path.join(folder, 'faults')
        self.page = None
        with open(self.faults, 'w', encoding='ascii') as file:
            file.write(fault)
        ca = os.path.join(folder, 'ca.pem')
        self.process = subprocess.Popen(
            [program, 'exchange', '--seed', '7', '--speed', str(speed), '--ca-out', ca, '--fault', self.faults,
             '--log', os.path.join(folder, 'exchange.log')], stdout=subprocess.PIPE, text=True)
        port = re.search(r'port (\d+)', self.process.stdout.readline()).group(1)
        self.log = os.path.join(folder, 'log')
        self.command = [program, '--exchange', port, '--ca-file', ca, '--log', self.log, MARKET]

    def subject(self, *more):
        if os.path.exists(self.log):
            os.remove(self.log)
        return Subject('booktop', self.command + list(more), FRAME, b'u', b'Q')

    def measured(self):
        """Messages that the viewer's connections have brought."""
        with open(self.log, encoding='utf-8') as log:
            page = re.search(r'measurements on (http://\S+)', log.read()).group(1)
        with urllib.request.urlopen(page) as answer:
            return sum(int(line.split()[-1]) for line in answer.read().decode().splitlines()
                       if line.startswith('booktop_link_messages_total'))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def say_watched(name, watched, cpu_budget=None, memory_budget=None):
    share, line, resident, anonymous, _ = watched
    say(f'{name}: of one core', share, '%', cpu_budget)
    say(f'{name}: to the terminal', line / 1000, 'kB/s')
    say(f'{name}: anonymous memory', anonymous, 'MB', memory_budget)
    say(f'{name}: resident', resident, 'MB')


def speed_for(program, load):
    """The least simulated speed that gives about so many messages a second, found by trying: it is not proportional."""
    speed = math.ceil(load / 40)
    for _ in range(4):
        with Exchange(program, speed) as exchange:
            rate = watch(exchange.subject('--metrics', '0'), PROBES, exchange.measured)[4]
        better = max(1, min(FASTEST, math.ceil(speed * load / rate)))
        if better == speed or load <= rate <= load * 1.1:
            break
        speed = better
    return speed


def bench_viewer(program):
    with Exchange(program, 1, '1, halt\n') as exchange:
        quiet = exchange.subject()
        say('booktop: first picture', first_picture(quiet), 'ms', BUDGET['first picture'])
        median, most = key_to_picture(quiet)
        say('booktop: key to picture', median, 'ms', BUDGET['key to picture'])
        say('booktop: key to picture, 99 of 100', most, 'ms')
        idle = watch(quiet, SECONDS)
        say_watched('booktop, no messages', idle, BUDGET['idle'], BUDGET['memory'])
    for load in LOADS:
        with Exchange(program, speed_for(program, load)) as exchange:
            watched = watch(exchange.subject('--metrics', '0'), SECONDS, exchange.measured)
            say_watched(f'booktop, {watched[4]:,.0f} messages/s', watched, BUDGET[load], BUDGET['memory'])
    return idle


def bench_changes(program):
    """From what a venue sends to the terminal."""
    with Peer(program) as peer, peer.subject.open() as pty:
        settle(pty, SETTLES)
        took = []
        for _ in range(FIRSTS):
            settle(pty, QUIET)
            took.append(peer.change(pty))
        say('booktop: first change shown', statistics.median(took), 'ms', BUDGET['first change'])
        say('booktop: first change shown, worst', max(took), 'ms')
        for load in LOADS:
            peer.order('load', load)
            settle(pty, 1)
            count, began, cpu = peer.count(), time.monotonic(), run_time(pty.pid)
            took = []
            for _ in range(CHANGES):
                settle(pty, random.uniform(0.01, 0.05))  # wherever in a picture's time
                took.append(peer.change(pty))
            passed = time.monotonic() - began
            name = f'booktop, {(peer.count() - count) / passed:,.0f} messages/s: change shown'
            took.sort()
            say(name, statistics.median(took), 'ms', BUDGET['change'])
            say(f'{name}, 99 of 100', took[len(took) * 99 // 100 - 1], 'ms', BUDGET['change, 99 of 100'])
            say(f'{name}, of one core', (run_time(pty.pid) - cpu) / passed / 1e7, '%')
        peer.order('load', 0)
        peer.subject.close(pty)


def bench_other(subject, idle):
    picture = first_picture(subject)
    say(f'{subject.name}: first picture', picture, 'ms')
    if subject.key:
        median, most = key_to_picture(subject)
        say(f'{subject.name}: key to picture', median, 'ms')
        say(f'{subject.name}: key to picture, 99 of 100', most, 'ms')
    watched = watch(subject, SECONDS)
    say_watched(f'{subject.name}, as it is', watched)
    for what, index in (('of one core', 0), ('to the terminal', 1), ('anonymous memory', 3)):
        if idle[index] > 0:
            say(f'{subject.name}: {what}, times booktop idle', watched[index] / idle[index], 'x')


def main():
    program = os.path.realpath(sys.argv[1])
    bench_changes(program)
    idle = bench_viewer(program)
    bench_other(Subject('htop', ['htop'], b'Quit', b'\x1b[B'), idle)
    bench_other(Subject('btop', ['btop', '--utf-force'], b'proc'), idle)
    if over:
        print('over budget: ' + ', '.join(over))
        sys.exit(1)


with tempfile.TemporaryDirectory() as folder:
    main()
