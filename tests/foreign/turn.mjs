// What a row can do to the connection of a booktop, and what is known of it.
import { BACK } from './booktop.mjs';
import { pause } from './screen.mjs';

export class Turn {
  constructor(suite) {
    const { peer, market, elsewhere } = suite;
    Object.assign(this, { peer, relay: peer.relay, market, elsewhere });
    this.connection = this.peer.connection;
    this.at = null; // when it happened, ms
    this.undos = [];
  }

  mark() {
    this.at ??= performance.now();
  }

  cut() {
    this.relay.reset(this.connection.port);
  }

  same(got, wanted, what) {
    if (got !== wanted) throw new Error(`${what}: ${got}, not ${wanted}`);
  }

  // From now on (`once`: the next time) an upgrade is answered by `answer`; `opened` gets what was accepted.
  answerUpgrades(answer, opened = null, { once = false } = {}) {
    const { peer } = this;
    const undo = () => {
      peer.onUpgrade = null;
      if (opened) peer.off('opened', opened);
    };
    this.undos.push(undo);
    if (opened) peer.on('opened', opened);
    peer.onUpgrade = (...args) => {
      if (once) undo();
      answer(...args);
      this.mark();
    };
    return this.again();
  }

  // The same of the Python peer, whose answer is words for it.
  async refuseUpgrades(answer) {
    this.undos.push(() => this.peer.order('refuse', { answer: null }));
    await this.peer.order('refuse', { answer });
    this.cut();
    await this.peer.upgraded();
    this.mark();
  }

  // From now on connections are not led to the peer, but to `take`.
  answerConnections(take) {
    this.undos.push(() => { this.relay.take = null; });
    this.relay.take = (socket) => {
      take(socket);
      this.mark();
      return true;
    };
    return this.again();
  }

  async refuseConnections() {
    const { port } = this.relay;
    this.undos.push(() => this.relay.listen(port));
    await this.relay.refuse();
  }

  // From now on the peer shows another certificate.
  show(kind) {
    this.undos.push(() => this.peer.show('sound'));
    this.peer.show(kind);
    return this.again(() => this.relay.accepted.length);
  }

  // Cuts the connection; done when the client has come back.
  async again(visits = null) {
    const before = visits?.() ?? 0;
    this.cut();
    for (const end = performance.now() + BACK; performance.now() < end; await pause(10)) {
      if (visits && visits() > before) this.mark();
      if (this.at !== null) return;
    }
    throw new Error(`it did not come back within ${BACK} ms`);
  }

  async undo() {
    for (const undo of this.undos.splice(0)) await undo();
  }
}
