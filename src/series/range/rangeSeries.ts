import { scaledRate } from '../../core/scaledRate.ts';
import { HOUR_MS, YEAR_MS } from '../../core/units.ts';
import { catalogue, type PartColumns, type Series } from '../catalogue.ts';

/** A further number of the rows that a value is of, in a column of its own. */
export interface BesideColumn {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
}

/** A series as a range states it. */
export interface RangeSeries extends Series {
  /**
   * Its values stand at some steps alone, each with these numbers of its own row; a step without one is no row. It can be asked for
   * by its own step alone.
   */
  readonly beside?: {
    readonly columns: readonly BesideColumn[];
    /** One array a column; NaN where a row does not state one. */
    readonly values: (part: PartColumns) => readonly Float64Array[];
    /** How far behind others rows of an endpoint stand, 0 or 1: of one time only the foremost counts. */
    readonly behind: (part: PartColumns) => number;
    /** Which of the columns says how long before its label a value begins to hold, in ms. */
    readonly spanColumn: number;
  };
}

const isDefault = ({ shared }: PartColumns): boolean => shared['intervalBasis'] === 'venue-default';
const columnOf = ({ columns }: PartColumns, name: string): Float64Array =>
  columns[name] ?? new Float64Array();

/** What a range can be asked for: every series of the catalogue, and what only a range is asked for. */
const RANGE_SERIES = {
  ...catalogue,
  /** Bars of spot pairs: beside those of perpetuals they say how the two stand. Nothing that judges the market is made of them. */
  'spot-close': { ...catalogue['last-close'], market: 'spot' },
  'spot-volume-usd': { ...catalogue['volume-usd'], market: 'spot' },
  /** A settlement pays for the interval before it. The yearly rate is simple (definitions.md §3), and not of a guessed interval. */
  funding: {
    ...{ unit: 'fraction', kind: 'ratio', label: 'start', stepMs: HOUR_MS, market: 'perpetual' },
    ...{ observation: 'funding-rate', facet: 'settled', fields: ['fundingRatePerInterval', 'intervalMs'] },
    values: (part) => columnOf(part, 'fundingRatePerInterval'),
    beside: {
      columns: [
        {
          name: 'intervalMs',
          unit: 'ms',
          meaning: 'the interval before the settlement, which the rate is of',
        },
        {
          name: 'fundingRatePerYear',
          unit: 'fraction per year',
          meaning:
            'simple: rate × 365 days / interval; absent where the interval is only the default of the exchange',
        },
      ],
      values: (part) => {
        const [rates, intervals] = [columnOf(part, 'fundingRatePerInterval'), columnOf(part, 'intervalMs')];
        const yearly = (rate: number, at: number): number =>
          scaledRate(rate, isDefault(part) ? Number.NaN : (intervals[at] ?? Number.NaN), YEAR_MS) ??
          Number.NaN;
        return [intervals, rates.map(yearly)];
      },
      behind: (part) => Number(isDefault(part)),
      spanColumn: 0,
    },
  },
} satisfies Readonly<Record<string, RangeSeries>>;

export type RangeSeriesId = keyof typeof RANGE_SERIES;

export const RANGE_SERIES_IDS = Object.keys(RANGE_SERIES) as RangeSeriesId[];

/** Returns what is known of a series that a range can be asked for. */
export function rangeSeriesOf(id: RangeSeriesId): RangeSeries {
  return RANGE_SERIES[id];
}
