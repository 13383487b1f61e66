// What the screen must say of each thing that goes wrong, beside that the connection is down. Every expectation of
// words stands here.
export const WORDS = {
  cut: /the connection was cut/,
  cut_in_tls: /the connection was cut during the TLS handshake/,
  cut_before_answer: /the connection was cut before there was an answer/,
  closed: (code, reason = '') => new RegExp(`closed by the peer: ${shown(code)}.*${reason}`),
  closed_plain: /closed by the peer/,
  closed_wrongly: /(closed by the peer|the peer sent what the protocol forbids)/,
  binary: /a binary message came/,
  too_long: /a message is longer than 16 MiB/,
  not_utf8: /a message is not valid UTF-8/,
  illegal: /the peer sent what the protocol forbids/,
  silent: /silent for \d+ (s|ms), pings unanswered/,
  refused: /connection refused/,
  status: (status, words = '') => new RegExp(`HTTP ${status}.*${words}`),
  tls_timed_out: /TLS handshake not done within \d+ (s|ms)/,
  old_tls: /the server offers only TLS older than 1\.2/,
  no_tls: /the server does not speak TLS on this port/,
  no_alpn: /TLS handshake failed: .*no application protocol/,
  no_upgrade: /no answer to the upgrade within \d+ (s|ms)/,
  not_websocket: /the answer is not a WebSocket's/,
  wrong_accept: /the answer is not a WebSocket's \(wrong accept key\)/,
  extension: /the answer names an extension that was not asked for/,
  protocol: /the answer names a protocol that was not asked for/,
  no_http: /(the reply's head is malformed|the connection was cut before there was an answer|the answer is not HTTP)/,
  head: /the reply's head is malformed or too long/,
  expired: /certificate has expired/,
  future: /certificate is not yet valid/,
  other_host: /certificate is for another host/,
  self_signed: /self-signed certificate/,
  unknown: /certificate's authority is not trusted/,
  weak: /certificate's key is too weak/,
  key_refused: /HTTP 401 Unauthorized: the venue refuses the key or its signature/,
  proxy_refused: /proxy.*407|407.*proxy/i,
};

// Beside the reason, where somebody waits: when it is tried again.
export const RETRY = /(retry|next try|again) in \d/;

// libwebsockets 4.1.6 hands these on as 1002.
function shown(code) {
  return code >= 1012 && code <= 1014 ? `(${code}|1002)` : String(code);
}
