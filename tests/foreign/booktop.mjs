// One run of booktop on a terminal, and what its screen says.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { Screen, pause } from './screen.mjs';

// What it is told, ms. The first delay is drawn from between `retryLeast` and `retryFirst`.
export const LIMITS = { silence: 2000, ping: 500, handshake: 2000, retryFirst: 600, retryLeast: 120, retryMost: 1000 };

export const BACK = 5000; // ms until a book is healthy again
export const PATIENCE = 60000; // ms; nothing is promised of it, but that the suite does not hang
export const DOWN = /\b(down|given up)\b/;
export const RETRY_KEY = 'R';

const ROWS = 24;
const STATE_ROWS = [1, ROWS - 2]; // a reason that is too long for the first has a row above the keys

const options = () => [['silence', LIMITS.silence], ['ping', LIMITS.ping], ['handshake-limit', LIMITS.handshake],
                       ['retry-first', LIMITS.retryFirst], ['retry-most', LIMITS.retryMost]]
                        .flatMap(([name, ms]) => [`--${name}`, `${ms}ms`]);

const words = (row) => (row ?? '').trim().replace(/[─┬┴]{3,}/g, '').replace(/\s{2,}/g, '  ');

export class Booktop {
  // `suite`: the program, the folder, the market, the terminal's columns.
  constructor(suite, name) {
    const { program, folder, market, columns } = suite;
    Object.assign(this, { program, folder, market, columns });
    this.log = join(this.folder, `${name}.log`);
    this.screen = new Screen(this.folder, name);
    this.shown = new Set(); // states, as they were seen
  }

  async open(what, args, env = {}) {
    const help = execFileSync(this.program, ['--help'], { encoding: 'utf8' });
    const limits = help.includes('--retry-first') ? options() : [];
    if (limits.length === 0) console.log('# this booktop has no limits to set: what stalls takes longer');
    await this.screen.open(this.columns, ROWS, [this.program, '--log', this.log, '--debug', ...limits, ...args, what],
                           { XDG_STATE_HOME: join(this.folder, 'state'), XDG_CONFIG_HOME: join(this.folder, 'config'),
                             ...env });
    for (this.process = ''; this.process === ''; this.process = this.screen.process()) await pause(10);
  }

  // Looks at the screen until `wanted` (of its state, and all of its rows) says yes; keeps what the state was.
  look(ms, wanted) {
    return this.screen.await(ms, (rows) => {
      const state = STATE_ROWS.map((row) => words(rows[row])).filter((said) => said !== '').join(' | ');
      this.shown.add(state);
      return wanted(state, rows) && state;
    });
  }

  hasNewest(rows) {
    return rows.some((row) => row.includes(` ${this.market.shown} `));
  }

  isHealthy(state, rows) {
    return /verified/.test(state) && !DOWN.test(state) && this.hasNewest(rows);
  }

  healthy(ms = BACK) {
    return this.look(ms, (state, rows) => this.isHealthy(state, rows));
  }

  tryAgain() {
    return this.screen.keys(RETRY_KEY);
  }

  // Ends it by its key; throws if it was another process by now, or ends badly.
  async quit() {
    const now = this.screen.process();
    if (now !== this.process) throw new Error(`it is another process, ${now || 'none'}, not ${this.process}`);
    await this.screen.keys('q');
    const code = await this.screen.code(PATIENCE);
    if (code !== 0) throw new Error(`q ended it with ${code}`);
  }

  async picture() {
    return (await this.screen.look()).join('\n').trimEnd();
  }

  close() {
    this.screen.close();
  }
}
