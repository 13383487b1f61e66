// The rows of python3-websockets: a second implementation's frames, closes and refusals.
import { once } from 'node:events';

import { WORDS } from './words.mjs';

const thirds = (text) => {
  const at = Math.ceil(text.length / 3);
  return [text.slice(0, at), text.slice(at, 2 * at), text.slice(2 * at)];
};

const refusal = (status, headers = {}, body = '') => [status, headers, body];

const taken = [
  { name: 'a plain change', does: (t) => t.connection.send(t.market.change()) },
  {
    name: 'fragments of a generator, an empty one at their end',
    does: (t) => t.peer.order('fragments', { parts: thirds(t.market.change()) }),
  },
  {
    name: 'empty fragments between',
    does: (t) => {
      const [a, b, c] = thirds(t.market.change());
      return t.peer.order('fragments', { parts: [a, '', b, '', '', c] });
    },
  },
  { name: 'a message of 5 MB', does: (t) => t.connection.send(t.market.change({ padding: 'x'.repeat(5e6) })) },
  {
    name: 'a ping, and its pong',
    does: async (t) => {
      const ponged = once(t.peer, 'ponged');
      await t.peer.order('ping', { data: 'p'.repeat(125) });
      await ponged;
      return t.connection.send(t.market.change());
    },
  },
  {
    name: 'a pong that nobody asked for',
    does: async (t) => {
      await t.peer.order('pong', { data: 'unasked' });
      return t.connection.send(t.market.change());
    },
  },
  {
    name: '`[]`',
    does: async (t) => {
      await t.connection.send('[]');
      return t.connection.send(t.market.change());
    },
  },
];

const closed = [
  ...[1000, 1001, 1002, 1003, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4000, 4999].map((code) => ({
    name: `close ${code}`,
    does: (t) => t.peer.order('close', { code, reason: `reason ${code}` }),
    down: WORDS.closed(code, `reason ${code}`),
  })),
  {
    name: 'it fails the connection with 1002',
    does: (t) => t.peer.order('fail', { code: 1002, reason: 'invented' }),
    down: WORDS.closed(1002, 'invented'),
  },
  { name: 'its transport is aborted', does: (t) => t.peer.order('abort'), down: WORDS.cut },
  { name: 'a binary message', does: (t) => t.peer.order('binary'), down: WORDS.binary },
  {
    name: 'a message of 17 MiB',
    does: (t) => t.connection.send(t.market.change({ padding: 'x'.repeat(17 << 20) })),
    down: WORDS.too_long,
  },
];

const refused = [
  ...[401, 403, 404].map((status) => ({
    name: `upgrade refused: ${status}`,
    does: (t) => t.refuseUpgrades(refusal(status, {}, 'invented\n')),
    down: WORDS.status(status),
    lasting: true,
  })),
  {
    name: 'a redirect',
    does: (t) => t.refuseUpgrades(refusal(302, { Location: `https://127.0.0.1:${t.elsewhere}/` })),
    down: WORDS.status(302),
    lasting: true,
  },
  {
    name: 'upgrade refused: 429, Retry-After 2',
    does: (t) => t.refuseUpgrades(refusal(429, { 'Retry-After': '2' })),
    down: WORDS.status(429),
    notBefore: 2000,
  },
  ...[500, 503].map((status) => ({
    name: `upgrade refused: ${status}`,
    does: (t) => t.refuseUpgrades(refusal(status)),
    down: WORDS.status(status),
  })),
];

const network = [
  { name: 'RST', does: (t) => t.relay.reset(t.connection.port), down: WORDS.cut },
  { name: 'FIN', does: (t) => t.relay.finish(t.connection.port), down: WORDS.cut },
  { name: 'half-open', does: (t) => t.relay.freeze(t.connection.port), down: WORDS.silent, stall: true },
  { name: 'connections are refused', does: (t) => t.refuseConnections(), down: WORDS.refused, later: true },
];

export const rows = [...taken, ...closed, ...refused, ...network];
