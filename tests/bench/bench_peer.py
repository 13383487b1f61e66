"""A venue with one invented market whose changes come at known moments, for bench_terminal.py.

    bench_peer.py CERTIFICATE KEY

It listens on a free port of loopback and prints which. Then lines on its standard input say what it does:

    load N      from now on N changes a second besides, each at its own moment
    mark SIZE   the best bid has this size at once; prints `sent NS`, CLOCK_MONOTONIC right before it was
    count       prints `count N`, how many changes were sent

Every change has the hashes of both books that it leaves behind, as Polymarket sends them.
"""
import base64
import hashlib
import json
import os
import re
import select
import socket
import ssl
import struct
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

CONDITION = '0x' + hashlib.sha256(b'a market whose moments are known').hexdigest()
TOKENS = [f'7120000000000000000000000000000000000000000000000000000000000000000000000000{n}' for n in (1, 2)]
SLUG = 'will-the-invented-clock-be-wound'
BEST_BID, BEST_ASK = 40, 42  # cents
DEPTH = 12  # levels a side
FIRST = 177  # size of the best bid before it is marked
MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'  # RFC 6455, section 1.3
MOST_AT_ONCE = 50  # who was held up leaves out what it is behind


def now_ms():
    return time.time_ns() // 1_000_000


def price(cents):
    return f'{cents / 100:.2f}'.rstrip('0')


def level(cents, size):
    return f'{{"price":"{price(cents)}","size":"{size}"}}'


class Market:
    """The bids as texts of both tokens, in the venue's order; the asks never change."""

    def __init__(self):
        self.prices = list(range(BEST_BID - DEPTH + 1, BEST_BID + 1))
        sizes = [FIRST + 7 * n for n in reversed(range(DEPTH))]
        self.bids = [level(cents, size) for cents, size in zip(self.prices, sizes)]
        self.mirrored = [level(100 - cents, size) for cents, size in zip(self.prices, sizes)]
        asks = [(BEST_ASK + n, 110 + 9 * n) for n in reversed(range(DEPTH))]
        self.asks = ','.join(level(cents, size) for cents, size in asks)
        self.asks_mirrored = ','.join(level(100 - cents, size) for cents, size in asks)
        self.turns = 0

    def sides(self, token):
        if token == 0:
            return f'"bids":[{",".join(self.bids)}],"asks":[{self.asks}]'
        return f'"bids":[{self.asks_mirrored}],"asks":[{",".join(self.mirrored)}]'

    def book(self, token, stamp, digest=''):
        return (f'{{"market":"{CONDITION}","asset_id":"{TOKENS[token]}","timestamp":"{stamp}","hash":"{digest}",'
                f'{self.sides(token)},"min_order_size":"5","tick_size":"0.01","neg_risk":false,'
                '"last_trade_price":"0.410"}')

    def digest(self, token, stamp):
        """The SHA-1 of the book with an empty hash."""
        return hashlib.sha1(self.book(token, stamp).encode()).hexdigest()

    def whole(self, token):
        return self.book(token, stamp := now_ms(), self.digest(token, stamp))

    def opening(self):
        """What a subscription is answered by."""
        stamp = now_ms()
        books = (f'{{"market":"{CONDITION}","asset_id":"{TOKENS[token]}","timestamp":"{stamp}",'
                 f'"hash":"{self.digest(token, stamp)}",{self.sides(token)},"tick_size":"0.01","event_type":"book",'
                 '"last_trade_price":"0.410"}' for token in (0, 1))
        return f'[{",".join(books)}]'

    def change(self, index, size):
        cents = self.prices[index]
        self.bids[index], self.mirrored[index] = level(cents, size), level(100 - cents, size)
        stamp = now_ms()
        entries = ','.join(
            f'{{"asset_id":"{TOKENS[token]}","price":"{price(at)}","size":"{size}","side":"{side}",'
            f'"hash":"{self.digest(token, stamp)}","best_bid":"{price(bid)}","best_ask":"{price(bid + 2)}"}}'
            for token, at, side, bid in ((0, cents, 'BUY', BEST_BID), (1, 100 - cents, 'SELL', 100 - BEST_ASK)))
        return (f'{{"market":"{CONDITION}","price_changes":[{entries}],"timestamp":"{stamp}",'
                '"event_type":"price_change"}')

    def other(self):
        """A change of any level but the best bid."""
        self.turns += 1
        return self.change(self.turns % (DEPTH - 1), 100 + self.turns * 37 % 800)

    def page(self):
        return {'id': '990002', 'question': 'Will the invented clock be wound?', 'conditionId': CONDITION,
                'slug': SLUG, 'endDate': '2031-01-01T00:00:00Z', 'outcomes': '["Yes", "No"]',
                'outcomePrices': '["0.41", "0.59"]', 'volume': '1000', 'active': True, 'closed': False,
                'archived': False, 'enableOrderBook': True, 'orderPriceMinTickSize': 0.01, 'orderMinSize': 5,
                'volumeNum': 1000, 'liquidityNum': 500, 'volume24hr': 100, 'clobTokenIds': json.dumps(TOKENS),
                'acceptingOrders': True, 'negRisk': False, 'events': []}

    def answer(self, target):
        parts = urlsplit(target)
        path = '/' + parts.path.split('/', 2)[-1]  # without /gamma, /clob, /data
        token = parse_qs(parts.query).get('token_id', [''])[0]
        if path == f'/markets/slug/{SLUG}':
            return json.dumps(self.page())
        if path == '/book' and token in TOKENS:
            return self.whole(TOKENS.index(token))
        return '[]' if path in ('/markets', '/events', '/trades') else None


def frame(text, kind=1):
    data = text.encode() if isinstance(text, str) else text
    length = struct.pack('!BB', 0x80 | kind, len(data)) if len(data) < 126 else \
        struct.pack('!BBH', 0x80 | kind, 126, len(data))
    return length + data


def frames(buffer):
    """Takes whole frames out of a buffer: kinds and payloads. A client's are short and masked."""
    while len(buffer) >= 6:
        length, start = buffer[1] & 0x7f, 6
        if length == 126:
            length, start = struct.unpack('!H', buffer[2:4])[0], 8
        if len(buffer) < start + length:
            return
        mask = buffer[start - 4:start]
        yield buffer[0] & 0xf, bytes(byte ^ mask[n % 4] for n, byte in enumerate(buffer[start:start + length]))
        del buffer[:start + length]


class Stream:
    """The connection that hears the changes: one thread reads it, and the orders, and writes it."""

    def __init__(self, connection, market):
        self.connection, self.market = connection, market
        self.buffer, self.orders = bytearray(), bytearray()
        self.every = None  # seconds between two changes
        self.due = 0.0
        self.sent = 0
        self.told = False  # the books

    def serve(self):
        while True:
            wait = max(0.0, self.due - time.monotonic()) if self.every else None
            ready = [] if self.connection.pending() else \
                select.select([self.connection, sys.stdin] if self.told else [self.connection], [], [], wait)[0]
            if self.connection in ready or self.connection.pending():
                piece = self.connection.recv(65536)
                if not piece:
                    return
                self.heard(piece)
            if sys.stdin in ready:
                self.ordered()
            self.others()

    def heard(self, piece):
        self.buffer += piece
        for kind, data in frames(self.buffer):
            if kind == 9:
                self.connection.sendall(frame(data, 10))
            elif data == b'PING':
                self.connection.sendall(frame('PONG'))
            elif b'"type":"market"' in data and not self.told:
                self.connection.sendall(frame(self.market.opening()))
                self.told = True

    def ordered(self):
        self.orders += os.read(sys.stdin.fileno(), 4096)
        *lines, rest = self.orders.split(b'\n')
        self.orders = rest
        for line in lines:
            words = line.decode().split()
            if words[0] == 'load':
                self.every = 1 / int(words[1]) if int(words[1]) else None
                self.due = time.monotonic()
            elif words[0] == 'mark':
                message = frame(self.market.change(DEPTH - 1, int(words[1])))
                sent = time.monotonic_ns()
                self.connection.sendall(message)
                self.sent += 1
                print('sent', sent, flush=True)
            elif words[0] == 'count':
                print('count', self.sent, flush=True)

    def others(self):
        now = time.monotonic()
        if not self.every or now < self.due:
            return
        if now - self.due > MOST_AT_ONCE * self.every:
            self.due = now
        while self.due <= now:
            self.connection.sendall(frame(self.market.other()))
            self.sent += 1
            self.due += self.every


def head_of(connection):
    head = b''
    while not head.endswith(b'\r\n\r\n'):
        byte = connection.recv(1)
        if not byte:
            return None
        head += byte
    return head.decode('latin-1')


def upgrade(connection, head):
    key = re.search(r'^sec-websocket-key: *(\S+)', head, re.I | re.M).group(1) + MAGIC
    accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
    connection.sendall(('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                        f'Sec-WebSocket-Accept: {accept}\r\n\r\n').encode())


def serve(plain, context, market):
    try:
        connection = context.wrap_socket(plain, server_side=True)
        while head := head_of(connection):
            if 'upgrade: websocket' in head.lower():
                upgrade(connection, head)
                Stream(connection, market).serve()
                break
            body = market.answer(head.split(' ', 2)[1])
            text = (body or '{}').encode()
            connection.sendall(f'HTTP/1.1 {"200 OK" if body else "404 Not Found"}\r\nContent-Type: application/json\r\n'
                               f'Content-Length: {len(text)}\r\n\r\n'.encode() + text)
        connection.close()
    except OSError:
        pass  # it is gone


def main(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    market = Market()
    listener = socket.create_server(('127.0.0.1', 0))
    print('port', listener.getsockname()[1], flush=True)
    while True:
        plain = listener.accept()[0]
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(plain, context, market), daemon=True).start()


if __name__ == '__main__':
    main(*sys.argv[1:])
