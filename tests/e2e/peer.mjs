// A venue with one market that tells of its connections: who came, and how he left.
//
//     peer.mjs FOLDER
//
// FOLDER gets the certificate that must be trusted, ca.pem. Lines: "port N", then for each connection "subscribed", and
// at its end "closed CODE" with the code of the close frame that was heard; 1006: there was none.
import { makeCertificates } from '../foreign/certificates.mjs';
import { Market } from '../foreign/market.mjs';
import { WsPeer, ws } from '../foreign/ws_peer.mjs';

if (!ws) {
  console.log('missing: node-ws');
  process.exit();
}
const peer = new WsPeer(makeCertificates(process.argv[2]), new Market());
peer.on('opened', (connection) => connection.on('close', (code) => console.log(`closed ${code}`)));
peer.on('subscribed', () => console.log('subscribed'));
await peer.start();
console.log(`port ${peer.port}`);
