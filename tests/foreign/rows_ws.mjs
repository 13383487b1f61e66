// The rows of node-ws: what a sound peer may do, how it closes and refuses, and what falls silent.
import { pause } from './screen.mjs';
import { WORDS } from './words.mjs';

const thirds = (text) => {
  const at = Math.ceil(text.length / 3);
  return [text.slice(0, at), text.slice(at, 2 * at), text.slice(2 * at)];
};

// A server of node-ws paints its close frame by itself; these codes it lets through.
const CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4001, 4008, 4999];

const taken = [
  { name: 'a plain change', does: (t) => t.connection.send(t.market.change()) },
  {
    name: 'a message in three fragments, a ping between them',
    does: (t) => {
      const [a, b, c] = thirds(t.market.change());
      t.connection.send(a, { fin: false });
      t.connection.ping('between');
      t.connection.send(b, { fin: false });
      t.connection.send(c, { fin: true });
    },
  },
  {
    name: 'empty fragments, the last one too',
    does: (t) => {
      const [a, b, c] = thirds(t.market.change());
      for (const part of ['', a, '', b, c]) t.connection.send(part, { fin: false });
      t.connection.send('', { fin: true });
    },
  },
  { name: 'a message of 5 MB', does: (t) => t.connection.send(t.market.change({ padding: 'x'.repeat(5e6) })) },
  {
    name: 'a ping of 125 bytes, answered alike',
    does: async (t) => {
      const answered = new Promise((resolve) => t.connection.once('pong', resolve));
      const payload = 'p'.repeat(125);
      t.connection.ping(payload);
      t.same((await answered).toString(), payload, 'the pong');
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'an empty ping, a pong that nobody asked for',
    does: (t) => {
      t.connection.ping();
      t.connection.pong('unasked');
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'a peer that would compress, and is not asked to',
    does: (t) => {
      t.same(t.connection.extensions, '', 'the extensions agreed to');
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'a ping flood: 20,000 at once',
    does: async (t) => {
      for (let i = 0; i < 20000; i++) t.connection.ping(String(i));
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'a thousand changes at once',
    does: (t) => {
      for (let i = 0; i < 1000; i++) t.connection.send(t.market.change());
    },
  },
  {
    name: '`[]`',
    does: (t) => {
      t.connection.send('[]');
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'an array of one change, behind an event that nobody knows',
    does: (t) => t.connection.send(`[{"event_type":"invented"},${t.market.change()}]`),
  },
  {
    name: 'a message that is not JSON',
    does: (t) => {
      t.connection.send('NO NEW ASSETS');
      t.connection.send(t.market.change());
    },
  },
  {
    name: 'pongs that come a second late',
    does: async (t) => {
      t.connection.pause();
      await pause(1000);
      t.connection.resume();
      t.connection.send(t.market.change());
    },
  },
];

const closed = [
  ...CODES.map((code) => ({
    name: `close ${code}`,
    does: (t) => t.connection.close(code, `reason ${code}`),
    down: WORDS.closed(code, `reason ${code}`),
  })),
  {
    name: 'close 1013, slow consumer',
    does: (t) => t.connection.close(1013, 'slow consumer: send buffer full'),
    down: WORDS.closed(1013, 'slow consumer'),
  },
  {
    name: 'close 1000, all resolved',
    does: (t) => t.connection.close(1000, 'all subscribed assets resolved'),
    down: WORDS.closed(1000, 'normal: all subscribed assets'),
  },
  { name: 'close without a code', does: (t) => t.connection.close(), down: WORDS.closed_plain },
  {
    name: 'close with a reason of 123 bytes',
    does: (t) => t.connection.close(4002, 'w'.repeat(123)),
    down: WORDS.closed(4002, 'wwwwwwww'),
  },
  {
    name: 'close with a reason that would seize the terminal',
    does: (t) => t.connection.close(4003, '\x1b[2J\x1b]0;seized\x07\u202e\x9b5mseized'),
    down: WORDS.closed(4003, 'seized'),
  },
  { name: 'terminated', does: (t) => t.connection.terminate(), down: WORDS.cut },
];

const wrong = [
  { name: 'a binary message', does: (t) => t.connection.send(Buffer.from([0, 1, 2])), down: WORDS.binary },
  {
    name: 'a message of 17 MiB',
    does: (t) => t.connection.send(t.market.change({ padding: 'x'.repeat(17 << 20) })),
    down: WORDS.too_long,
  },
  {
    name: 'a text that is not UTF-8',
    does: (t) => t.connection.send(Buffer.from('{"event_type":"\xc3\x28"}', 'latin1'), { binary: false }),
    down: WORDS.not_utf8,
  },
];

const refused = [
  ...[[401, 'no'], [403, 'not here'], [404, 'nothing here']].map(([status, words]) => ({
    name: `upgrade refused: ${status}`,
    does: (t) => t.answerUpgrades(t.peer.refusal(status, words, {})),
    down: WORDS.status(status),
    lasting: true,
  })),
  ...[[429, 2], [503, 2]].map(([status, after]) => ({
    name: `upgrade refused: ${status}, Retry-After ${after}`,
    does: (t) => t.answerUpgrades(t.peer.refusal(status, 'later', { 'Retry-After': after })),
    down: WORDS.status(status),
    notBefore: after * 1000,
  })),
  ...[429, 500, 502, 503].map((status) => ({
    name: `upgrade refused: ${status}`,
    does: (t) => t.answerUpgrades(t.peer.refusal(status, 'later', {})),
    down: WORDS.status(status),
  })),
];

const silent = [
  { name: 'half-open: it reads and says nothing any more', does: (t) => t.connection.pause(), down: WORDS.silent,
    stall: true },
  {
    name: 'accepted, and closed at once, again and again',
    does: (t) => t.answerUpgrades((...args) => t.peer.accept(...args), (connection) => connection.close(1001)),
    down: WORDS.closed(1001),
    lastsFor: 3000,
    attemptsAtMost: 9, // three seconds of steps that grow to a second
  },
];

export const rows = [...taken, ...closed, ...wrong, ...refused, ...silent];
