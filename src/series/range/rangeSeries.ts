import { annualisedBasis, basisFraction } from '../../core/basis.ts';
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
export interface RangeSeries extends Omit<Series, 'market' | 'values'> {
  readonly market: Series['market'] | 'dated-future';
  /** As `Series` has it; `labelMs` says at what time a row stands. */
  readonly values: (part: PartColumns, labelMs: (at: number) => number) => Float64Array | undefined;
  /** Futures of one exchange are told apart by when they expire; one that does not say when has no value. */
  readonly isByExpiry?: true;
  /** Of a value that is made of what rows state: its name and unit in a table. Others have the name of their field. */
  readonly stated?: { readonly name: string; readonly unit: string };
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
/** What rows that state a price and its index say of their distance; of a row that lacks one of them nothing. */
const basisOf = ({ columns }: PartColumns): Float64Array | undefined => {
  const indices = columns['indexPriceQuote'];
  return columns['markPriceQuote']?.map((mark, at) => basisFraction(mark, indices?.[at]) ?? Number.NaN);
};
const columnOf = ({ columns }: PartColumns, name: string): Float64Array =>
  columns[name] ?? new Float64Array();

/** What a range can be asked for: every series of the catalogue, and what only a range is asked for. */
const RANGE_SERIES = {
  ...catalogue,
  'depth-usd': { ...catalogue['depth-usd'], stated: { name: 'depthUsd', unit: 'USD' } },
  /** Bars of spot pairs: beside those of perpetuals they say how the two stand. Nothing that judges the market is made of them. */
  'spot-close': { ...catalogue['last-close'], market: 'spot' },
  'spot-volume-usd': { ...catalogue['volume-usd'], market: 'spot' },
  /** Mark price / index price − 1 of a perpetual, as one answer states both: two answers are of two moments. */
  'basis-index': {
    ...{ unit: 'fraction', kind: 'ratio', label: 'start', stepMs: HOUR_MS, market: 'perpetual' },
    ...{ observation: 'mark-price', facet: 'now', fields: ['markPriceQuote', 'indexPriceQuote'] },
    values: basisOf,
    stated: { name: 'basisFraction', unit: 'fraction of the index' },
  },
  /**
   * The same of dated futures by the year, simple, 365 days, with the days from the label to the expiry (definitions.md §4);
   * nothing within two days of it. Of several futures of one exchange and expiry the one with the most values speaks.
   */
  'term-structure': {
    ...{ unit: 'fraction-per-year', kind: 'ratio', label: 'start', stepMs: HOUR_MS, market: 'dated-future' },
    ...{ observation: 'mark-price', facet: 'now', fields: ['markPriceQuote', 'indexPriceQuote'] },
    values: (part, labelMs) => {
      const expiresAtMs = expiryOf(part);
      if (expiresAtMs === undefined) return undefined;
      return basisOf(part)?.map(
        (basis, at) => annualisedBasis(basis, expiresAtMs - labelMs(at)) ?? Number.NaN,
      );
    },
    stated: { name: 'basisPerYear', unit: 'fraction per year' },
    isByExpiry: true,
  },
  /** A settlement pays for the interval before it. The yearly rate is simple (definitions.md §3), and not of a guessed interval. */
  funding: {
    ...{ unit: 'fraction', kind: 'ratio', label: 'start', stepMs: HOUR_MS, market: 'perpetual' },
    ...{ observation: 'funding-rate', facet: 'settled', fields: ['fundingRatePerInterval', 'intervalMs'] },
    stated: { name: 'fundingRatePerInterval', unit: 'fraction per interval' },
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

/** When the future of rows expires, epoch ms; undefined of other rows, and of those that were kept without it. */
function expiryOf({ shared }: Pick<PartColumns, 'shared'>): number | undefined {
  const { expiresAtMs } = shared;
  return typeof expiresAtMs === 'number' ? expiresAtMs : undefined;
}

/** What several lines of one exchange are told apart by, which are then never joined; undefined where it has one line. */
export function apartBy({ isByFeed, isByExpiry }: RangeSeries): 'feed' | 'expiry' | undefined {
  if (isByFeed === true) return 'feed';
  return isByExpiry === true ? 'expiry' : undefined;
}

/** Returns by what a stored series is told apart from others of its exchange: its endpoint, or the time of its expiry as ISO text. */
export function apartName(series: RangeSeries, shared: PartColumns['shared']): string | undefined {
  const by = apartBy(series);
  if (by === 'feed') return shared.endpoint;
  const expiresAtMs = by === 'expiry' ? expiryOf({ shared }) : undefined;
  return expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
}

export type RangeSeriesId = keyof typeof RANGE_SERIES;

export const RANGE_SERIES_IDS = Object.keys(RANGE_SERIES) as RangeSeriesId[];

/** Returns what is known of a series that a range can be asked for. */
export function rangeSeriesOf(id: RangeSeriesId): RangeSeries {
  return RANGE_SERIES[id];
}
