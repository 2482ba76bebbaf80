import type { TradedInterval } from '../analysis/metrics/sideEvidence/fills.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { ContractSize } from '../core/instrument.ts';
import type { Candle, OpenInterest } from '../core/observation.ts';
import { HOUR_MS } from '../core/units.ts';

type Bars = { readonly openInterest: readonly OpenInterest[]; readonly candles: readonly Candle[] };
type Units = ReadonlyMap<InstrumentKey, ContractSize['unit']>;

/** A bar that was read after its end: neither its volume nor its open interest is that of a part. */
const isWhole = ({ atMs, receivedAtMs }: OpenInterest | Candle): boolean => receivedAtMs >= atMs + HOUR_MS;

/**
 * Returns hourly changes of open interest beside what was traded, by endpoint of the open interest, in the unit that the
 * contracts count (another one would change with the price). Some exchanges read open interest at the start of its
 * bar and some at the end: beside a change stands the larger volume of the two hours that it may be about.
 */
export function hourlyIntervals({ openInterest, candles }: Bars, units: Units): Map<string, HourlyIntervals> {
  const volumes = new Map<string, number>();
  for (const bar of candles) {
    const volume = units.get(bar.instrument) === 'quote' ? bar.volumeUsd : bar.volumeBase;
    if (bar.barMs !== HOUR_MS || !isWhole(bar) || volume === undefined) continue;
    const key = `${bar.instrument} ${bar.atMs}`;
    volumes.set(key, Math.max(volume, volumes.get(key) ?? 0));
  }
  const found = new Map<string, { row: OpenInterest; intervals: TradedInterval[] }>();
  const sizes = new Map<string, number>();
  for (const row of openInterest) {
    const unit = units.get(row.instrument);
    const isPriced = row.usdBasis === 'mark-price';
    const size = unit === 'quote' ? (isPriced ? undefined : row.openInterestUsd) : row.openInterestBase;
    if (unit === undefined || row.barMs !== HOUR_MS || !isWhole(row) || size === undefined) continue;
    const series = `${row.endpoint} ${row.sides} ${row.instrument}`;
    sizes.set(`${series} ${row.atMs}`, size);
    const before = sizes.get(`${series} ${row.atMs - HOUR_MS}`);
    const first = volumes.get(`${row.instrument} ${row.atMs - HOUR_MS}`);
    const second = volumes.get(`${row.instrument} ${row.atMs}`);
    if (before === undefined || first === undefined || second === undefined) continue;
    const key = `${row.exchange} ${row.endpoint} ${row.sides}`;
    const own = found.get(key) ?? { row, intervals: [] };
    found.set(key, own);
    const volume = Math.max(first, second);
    own.intervals.push({ openInterestBefore: before, openInterestAfter: size, volume });
  }
  return found;
}

export interface HourlyIntervals {
  /** One of the rows, for where it comes from and how it counts. */
  readonly row: OpenInterest;
  readonly intervals: readonly TradedInterval[];
}
