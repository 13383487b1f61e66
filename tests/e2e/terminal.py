"""A terminal within a terminal, which can be made to take nothing, or to go away.

    terminal.py FOLDER COMMAND...

Runs the command in a terminal of its own, as large as the one around it, and hands on what it writes and what is typed.
In FOLDER (made here) `terminal` is this process, `pid` the command's. To the first, SIGUSR1: nothing that the command
writes is taken, and there is no room for more (once there is `held`); SIGUSR2: it is taken again; SIGTERM: its terminal
is closed. Once the command has ended there are `code`, its exit code or 128 + its signal, and `modes`, "kept" if the
terminal's modes are what they were. Ends with that code.
"""
import fcntl
import os
import select
import signal
import sys
import termios
import tty

OUTER_IN, OUTER_OUT = 0, 1
PIECE = 65536
ROOM_APPEARS = 0.05  # seconds


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


class Terminal:
    def __init__(self, folder, command):
        self.folder = folder
        self.holding = self.hung_up = self.ended = False
        self.code = None
        os.makedirs(folder, exist_ok=True)
        self.wake, signals = os.pipe()
        os.set_blocking(signals, False)
        signal.set_wakeup_fd(signals)
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, fcntl.ioctl(OUTER_OUT, termios.TIOCGWINSZ, bytes(8)))
        self.name = os.ttyname(slave)
        self.modes = termios.tcgetattr(slave)
        self.child = os.fork()
        if self.child == 0:
            signal.set_wakeup_fd(-1)
            os.close(self.master)
            os.login_tty(slave)
            os.execvp(command[0], command)
        os.close(slave)
        self.tell('terminal', os.getpid())
        self.tell('pid', self.child)

    def tell(self, name, what):
        with open(f'{self.folder}/{name}.new', 'w', encoding='ascii') as file:
            file.write(f'{what}\n')
        os.rename(f'{self.folder}/{name}.new', f'{self.folder}/{name}')

    def reap(self):
        pid, status = os.waitpid(self.child, os.WNOHANG)
        if pid == 0:
            return
        self.ended = True
        ended_by = os.waitstatus_to_exitcode(status)
        self.code = ended_by if ended_by >= 0 else 128 - ended_by
        if self.master >= 0:
            self.tell('modes', 'kept' if termios.tcgetattr(self.master) == self.modes else 'changed')
        self.tell('code', self.code)

    def close(self):
        if self.master >= 0:
            os.close(self.master)
        self.master = -1

    def hold(self):
        self.holding = True
        slave = os.open(self.name, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        while select.select([], [slave], [], ROOM_APPEARS)[1]:  # what was written makes room once more, on its way here
            try:
                os.write(slave, bytes(PIECE))
            except BlockingIOError:
                pass
        os.close(slave)
        self.tell('held', 'since now')

    def obey(self):
        for number in os.read(self.wake, PIECE):
            if number == signal.SIGCHLD:
                self.reap()
            elif number == signal.SIGTERM:
                self.close()
            elif number == signal.SIGUSR1:
                self.hold()
            else:
                self.holding = False

    def hand_on(self):
        try:
            write_all(OUTER_OUT, os.read(self.master, PIECE))
        except OSError:  # nobody has it open any more
            self.hung_up = True

    def turn(self):
        wanted = [self.wake]
        if self.master >= 0:
            wanted += [OUTER_IN] if self.holding or self.hung_up else [OUTER_IN, self.master]
        ready = select.select(wanted, [], [])[0]
        if OUTER_IN in ready:
            write_all(self.master, os.read(OUTER_IN, PIECE))
        if self.master in ready:
            self.hand_on()
        if self.wake in ready:
            self.obey()


def main():
    before = termios.tcgetattr(OUTER_IN)
    tty.setraw(OUTER_IN)
    terminal = Terminal(sys.argv[1], sys.argv[2:])
    try:
        while not terminal.ended:
            terminal.turn()
    finally:
        termios.tcsetattr(OUTER_IN, termios.TCSANOW, before)
    sys.exit(terminal.code)


main()
