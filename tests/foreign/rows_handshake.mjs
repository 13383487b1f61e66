// The rows of what comes before the first frame: TLS, certificates, what an upgrade is answered by, proxies, keys.
import net from 'node:net';

import { BACK, DOWN } from './booktop.mjs';
import { TICKER } from './market.mjs';
import { pause } from './screen.mjs';
import { WORDS } from './words.mjs';

// What a page says that is no WebSocket's.
const PAGE = '<html><title>Just a moment</title></html>';

// Answers of a status, with header lines and a body.
const refused = [
  [200, () => ['', PAGE], WORDS.status(200)],
  [301, (t) => [`Location: https://127.0.0.1:${t.elsewhere}/\r\n`], WORDS.status(301), { lasting: true }],
  [302, (t) => [`Location: wss://127.0.0.1:${t.elsewhere}/ws/market\r\n`], WORDS.status(302), { lasting: true }],
  [307, (t) => [`Location: https://127.0.0.1:${t.elsewhere}/\r\n`], WORDS.status(307), { lasting: true }],
  [401, () => ['', 'the invented key is unknown'], WORDS.status(401, 'the invented key is unknown'), { lasting: true }],
  [403, () => ['', PAGE], WORDS.status(403), { lasting: true }],
  [429, () => ['Retry-After: 2\r\n'], WORDS.status(429), { name: '429, Retry-After 2', notBefore: 2000 }],
  [429, () => ['Retry-After: soon\r\n'], WORDS.status(429), { name: '429, a Retry-After that is no number' }],
  [500, () => [], WORDS.status(500)],
  [503, () => [], WORDS.status(503)],
].map(([status, told, down, more]) => ({
  does: (t) => t.answerUpgrades(t.peer.refusal(status, 'Invented', ...told(t))),
  down,
  name: status,
  ...more,
}));

// Answers that would accept, but for a header line.
const MANY = Object.fromEntries(Array.from({ length: 330 }, (_, i) => [`X-Invented-${i}`, 'c'.repeat(90)]));
const accepted = [
  ['a wrong accept key', { 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, WORDS.wrong_accept],
  ['no accept key', { 'Sec-WebSocket-Accept': '' }, WORDS.not_websocket],
  ['no Upgrade', { Upgrade: '' }, WORDS.not_websocket],
  ['an extension that was not asked for', { 'Sec-WebSocket-Extensions': 'permessage-deflate' }, WORDS.extension],
  ['a protocol that was not asked for', { 'Sec-WebSocket-Protocol': 'invented' }, WORDS.protocol],
  ['a head of 100 KB', { 'Set-Cookie': 'c'.repeat(1e5) }, WORDS.head],
  ['a head of 32 KiB in many lines', MANY, WORDS.head],
].map(([name, lines, down]) => ({
  name,
  does: (t) => t.answerUpgrades((...args) => t.peer.accept(...args, lines)),
  down,
}));

const answers = [
  ...refused,
  ...accepted,
  {
    name: 'cut instead',
    does: (t) => t.answerUpgrades((request, socket) => socket.destroy()),
    down: WORDS.cut_before_answer,
  },
  {
    name: 'not HTTP',
    does: (t) => t.answerUpgrades((request, socket) => socket.end('220 invented ESMTP\r\n\r\n')),
    down: WORDS.no_http,
  },
].map((row) => ({ ...row, name: `the upgrade is answered by: ${row.name}` }));

const stalls = [
  { name: 'no answer to the upgrade', does: (t) => t.answerUpgrades(() => {}), down: WORDS.no_upgrade, stall: true },
  {
    name: 'half an answer to the upgrade',
    does: (t) => t.answerUpgrades((request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgr')),
    down: WORDS.no_upgrade,
    stall: true,
  },
  { name: 'TCP is accepted, TLS never answered', does: (t) => t.answerConnections(() => {}), down: WORDS.tls_timed_out,
    stall: true },
];

// What OpenSSL wants to hear before it shows a weak key, or speaks an old TLS.
const WEAK = { ciphers: 'DEFAULT:@SECLEVEL=0' };
const OLD = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' };

const tls = [
  ...['expired', 'future', 'other_host', 'self_signed', 'unknown', 'weak'].map((kind) => ({
    name: `a certificate that is ${kind.replace('_', ' ')}`,
    prepare: (peer) => peer.serve(kind, { ...peer.certificates[kind], ...(kind === 'weak' && WEAK) }),
    does: (t) => t.show(kind),
    down: WORDS[kind],
  })),
  {
    name: 'TLS 1.1',
    prepare: (peer) => peer.serve('old', { ...peer.certificates.sound, ...OLD, ...WEAK }),
    does: (t) => t.show('old'),
    down: WORDS.old_tls,
  },
  {
    name: 'a server that speaks h2 alone',
    prepare: (peer) => peer.serveHttp2('h2'),
    does: (t) => t.show('h2'),
    down: WORDS.no_alpn,
  },
  {
    name: 'an answer in the clear where TLS should be',
    does: (t) => t.answerConnections((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    down: WORDS.no_tls,
  },
  {
    name: 'cut during the TLS handshake',
    does: (t) => t.answerConnections((socket) => socket.once('data', () => socket.resetAndDestroy())),
    down: WORDS.cut_in_tls,
  },
];

// --- rows with a booktop of their own ---

// Nobody may come for so long, ms.
const QUIET = 2500; // longer than a pressed key must wait after an attempt (2 s)

// What the screen says, anywhere: before the first book a reason has a place of its own.
const wanted = async (booktop, ms, ...words) => {
  const seen = await booktop.look(ms, (state, rows) => words.every((word) => word.test(rows.join(' '))));
  if (!seen) throw new Error(`it is not on the screen after ${ms} ms: ${words.join(' ')}`);
  return seen.found || words.map((word) => word.exec(seen.rows.join(' '))[0].trim()).join(' ');
};

const notTried = async (peer) => {
  const before = peer.attempts.length;
  await pause(QUIET);
  if (peer.attempts.length > before) throw new Error(`${peer.attempts.length - before} attempts after it was given up`);
};

const triedAgain = async (suite, booktop) => {
  suite.peer.onUpgrade = null;
  await booktop.tryAgain();
  if (!(await booktop.healthy())) throw new Error('a key did not bring the book back');
};

// Upgrades are answered by `answer` until the row is over.
const answered = (answer, row) => async (suite) => {
  suite.peer.onUpgrade = answer(suite);
  try {
    return await row(suite);
  } finally {
    suite.peer.onUpgrade = null;
  }
};

const SECRET = ['kalshi-access-key', 'kalshi-access-signature', 'kalshi-access-timestamp'];

const withKey = ({ canaries, key }) => ({
  what: `kalshi:${TICKER}`,
  args: ['--kalshi-key-id', canaries.id, '--kalshi-key', key],
});

const givenUp = [
  {
    name: 'refused at the first attempt: 401',
    alone: answered(({ peer }) => peer.refusal(401, 'No'), async (suite) => {
      const booktop = await suite.open('first-401');
      const said = await wanted(booktop, 3000, /given up/, WORDS.status(401));
      await notTried(suite.peer);
      await triedAgain(suite, booktop);
      return said;
    }),
  },
  {
    name: '--attempts 3, and nothing but 503',
    alone: answered(({ peer }) => peer.refusal(503, 'Later'), async (suite) => {
      const before = suite.peer.attempts.length;
      const booktop = await suite.open('attempts', { args: ['--attempts', '3'] });
      const said = await wanted(booktop, 6000, /given up/, WORDS.status(503));
      await notTried(suite.peer);
      const made = suite.peer.attempts.length - before;
      if (made !== 3) throw new Error(`${made} attempts, not 3`);
      await triedAgain(suite, booktop);
      return said;
    }),
  },
  {
    name: '--reconnect off, and a cut',
    alone: async (suite) => {
      const booktop = await suite.open('no-reconnect', { args: ['--reconnect', 'off'] });
      if (!(await booktop.healthy())) throw new Error('no book at all');
      suite.peer.relay.reset(suite.peer.connection.port);
      const said = await wanted(booktop, 1000, /given up/, WORDS.cut);
      await notTried(suite.peer);
      await triedAgain(suite, booktop);
      return said;
    },
  },
];

const keys = [
  ['a key, and a redirect to elsewhere', WORDS.status(302),
   ({ peer, elsewhere }) => peer.refusal(302, 'Found', `Location: wss://127.0.0.1:${elsewhere}/\r\n`)],
  ['a key that is refused', WORDS.key_refused, ({ peer }) => peer.refusal(401, 'No')],
  ['a key that is refused and said back', WORDS.key_refused,
   ({ peer }) => (request, socket) =>
     peer.refusal(401, 'No', '', `unknown: ${SECRET.map((header) => request.headers[header])}`)(request, socket)],
].map(([name, words, answer], number) => ({
  name,
  alone: async (suite) => {
    let request = null;
    suite.peer.onUpgrade = (...args) => {
      [request] = args;
      answer(suite)(...args);
    };
    try {
      const booktop = await suite.open(`key-${number}`, withKey(suite));
      // Without its stream the market's book is polled, and says why.
      const said = await wanted(booktop, 4000, words);
      const missing = SECRET.filter((header) => !request?.headers[header]);
      if (missing.length) throw new Error(`the handshake had no ${missing.join(', ')}`);
      const polled = await booktop.look(BACK, (state, rows) => booktop.hasNewest(rows));
      if (!polled) throw new Error('the book is not polled');
      return said;
    } finally {
      suite.peer.onUpgrade = null;
    }
  },
}));

// A proxy that knows CONNECT and leads everything to the peer, whatever host it is asked for.
async function proxy(suite) {
  const server = net.createServer((front) => {
    front.on('error', () => {});
    front.once('data', (bytes) => {
      const head = bytes.toString('latin1');
      server.heads.push(head);
      if (server.refuses) {
        front.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      const back = net.connect(suite.peer.port, '127.0.0.1', () => {
        front.write('HTTP/1.1 200 Connection established\r\n\r\n');
        front.pipe(back);
        back.pipe(front);
      });
      back.on('error', () => front.destroy());
      back.on('close', () => front.destroy());
      front.on('close', () => back.destroy());
    });
  });
  server.heads = [];
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const proxies = [
  {
    name: 'through a proxy with a password, which then refuses: 407',
    alone: async (suite) => {
      const server = await proxy(suite), login = `somebody:${suite.canaries.password}`;
      const place = `http://${login}@127.0.0.1:${server.address().port}`;
      try {
        const booktop = await suite.open('proxy', { exchange: false, env: { https_proxy: place, no_proxy: '' } });
        if (!(await booktop.healthy())) throw new Error('no book through the proxy');
        const head = server.heads.find((one) => one.startsWith('CONNECT ws-subscriptions-clob.polymarket.com:443 '));
        const token = Buffer.from(login).toString('base64');
        if (!head) throw new Error(`it was not asked for the stream:\n${server.heads.join('')}`);
        if (!head.includes(`Basic ${token}`)) throw new Error('it was not told the password');
        server.refuses = true;
        suite.peer.relay.reset(suite.peer.connection.port);
        const said = await wanted(booktop, 2000, DOWN, WORDS.proxy_refused);
        server.refuses = false;
        await booktop.tryAgain();
        if (!(await booktop.healthy())) throw new Error('no book after the proxy let it through again');
        return said;
      } finally {
        server.close();
      }
    },
  },
];

export const rows = [...answers, ...stalls, ...tls, ...givenUp, ...keys, ...proxies];
