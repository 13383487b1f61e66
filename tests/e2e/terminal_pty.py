"""A program in a pseudo-terminal of its own, for those who press its keys faster than a person could.

    with Pty(command, environment, columns, rows) as pty: …

What the program writes is always taken, and kept in `pty.output`. Nothing here waits for a time to pass: what is waited
for is an event, and `PATIENCE` only ends a wait that would not end.
"""
import fcntl
import os
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 60  # seconds
PIECE = 65536


def fail(words):
    print(f'FAILED: {words}', file=sys.stderr)
    sys.exit(1)


class Pty:
    def __init__(self, command, environment, columns=100, rows=30):
        self.output = bytearray()
        self.taken = 0  # bytes written so far, also of what `forget` dropped
        self.code = None
        self.usage = None
        self.master, self.slave = os.openpty()
        self.resize(columns, rows)
        self.modes = termios.tcgetattr(self.slave)
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.master)
            os.login_tty(self.slave)
            os.execvpe(command[0], command, environment)
        os.set_blocking(self.master, False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)
        os.close(self.slave)

    def resize(self, columns, rows):
        """As a window manager does it: the program gets SIGWINCH."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def turn(self, timeout, data=b''):
        """Takes what is there, gives what there is room for; returns how many bytes of `data` went."""
        readable, writable, _ = select.select([self.master], [self.master] if data else [], [], timeout)
        if readable:
            piece = os.read(self.master, PIECE)
            self.output += piece
            self.taken += len(piece)
        if not writable:
            return 0
        try:
            return os.write(self.master, data[:4096])
        except BlockingIOError:
            return 0

    def reap(self):
        """True if the program has ended."""
        if self.code is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid != 0:
                ended_by = os.waitstatus_to_exitcode(status)
                self.code = ended_by if ended_by >= 0 else 128 - ended_by
                self.usage = usage
        return self.code is not None

    def until(self, happened, words, patience=PATIENCE):
        end = time.monotonic() + patience
        while not happened():
            if time.monotonic() > end:
                fail(f'{words}, for {patience} s: {self.tail()}')
            self.turn(0.01)

    def waiting(self):
        """Bytes that were typed and not read yet."""
        return struct.unpack('i', fcntl.ioctl(self.slave, termios.FIONREAD, bytes(4)))[0]

    def type(self, data, words):
        """Gives all of it, and waits until it was read."""
        end = time.monotonic() + PATIENCE
        sent = 0
        while sent < len(data):
            if self.reap():
                fail(f'{words}: it ended with {self.code}: {self.tail()}')
            if time.monotonic() > end:
                fail(f'{words}: it does not read, for {PATIENCE} s')
            sent += self.turn(0.1, data[sent:sent + PIECE])
        self.until(lambda: self.waiting() == 0 or self.reap(), f'{words}: it does not read')

    def drain(self):
        """Takes what an ended program has left."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                self.turn(0)
            except OSError:
                return

    def end(self, patience=PATIENCE):
        """Waits until it has ended; returns its exit code, 128 and more for a signal."""
        self.until(self.reap, 'it does not end', patience)
        self.drain()
        return self.code

    def kept(self):
        return termios.tcgetattr(self.slave) == self.modes

    def forget(self):
        self.output.clear()

    def tail(self):
        return bytes(self.output[-2000:])
