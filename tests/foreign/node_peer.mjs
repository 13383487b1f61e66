// What the peers of Node share: HTTPS with the market's REST answers, a server for each kind of certificate, and the
// relay before them. How an upgrade is answered, and frames are spoken, is each peer's own.
import { EventEmitter } from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';

import { Relay } from './relay.mjs';

export class NodePeer extends EventEmitter {
  constructor(certificates, market) {
    super();
    this.certificates = certificates;
    this.market = market;
    this.relay = new Relay();
    this.ports = {};
    this.servers = [];
    this.attempts = [];     // when upgrades were asked for, ms
    this.onUpgrade = null;  // (request, socket, head): in place of `accept`
    this.connection = null; // the newest that has subscribed
  }

  async start() {
    await this.serve('sound', this.certificates.sound);
    this.show('sound');
    await this.relay.listen();
    this.port = this.relay.port;
  }

  // `name` stands for a server with these options from now on.
  async serve(name, options, create = https.createServer) {
    const server = create(options, (request, response) => this.respond(request, response));
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    server.on('tlsClientError', () => this.emit('tls-failed'));
    server.on('sessionError', () => {});
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.servers.push(server);
    this.ports[name] = server.address().port;
  }

  show(name) {
    this.relay.target = this.ports[name];
  }

  serveHttp2(name) {
    return this.serve(name, { ...this.certificates.sound, allowHTTP1: false },
                      (options, respond) => http2.createSecureServer(options, respond));
  }

  respond(request, response) {
    const url = new URL(request.url, 'https://localhost');
    const [status, answer] = this.market.answer(url.pathname, url.searchParams);
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  upgrade(request, socket, head) {
    this.attempts.push(performance.now());
    socket.on('error', () => {});
    this.emit('upgrade-asked', request);
    (this.onUpgrade ?? this.accept).call(this, request, socket, head);
  }

  // A client's text on a connection, which answers by connection.send; a quiet one has told its books already.
  heard(connection, text) {
    if (text === 'PING') {
      connection.send('PONG');
    } else if (text.includes('"type":"market"')) {
      if (!connection.quiet) connection.send(this.market.opening());
      this.connection = connection;
      this.emit('subscribed', connection);
    }
  }

  stop() {
    this.relay.close();
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections?.();
    }
  }
}
