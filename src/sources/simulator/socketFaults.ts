import type { Duplex } from 'node:stream';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { closeFrame, encodeFrame, OPCODES } from './socketFrames.ts';

/** What a simulated stream can do wrong, by name. */
export const SOCKET_FAULT_NAMES = [
  'ws-ack-only', // subscriptions are acknowledged, no data follows
  'ws-silent', // half-open: nothing is sent, not even an end; `pongs` answers pings of the protocol
  'ws-pong-only', // pings are answered, nothing else is
  'ws-reset-mid-frame', // the connection is reset in the middle of a frame
  'ws-close', // closed with `code`; 1006 is an end without a closing frame
  'ws-shutdown-notice', // the exchange's own notice, and the end `afterMs` later
  'ws-expire', // closed after `lifeMs` of the exchange's time
  'ws-duplicate', // every push comes three times
  'ws-out-of-order', // pushes come up to 55 s late, so in another order
  'ws-id-gap', // every tenth push is lost
  'ws-replay', // a subscription is answered with the last 30 s again
  'ws-refuse-upgrade', // `status` in place of an upgrade
  'ws-slow-upgrade', // the upgrade is answered after `afterMs`
  'ws-endless-frame', // a frame that never ends, by its stated length or in `fragments`
  'ws-deflate-bomb', // 64 MB of blanks in 64 KB
  'ws-bad-deflate', // a compressed frame that is none
  'ws-garbage', // texts that are no message of the exchange
  'ws-flood', // `perSecond` messages
] as const;
export type SocketFaultName = (typeof SOCKET_FAULT_NAMES)[number];

export interface SocketFault {
  readonly name: SocketFaultName;
  /** Only sockets whose path contains this go wrong. */
  readonly path?: string;
  /** So many connections (or pushes, or ends) go wrong, then all is well again. */
  readonly times?: number;
  readonly code?: number;
  readonly status?: number;
  /** Header of a refused upgrade: seconds or an HTTP date. */
  readonly retryAfter?: string | null;
  readonly afterMs?: number;
  readonly lifeMs?: number;
  readonly perSecond?: number;
  readonly pongs?: boolean;
  readonly form?: 'length' | 'fragments';
}

/** Returns whether a name is one of a stream's faults. */
export function isSocketFault(name: string): name is SocketFaultName {
  return (SOCKET_FAULT_NAMES as readonly string[]).includes(name);
}

const BOMB_BYTES = 64 * 1_048_576;

/** Returns a small message that unpacks to 64 MB, as the stream packs its messages. */
export function bombFrame(packing: 'gzip' | undefined): Buffer {
  const blanks = Buffer.alloc(BOMB_BYTES, 0x20);
  if (packing === 'gzip') return encodeFrame(OPCODES.binary, gzipSync(blanks));
  return encodeFrame(OPCODES.text, deflateRawSync(blanks), { isCompressed: true });
}

/** Returns a message that says that it is compressed and is not. */
export function badDeflateFrame(packing: 'gzip' | undefined): Buffer {
  const noise = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 151 + 7) % 256));
  if (packing === 'gzip') return encodeFrame(OPCODES.binary, noise);
  return encodeFrame(OPCODES.text, noise, { isCompressed: true });
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

/** Sends a frame that never ends. Returns what stops it. */
export function sendEndlessFrame(socket: Duplex, form: 'length' | 'fragments'): () => void {
  const chunk = Buffer.alloc(64 * 1_024, 0x20);
  let isFirst = true;
  let isStopped = false;
  const next = (): Buffer => {
    const opcode = isFirst ? OPCODES.text : OPCODES.continuation;
    const options = form === 'length' ? { statedLength: 2 ** 40 } : { isLast: false };
    const frame = form === 'length' && !isFirst ? chunk : encodeFrame(opcode, chunk, options);
    isFirst = false;
    return frame;
  };
  const more = (): void => {
    if (isStopped || socket.destroyed) return;
    if (socket.write(next())) setImmediate(more);
    else socket.once('drain', more);
  };
  more();
  return () => {
    isStopped = true;
  };
}

/** Ends a connection with a close code; 1006 is never sent, it stands for an end without a word. */
export function endWith(socket: Duplex, code: number, reason = ''): void {
  if (code === 1_006) return void socket.destroy();
  socket.end(closeFrame(code, reason));
}
