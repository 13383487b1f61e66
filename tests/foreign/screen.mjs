// A program on a real terminal: tmux draws it, a control client of tmux reads it.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LOOK_EVERY = 30; // ms

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const quoted = (word) => `'${String(word).replaceAll("'", `'\\''`)}'`;

export class Screen {
  constructor(folder, name) {
    this.folder = folder;
    this.codeFile = join(folder, `${name}.code`);
    this.server = `foreign-${process.pid}-${name}`;
    this.waiting = []; // replies of the control client, in order
  }

  tmux(...args) {
    return execFileSync('tmux', ['-L', this.server, '-f', '/dev/null', ...args],
                        { encoding: 'utf8', env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async open(columns, rows, command, env) {
    this.env = { ...process.env, ...env, TMUX_TMPDIR: this.folder, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
    delete this.env.NO_COLOR;
    delete this.env.COLORTERM;
    delete this.env.TMUX;
    const words = command.map(quoted).join(' ');
    this.tmux('new-session', '-d', '-s', 'main', '-x', columns, '-y', rows,
              `${words}; echo $? >${quoted(this.codeFile)}; exec cat`);
    this.tmux('set-option', '-g', 'status', 'off');
    this.tmux('resize-window', '-t', 'main', '-x', columns, '-y', rows);
    const attach = ['attach-session', '-f', 'no-output,ignore-size', '-t', 'main'];
    this.control = spawn('tmux', ['-L', this.server, '-C', ...attach],
                         { env: this.env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.control.stdin.on('error', () => {});
    this.ready = new Promise((resolve) => { this.waiting.push(resolve); }); // of attach-session itself
    this.take();
    await this.ready;
  }

  // Sorts what the control client says into replies: the lines between %begin and %end.
  take() {
    let rest = '', reply = null;
    this.control.stdout.setEncoding('utf8');
    this.control.stdout.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (reply === null) {
          if (line.startsWith('%begin ')) reply = [];
        } else if (/^%(end|error) \d+ \d+ \d+$/.test(line)) {
          this.waiting.shift()?.(reply);
          reply = null;
        } else {
          reply.push(line);
        }
      }
    });
    this.control.on('exit', () => {
      for (const resolve of this.waiting.splice(0)) resolve([]);
    });
  }

  ask(command) {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.control.stdin.write(`${command}\n`);
    });
  }

  // The rows of the screen.
  look() {
    return this.ask('capture-pane -p -t main');
  }

  async keys(...names) {
    await this.ask(`send-keys -t main ${names.join(' ')}`);
  }

  // Looks until `wanted` (of the rows) gives something. Returns that and when, or null after `ms`.
  async await(ms, wanted) {
    const end = performance.now() + ms;
    for (;;) {
      const rows = await this.look(), at = performance.now(), found = wanted(rows);
      if (found) return { found, at, rows };
      if (at > end) return null;
      await pause(LOOK_EVERY);
    }
  }

  // The process on the screen: the shell's only child.
  process() {
    const shell = this.tmux('list-panes', '-t', 'main', '-F', '#{pane_pid}').trim();
    const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
    return children[0] ?? '';
  }

  // Its exit code, or null if it has not ended after `ms`.
  async code(ms) {
    for (const end = performance.now() + ms; performance.now() < end; await pause(LOOK_EVERY)) {
      const text = existsSync(this.codeFile) ? readFileSync(this.codeFile, 'utf8') : '';
      if (text.endsWith('\n')) return Number(text);
    }
    return null;
  }

  close() {
    try {
      this.tmux('kill-server');
    } catch {
      // it has ended already
    }
  }
}
