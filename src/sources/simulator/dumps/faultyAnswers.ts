import type { ServerResponse } from 'node:http';
import { noSuchKey, storageError, type StorageAnswer } from './storageAnswers.ts';
import type { DumpFault } from './switches.ts';

/** Starts something later, unless the server is closed before. */
export type Later = (run: () => void, afterMs: number) => void;

/** Whether a fault leaves nothing of what would have been answered: then no file need be made. */
export const isInstead = (fault: DumpFault | undefined): boolean =>
  ['not-found', 'unavailable', 'rate-limited', 'page'].includes(fault?.kind ?? '');

/** Returns what a fault makes of an answer before it is sent. */
export function spoiled(answer: StorageAnswer, fault: DumpFault | undefined, path: string): StorageAnswer {
  const { body } = answer;
  const middle = Math.floor(body.length / 2);
  switch (fault?.kind) {
    case 'not-found':
      return noSuchKey(path);
    case 'unavailable':
      return storageError(503, 'SlowDown', 'Please reduce your request rate.', path);
    case 'rate-limited': {
      const seconds = String(fault.retryAfterSeconds ?? 2);
      return storageError(429, 'TooManyRequests', 'Too many requests.', path, { 'retry-after': seconds });
    }
    case 'cut':
      return { ...answer, body: body.subarray(0, middle) };
    case 'flipped': {
      const other = Uint8Array.from(body);
      other[middle] = (other[middle] ?? 0) ^ 0xff;
      return { ...answer, body: other };
    }
    case 'wrong-checksum': {
      const text = Buffer.from(body).toString('latin1');
      return { ...answer, body: Buffer.from(`${text.startsWith('0') ? '1' : '0'}${text.slice(1)}`) };
    }
    case 'page':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from('<html><body>Please sign in to use this network.</body></html>'),
      };
    default:
      return answer;
  }
}

/** Sends an answer as a fault has it: at once, late, piece by piece, or not to its end. */
export function sendBody(
  response: ServerResponse,
  { status, headers, body }: StorageAnswer,
  fault: DumpFault | undefined,
  later: Later,
): void {
  const send = (): void => {
    // Whoever asked has gone, or the server is closed.
    if (response.destroyed) return;
    response.writeHead(status, { ...headers, 'content-length': String(body.length) });
    if (response.req.method === 'HEAD' || status === 304) response.end();
    else if (fault?.kind === 'truncated' || fault?.kind === 'stalled') {
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
        if (fault.kind === 'truncated') response.destroy();
      });
    } else if (fault?.kind === 'drip') drip(0, fault.pieceBytes, fault.everyMs);
    else response.end(body);
  };
  const drip = (from: number, pieceBytes: number, everyMs: number): void => {
    if (response.destroyed) return;
    if (from >= body.length) return void response.end();
    response.write(body.subarray(from, from + pieceBytes));
    later(() => drip(from + pieceBytes, pieceBytes, everyMs), everyMs);
  };
  if (fault?.kind === 'late') later(send, fault.afterMs);
  else send();
}
