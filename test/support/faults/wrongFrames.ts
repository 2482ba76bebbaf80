import type { Duplex } from 'node:stream';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { closeFrame, encodeFrame, OPCODES } from '../../../src/sources/simulator/socketFrames.ts';

const BOMB_BYTES = 64 * 1_048_576;
/** Bits of a frame's first byte: the last of its message; of a message of permessage-deflate. */
const [LAST_BIT, COMPRESSED_BIT] = [0x80, 0x40];

/** A frame that says that it is compressed. */
function compressed(payload: Buffer): Buffer {
  const frame = encodeFrame(OPCODES.text, payload);
  frame[0] = (frame[0] ?? 0) | COMPRESSED_BIT;
  return frame;
}

/** A frame after which more of its message comes. */
function fragment(opcode: number, payload: Buffer): Buffer {
  const frame = encodeFrame(opcode, payload);
  frame[0] = (frame[0] ?? 0) & ~LAST_BIT;
  return frame;
}

/** The beginning of a frame that states a terabyte. */
function terabyte(payload: Buffer): Buffer {
  const header = Buffer.from([LAST_BIT | OPCODES.text, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(2n ** 40n, 2);
  return Buffer.concat([header, payload]);
}

/** Returns a small message that unpacks to 64 MB, as the stream packs its messages. */
export function bombFrame(packing: 'gzip' | undefined): Buffer {
  const blanks = Buffer.alloc(BOMB_BYTES, 0x20);
  if (packing === 'gzip') return encodeFrame(OPCODES.binary, gzipSync(blanks));
  return compressed(deflateRawSync(blanks));
}

/** Returns a message that says that it is compressed and is not. */
export function badDeflateFrame(packing: 'gzip' | undefined): Buffer {
  const noise = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 151 + 7) % 256));
  if (packing === 'gzip') return encodeFrame(OPCODES.binary, noise);
  return compressed(noise);
}

/** Texts that come where messages should. */
export const GARBAGE: readonly string[] = [
  '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>',
  '{"data":[{"p":"1',
  'null',
  '[]',
  '"',
  '{"__proto__":{"polluted":true},"constructor":null}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  '1e999',
];

/** Sends a frame that never ends, until the connection does. */
export function sendEndlessFrame(socket: Duplex, form: 'length' | 'fragments'): void {
  const chunk = Buffer.alloc(64 * 1_024, 0x20);
  let isFirst = true;
  const next = (): Buffer => {
    const opcode = isFirst ? OPCODES.text : OPCODES.continuation;
    const frame = form === 'fragments' ? fragment(opcode, chunk) : isFirst ? terabyte(chunk) : chunk;
    isFirst = false;
    return frame;
  };
  const more = (): void => {
    if (socket.destroyed) return;
    if (socket.write(next())) setImmediate(more);
    else socket.once('drain', more);
  };
  more();
}

/** Ends a connection with a close code; 1006 is never sent, it stands for an end without a word. */
export function endWith(socket: Duplex, code: number, reason = ''): void {
  if (code === 1_006) return void socket.destroy();
  socket.end(closeFrame(code, reason));
}
