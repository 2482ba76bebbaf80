import type { InstrumentKey } from './ids.ts';
import type { Candle, Observation, Volume } from './observation.ts';
import { DAY_MS } from './units.ts';

/** So many of the newest bars without a trade say that nobody trades. */
const SILENT_BARS = 3;

/**
 * Returns, for each instrument of which the rows say it, whether its market has emptied: no volume in the last day, or
 * none in the newest bars where no volume of the day is stated. Bars of the last day with volume contradict the former.
 */
export function emptiedMarkets(rows: readonly Observation[]): Map<InstrumentKey, boolean> {
  const days = new Map<InstrumentKey, Volume>();
  const bars = new Map<InstrumentKey, Candle[]>();
  for (const row of rows) {
    if (row.kind === 'volume' && row.windowMs === DAY_MS && isNewer(row, days.get(row.instrument)))
      days.set(row.instrument, row);
    if (row.kind !== 'candle' || (row.volumeBase ?? row.volumeUsd) === undefined) continue;
    const own = bars.get(row.instrument) ?? [];
    bars.set(row.instrument, own);
    own.push(row);
  }
  const emptied = new Map<InstrumentKey, boolean>();
  for (const instrument of new Set([...days.keys(), ...bars.keys()])) {
    const ofDay = days.get(instrument);
    const own = bars.get(instrument) ?? [];
    const isTraded = isRecentlyTraded(own);
    const isSilent = ofDay === undefined ? hasSilentEnd(own) : !hasVolume(ofDay);
    emptied.set(instrument, isSilent && !(ofDay !== undefined && isTraded));
  }
  return emptied;
}

const isNewer = (one: Volume, other: Volume | undefined): boolean =>
  other === undefined || one.atMs > other.atMs || (one.atMs === other.atMs && hasVolume(one));

const hasVolume = (row: Volume | Candle): boolean =>
  (row.volumeBase ?? 0) > 0 ||
  (row.volumeUsd ?? 0) > 0 ||
  (row.kind === 'volume' && (row.volumeContracts ?? 0) > 0);

function isRecentlyTraded(bars: readonly Candle[]): boolean {
  const newestMs = bars.reduce((most, { atMs }) => Math.max(most, atMs), Number.NEGATIVE_INFINITY);
  return bars.some((bar) => bar.atMs > newestMs - DAY_MS && hasVolume(bar));
}

function hasSilentEnd(bars: readonly Candle[]): boolean {
  const newest = bars.toSorted((a, b) => b.atMs - a.atMs).slice(0, SILENT_BARS);
  return newest.length === SILENT_BARS && !newest.some(hasVolume);
}
