import { allRows, isChunk, type Rows } from '../../core/chunk.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { OpenInterest } from '../../core/observation.ts';
import type { SideStatement } from '../exchanges/mapContext.ts';

/**
 * The open interest of all instruments of one answer, also of those that nobody follows: how it counts sides shows in the
 * many, not in the few. `lot` is the smallest step of the size beside it, in the same unit (coins or dollars).
 */
export interface OpenInterestAnswer {
  readonly endpoint: string;
  /** How the adapter says that it counts. */
  readonly sides: OpenInterest['sides'];
  readonly receivedAtMs: number;
  readonly sizes: readonly { readonly size: number; readonly lot: number }[];
}

/** A statement with where it was read. */
export interface ReceivedStatement extends SideStatement {
  readonly endpoint: string;
  readonly receivedAtMs: number;
}

/** An exchange lists a few hundred perpetuals and some thousand options. */
const MOST_SIZES = 4_000;

/** Returns one answer's current open interest with lots; undefined where it is about fewer than two instruments. */
export function openInterestAnswer(
  rows: Rows,
  instruments: ReadonlyMap<string, Instrument>,
): OpenInterestAnswer | undefined {
  const readings = rows.flatMap((part) => {
    const one = isChunk(part) ? part.shared : part;
    const isReading = one.kind === 'open-interest' && !('barMs' in one);
    return isReading ? (allRows([part]) as OpenInterest[]) : [];
  });
  const [first] = readings;
  if (first === undefined) return undefined;
  const sizes = readings.flatMap((row) => {
    const lot = instruments.get(row.instrument)?.lotSize;
    const size = lot?.unit === 'quote' ? row.openInterestUsd : row.openInterestBase;
    return row.sides !== first.sides || lot === undefined || size === undefined
      ? []
      : [{ size, lot: lot.amount }];
  });
  if (sizes.length < 2) return undefined;
  const { endpoint, sides, receivedAtMs } = first;
  return { endpoint, sides, receivedAtMs, sizes: sizes.slice(0, MOST_SIZES) };
}
