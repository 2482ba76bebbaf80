import { createHash } from 'node:crypto';

/** Frames of RFC 6455 as bytes. The simulator writes them itself: tests need broken ones beside them (ADR 0009). */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Returns a whole unmasked frame, as servers send them. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = first;
  if (length < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** Returns a closing frame. */
export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return encodeFrame(OPCODES.close, payload);
}

/** Returns the answer to a client's `sec-websocket-key`. */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

export interface ClientFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** No client of an exchange sends more at once. */
const MAX_CLIENT_BYTES = 1_048_576;

/** Cuts what a client sends into frames. Returns undefined for bytes that are none: the connection is then ended. */
export class FrameReader {
  #rest = Buffer.alloc(0);

  read(chunk: Buffer): ClientFrame[] | undefined {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: ClientFrame[] = [];
    for (;;) {
      const [first = 0, second = 0] = this.#rest;
      if (this.#rest.length < 2) return frames;
      const isMasked = (second & 0x80) !== 0;
      const short = second & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#rest.length < start + 4) return frames;
      const length =
        short === 126
          ? this.#rest.readUInt16BE(2)
          : short === 127
            ? Number(this.#rest.readBigUInt64BE(2))
            : short;
      if (!isMasked || (first & 0x70) !== 0 || length > MAX_CLIENT_BYTES) return undefined;
      if (this.#rest.length < start + 4 + length) return frames;
      const mask = this.#rest.subarray(start, start + 4);
      const payload = Buffer.from(this.#rest.subarray(start + 4, start + 4 + length));
      for (let index = 0; index < length; index += 1)
        payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
      frames.push({ opcode: first & 0x0f, payload });
      this.#rest = this.#rest.subarray(start + 4 + length);
    }
  }
}
