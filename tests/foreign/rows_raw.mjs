// The rows of the raw peer: every frame that is legal and every one that is not, and what TCP can do.
import { deflateRawSync } from 'node:zlib';

import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, closeFrame, frame } from './frames.mjs';
import { pause } from './screen.mjs';
import { WORDS } from './words.mjs';

const halves = (text) => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];

const taken = [
  { name: 'a plain change', does: (t) => t.connection.send(t.market.change()) },
  {
    name: 'fragments, a ping between, an empty last one',
    does: (t) => {
      const [a, b] = halves(t.market.change());
      t.connection.write(frame(TEXT, a, { fin: false }));
      t.connection.write(frame(PING, 'between'));
      t.connection.write(frame(CONTINUATION, b, { fin: false }));
      t.connection.write(frame(CONTINUATION, ''));
    },
  },
  {
    name: 'byte by byte',
    does: async (t) => {
      t.connection.lag = 1e6; // a pong would fall into the midst of it
      for (const byte of frame(TEXT, t.market.change())) {
        t.connection.write(Buffer.from([byte])); // a TLS record each
        await new Promise(setImmediate);
      }
      t.connection.lag = 0;
    },
  },
  {
    name: 'a slow line: a message that takes longer than the silence that is allowed',
    does: async (t) => {
      const bytes = frame(TEXT, t.market.change()), steps = 80;
      t.connection.lag = 1e6; // pongs wait behind it
      for (let i = 0; i < steps; i++) {
        t.connection.write(bytes.subarray(bytes.length * i / steps, bytes.length * (i + 1) / steps));
        await pause(40);
      }
      t.connection.lag = 0;
    },
  },
  {
    name: 'the books in the same segment as the 101',
    does: (t) => t.answerUpgrades((request, socket, head) => {
      t.market.renew();
      t.peer.accept(request, socket, head, {}, [frame(TEXT, t.market.opening())]).quiet = true;
    }, null, { once: true }),
    anew: true,
  },
  {
    // RFC 6455, 5.1 wants the connection to be failed. libwebsockets 4.1.6 takes the frame, and unmasks it from where
    // our own last frame left off: what is delivered is right, or, with such a mask, no UTF-8.
    name: 'a masked frame',
    does: (t) => t.connection.write(frame(TEXT, t.market.change(), { mask: Buffer.from([0x80, 1, 2, 4]) })),
    orDown: WORDS.not_utf8,
  },
  {
    name: 'an empty ping, an empty pong, a pong that nobody asked for',
    does: (t) => {
      for (const bytes of [frame(PING), frame(PONG), frame(PONG, 'unasked')]) t.connection.write(bytes);
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'a length in more bytes than it needs',
    does: (t) => t.connection.write(frame(TEXT, t.market.change(), { wide: 8 })),
  },
  {
    name: 'a ping flood: 50,000 in one write',
    does: (t) => {
      t.connection.write(Buffer.concat(Array(50000).fill(frame(PING, 'flood'))));
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'pongs that come 1.2 s late',
    does: async (t) => {
      t.connection.lag = 1200;
      await pause(2000);
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'no pong at all, but data',
    does: async (t) => {
      t.connection.lag = 1e6;
      for (let i = 0; i < 7; i++) {
        await pause(400);
        t.connection.send(t.market.change());
      }
    },
  },
  {
    name: 'a head of 12,000 bytes',
    does: (t) => t.answerUpgrades((request, socket, head) => {
      t.peer.accept(request, socket, head, { 'Set-Cookie': `invented=${'c'.repeat(12000)}` });
    }, null, { once: true }),
    anew: true,
  },
];

const illegal = [
  ['RSV1: a compressed message that nobody agreed to', () => frame(TEXT, deflateRawSync('{}'), { rsv: 4 })],
  ['RSV1: bad compressed data', () => frame(TEXT, Buffer.alloc(100, 0xff), { rsv: 4 })],
  ['RSV2', () => frame(TEXT, '{}', { rsv: 2 })],
  ['RSV3', () => frame(TEXT, '{}', { rsv: 1 })],
  ['RSV1: a deflate bomb', () => frame(TEXT, deflateRawSync(Buffer.alloc(5e7)), { rsv: 4 })],
  ['reserved opcode 3', () => frame(3, 'x')],
  ['reserved control opcode 11', () => frame(11, 'x')],
  ['a length with its highest bit', () => frame(TEXT, 'x', { says: 1n << 63n })],
  ['a ping in fragments', () => frame(PING, 'x', { fin: false })],
  ['a ping of 126 bytes', () => frame(PING, 'x'.repeat(126))],
  ['a continuation of nothing', () => frame(CONTINUATION, 'x')],
  ['a new text within a fragmented one', () => Buffer.concat([frame(TEXT, '{', { fin: false }), frame(TEXT, '{}')])],
].map(([name, bytes]) => ({ name, does: (t) => t.connection.write(bytes()), down: WORDS.illegal }));

// Messages that are not taken, whole or with much more of them to come. In the first case the peer must be told why; in
// the second what is unread may cost it our close frame.
const messages = [
  ['a binary message', WORDS.binary, 1003, () => frame(BINARY, 'x')],
  ['a binary message of 1 MB', WORDS.binary, 0, () => frame(BINARY, 'x'.repeat(1e6))],
  ['a text that is not UTF-8', WORDS.not_utf8, 1007, () => frame(TEXT, Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
  ['a text that ends within a character', WORDS.not_utf8, 1007, () => frame(TEXT, Buffer.from([0x22, 0xe2, 0x82]))],
  ['an overlong character', WORDS.not_utf8, 1007, () => frame(TEXT, Buffer.from([0xc0, 0xaf]))],
  ['a text of 1 MB that is not UTF-8, and more behind it', WORDS.not_utf8, 0,
   () => Buffer.concat([frame(TEXT, Buffer.alloc(1e6, 0xff)), frame(TEXT, 'x'.repeat(1e6))])],
  ['a text of 17 MiB', WORDS.too_long, 0, () => frame(TEXT, 'x'.repeat(17 << 20))],
  ['a text of 17 MiB in fragments', WORDS.too_long, 0,
   () => Buffer.concat([frame(TEXT, 'x'.repeat(9 << 20), { fin: false }), frame(CONTINUATION, 'x'.repeat(8 << 20))])],
].map(([name, down, farewell, bytes]) => ({ name, does: (t) => t.connection.write(bytes()), down, farewell }));

const closed = [
  ['a close of one byte', WORDS.closed_plain, () => frame(CLOSE, Buffer.from([3]))],
  ['a close of no byte', WORDS.closed_plain, () => frame(CLOSE)],
  ['close 1013', WORDS.closed(1013, 'slow'), () => closeFrame(1013, 'slow consumer')],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535].map(
    (code) => [`close ${code}, which may not be sent`, WORDS.closed_wrongly, () => closeFrame(code, 'invented')]),
  ['a close whose reason is not UTF-8', WORDS.closed_wrongly, () => frame(CLOSE, Buffer.from([3, 0xe8, 0xc3, 0x28]))],
].map(([name, down, bytes]) => ({ name, does: (t) => t.connection.write(bytes()), down }));

const network = [
  { name: 'RST', does: (t) => t.relay.reset(t.connection.port), down: WORDS.cut },
  { name: 'FIN, without a word of TLS', does: (t) => t.relay.finish(t.connection.port), down: WORDS.cut },
  { name: 'FIN', does: (t) => t.connection.socket.end(), down: WORDS.cut },
  {
    name: 'a change, and FIN at once',
    does: (t) => t.connection.socket.end(frame(TEXT, t.market.change())),
    down: WORDS.cut,
    shows: true,
  },
  { name: 'RST within a frame', does: (t) => {
    t.connection.write(frame(TEXT, '{"half', { says: 1000n }));
    setTimeout(() => t.relay.reset(t.connection.port), 20);
  }, down: WORDS.cut },
  { name: 'connections are refused', does: (t) => t.refuseConnections(), down: WORDS.refused, later: true },
];

const stalls = [
  { name: 'half-open: the network takes and gives nothing', does: (t) => t.relay.freeze(t.connection.port),
    down: WORDS.silent, stall: true },
  {
    name: 'a frame that stops in its middle',
    does: (t) => t.connection.write(frame(TEXT, '{"half', { says: 1000n })),
    down: WORDS.silent,
    stall: true,
  },
  {
    name: 'a length of 2^62',
    does: (t) => t.connection.write(frame(TEXT, '{"half', { says: 1n << 62n })),
    down: WORDS.silent,
    stall: true,
  },
];

export const rows = [...taken, ...illegal, ...messages, ...closed, ...network, ...stalls];
