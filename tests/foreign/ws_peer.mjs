// The peer whose frames are spoken by Debian's node-ws.
import { createRequire } from 'node:module';

import { NodePeer } from './node_peer.mjs';

const PLACE = '/usr/share/nodejs/ws'; // whichever node runs this
const require = createRequire(import.meta.url);

export const ws = (() => {
  try {
    return require(PLACE);
  } catch {
    return null;
  }
})();
export const version = () => `node-ws ${require(`${PLACE}/package.json`).version}`;

export class WsPeer extends NodePeer {
  constructor(certificates, market) {
    super(certificates, market);
    // It would compress whatever it is allowed to.
    this.sockets = new ws.WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
  }

  accept(request, socket, head, server = this.sockets) {
    server.handleUpgrade(request, socket, head, (own) => {
      own.port = socket.remotePort;
      own.under = socket;
      own.on('error', () => {});
      own.on('message', (data, binary) => {
        if (!binary) this.heard(own, data.toString());
      });
      this.emit('opened', own);
    });
  }

  // Upgrades are refused by node-ws itself.
  refusal(status, words, headers) {
    const server = new ws.WebSocketServer({
      noServer: true,
      verifyClient: (info, answer) => answer(false, status, words, headers),
    });
    return (request, socket, head) => this.accept(request, socket, head, server);
  }
}
