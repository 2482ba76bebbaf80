import type { ServerResponse } from 'node:http';
import * as zlib from 'node:zlib';
import {
  SIMULATED_HEADER,
  type Listing,
  type WireRequest,
} from '../../../src/sources/simulator/wire/shared.ts';

export const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudfront</body></html>';
const BOMB_BYTES = 64 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, 0x20);

/** Returns a copy of a JSON value with null in place of every text, number and boolean. */
export function withNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNulls);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNulls(inner)]));
}

/** Returns the request with every contract it names replaced by another one of the same kind. */
export function aboutAnother(request: WireRequest, listings: readonly Listing[]): WireRequest {
  const another = (value: string): string => {
    const named = listings.find((listing) => listing.venueSymbol === value);
    const other = listings.find((listing) => listing.variant === named?.variant && listing !== named);
    return named === undefined || other === undefined ? value : other.venueSymbol;
  };
  const within = (value: unknown): unknown => {
    if (typeof value === 'string') return another(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)]));
  };
  return {
    ...request,
    path: request.path.split('/').map(another).join('/'),
    query: Object.fromEntries(Object.entries(request.query).map(([key, value]) => [key, another(value)])),
    body: within(request.body),
  };
}

/** Sends a text byte by byte, until the connection ends. */
export function drip(response: ServerResponse, body: string, everyMs: number): void {
  const bytes = Buffer.from(body);
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

/** Sends headers that never end, byte by byte, past node's own header writing. */
export function dripHeaders(response: ServerResponse, everyMs: number): void {
  const { socket } = response;
  socket?.write(`HTTP/1.1 200 OK\r\n${SIMULATED_HEADER}: 1\r\nx-more: `);
  const timer = setInterval(() => socket?.write('a'), everyMs);
  socket?.on('close', () => clearInterval(timer));
}

/** Sends an array that never ends, as fast as it is read. */
export function sendEndless(response: ServerResponse): void {
  response.write('[');
  const more = (): void => {
    if (response.destroyed || response.closed) return;
    if (response.write(CHUNK)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}

const PACKERS = {
  gzip: () => zlib.createGzip(),
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  // Younger than the oldest Node that runs the simulator: there the bomb is duller.
  zstd: () => (process.versions['zstd'] === undefined ? zlib.createGzip() : zlib.createZstdCompress()),
};
export type Packing = keyof typeof PACKERS;

/** Sends a small packed body that unpacks to `BOMB_BYTES`. */
export function sendBomb(response: ServerResponse, packing: Packing): void {
  const packer = PACKERS[packing]();
  let left = BOMB_BYTES;
  const feed = (): void => {
    if (response.destroyed) return void packer.destroy();
    while (left > 0) {
      left -= CHUNK.length;
      if (!packer.write(CHUNK)) return void packer.once('drain', feed);
    }
    packer.end();
  };
  response.on('close', () => packer.destroy());
  // A client that hangs up at the limit is what the bomb is for.
  packer.on('error', () => undefined);
  packer.pipe(response);
  feed();
}
