// The peer of python3-websockets: a process of its own (peer.py) behind a relay of ours.
import { execFileSync, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { SLUG } from './market.mjs';
import { Relay } from './relay.mjs';

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));
const PYTHON = '/usr/bin/python3';

export function version() {
  try {
    const words = 'import websockets.version as v; print(v.version)';
    return `python3-websockets ${execFileSync(PYTHON, ['-c', words], { encoding: 'utf8', stdio: 'pipe' }).trim()}`;
  } catch {
    return null;
  }
}

class Connection {
  constructor(peer, port) {
    this.peer = peer;
    this.port = port;
  }

  send(text) {
    return this.peer.order('send', { text });
  }
}

export class PythonPeer extends EventEmitter {
  constructor(certificates, market) {
    super();
    this.certificates = certificates;
    this.market = market;
    this.relay = new Relay();
    this.attempts = [];
    this.connection = null;
    this.number = 0;
    this.orders = new Map(); // number -> who waits for it
  }

  async start() {
    const { certFile, keyFile } = this.certificates.sound;
    this.child = spawn(PYTHON, [SCRIPT, certFile, keyFile], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdin.on('error', () => {});
    let rest = '';
    this.child.stdout.setEncoding('utf8');
    this.child.stdout.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) this.happened(JSON.parse(line));
    });
    this.relay.target = await new Promise((resolve, reject) => {
      this.once('listening', resolve);
      this.child.once('exit', (code) => reject(new Error(`peer.py ended with ${code}`)));
    });
    await this.relay.listen();
    this.port = this.relay.port;
    await this.order('rest', { path: `/gamma/markets/slug/${SLUG}`, body: JSON.stringify(this.market.page()) });
    await this.order('rest', { path: '/data/trades', body: '[]' });
  }

  happened(what) {
    if (what.event === 'upgrade') {
      this.attempts.push(performance.now());
      this.emit('upgrade-asked');
    }
    if (what.event === 'listening') this.emit('listening', what.port);
    if (what.event === 'ponged') this.emit('ponged');
    if (what.event === 'did') {
      this.orders.get(what.number)?.(what);
      this.orders.delete(what.number);
    }
    if (what.event === 'subscribed') {
      const connection = new Connection(this, what.port);
      connection.send(this.market.opening());
      this.connection = connection;
      this.emit('subscribed', connection);
    }
  }

  // The next time that somebody asks for an upgrade.
  upgraded() {
    return once(this, 'upgrade-asked');
  }

  // What peer.py is to do; done when it says so.
  order(what, more = {}) {
    const number = ++this.number;
    return new Promise((resolve) => {
      this.orders.set(number, resolve);
      this.child.stdin.write(`${JSON.stringify({ do: what, number, ...more })}\n`);
    });
  }

  stop() {
    this.relay.close();
    this.child?.kill('SIGKILL');
  }
}
