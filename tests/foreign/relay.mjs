// What stands before a peer: a TCP relay on one port, which can do to a connection what bad networks do.
import net from 'node:net';

export class Relay {
  constructor() {
    this.target = 0;     // the port that connections are led to
    this.take = null;    // (socket) => true if it keeps the connection to itself
    this.accepted = [];  // when connections came, ms
    this.pairs = new Map(); // the peer's end of a connection is found by its remote port
    this.sockets = new Set();
  }

  async listen(port = 0) {
    this.server = net.createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.port = this.server.address().port;
  }

  // From now on connections are refused.
  refuse() {
    return new Promise((resolve) => {
      this.server.close(resolve);
      for (const socket of this.sockets) socket.destroy();
    });
  }

  keep(socket) {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
  }

  accept(front) {
    this.accepted.push(performance.now());
    this.keep(front);
    if (this.take?.(front)) return;
    const back = net.connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
    this.keep(back);
    back.once('connect', () => {
      const port = back.localPort;
      this.pairs.set(port, { front, back });
      back.on('close', () => this.pairs.delete(port));
    });
    front.pipe(back);
    back.pipe(front);
    front.on('close', () => back.destroy());
    back.on('close', () => front.end());
  }

  // The client's end of the connection that the peer knows by this port.
  pair(port) {
    return this.pairs.get(port);
  }

  reset(port) {
    this.pair(port)?.front.resetAndDestroy();
  }

  // Our side is ended, with no word of TLS's.
  finish(port) {
    const pair = this.pair(port);
    if (!pair) return;
    pair.back.unpipe(pair.front);
    pair.front.end();
  }

  // Nothing goes through any more, and nobody says so.
  freeze(port) {
    const pair = this.pair(port);
    if (!pair) return;
    pair.back.unpipe(pair.front);
    pair.front.unpipe(pair.back);
    pair.front.pause();
    pair.back.pause();
  }

  close() {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
