// booktop, on a real terminal, against a peer that is not ours: row by row the peer does what it should not, and the
// screen is read.
//
//     foreign.mjs PROGRAM ws|raw|handshake|python [WORDS-OF-ROWS]
//
// One booktop goes through all rows, but for those that are `alone`. A row passes if the screen says the right thing
// within a second (where the peer falls silent: within the limits), does not show the old book as a live one, says when
// it is tried again, and then shows the peer's newest book. Of a row:
//     does(turn)     what happens
//     down           the words of the reason; without them, the change that the row tells of must be on the screen
//     stall          nothing is to be seen until a limit has passed
//     lasting        the answer is meant for good: it is tried again by a key
//     notBefore      ms until it may be tried again
//     lastsFor       it goes on so long, ms, with `attemptsAtMost`
//     anew           a connection of its own
//     farewell       the code of the close frame that the peer must hear
//     alone(suite)   with a booktop of its own; returns what the screen said
// Exit codes: 0, 1, and 77 where something that is needed is missing.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BACK, Booktop, DOWN, LIMITS, PATIENCE } from './booktop.mjs';
import { makeCertificates } from './certificates.mjs';
import { Market, SLUG } from './market.mjs';
import { elsewhere } from './place.mjs';
import { pause } from './screen.mjs';
import { Turn } from './turn.mjs';
import { RETRY } from './words.mjs';

const WITHIN = 1000; // ms until an event is on the screen
const WITHIN_STALL = Math.max(LIMITS.silence, LIMITS.handshake) + LIMITS.ping + WITHIN;

// Of the terminal: a reason must be readable on a narrow one, too.
const COLUMNS = { ws: 120, raw: 120, handshake: 120, python: 80 };
const KINDS = Object.keys(COLUMNS);

// Something that is needed is missing.
class Missing extends Error {}

const skip = (why) => {
  throw new Missing(why);
};

async function peerOf(kind, certificates, market) {
  if (kind === 'ws') {
    const { WsPeer, version, ws } = await import('./ws_peer.mjs');
    if (!ws) skip('node-ws is not installed (Debian: node-ws)');
    return { peer: new WsPeer(certificates, market), version: version() };
  }
  if (kind === 'python') {
    const { PythonPeer, version } = await import('./python_peer.mjs');
    const found = version();
    if (!found) skip('python3-websockets is not installed');
    return { peer: new PythonPeer(certificates, market), version: found };
  }
  const { RawPeer } = await import('./raw_peer.mjs');
  return { peer: new RawPeer(certificates, market), version: `raw, node ${process.version}` };
}

class Suite {
  constructor(program, kind, only) {
    Object.assign(this, { program, kind, only });
    this.folder = mkdtempSync(join(tmpdir(), 'booktop-foreign-'));
    this.failed = 0;
    this.done = 0;
    this.delays = []; // between an end and the next attempt, where it was the first one
    this.booktops = [];
    this.columns = COLUMNS[kind];
    // Nothing of this may ever be written anywhere.
    this.canaries = { id: 'canary-1d-of-a-key', password: 'canary-passw0rd' };
  }

  async start() {
    for (const [needed, option] of [['tmux', '-V'], ['openssl', 'version']]) {
      const { error } = spawnSync(needed, [option], { stdio: 'ignore' });
      if (error) skip(`${needed} is not installed`);
    }
    this.certificates = makeCertificates(this.folder);
    this.market = new Market();
    const { peer, version } = await peerOf(this.kind, this.certificates, this.market);
    this.peer = peer;
    await peer.start();
    const { rows } = await import(`./rows_${this.kind}.mjs`);
    this.rows = rows.filter((row) => !this.only || row.name.includes(this.only));
    for (const row of this.rows) await row.prepare?.(peer);
    this.place = await elsewhere();
    this.elsewhere = this.place.address().port;
    this.key = join(this.folder, 'key.pem');
    execFileSync('openssl', ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', this.key],
                 { stdio: 'pipe' });
    chmodSync(this.key, 0o600);
    this.canaries.key = readFileSync(this.key, 'utf8').split('\n')[3];
    console.log(`# ${version}: ${this.rows.length} rows`);
  }

  // A booktop that has a key, and a proxy (that loopback needs not), but uses neither unless a row says so.
  async open(name, { what = `polymarket:${SLUG}`, exchange = true, args = [], env = {} } = {}) {
    const booktop = new Booktop(this, name);
    this.booktops.push(booktop);
    const place = exchange ? ['--exchange', this.peer.port] : [];
    await booktop.open(what, [...place, '--ca-file', this.certificates.ca, ...args],
                       { KALSHI_KEY_ID: this.canaries.id, KALSHI_KEY_FILE: this.key,
                         https_proxy: `http://somebody:${this.canaries.password}@127.0.0.1:9`, ...env });
    return booktop;
  }

  async judge(row, turn) {
    const attempts = this.peer.attempts.length;
    await row.does(turn);
    turn.mark();
    return row.down ? this.judgeDown(row, turn, attempts) : this.judgeTaken(row, turn);
  }

  async judgeTaken(row, turn) {
    const { booktop } = this;
    const fallen = (state) => row.orDown && DOWN.test(state) && row.orDown.test(state);
    const seen = await booktop.look(WITHIN, (state, rows) => fallen(state) || booktop.isHealthy(state, rows));
    if (!seen) throw new Error(`the change to ${this.market.shown} is not on the screen after ${WITHIN} ms`);
    if (fallen(seen.found)) await this.recovered();
    else if (!row.anew && this.peer.connection !== turn.connection) throw new Error('the connection was made anew');
    return { after: seen.at - turn.at, said: seen.found };
  }

  async judgeDown(row, turn, attempts) {
    const { booktop } = this;
    const limit = row.stall ? WITHIN_STALL : row.later ? WITHIN + LIMITS.retryFirst : WITHIN;
    const seen = await booktop.look(limit, (state) => DOWN.test(state) && row.down.test(state));
    if (!seen) throw new Error(`the reason is not on the screen after ${limit} ms: ${row.down}`);
    const state = seen.found;
    if (/verified|\blive\b/.test(state)) throw new Error(`the old book is shown as a live one: ${state}`);
    if (row.shows && !booktop.hasNewest(seen.rows))
      throw new Error(`the last change, ${this.market.shown}, is not on the screen`);
    if (!RETRY.test(state) && !(await booktop.look(300, (now) => RETRY.test(now))))
      throw new Error(`no word of when it is tried again: ${state}`);
    await this.judgeAttempts(row, attempts);
    await this.judgeFarewell(row, turn);
    const once = turn.undos.length === 0;
    await turn.undo();
    if (row.lasting) await booktop.tryAgain();
    await this.recovered((row.notBefore ?? 0) + BACK);
    this.judgeDelay(row, turn, once && this.peer.attempts.length === attempts + 1);
    return { after: seen.at - turn.at, said: state };
  }

  async recovered(ms = BACK) {
    if (!(await this.booktop.healthy(ms))) throw new Error(`no healthy book ${ms} ms later`);
  }

  // What lasts: how often it is tried.
  async judgeAttempts(row, attempts) {
    if (!row.lastsFor) return;
    await pause(row.lastsFor);
    const made = this.peer.attempts.length - attempts;
    if (made > row.attemptsAtMost) throw new Error(`${made} attempts in ${row.lastsFor} ms`);
  }

  // What the peer was told at the end.
  async judgeFarewell(row, turn) {
    if (!row.farewell) return;
    for (const end = performance.now() + WITHIN; !turn.connection.closed && performance.now() < end;) await pause(10);
    turn.same(turn.connection.closed, row.farewell, 'the code of our close frame');
  }

  // `first`: what happened, happened once, and the next attempt was well.
  judgeDelay(row, turn, first) {
    const next = this.peer.attempts.find((at) => at > turn.at + 1);
    if (next === undefined) throw new Error('it was never tried again');
    const delay = next - turn.at;
    if (row.notBefore && delay < row.notBefore) throw new Error(`tried again after ${Math.round(delay)} ms`);
    if (first && !row.stall) this.delays.push(delay);
  }

  async run() {
    if (this.rows.some((row) => !row.alone)) await this.together(this.rows.filter((row) => !row.alone));
    for (const row of this.rows.filter((one) => one.alone)) await this.alone(row);
    this.judgeJitter();
    this.check(this.place.visits === 0, 'nobody followed a redirect');
    this.judgeSecrets();
  }

  // One booktop through all rows.
  async together(rows) {
    this.booktop = await this.open(this.kind);
    const { booktop } = this;
    if (!(await booktop.healthy(PATIENCE))) throw new Error(`no book at all:\n${await booktop.picture()}`);
    for (const row of rows) {
      if (!(await this.row(row))) break;
    }
    try {
      await booktop.quit();
      this.check(true, `one process, ${booktop.process}, through all of them; q ends it with code 0`);
    } catch (error) {
      this.check(false, error.message);
    }
  }

  // False if the suite cannot go on.
  async row(row) {
    const turn = new Turn(this), { booktop } = this;
    booktop.shown.clear();
    let well = true;
    try {
      this.passed(row, await this.judge(row, turn));
    } catch (error) {
      this.fell(row, error, booktop);
      well = false;
    }
    await turn.undo();
    if (well || (await booktop.healthy())) return true;
    this.peer.relay.reset(this.peer.connection.port);
    await booktop.tryAgain();
    if (await booktop.healthy()) return true;
    console.log(`the book does not come back:\n${await booktop.picture()}`);
    return false;
  }

  async alone(row) {
    const before = this.booktops.length;
    try {
      const started = performance.now();
      const said = await row.alone(this);
      for (const booktop of this.booktops.slice(before)) await booktop.quit();
      this.passed(row, { said, after: performance.now() - started });
    } catch (error) {
      this.fell(row, error, this.booktops.at(-1));
    }
    for (const booktop of this.booktops.slice(before)) booktop.close();
  }

  passed(row, { said, after }) {
    console.log(`ok ${++this.done} ${row.name}: "${said}" after ${Math.round(after)} ms`);
  }

  fell(row, error, booktop) {
    this.failed++;
    console.log(`not ok ${++this.done} ${row.name}: ${error.message}`);
    for (const said of booktop?.shown ?? []) console.log(`    the screen said: ${said}`);
  }

  check(well, what) {
    if (!well) this.failed++;
    console.log(`${well ? 'ok' : 'not ok'} ${what}`);
  }

  judgeJitter() {
    const { delays } = this;
    if (delays.length < 8) return;
    const least = Math.min(...delays), most = Math.max(...delays);
    const different = new Set(delays.map((delay) => Math.round(delay))).size;
    const slack = 600; // TLS and a busy machine
    const well = least >= LIMITS.retryLeast - 5 && most <= LIMITS.retryFirst + slack &&
                 most - least > (LIMITS.retryFirst - LIMITS.retryLeast) / 4 && different > delays.length / 2;
    this.check(well, `jitter: ${delays.length} first delays from ${Math.round(least)} to ${Math.round(most)} ms, ` +
                     `${different} different`);
  }

  // Logs, whatever else lies in the folder, and all that the screens said.
  judgeSecrets() {
    const written = [...files(this.folder)].filter((path) => !/\.(key|pem|csr)$/.test(path))
                                           .map((path) => readFileSync(path, 'latin1'));
    const said = this.booktops.flatMap((booktop) => [...booktop.shown]);
    const told = (name) => [...written, ...said].some((text) => text.includes(this.canaries[name]));
    const found = Object.keys(this.canaries).filter(told);
    this.check(found.length === 0, `no word of a key or a password in ${written.length} files and on the screens` +
                                   (found.length ? `, but the ${found.join(' and the ')}` : ''));
  }

  end() {
    for (const booktop of this.booktops) {
      booktop.close();
      if (!this.failed) continue;
      console.log(`# the end of ${booktop.log}:\n${read(booktop.log).split('\n').slice(-12).join('\n')}`);
    }
    this.peer?.stop();
    this.place?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name), kind = statSync(path, { throwIfNoEntry: false });
    if (kind?.isDirectory()) yield* files(path);
    if (kind?.isFile()) yield path;
  }
}

const [program, kind, only] = process.argv.slice(2);
if (!program || !KINDS.includes(kind)) {
  console.error(`usage: foreign.mjs PROGRAM ${KINDS.join('|')} [WORDS]`);
  process.exit(2);
}
const suite = new Suite(program, kind, only);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    suite.end();
    process.exit(1);
  });
}
try {
  await suite.start();
  await suite.run();
} catch (error) {
  if (error instanceof Missing) {
    suite.end();
    console.log(`skipped: ${error.message}`);
    process.exit(77);
  }
  suite.failed++;
  console.log(error.stack);
}
suite.end();
console.log(`${kind}: ${suite.done} rows, ${suite.failed} failed`);
process.exit(suite.failed ? 1 : 0);
