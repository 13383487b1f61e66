// WebSocket frames (RFC 6455, 5.2), written and read by ourselves: the writer takes whatever it is told, legal or not.
export const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

// `says`: the length that the frame claims (BigInt), where that is not the payload's; `wide`: bytes of the length
// field, where that is not the shortest. `mask`: four bytes.
export function frame(opcode, payload = '', { fin = true, rsv = 0, mask = null, says, wide } = {}) {
  payload = Buffer.from(payload);
  const length = says ?? BigInt(payload.length);
  const bytes = wide ?? (length < 126n ? 0 : length < 65536n ? 2 : 8);
  const head = Buffer.alloc(2 + bytes);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (bytes === 0 ? Number(length) : bytes === 2 ? 126 : 127);
  if (bytes === 2) head.writeUInt16BE(Number(length), 2);
  if (bytes === 8) head.writeBigUInt64BE(length, 2);
  if (!mask) return Buffer.concat([head, payload]);
  return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
}

export function closeFrame(code, reason = '') {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(CLOSE, Buffer.concat([payload, Buffer.from(reason)]));
}

// Gives whole frames of a well-behaved client to `take` ({opcode, payload, fin}).
export class FrameReader {
  constructor(take) {
    this.take = take;
    this.rest = Buffer.alloc(0);
  }

  add(bytes) {
    this.rest = Buffer.concat([this.rest, bytes]);
    for (let read; (read = this.next()); this.rest = this.rest.subarray(read.used)) this.take(read);
  }

  next() {
    const bytes = this.rest;
    if (bytes.length < 2) return null;
    const field = bytes[1] & 0x7f, wide = field === 126 ? 2 : field === 127 ? 8 : 0, masked = (bytes[1] & 0x80) !== 0;
    const start = 2 + wide + (masked ? 4 : 0);
    if (bytes.length < start) return null;
    const length = wide === 2 ? bytes.readUInt16BE(2) : wide === 8 ? Number(bytes.readBigUInt64BE(2)) : field;
    if (bytes.length < start + length) return null;
    const key = bytes.subarray(start - 4, start);
    const payload = Buffer.from(bytes.subarray(start, start + length));
    if (masked) for (let i = 0; i < length; i++) payload[i] ^= key[i % 4];
    return { opcode: bytes[0] & 15, fin: (bytes[0] & 0x80) !== 0, masked, payload, used: start + length };
  }
}
