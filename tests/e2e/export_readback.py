#!/usr/bin/env python3
"""Exports read back by Python's own csv, struct, json and sqlite3, and held against books that are made here from the
recording's lines. `export_readback.py PROGRAM FOLDER`: in FOLDER are VENUE.frames, and everything is made there."""
import csv
import json
import os
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
from decimal import Decimal

sys.dont_write_bytecode = True
import foreign_obr

PROGRAM, FOLDER = sys.argv[1:]
os.chdir(FOLDER)


def check(good, *words):
    if not good:
        print('FAILED:', *words, file=sys.stderr)
        sys.exit(1)


def run(*arguments, code=0, **how):
    done = subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
    check(done.returncode == code, arguments, 'exit code', done.returncode, 'not', code, done.stderr.decode())
    return done.stdout.decode()


# === What is in the recording ===

def reference(venue, path):
    """The books after each message that is of one, [(local_ns, market, snapshot, bids and asks)], and the trades."""
    data = open(path, 'rb').read()
    if path.endswith('.zst'):
        data = subprocess.run(['zstd', '-dcq', path], stdout=subprocess.PIPE, check=True).stdout
    records = [json.loads(line) for line in data.decode().split('\n') if line]
    reader = foreign_obr.READERS[venue]([json.dumps(r['d']) for r in records if r['k'] == 'rx' and 'd' in r])
    # The first outcome is whichever the instrument names first.
    if venue == 'polymarket':
        for record in records:
            if record['k'] == 'ev' and record['e'] == 'watched':
                outcomes = record['i']['outcomes']
                reader.tokens[record['i']['symbol']] = [o['token'] for o in outcomes if o['token']]
    steps, trades, seen = [], [], set()
    for record in records:
        if record['k'] != 'rx' or 'd' not in record or json.dumps(record['d']) in seen:
            continue
        seen.add(json.dumps(record['d']))
        for o in record['d'] if isinstance(record['d'], list) else [record['d']]:
            applied = reader.apply(o)
            if applied:
                market, snapshot = applied
                book = reader.books[market]
                steps.append((record['t'], market, snapshot, (dict(book['bid']), dict(book['ask']))))
            trade = reader.trade(o)
            if trade:
                trades.append((record['t'], *trade))
    return steps, trades


# === What was exported: [(local_ns, market, snapshot, book after it)], and trades as above ===

class Books:
    def __init__(self):
        self.books, self.steps = {}, []

    def row(self, local, market, snapshot, clears, side=None, price=None, size=None):
        key = (local, market)
        if not self.steps or tuple(self.steps[-1][:2]) != key or self.steps[-1][2] != snapshot:
            self.steps.append([local, market, snapshot, None])
        bids, asks = self.books.setdefault(market, ({}, {}))
        if clears:
            bids.clear()
            asks.clear()
        if side is not None:
            levels = bids if side == 'bid' else asks
            levels.pop(price, None)
            if size:
                levels[price] = size
        self.steps[-1][3] = (dict(bids), dict(asks))


def read_book_csv(path):
    """A book is dropped where a snapshot follows what is none (docs.tardis.dev)."""
    books, was_snapshot = Books(), {}
    with open(path, newline='') as file:
        for row in csv.DictReader(file):
            market, snapshot = row['symbol'], row['is_snapshot'] == 'true'
            check(row['is_snapshot'] in ('true', 'false') and row['side'] in ('bid', 'ask'), row)
            clears = snapshot and not was_snapshot.get(market, False)
            was_snapshot[market] = snapshot
            books.row(int(row['local_timestamp']) * 1000, market, snapshot, clears, row['side'],
                      Decimal(row['price']), Decimal(row['amount']))
    return books.steps


def read_trades_csv(path):
    with open(path, newline='') as file:
        return [(int(r['local_timestamp']) * 1000, r['symbol'], int(r['timestamp']) // 1000, r['side'],
                 Decimal(r['price']), Decimal(r['amount'])) for r in csv.DictReader(file)]


def read_npy(path, market, books, trades):
    """A back-test wants both times in order, the local one behind the venue's. Of a trade it is told whether it may have
    been moved for that."""
    data = open(path, 'rb').read()
    check(data[:8] == b'\x93NUMPY\x01\x00', 'no array', path)
    length = struct.unpack('<H', data[8:10])[0]
    check((10 + length) % 64 == 0 and data[9 + length] == 10, 'header', length)
    header = eval(data[10:10 + length], {})
    check([name for name, _ in header['descr']] == ['ev', 'exch_ts', 'local_ts', 'px', 'qty', 'order_id', 'ival', 'fval'],
          header)
    rows = list(struct.iter_unpack('<QqqddQqd', data[10 + length:]))
    check(header['shape'] == (len(rows),), header, len(rows))
    exact = lambda real: Decimal(repr(real)).normalize()
    last_exch = last_local = 0
    for ev, exch, local, price, size, order, integer, real in rows:
        check(last_exch <= exch <= local and last_local <= local, 'order', last_exch, exch, last_local, local)
        moved = exch in (last_exch, local)
        last_exch, last_local = exch, local
        check(ev >> 30 == 3 and (order, integer, real) == (0, 0, 0.0), 'flags', hex(ev))
        kind, side = ev & 0xff, {2: 'bid', 1: 'ask'}.get(ev >> 28 & 3)
        if kind == 3:
            check((side, price) in (('bid', 0.0), ('ask', 1.0)), 'clear', side, price)
            books.row(local, market, True, side == 'bid')
        elif kind == 2:
            trades.append((local, market, moved or exch // 10**6, 'buy' if side == 'bid' else 'sell', exact(price),
                           exact(size)))
        else:
            check(kind in (1, 4), kind)
            books.row(local, market, kind == 4, False, side, exact(price), exact(size))


def read_ndjson(path):
    books, trades, markets, states = Books(), [], {}, []
    for line in open(path, encoding='utf-8'):
        o = json.loads(line)
        if o['kind'] == 'market':
            markets[o['market']] = o['title']
        elif o['kind'] == 'trade':
            trades.append((o['local_ns'], o['market'], o['venue_ms'], o['side'], Decimal(o['price']), Decimal(o['size'])))
        elif o['kind'] == 'state':
            states.append(o['state'])
        elif o['kind'] == 'gap':
            continue
        else:
            snapshot = o['kind'] == 'snapshot'
            books.row(o['local_ns'], o['market'], snapshot, snapshot)
            for key, side in (('bids', 'bid'), ('asks', 'ask')):
                for price, size in o[key]:
                    books.row(o['local_ns'], o['market'], snapshot, False, side, Decimal(price), Decimal(size))
    return books.steps, trades, markets, states


def read_sqlite(path):
    books, last = Books(), None
    database = sqlite3.connect(f'file:{path}?mode=ro', uri=True)
    check(database.execute('PRAGMA integrity_check').fetchall() == [('ok',)], 'integrity')
    markets = {row[0]: row for row in database.execute(
        'SELECT id, symbol, title, price_one, size_one FROM markets')}
    for market, message, local, snapshot, side, price, size in database.execute(
            'SELECT market, message, local_ns, snapshot, side, price, size FROM levels ORDER BY rowid'):
        _, symbol, _, price_one, size_one = markets[market]
        begins, last = message != last, message
        if side:
            books.row(local, symbol, bool(snapshot), begins and snapshot, side, Decimal(price) / price_one,
                      Decimal(size) / size_one)
        else:
            books.row(local, symbol, True, True)
    trades = [(local, markets[m][1], ms, side, Decimal(price) / markets[m][3], Decimal(size) / markets[m][4])
              for m, local, ms, side, price, size in database.execute(
                  'SELECT market, local_ns, venue_ms, side, price, size FROM trades ORDER BY rowid')]
    # Each quote is the touch of the book after its message.
    touches = {}
    for local, symbol, bid, ask in database.execute('SELECT local_ns, symbol, bid, ask FROM touch ORDER BY number'):
        touches[local, symbol] = (bid, ask)
    after = {(step[0], step[1]): step[3] for step in books.steps}
    for key, (bid, ask) in touches.items():
        bids, asks = after[key]
        check((bid, ask) == (float(max(bids)) if bids else None, float(min(asks)) if asks else None), 'quote', key)
    check(touches, 'no quotes')
    titles = {row[1]: row[2] for row in markets.values()}
    database.close()
    return books.steps, trades, titles


# === Comparing ===

def compare_books(what, wanted, got):
    """Every step is the book of that moment, every change of a book has its step, a market begins with a snapshot."""
    after, before = {}, {}
    changed = []
    for local, market, snapshot, book in wanted:
        # A book that is empty at first cannot be told of in rows of levels.
        if before.get(market, ({}, {})) != book:
            changed.append((local, market))
        before[market] = book
        after[local, market] = book
    check(got, what, 'nothing was exported')
    seen = set()
    for local, market, snapshot, book in got:
        check((local, market) in after, what, 'a row of no message', local, market)
        check(snapshot or market in seen, what, 'changes before a snapshot', market)
        seen.add(market)
    last = {(step[0], step[1]): step[3] for step in got}
    for key, book in last.items():
        check(book == after[key], what, 'the book differs', key)
    missing = [key for key in changed if key not in last]
    check(not missing, what, 'messages without rows', missing[:3])


def compare_trades(what, wanted, got):
    check(got == wanted, what, 'trades differ', len(wanted), len(got), [x for x in zip(wanted, got) if x[0] != x[1]][:1])
    check(wanted, what, 'no trades')


def compare(venue, path, name):
    steps, trades = reference(venue, path)
    for kind in ('book-csv', 'trades-csv', 'ndjson', 'sqlite', 'npy'):
        run('export', '--format', kind, '-o', f'{name}-npy' if kind == 'npy' else f'{name}.{kind}', path)
    compare_books('book-csv', steps, read_book_csv(f'{name}.book-csv'))
    compare_trades('trades-csv', trades, read_trades_csv(f'{name}.trades-csv'))
    got, heard, markets, states = read_ndjson(f'{name}.ndjson')
    compare_books('ndjson', steps, got)
    compare_trades('ndjson', trades, heard)
    check(foreign_obr.TITLE in markets.values(), 'the title is another', markets)
    got, heard, titles = read_sqlite(f'{name}.sqlite')
    compare_books('sqlite', steps, got)
    compare_trades('sqlite', trades, heard)
    check(foreign_obr.TITLE in titles.values(), 'the title is another', titles)
    symbols = {''.join(c if c.isascii() and c.isalnum() or c in '-_' else '_' for c in market): market
               for market in markets}
    books, heard = Books(), []
    for file in sorted(os.listdir(f'{name}-npy')):
        symbol = file.split('-', 2)[2][:-len('.npy')]
        read_npy(f'{name}-npy/{file}', symbols[symbol], books, heard)
    compare_books('npy', steps, books.steps)
    heard.sort(key=lambda trade: trade[:2])
    wanted = sorted(trades, key=lambda trade: trade[:2])
    compare_trades('npy', [(*w[:2], True if h[2] is True else w[2], *w[3:]) for w, h in zip(wanted, heard)], heard)
    check(len(wanted) == len(heard), 'npy trades', len(wanted), len(heard))
    # Text goes to standard output as well, and is the same.
    check(run('export', '--format', 'book-csv', path) == open(f'{name}.book-csv').read(), 'standard output differs')
    return steps, states


def refused(before, *arguments, code, **how):
    run('export', *arguments, code=code, **how)
    check(sorted(os.listdir('.')) == before, 'something was left behind', set(os.listdir('.')) ^ set(before))


def small_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))


def refusals(path):
    before = sorted(os.listdir('.'))
    kept = open('polymarket.ndjson').read()
    for kind in ('book-csv', 'trades-csv', 'ndjson', 'sqlite', 'npy'):
        refused(before, '--format', kind, '-o', 'polymarket.ndjson', path, code=1)
        refused(before, '--format', kind, '-o', 'polymarket-npy', path, code=1)
        if kind != 'trades-csv':
            refused(before, '--format', kind, '-o', 'new', path, code=1, preexec_fn=small_files)
    check(open('polymarket.ndjson').read() == kept, 'an old file was overwritten')
    refused(before, '--format', 'npy', '-o', 'new.npy', path, code=1)
    refused(before, '--format', 'csv', '-o', 'new', path, code=2)
    refused(before, '--format', 'sqlite', path, code=2)
    refused(before, '--format', 'book-csv', '-o', 'no/such/folder', path, code=1)
    refused(before, '--format', 'book-csv', '-o', 'new', 'polymarket.frames', code=1)
    with open('/dev/full', 'w') as full:
        done = subprocess.run([PROGRAM, 'export', '--format', 'book-csv', path], stdout=full, stderr=subprocess.PIPE)
    check(done.returncode == 1 and b'space' in done.stderr, 'a full disk', done)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([PROGRAM, 'export', '--format', 'book-csv', path], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    check(done.returncode == 0 and not done.stderr, 'a reader that had enough', done)


def damage(path, steps):
    """What stands before the damage is exported, told of, repaired."""
    data = bytearray(open(path, 'rb').read())
    data[len(data) // 2] ^= 0x55
    open('damaged.obr.zst', 'wb').write(data)
    check('block' in run('verify', 'damaged.obr.zst', code=3), 'verify')
    run('export', '--format', 'book-csv', '-o', 'damaged.csv', 'damaged.obr.zst', code=3)
    got = read_book_csv('damaged.csv')
    after = {(step[0], step[1]): step[3] for step in steps}
    for key, book in {(step[0], step[1]): step[3] for step in got}.items():
        check(book == after[key], 'before the damage', key)
    check(0 < len(got) < len(steps), 'rows before the damage', len(got))
    gap = gaps('damaged.obr.zst', 3)
    check(len(gap) == 1 and got[-1][0] <= gap[0][0] < gap[0][1] <= steps[-1][0], 'the gap', gap, got[-1][0])
    amid = (gap[0][0] + gap[0][1]) // 2
    found = gaps('damaged.obr.zst', 3, '--from', place(amid))
    check(found == [(amid, gap[0][1], gap[0][2])], '--from amid the gap', gap, found)
    done = subprocess.run([PROGRAM, 'export', '--format', 'book-csv', '--from', place(amid), 'damaged.obr.zst'],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    check(done.returncode == 3 and done.stderr.count('damaged.obr.zst: block ') == 1, 'what is said of it', done)
    told = run('repair', 'damaged.obr.zst')
    check('lost: 1 block in 1 place, between 2026-' in told and 'in damaged.repaired.obr.zst' in told, 'repair', told)
    info = json.loads(run('info', '--json', 'damaged.repaired.obr.zst'))
    kept = sum(info['records'][kind] for kind in info['records']) - 3  # header, end, and the word of what is missing
    check(f'saved: {kept} records of damaged.obr.zst, 2026-' in told, 'what was saved', kept, told)
    check('whole' in run('verify', 'damaged.repaired.obr.zst'), 'repaired')
    run('repair', 'damaged.obr.zst', code=1)
    open('torn.obr.zst', 'wb').write(open(path, 'rb').read()[:len(data) // 2])
    told = run('repair', 'torn.obr.zst')
    check('lost: at least 1 block in 1 place, between 2026-' in told and 'and the end' in told, 'repair of a torn one', told)
    unended()
    dropped()
    session()
    several()
    recompressed(path)
    hostile(path)
    info = json.loads(run('info', '--json', 'damaged.obr.zst', code=3))
    check(info['faults'] == 1, info)


def place(time):
    return '%d.%09ds' % divmod(time - foreign_obr.START, 10**9)


def gaps(path, code=0, *options):
    """What is missing is told of by ndjson and sqlite alike: [(from_ns, to_ns, why)]."""
    lines = [json.loads(line) for line in run('export', '--format', 'ndjson', *options, path, code=code).splitlines()]
    found = [(o['from_ns'], o['to_ns'], o['why']) for o in lines if o['kind'] == 'gap']
    check(all(len(o) == 4 for o in lines if o['kind'] == 'gap'), 'members of gaps', lines)
    if os.path.exists(f'{path}.gaps'):
        os.remove(f'{path}.gaps')
    run('export', '--format', 'sqlite', '-o', f'{path}.gaps', *options, path, code=code)
    with sqlite3.connect(f'file:{path}.gaps?mode=ro', uri=True) as database:
        rows = database.execute('SELECT from_ns, to_ns, why FROM gaps ORDER BY rowid').fetchall()
    check(rows == found, 'gaps', rows, found)
    return found


def dropped():
    """What the recorder lost is a gap as damage is; one that is torn off has no end."""
    writer = foreign_obr.Writer('dropped.obr')
    writer.add('ev', 10**6, e='mark', why='here')
    writer.add('ev', 3 * 10**6, e='dropped', count=7, why='the disk is slow')
    writer.add('ev', 4 * 10**6, e='mark', why='there')
    writer.close_block()
    writer.add('ev', 5 * 10**6, e='mark', why='never')
    writer.out.write(writer.lines[0])
    writer.out.flush()
    first, torn = gaps('dropped.obr', 3)
    start = foreign_obr.START
    check(first == (start + 10**6, start + 3 * 10**6, 'the disk is slow'), 'what was dropped', first)
    check(torn[:2] == (start + 4 * 10**6, None), 'what is torn off', torn)
    for m, to in ((2 * 10**6, 3 * 10**6), (35 * 10**5, 35 * 10**5)):
        found = gaps('dropped.obr', 3, '--from', place(start + m))
        check(found == [(start + m, start + to, 'the disk is slow'), torn], '--from amid what was dropped', found)


def folders(path, name):
    """An empty folder is taken for arrays, and stays if they fail; one that is not empty is not."""
    os.mkdir('empty')
    run('export', '--format', 'npy', '-o', 'empty', path, code=1, preexec_fn=small_files)
    check(os.listdir('empty') == [], 'something was left behind', os.listdir('empty'))
    os.chmod('empty', 0o711)
    run('export', '--format', 'npy', '-o', 'empty/', path)
    check(os.stat('empty').st_mode & 0o777 == 0o711, 'it is another folder')
    check(sorted(os.listdir('empty')) == sorted(os.listdir(name)), 'the arrays', os.listdir('empty'))
    for file in os.listdir(name):
        check(open(f'{name}/{file}', 'rb').read() == open(f'empty/{file}', 'rb').read(), 'an array differs', file)
    run('export', '--format', 'npy', '-o', 'empty', path, code=1)


def pieces(path, steps):
    """Of one market, and of a time: what all of it has of them, behind the books as they stood."""
    everything, heard, markets, _ = read_ndjson('polymarket.ndjson')
    market = steps[len(steps) // 2][1]
    for name in (market, f'polymarket:{market}'):
        run('export', '--format', 'ndjson', '-o', 'one.ndjson', '--market', name, path)
        got, some, named, _ = read_ndjson('one.ndjson')
        check(list(named) == [market] and got == [step for step in everything if step[1] == market], 'a market')
        check(some == [trade for trade in heard if trade[1] == market], 'its trades')
        os.remove('one.ndjson')
    begin, end = steps[len(steps) // 3][0], steps[2 * len(steps) // 3][0]
    run('export', '--format', 'ndjson', '-o', 'piece.ndjson', '--from', place(begin), '--to', place(end), path)
    got, some, named, _ = read_ndjson('piece.ndjson')
    stood = {step[1]: step[3] for step in everything if step[0] < begin}
    check(len(stood) > 1 and {step[1]: step[3] for step in got[:len(stood)]} == stood, 'books at the begin')
    check(all(step[0] == begin and step[2] for step in got[:len(stood)]), 'books at the begin', got[:len(stood)])
    check(got[len(stood):] == [step for step in everything if begin <= step[0] <= end], 'rows of the piece')
    check(some and some == [trade for trade in heard if begin <= trade[0] <= end], 'trades of the piece')
    before = sorted(os.listdir('.'))
    refused(before, '--format', 'ndjson', '-o', 'new', '--market', 'none', path, code=1)
    for words, *until in (('no market none:',), ('no market none up to there:', '--to', '60%')):
        done = subprocess.run([PROGRAM, 'export', '--format', 'ndjson', '--market', 'none', *until, path],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        check(done.returncode == 1 and words in done.stderr, words, done)
    refused(before, '--format', 'ndjson', '-o', 'new', '--from', '9h', path, code=2)
    refused(before, '--format', 'ndjson', '-o', 'new', '--from', '60%', '--to', '40%', path, code=2)


def unended():
    """Between two blocks a file stops without its end: no block is lost."""
    writer = foreign_obr.Writer('unended.obr', block_bytes=1)
    for m in (10**6, 2 * 10**6):
        writer.add('ev', m, e='mark', why='here')
    writer.out.flush()
    told = run('repair', 'unended.obr')
    check('saved: 2 records of' in told and 'lost: what was to be written behind 2026-' in told, 'no end', told)
    writer.close()
    writer = foreign_obr.Writer('nonsense.obr', block_bytes=60)  # a line that is no record, and no end
    writer.add('ev', 10**6, e='mark', why='here')
    writer.add('ev', 2 * 10**6)
    writer.add('ev', 3 * 10**6, e='mark', why='there')
    writer.out.flush()
    told = run('repair', 'nonsense.obr')
    check('lost: no whole block; 2 faults between 2026-' in told and 'and the end' in told, 'two places', told)
    told = run('repair', '-o', 'ended.obr', 'unended.obr')
    check('lost: nothing' in told, 'not damaged', told)


def after(first):
    """A later part by itself is told as that, and its times are its own."""
    told = run('verify', 'part-1.obr')
    check(told.endswith(': whole; it is part 2 of its recording: part 1 is not given\n'), 'verify of part 2', told)
    check('part' not in run('verify', 'part-0.obr').split(':', 1)[1], 'verify of part 1')
    info = json.loads(run('info', '--json', 'part-1.obr'))
    begin = foreign_obr.START + first.m
    check((info['part'], info['begin_ns'], info['first_m']) == (2, begin, first.m), 'info of part 2', info)
    check((info['end_ns'], info['length_ns']) == (begin + 2 * 10**9 - first.m, 2 * 10**9 - first.m), 'its end', info)
    told = run('info', 'part-1.obr')
    check('\ngiven      part 2 of its recording: part 1 is not given\n' in told and '\nlength     1.999s\n' in told,
          'info of part 2', told)
    both = json.loads(run('info', '--json', 'part-1.obr', 'part-0.obr'))
    check((both['part'], both['begin_ns'], both['length_ns']) == (1, foreign_obr.START, 2 * 10**9), 'both parts', both)
    check('\ngiven ' not in run('info', 'part-1.obr', 'part-0.obr'), 'both parts')
    done = subprocess.run([PROGRAM, 'replay', '--json', '--at', '3s', 'part-1.obr'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    check(done.returncode == 2 and 'which runs 1.999s from' in done.stderr, '--at of part 2', done)
    check('this is part 2 of its recording: part 1 is not given' in done.stderr, 'replay of part 2', done)


def recompressed(path):
    """What another program has compressed as one piece is said to be that, and what to do."""
    lines = subprocess.run(['zstd', '-dcq', path], stdout=subprocess.PIPE, check=True).stdout
    for name, data, options in (('plain', lines, []), ('best', lines, ['-19']), ('bare', lines, ['--no-check']),
                                ('short', lines[:3000], [])):
        squeezed = subprocess.run(['zstd', '-q', *options], input=data, stdout=subprocess.PIPE, check=True).stdout
        open(f'{name}-again.obr.zst', 'wb').write(squeezed)
        for command in (['verify'], ['info'], ['repair'], ['export', '--format', 'ndjson'], ['replay', '--once']):
            done = subprocess.run([PROGRAM, *command, f'{name}-again.obr.zst'], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
            check(done.returncode == 1 and not done.stdout and 'compressed anew by another program: `zstd -d`' in
                  done.stderr, name, command, done)
    subprocess.run(['zstd', '-dq', 'best-again.obr.zst'], check=True)
    check(': whole' in run('verify', 'best-again.obr'), 'what was decompressed')


def session():
    """Two files of one session are played in any order; the same twice, or another's, are refused before that."""
    first = foreign_obr.Writer('part-0.obr')
    first.add('ev', 10**6, e='mark', why='one')
    first.close()
    second = foreign_obr.Writer('part-1.obr', after=first)
    second.add('ev', 2 * 10**9, e='mark', why='two')
    second.close()
    after(first)
    third = foreign_obr.Writer('part-2.obr', after=second)
    third.close()
    check(': session: part 2 is not given\n' in run('verify', 'part-0.obr', 'part-2.obr', code=3), 'a part that lacks')
    done = subprocess.run([PROGRAM, 'replay', '--once', 'part-0.obr', 'part-2.obr'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    check(done.returncode == 3 and 'the recording is not whole: part 2 is not given\n' in done.stderr
          and 'repair' not in done.stderr, 'replay without a part', done)
    check('2 files' in run('verify', 'part-1.obr', 'part-0.obr'), 'a session')
    check(json.loads(run('info', '--json', 'part-0.obr', 'part-1.obr'))['events']['mark'] == 2, 'a session')
    shutil.copy('part-0.obr', 'copy.obr')
    for command in (['info'], ['verify'], ['export', '--format', 'ndjson'], ['replay', '--once']):
        for words, *files in (('part-0.obr was given twice', 'part-0.obr', 'part-0.obr'),
                              ('./part-0.obr is the same file as part-0.obr', 'part-0.obr', './part-0.obr'),
                              ('copy.obr is the same part', 'part-0.obr', 'copy.obr'),
                              ('other.obr is of another recording than part-1.obr', 'part-1.obr', 'other.obr')):
            if not os.path.exists('other.obr'):
                open('other.obr', 'wb').write(open('part-0.obr', 'rb').read().replace(b'"boot":"none"', b'"boot":"some"'))
            verify = command == ['verify']  # checks what is of another, or the same part, by itself
            if verify and ('another' in words or 'same part' in words):
                continue
            done = subprocess.run([PROGRAM, *command, *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            check(done.returncode == 2 and words in done.stderr and verify == bool(done.stdout), command, files, done)


def several():
    """Files of several recordings are checked one recording after the other."""
    told = run('verify', 'part-1.obr', 'other.obr', 'part-0.obr', code=3).splitlines()
    check(told[0].startswith('part-1.obr and 1 more: 2 files, ') and told[0].endswith(': whole')
          and told[-1].startswith('other.obr: 1 file, ') and told[-1].endswith(' fault'), 'several', told)
    open('headless.obr', 'wb').write(open('part-1.obr', 'rb').read().replace(b'{"k":"hdr"', b'["k":"hdr"'))
    told = run('verify', 'headless.obr', 'part-0.obr', code=3).splitlines()
    check(told[-2].startswith('headless.obr: 1 file, ') and told[-1].startswith('part-0.obr: 1 file, ')
          and told[-1].endswith(': whole'), 'whose header is damaged', told)
    told = run('verify', 'part-1.obr', 'copy.obr', 'part-0.obr').splitlines()
    check(len(told) == 2 and told[0].startswith('part-1.obr and 1 more: 2 files, ')
          and told[1].startswith('part-0.obr: 1 file, '), 'the same part twice', told)
    run('verify', 'part-1.obr', 'other.obr', './other.obr', code=2)


def hostile(path):
    """Symbols that would speak to terminals and tables are no symbols."""
    for number, evil in enumerate(('\x1b[2Jx', 'a b', 'a,b', '"', '=1+1', '\x9b2J', '')):
        writer = foreign_obr.Writer(f'evil-{number}.obr')
        instrument = foreign_obr.instrument('polymarket', evil, 4, 6, [('1', 'Yes'), ('2', 'No')], 'a title')
        writer.add('ev', 10**6, e='watched', i=instrument)
        writer.close()
        told = run('verify', f'evil-{number}.obr', code=3)
        check('no instrument' in told and '\x1b' not in told and '\x9b' not in told, told)
        check(json.loads(run('info', '--json', f'evil-{number}.obr', code=3))['markets'] == [], evil)
    named = 'evil-\x1b[2J.obr'
    done = subprocess.run([PROGRAM, 'info', named], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check(done.returncode == 1 and b'evil-' in done.stderr and b'\x1b' not in done.stderr, 'a file by a hostile name', done)
    for command in (['info'], ['info', '--json'], ['verify'], ['repair', '-o', 'full.obr']):
        with open('/dev/full', 'w') as full:
            done = subprocess.run([PROGRAM, *command, path], stdout=full, stderr=subprocess.PIPE)
        check(done.returncode == 1 and b'cannot write' in done.stderr, 'a full disk', command, done)


def information(path, steps):
    info = json.loads(run('info', '--json', path))
    markets = {step[1] for step in steps}
    check({m['symbol'] for m in info['markets']} == markets and info['closed'] and info['demo'], info)
    check(foreign_obr.TITLE in [m['title'] for m in info['markets']], info['markets'])
    check(info['begin_ns'] == foreign_obr.START and info['end_ns'] >= steps[-1][0], info)
    check([mark['kind'] for mark in info['landmarks']] == ['lost', 'mark'], info['landmarks'])
    told = run('info', path)
    check('\x1b' not in told and '\u202e' not in told and 'PARTY' not in told and 'cut, "on purpose"' in told, told)


def read_frames(venue):
    """Every fifth message of changes speaks of one token alone: its levels are the other's, mirrored. A book and a trade
    come again, later: they are duplicates."""
    again = {}
    for number, frame in enumerate(line for line in open(f'{venue}.frames').read().split('\n') if line):
        message = json.loads(frame)
        if number % 5 == 0 and 'price_changes' in message:
            asset = message['price_changes'][-1]['asset_id']
            message['price_changes'] = [change for change in message['price_changes'] if change['asset_id'] == asset]
            frame = json.dumps(message, separators=(',', ':'))
        yield frame
        if venue == 'polymarket':
            kind = foreign_obr.objects(frame)[0]['event_type']
            if number > 0:  # the first frame has every book, also those that do not change later
                again.setdefault(kind, (number, frame))
            for kind in ('book', 'last_trade_price'):
                if kind in again and number == again[kind][0] + 150:
                    yield again[kind][1]


for venue in ('polymarket', 'kalshi'):
    frames = list(read_frames(venue))
    foreign_obr.write(f'{venue}.obr.zst', venue, frames)
    foreign_obr.write(f'{venue}.obr', venue, frames)
    compare(venue, f'{venue}.obr.zst', venue)
    compare(venue, f'{venue}.obr', f'{venue}-plain')
frames = list(read_frames('polymarket'))
foreign_obr.write('cut.obr.zst', 'polymarket', frames, cut=300)
steps, states = compare('polymarket', 'cut.obr.zst', 'cut')
check('stale' in states and 'verified' in states, 'states', set(states))
# A clock that is behind the venue's.
foreign_obr.write('behind.obr.zst', 'polymarket', frames, behind=50)
compare('polymarket', 'behind.obr.zst', 'behind')
information('cut.obr.zst', steps)
refusals('polymarket.obr.zst')
folders('polymarket.obr.zst', 'polymarket-npy')
pieces('polymarket.obr.zst', reference('polymarket', 'polymarket.obr.zst')[0])
damage('polymarket.obr.zst', reference('polymarket', 'polymarket.obr.zst')[0])
