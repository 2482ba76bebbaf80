import type { TradedInterval } from '../analysis/metrics/sideEvidence/fills.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { ContractSize } from '../core/instrument.ts';
import type { OpenInterest } from '../core/observation.ts';
import { HOUR_MS } from '../core/units.ts';
import type { SeriesPart } from '../series/assetSeries.ts';
import type { SeriesId } from '../series/catalogue.ts';
import type { AssetSeries } from '../series/assetSeries.ts';

type Units = ReadonlyMap<InstrumentKey, ContractSize['unit']>;

export interface HourlyIntervals extends Pick<OpenInterest, 'exchange' | 'endpoint' | 'sides'> {
  readonly intervals: readonly TradedInterval[];
}

/**
 * Returns hourly changes of open interest beside what was traded, by endpoint of the open interest, in the unit that the
 * contracts count (another one would change with the price). Some exchanges read open interest at the start of its
 * bar and some at the end: beside a change stands the larger volume of the two hours that it may be about. Only bars that
 * were read after their end count: neither their volume nor their open interest is that of a part.
 */
export function hourlyIntervals(history: Pick<AssetSeries, 'parts'>, units: Units): HourlyIntervals[] {
  const found = new Map<string, HourlyIntervals & { intervals: TradedInterval[] }>();
  for (const unit of ['base', 'quote'] as const) {
    const volumes = volumesOf(history, unit, units);
    for (const part of sizesOf(history, unit, units)) {
      const { exchange, endpoint, instrument, shared, column } = part;
      const sides = shared['sides'] as OpenInterest['sides'];
      const volume = volumes.get(instrument);
      const key = `${exchange} ${endpoint} ${sides}`;
      for (let at = 1; at < column.values.length; at += 1) {
        const [before, after] = [wholeAt(part, at - 1), wholeAt(part, at)];
        const traded = Math.max(volume?.[at - 1] ?? Number.NaN, volume?.[at] ?? Number.NaN);
        if (Number.isNaN(before + after + traded)) continue;
        const own = found.get(key) ?? { exchange, endpoint, sides, intervals: [] };
        found.set(key, own);
        const asStated = sides === 'both' ? 2 : 1;
        own.intervals.push({
          openInterestBefore: before * asStated,
          openInterestAfter: after * asStated,
          volume: traded,
        });
      }
    }
  }
  return [...found.values()];
}

/** The contracts' own unit: coins, or dollars as the exchange counts them and not as a price converts them. */
function sizesOf(history: Pick<AssetSeries, 'parts'>, unit: 'base' | 'quote', units: Units): SeriesPart[] {
  const id = unit === 'quote' ? 'open-interest-usd' : 'open-interest';
  return history
    .parts(id)
    .filter(({ instrument, shared }) => shared['barMs'] === HOUR_MS && unitOf(units, instrument) === unit)
    .filter(({ shared }) => unit === 'base' || shared['usdBasis'] !== 'mark-price');
}

function volumesOf(
  history: Pick<AssetSeries, 'parts'>,
  unit: 'base' | 'quote',
  units: Units,
): Map<InstrumentKey, Float64Array> {
  const id: SeriesId = unit === 'quote' ? 'volume-usd-stated' : 'volume';
  const volumes = new Map<InstrumentKey, Float64Array>();
  for (const part of history.parts(id)) {
    if (unitOf(units, part.instrument) !== unit) continue;
    const before = volumes.get(part.instrument);
    const own = part.column.values.map((_, at) => {
      const [value, other] = [wholeAt(part, at), before?.[at] ?? Number.NaN];
      return Number.isNaN(value) || other > value ? other : value;
    });
    volumes.set(part.instrument, own);
  }
  return volumes;
}

/** What contracts count: dollars of quote, else coins. */
const unitOf = (units: Units, instrument: InstrumentKey): 'base' | 'quote' | undefined => {
  const unit = units.get(instrument);
  return unit === undefined ? undefined : unit === 'quote' ? 'quote' : 'base';
};

/** The value of a bar that was read after its end; NaN of another. */
function wholeAt({ column, receivedAtMs }: SeriesPart, at: number): number {
  const endMs = column.firstMs + (at + 1) * HOUR_MS;
  return (receivedAtMs[at] ?? Number.NaN) >= endMs ? (column.values[at] ?? Number.NaN) : Number.NaN;
}
