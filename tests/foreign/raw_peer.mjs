// The peer that writes every byte behind the upgrade itself.
import { createHash } from 'node:crypto';

import { CLOSE, FrameReader, PING, PONG, TEXT, frame } from './frames.mjs';
import { NodePeer } from './node_peer.mjs';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

class Connection {
  constructor(peer, socket) {
    this.socket = socket;
    this.port = socket.remotePort;
    this.pongs = 0;   // heard
    this.lag = 0;     // ms until a ping is answered
    const reader = new FrameReader((read) => this.take(peer, read));
    socket.on('data', (bytes) => reader.add(bytes));
  }

  take(peer, { opcode, payload, masked }) {
    if (!masked) peer.emit('unmasked');
    if (opcode === TEXT) peer.heard(this, payload.toString());
    if (opcode === PING) setTimeout(() => this.write(frame(PONG, payload)), this.lag);
    if (opcode === PONG) this.pongs++;
    if (opcode === CLOSE) {
      this.closed = payload.length >= 2 ? payload.readUInt16BE() : 1005;
      peer.emit('closed', this);
      this.socket.end();
    }
  }

  write(bytes) {
    if (this.socket.writable) this.socket.write(bytes);
  }

  send(text) {
    this.write(frame(TEXT, text));
  }
}

export class RawPeer extends NodePeer {
  // The head of an answer that accepts. `changes`: header lines by name that are put in place of its own; '' leaves one
  // out.
  head(request, changes = {}) {
    const key = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
    const lines = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': key, ...changes };
    const wanted = Object.entries(lines).filter(([, value]) => value !== '');
    return `HTTP/1.1 101 Switching Protocols\r\n${wanted.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n`;
  }

  // `behind`: bytes that follow the head at once.
  accept(request, socket, _, changes = {}, behind = []) {
    socket.setNoDelay(true);
    const connection = new Connection(this, socket);
    socket.write(Buffer.concat([Buffer.from(this.head(request, changes)), ...behind]));
    this.emit('opened', connection);
    return connection;
  }

  // An answer that is no upgrade.
  refusal(status, words, headers = '', body = '') {
    return (request, socket) => {
      socket.end(`HTTP/1.1 ${status} ${words}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`);
    };
  }
}
