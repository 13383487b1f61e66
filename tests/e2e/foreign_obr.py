#!/usr/bin/env python3
"""A recording by another hand: the format written from its documentation alone (include/booktop/record/line.h and
archive.h), with Python's json and hashlib and the zstd command.

  foreign_obr.py VENUE OUT < frames     OUT ends in .obr or .obr.zst; frames as `booktop exchange --print` has them

Of the frames a session is made: an empty round of keyframes, the markets that the frames name, a connection, and the
frames at their stamps. With --cut N the connection is lost behind N frames and opened again; then come the books as they
should stand by then, without their best bids, and that is all.
"""
import argparse
import hashlib
import json
import struct
import subprocess
import sys
from decimal import Decimal

START = 1789156497000 * 10**6
VENUES = ['polymarket', 'kalshi']
TITLE = 'Will "it", or\tmight, end;\r\n\x1b[31mred\x1b[0m \u202eevil\u202c \N{PARTY POPPER} \'); DROP TABLE markets;--?'


def text(number):
    return format(number.normalize(), 'f')


def compress(block):
    return subprocess.run(['zstd', '-1', '-q', '-c', '--check', f'--stream-size={len(block)}'], input=block,
                          stdout=subprocess.PIPE, check=True).stdout


class Writer:
    """Blocks of whole lines, chained by their hashes; compressed, each is a frame."""

    def __init__(self, path, block_bytes=20000, after=None):
        """`after`: the writer, closed, of the file before of the same session."""
        self.out = open(path, 'xb')
        self.compressed = path.endswith('.zst')
        self.block_bytes = block_bytes
        self.lines, self.first, self.round, self.m = [], None, False, after.m if after else 0
        self.sequence = after.sequence + 1 if after else 0
        self.records = 0
        self.stored = self.bytes = 0
        self.index = []  # of the blocks
        header = {'k': 'hdr', 't': START + self.m, 'm': self.m, 'fmt': 'obr', 'v': 1, 'tool': 'another hand',
                  'boot': 'none', 'seq': self.sequence, 'prev': after.hash.hex() if after else None, 'first': START, 'venues': [{'v': v, 'key': False} for v in VENUES],
                  'demo': True}
        line = self.encode(header)
        self.hash = hashlib.sha256(line).digest()
        self.first = (self.m, START + self.m)
        self.store(line, 0)  # the header is no record of a block

    @staticmethod
    def encode(record):
        return json.dumps(record, separators=(',', ':'), ensure_ascii=False).encode() + b'\n'

    def add(self, kind, m, **members):
        """`raw` is a payload that is JSON: it stands in the line as it is."""
        raw = members.pop('raw', None)
        line = self.encode({'k': kind, 't': START + m, 'm': m, **members})
        if raw is not None:
            line = line[:-2] + b',"d":' + raw.encode() + b'}\n'
        if not self.lines:
            self.first = (m, START + m)
        self.lines.append(line)
        self.round = self.round or (kind == 'key' and 'done' not in members)
        self.m = m
        if kind != 'end':
            self.records += 1
            if sum(map(len, self.lines)) >= self.block_bytes:
                self.close_block()

    def close_block(self):
        lines = b''.join(self.lines)
        self.hash = hashlib.sha256(self.hash + lines).digest()
        check = {'k': 'chk', 'n': len(self.lines), 'z': len(lines), 'h': self.hash.hex()}
        self.store(lines + self.encode(check), len(self.lines))
        self.lines, self.round = [], False

    def store(self, block, records):
        frame = compress(block) if self.compressed else block
        m, t = self.first
        self.index.append((self.stored, self.bytes, m, t, records, int(self.round), frame, len(block)))
        self.out.write(frame)
        self.stored += len(frame)
        self.bytes += len(block)

    def close(self):
        self.add('end', self.m, n=self.records, h=self.hash.hex())
        self.close_block()
        if self.compressed:
            self.write_tables()
        self.out.close()

    def write_tables(self):
        entries = b''.join(struct.pack('<QQqqII', *entry[:6]) + hashlib.sha256(entry[6]).digest()[:8]
                           for entry in self.index)
        index = struct.pack('<II', 0x184D2A50, len(entries)) + entries
        rows = [(len(frame), size, int.from_bytes(frame[-4:], 'little')) for *_, frame, size in self.index]
        rows.append((len(index), 0, 0x51d8e999))
        table = b''.join(struct.pack('<III', *row) for row in rows)
        table += struct.pack('<IBI', len(rows), 0x80, 0x8F92EAB1)
        self.out.write(index + struct.pack('<II', 0x184D2A5E, len(table)) + table)


def objects(frame):
    message = json.loads(frame)
    return message if isinstance(message, list) else [message]


class Polymarket:
    """Each market's book in the terms of its first token."""

    def __init__(self, frames):
        self.tokens, self.books = {}, {}
        for frame in frames:
            for o in objects(frame):
                for entry in o.get('price_changes', [o]):
                    if 'asset_id' in entry:
                        tokens = self.tokens.setdefault(o['market'], [])
                        if entry['asset_id'] not in tokens:
                            tokens.append(entry['asset_id'])

    def stamp(self, o):
        return int(o['timestamp'])

    def markets(self):
        for market, tokens in self.tokens.items():
            yield market, 4, 6, [(token, name) for token, name in zip(tokens, ('Yes', 'No'))]

    def level(self, market, asset, side, price, size):
        """A level in the terms of the first token."""
        price = Decimal(price)
        if self.tokens[market].index(asset) == 1:
            side, price = ('ask' if side == 'bid' else 'bid'), 1 - price
        return side, price, Decimal(size)

    def apply(self, o):
        """Returns (market, True) for a snapshot, (market, False) for changes, None for what is no book's."""
        market = o.get('market')
        if o.get('event_type') == 'book':
            self.books[market] = book = {'bid': {}, 'ask': {}}
            for key, side in (('bids', 'bid'), ('asks', 'ask')):
                for level in o[key]:
                    where, price, size = self.level(market, o['asset_id'], side, level['price'], level['size'])
                    book[where][price] = size
            return market, True
        if o.get('event_type') != 'price_change' or market not in self.books:
            return None
        for change in o['price_changes']:
            side = 'bid' if change['side'] == 'BUY' else 'ask'
            side, price, size = self.level(market, change['asset_id'], side, change['price'], change['size'])
            self.books[market][side].pop(price, None)
            if size:
                self.books[market][side][price] = size
        return market, False

    def trade(self, o):
        """(market, venue_ms, side, price, size), or None."""
        if o.get('event_type') != 'last_trade_price':
            return None
        side = 'bid' if o['side'] == 'BUY' else 'ask'
        side, price, size = self.level(o['market'], o['asset_id'], side, o['price'], o['size'])
        return o['market'], int(o['timestamp']), 'buy' if side == 'bid' else 'sell', price, size

    def anew(self, m):
        """What the venue sends behind a cut: each book, here without its best bid."""
        for market, book in self.books.items():
            bids = sorted(book['bid'].items())[:-1]
            side = lambda levels: [{'price': text(p), 'size': text(q)} for p, q in levels]
            yield json.dumps({'market': market, 'asset_id': self.tokens[market][0],
                              'timestamp': str((START + m) // 10**6), 'hash': '', 'bids': side(bids),
                              'asks': side(sorted(book['ask'].items(), reverse=True)), 'event_type': 'book'})


class Kalshi:
    def __init__(self, frames):
        self.tickers, self.books = [], {}
        for frame in frames:
            for o in objects(frame):
                ticker = o['msg'].get('market_ticker')
                if ticker and ticker not in self.tickers:
                    self.tickers.append(ticker)

    def stamp(self, o):
        return o.get('sending_ts_ms', 0)

    def markets(self):
        for ticker in self.tickers:
            yield ticker, 4, 2, [('', 'Yes'), ('', 'No')]

    @staticmethod
    def level(side, price):
        return ('bid', Decimal(price)) if side == 'yes' else ('ask', 1 - Decimal(price))

    def apply(self, o):
        msg = o['msg']
        if o['type'] == 'orderbook_snapshot':
            book = {'bid': {}, 'ask': {}}
            for key in ('yes', 'no'):
                for price, size in msg.get(key + '_dollars_fp') or []:
                    side, price = self.level(key, price)
                    book[side][price] = Decimal(size)
            self.books[msg['market_ticker']] = book
            return msg['market_ticker'], True
        if o['type'] != 'orderbook_delta':
            return None
        side, price = self.level(msg['side'], msg['price_dollars'])
        levels = self.books[msg['market_ticker']][side]
        size = levels.pop(price, Decimal(0)) + Decimal(msg['delta_fp'])
        if size:
            levels[price] = size
        return msg['market_ticker'], False

    def trade(self, o):
        if o['type'] != 'trade':
            return None
        msg = o['msg']
        side = 'buy' if msg['taker_side'] == 'yes' else 'sell'
        return msg['market_ticker'], msg['ts_ms'], side, Decimal(msg['yes_price_dollars']), Decimal(msg['count_fp'])

    def anew(self, m):
        raise SystemExit('--cut is for polymarket')


READERS = {'polymarket': Polymarket, 'kalshi': Kalshi}


def instrument(venue, symbol, price_scale, size_scale, outcomes, title):
    outcomes = (outcomes + [('', '')])[:2]
    return {'venue': venue, 'symbol': symbol, 'price_scale': price_scale, 'size_scale': size_scale,
            'outcomes': [{'token': token, 'name': name} for token, name in outcomes], 'title': title,
            'group_title': '', 'slug': '', 'event_title': '', 'event_slug': '', 'price_limit': '1', 'tick': '0.01',
            'ranges': [], 'min_order_size': '0', 'close_time': 0, 'neg_risk': None}


def write(path, venue, frames, cut=None, behind=0):
    """`behind`: so many ms is our clock behind the venue's."""
    reader = READERS[venue](frames)
    writer = Writer(path)
    c = 1 + 64 * VENUES.index(venue)
    ms = 10**6
    writer.add('key', ms, round=0, venues={})
    writer.add('key', ms, round=0, done=True)
    for number, (symbol, *rest) in enumerate(reader.markets()):
        writer.add('ev', 2 * ms, e='watched', i=instrument(venue, symbol, *rest, TITLE if number == 0 else symbol))
    writer.add('ev', 100 * ms, e='opened', c=c, url='wss://localhost/')
    m, n, seen = 300 * ms, 0, set()

    def receive(frame):
        nonlocal m, n
        stamps = [(reader.stamp(o) - behind) * ms - START for o in objects(frame)]
        m, n = max([m + 1000] + stamps), n + 1
        writer.add('rx', m, c=c, n=n, raw=frame)
        if frame not in seen:  # else it changes nothing
            for o in objects(frame):
                reader.apply(o)
        seen.add(frame)

    for number, frame in enumerate(frames):
        if number == cut:
            writer.add('ev', m + 1000, e='lost', c=c, why='cut, "on purpose"')
            writer.add('ev', m + 2000, e='mark', why='here, \x1b[2Jit was cut')
            writer.add('ev', m + 3000, e='opened', c=c, url='wss://localhost/')
            m += 200 * ms
            for book in list(reader.anew(m)):
                receive(book)
            break
        receive(frame)
    writer.close()


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('venue', choices=READERS)
    parser.add_argument('out')
    parser.add_argument('--cut', type=int)
    arguments = parser.parse_args()
    write(arguments.out, arguments.venue, [line for line in sys.stdin.read().split('\n') if line], arguments.cut)
