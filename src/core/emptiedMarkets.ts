import { allRows, isChunk, type Chunk } from './chunk.ts';
import type { InstrumentKey } from './ids.ts';
import type { Candle, Volume } from './observation.ts';
import type { Part } from './places.ts';
import { DAY_MS } from './units.ts';

/** So many of the newest bars without a trade say that nobody trades. */
const SILENT_BARS = 3;

/** A bar that states its volume. */
interface StatedBar {
  readonly atMs: number;
  readonly hasVolume: boolean;
}

/**
 * Returns, for each instrument of which the rows say it, whether its market has emptied: no volume in the last day, or
 * none in the newest bars where no volume of the day is stated. Bars of the last day with volume contradict the former.
 */
export function emptiedMarkets(rows: readonly Part[]): Map<InstrumentKey, boolean> {
  const days = new Map<InstrumentKey, Volume>();
  const bars = new Map<InstrumentKey, StatedBar[]>();
  const barsOf = (instrument: InstrumentKey): StatedBar[] => {
    const own = bars.get(instrument) ?? [];
    bars.set(instrument, own);
    return own;
  };
  for (const part of rows) {
    if (isChunk(part) && part.shared.kind === 'candle') {
      const newest = newestBars(part);
      if (newest.length > 0) barsOf(part.shared.instrument).push(...newest);
      continue;
    }
    if (isChunk(part) && part.shared.kind !== 'volume') continue;
    for (const row of isChunk(part) ? allRows([part]) : [part]) {
      if (row.kind === 'volume' && row.windowMs === DAY_MS && isNewer(row, days.get(row.instrument)))
        days.set(row.instrument, row);
      if (row.kind === 'candle' && (row.volumeBase ?? row.volumeUsd) !== undefined)
        barsOf(row.instrument).push({ atMs: row.atMs, hasVolume: hasVolume(row) });
    }
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

/** Of the bars of a chunk that state their volume the last day, and as many as tell of silence. */
function newestBars({ atMs, columns: { volumeBase, volumeUsd } }: Chunk): StatedBar[] {
  const bars: StatedBar[] = [];
  for (let at = atMs.length - 1; at >= 0; at -= 1) {
    const [base, usd] = [volumeBase?.[at] ?? Number.NaN, volumeUsd?.[at] ?? Number.NaN];
    if (Number.isNaN(base) && Number.isNaN(usd)) continue;
    const own = atMs[at] ?? 0;
    if (bars.length >= SILENT_BARS && own <= (bars[0]?.atMs ?? 0) - DAY_MS) break;
    bars.push({ atMs: own, hasVolume: base > 0 || usd > 0 });
  }
  return bars;
}

function isRecentlyTraded(bars: readonly StatedBar[]): boolean {
  const newestMs = bars.reduce((most, { atMs }) => Math.max(most, atMs), Number.NEGATIVE_INFINITY);
  return bars.some((bar) => bar.atMs > newestMs - DAY_MS && bar.hasVolume);
}

function hasSilentEnd(bars: readonly StatedBar[]): boolean {
  const newest = bars.toSorted((a, b) => b.atMs - a.atMs).slice(0, SILENT_BARS);
  return newest.length === SILENT_BARS && !newest.some((bar) => bar.hasVolume);
}
