// One invented market, as Polymarket would tell of it: its page, its books with their hashes, its changes.
import { createHash } from 'node:crypto';

const CONDITION = `0x${createHash('sha256').update('a market of the foreign peers').digest('hex')}`;
const TOKENS = ['71100000000000000000000000000000000000000000000000000000000000000000000000001',
                '71100000000000000000000000000000000000000000000000000000000000000000000000002'];
const LAST_TRADE = '0.410';
const BEST_BID = 40, BEST_ASK = 42; // cents

export const SLUG = 'will-the-invented-lighthouse-be-repainted';
export const TICKER = 'KXINVENTED-31';
export const TITLE = 'Will the invented lighthouse be repainted?';

const price = (cents) => String(cents / 100);
const levels = (map, up) => [...map].sort((a, b) => (up ? a[0] - b[0] : b[0] - a[0]))
                                    .map(([cents, size]) => ({ price: price(cents), size: String(size) }));
const mirrored = (map) => new Map([...map].map(([cents, size]) => [100 - cents, size]));

export class Market {
  constructor() {
    this.bids = new Map([[38, 700], [39, 250]]);
    this.asks = new Map([[BEST_ASK, 310], [45, 90]]);
    this.number = 2000;
    this.renew();
  }

  // A size that no book had before, at the best bid: who shows it has the newest book. Returns it as the screen has it.
  renew() {
    this.number++;
    this.bids.set(BEST_BID, this.number);
    this.stamp = String(Date.now());
    return this.shown;
  }

  get shown() {
    return this.number.toLocaleString('en-US');
  }

  sides(token) {
    const [bids, asks] = token === 0 ? [this.bids, this.asks] : [mirrored(this.asks), mirrored(this.bids)];
    return { bids: levels(bids, true), asks: levels(asks, false) };
  }

  // As REST gives it. Its hash is the SHA-1 of itself with an empty one.
  book(token) {
    const { bids, asks } = this.sides(token);
    const book = { market: CONDITION, asset_id: TOKENS[token], timestamp: this.stamp, hash: '', bids, asks,
                   min_order_size: '5', tick_size: '0.01', neg_risk: false, last_trade_price: LAST_TRADE };
    book.hash = createHash('sha1').update(JSON.stringify(book)).digest('hex');
    return book;
  }

  // What a subscription is answered by.
  opening() {
    return JSON.stringify([0, 1].map((token) => {
      const { market, asset_id, timestamp, hash, bids, asks, tick_size, last_trade_price } = this.book(token);
      return { market, asset_id, timestamp, hash, bids, asks, tick_size, event_type: 'book', last_trade_price };
    }));
  }

  // A change of the best bid, told for both tokens. `extra` members are nothing a client knows.
  change(extra = {}) {
    this.renew();
    const entry = (token) => {
      const [side, bid, ask] = token === 0 ? ['BUY', BEST_BID, BEST_ASK] : ['SELL', 100 - BEST_ASK, 100 - BEST_BID];
      return { asset_id: TOKENS[token], price: price(token === 0 ? bid : ask), size: String(this.number), side,
               hash: this.book(token).hash, best_bid: price(bid), best_ask: price(ask) };
    };
    return JSON.stringify({ market: CONDITION, price_changes: [entry(0), entry(1)], timestamp: this.stamp,
                            event_type: 'price_change', ...extra });
  }

  page() {
    return { id: '990001', question: TITLE, conditionId: CONDITION, slug: SLUG, endDate: '2031-01-01T00:00:00Z',
             outcomes: '["Yes", "No"]', outcomePrices: '["0.41", "0.59"]', volume: '1000', active: true, closed: false,
             archived: false, enableOrderBook: true, orderPriceMinTickSize: 0.01, orderMinSize: 5, volumeNum: 1000,
             liquidityNum: 500, volume24hr: 100, clobTokenIds: JSON.stringify(TOKENS), acceptingOrders: true,
             negRisk: false, events: [] };
  }

  // The same market as Kalshi has it: its page, and its book in terms of bids of both sides.
  kalshiPage() {
    return { ticker: TICKER, event_ticker: TICKER, market_type: 'binary', title: TITLE, status: 'active', result: '',
             close_time: '2031-01-01T00:00:00Z', price_level_structure: 'linear_cent',
             price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }], volume_24h_fp: '100.00' };
  }

  kalshiBook() {
    const bids = (map) => [...map].sort((a, b) => a[0] - b[0])
                                  .map(([cents, size]) => [(cents / 100).toFixed(4), size.toFixed(2)]);
    return { orderbook_fp: { yes_dollars: bids(this.bids), no_dollars: bids(mirrored(this.asks)) } };
  }

  // The answer to a GET of `path` with `query` (URLSearchParams): [status, what to send].
  answer(path, query) {
    if (path === `/trade-api/v2/markets/${TICKER}`) return [200, { market: this.kalshiPage() }];
    if (path === `/trade-api/v2/markets/${TICKER}/orderbook`) return [200, this.kalshiBook()];
    if (path === '/trade-api/v2/markets/trades') return [200, { trades: [], cursor: '' }];
    path = path.replace(/^\/(gamma|clob|data)/, '');
    if (path === `/markets/slug/${SLUG}`) return [200, this.page()];
    if (path === '/markets' || path === '/events') return [200, []];
    if (path === '/trades') return [200, []];
    const token = TOKENS.indexOf(query.get('token_id'));
    if (path === '/book' && token >= 0) return [200, this.book(token)];
    return [404, { error: 'not found' }];
  }
}
