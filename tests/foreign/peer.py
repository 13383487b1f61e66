#!/usr/bin/env python3
"""The peer of Debian's python3-websockets: frames, closes and refusals are its own.

  peer.py CERTIFICATE KEY

It listens on a free port of loopback, says which, and does what lines of JSON on standard input tell it; what happens
it says in lines of JSON on standard output.
"""
import asyncio
import json
import ssl
import sys
from http import HTTPStatus

import websockets

rest = {}  # path -> body
refusal = None  # [status, headers, body]: how the next upgrades are answered
newest = None


def say(**what):
    print(json.dumps(what), flush=True)


async def before_upgrade(path, headers):
    if headers.get('Upgrade', '').lower() != 'websocket':
        body = rest.get(path.split('?')[0])
        return HTTPStatus(200 if body else 404), {'Content-Type': 'application/json'}, (body or '{}').encode()
    say(event='upgrade')
    if refusal:
        status, fields, body = refusal
        return HTTPStatus(status), fields, body.encode()
    return None


async def serve(connection, path):
    global newest
    say(event='opened', port=connection.remote_address[1])
    try:
        async for message in connection:
            if message == 'PING':
                await connection.send('PONG')
            elif '"type":"market"' in message:
                newest = connection
                say(event='subscribed', port=connection.remote_address[1])
    except websockets.ConnectionClosed:
        pass


async def pieces(parts):
    for part in parts:
        yield part


async def act(what, order):
    """One order, on the newest connection."""
    global refusal
    if what == 'rest':
        rest[order['path']] = order['body']
    elif what == 'refuse':
        refusal = order['answer']
    elif what == 'send':
        await newest.send(order['text'])
    elif what == 'fragments':  # the library ends them by an empty one
        await newest.send(pieces(order['parts']))
    elif what == 'binary':
        await newest.send(b'\x00\x01\x02')
    elif what == 'ping':
        waiter = await newest.ping(order['data'])
        asyncio.ensure_future(ponged(waiter))
    elif what == 'pong':
        await newest.pong(order['data'])
    elif what == 'close':
        asyncio.ensure_future(newest.close(order['code'], order['reason']))
    elif what == 'fail':
        newest.fail_connection(order['code'], order['reason'])
    elif what == 'abort':
        newest.transport.abort()


async def ponged(waiter):
    try:
        await waiter
        say(event='ponged')
    except websockets.ConnectionClosed:
        pass


async def main(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # It compresses for whoever asks it to, and pings by itself: who does not answer is closed with 1011.
    server = await websockets.serve(serve, '127.0.0.1', 0, ssl=context, process_request=before_upgrade,
                                    ping_interval=0.3, ping_timeout=2, max_queue=None)
    say(event='listening', port=server.sockets[0].getsockname()[1], version=websockets.version.version)
    reader = asyncio.StreamReader(limit=64 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        try:
            await act(order['do'], order)
            say(event='did', number=order['number'])
        except websockets.ConnectionClosed as error:
            say(event='did', number=order['number'], error=str(error))


asyncio.run(main(*sys.argv[1:3]))
