import assert from 'node:assert/strict';
import type { Chunk } from '../../src/core/chunk.ts';
import { instrumentKey } from '../../src/core/ids.ts';
import type { Instrument } from '../../src/core/instrument.ts';
import { bytesSource } from '../../src/sources/dumps/byteSource.ts';
import { DUMP_LIMITS } from '../../src/sources/dumps/limits.ts';
import { readDump, type DumpOptions, type DumpRead } from '../../src/sources/dumps/readDump.ts';
import type { Listing } from '../../src/sources/simulator/wire/shared.ts';
import { FETCHED_MS, formatOf } from './dumpFiles.ts';

/** Returns the id of the format that the files of a path have. */
export function formatAt(path: string): string {
  const [, market, kind] = /^\/data\/(?:futures\/)?(um|cm|spot)\/\w+\/(\w+)\//.exec(path) ?? [];
  // Spot files have the columns of those of USD-M.
  if (market !== undefined) return `binance/${market === 'spot' ? 'um' : market}-${kind}`;
  if (path.startsWith('/cdn/okex'))
    return path.includes('/swaprates/') ? 'okx/fundingrates' : 'okx/candlesticks';
  return `gate/${path.split('/')[2] ?? ''}`;
}

/** Reads the bytes of a path with the product's own reader. */
export function readServed(
  path: string,
  bytes: Uint8Array,
  options: Partial<DumpOptions> = {},
): Promise<DumpRead> {
  const fileName = path.replace(/^.*\//, '');
  const source = bytesSource(fileName, bytes, DUMP_LIMITS);
  return readDump(source, formatOf(formatAt(path)), { receivedAtMs: FETCHED_MS, ...options });
}

/** Returns the one chunk of a kind. */
export function chunkOf(chunks: readonly Chunk[], kind: string, population?: string): Chunk {
  const found = chunks.filter(({ shared }) => shared.kind === kind && shared['population'] === population);
  assert.equal(found.length, 1, `${found.length} chunks of ${kind}`);
  return found[0]!;
}

/** Returns the columns of a row as an object; NaN where a number is absent. */
export const rowOf = ({ columns }: Chunk, index: number): Record<string, number | undefined> =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[index]]));

/** A perpetual as the list of its exchange would state it. */
export function instrumentOf({ exchange, asset, variant, venueSymbol, contractSize }: Listing): Instrument {
  const isInverse = variant === 'inverse';
  const quote = isInverse ? 'USD' : 'USDT';
  return {
    key: instrumentKey(exchange, venueSymbol),
    exchange,
    venueSymbol,
    baseAsset: asset,
    quoteAsset: quote,
    settleAsset: isInverse ? asset : quote,
    kind: 'perpetual',
    margin: isInverse ? 'inverse' : 'linear',
    contractSize: { amount: contractSize, unit: isInverse ? 'quote' : 'base' },
    status: 'trading',
  };
}
