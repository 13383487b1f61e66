// The certificates that the peers show, made by the openssl command into a folder.
//
// `sound` is what a venue would show. The others have one flaw each: what the client must find, and name.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY = 86400000;

// The names of the venues' own hosts, for who comes through a proxy; nothing ever goes there.
const HOSTS = ['localhost', 'ws-subscriptions-clob.polymarket.com', 'clob.polymarket.com', 'gamma-api.polymarket.com',
               'data-api.polymarket.com'];
const NAMES = ['IP:127.0.0.1', ...HOSTS.map((host) => `DNS:${host}`)].join(',');

const KINDS = {
  sound: {},
  expired: { from: -400, until: -1 },
  future: { from: 2, until: 400 },
  other_host: { names: 'DNS:somewhere-else.example' },
  self_signed: { signer: 'self' },
  unknown: { signer: 'stranger' },
  weak: { key: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] },
};

const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

// 20261121145924Z
function stamp(days) {
  return new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]|\.\d+/g, '');
}

export function makeCertificates(folder) {
  const at = (name) => join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

  writeFileSync(at('ca.conf'), `
[ca]
default_ca = own
[own]
new_certs_dir = .
database = index
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`);
  writeFileSync(at('index'), '');

  for (const name of ['ca', 'stranger']) {
    openssl('genpkey', ...EC, '-out', `${name}.key`);
    openssl('req', '-new', '-x509', '-config', 'ca.conf', '-extensions', 'authority', '-key', `${name}.key`, '-subj',
            `/CN=invented ${name}`, '-days', '30', '-out', `${name}.pem`);
  }

  const made = { ca: at('ca.pem') };
  for (const [kind, { from = -1, until = 30, names = NAMES, signer = 'ca', key = EC }] of Object.entries(KINDS)) {
    openssl('genpkey', ...key, '-out', `${kind}.key`);
    openssl('req', '-new', '-config', 'ca.conf', '-key', `${kind}.key`, '-subj', `/CN=${kind}`, '-addext',
            `subjectAltName=${names}`, '-out', `${kind}.csr`);
    const by = signer === 'self' ? ['-selfsign', '-keyfile', `${kind}.key`]
                                 : ['-cert', `${signer}.pem`, '-keyfile', `${signer}.key`];
    openssl('ca', '-batch', '-notext', '-config', 'ca.conf', ...by, '-startdate', stamp(from), '-enddate', stamp(until),
            '-in', `${kind}.csr`, '-out', `${kind}.pem`);
    made[kind] = { cert: readFileSync(at(`${kind}.pem`)), key: readFileSync(at(`${kind}.key`)),
                   certFile: at(`${kind}.pem`), keyFile: at(`${kind}.key`) };
  }
  return made;
}
