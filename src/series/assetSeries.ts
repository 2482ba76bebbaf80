import type { Beside } from '../core/beside.ts';
import type { Asset, ExchangeId, InstrumentKey } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import type { StoredColumns } from '../store/historyStore.ts';
import type { JoinedSeriesId, SeriesId } from './catalogue.ts';
import type { ColumnsByExchange } from './hours.ts';
import type { ValuedPart } from './join.ts';

/** One stored series of an instrument, with what its rows share. */
export interface SeriesPart extends ValuedPart {
  readonly shared: StoredColumns['shared'];
  /** When each value was received; NaN where there is none. */
  readonly receivedAtMs: Float64Array;
}

/** Settlements of an instrument, ascending. A settlement pays for the interval before it. */
export interface SettledFunding {
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly atMs: Float64Array;
  readonly ratePerInterval: Float64Array;
  readonly intervalMs: Float64Array;
  /** Simple yearly rates as fractions; NaN where the interval is only the exchange's default. */
  readonly perYear: Float64Array;
}

/** Readings of an instrument around the moments that changes look back to, ascending. */
export interface ReadingPoints {
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly shared: StoredColumns['shared'];
  readonly atMs: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** What is known today and was not when rows were stored. */
export interface KnownToday {
  /** The levels of current readings: stored rows that they contradict are left out. */
  readonly beside?: Beside;
  /** How an exchange counts open interest, for rows of which that was not known. */
  readonly sidesOf?: (exchange: ExchangeId) => OpenInterest['sides'] | undefined;
}

/**
 * An asset's history as far as it may be counted at `nowMs`: rows dated ahead, bars cut off while they ran, instruments
 * that are no perpetual and what neighbours or known levels contradict are left out. All columns of a step share a grid
 * that reaches from 30 days ago (by the day: from the first) to the step that a reading of now belongs to. Values of
 * steps that run are there for what is of the start of a step only. The arrays must not be written to.
 */
export interface AssetSeries {
  readonly asset: Asset;
  readonly nowMs: number;
  /** One column per exchange, ascending by exchange; exchanges without a value are left out. */
  column(id: JoinedSeriesId): ColumnsByExchange;
  /** What the columns are joined from: by instrument, endpoint and what the rows share. */
  parts(id: SeriesId): readonly SeriesPart[];
  readonly settledFunding: readonly SettledFunding[];
  /** Mark and last prices, and running rates, as read about an hour ago; open interest as read about an hour, a day and a week ago. */
  readonly readings: {
    readonly prices: readonly ReadingPoints[];
    readonly runningFunding: readonly ReadingPoints[];
    readonly openInterest: readonly ReadingPoints[];
  };
  /** How the newest row of each exchange's open interest counts sides. */
  sidesOf(exchange: ExchangeId): OpenInterest['sides'] | undefined;
  /** Until when the newest row of an exchange tells; undefined where it has none. */
  toldUntilMs(exchange: ExchangeId): number | undefined;
  /** How many stored rows, or fields of rows, were left out because neighbours or current levels contradict them. */
  readonly apart: number;
  /** The same history without the exchanges that are not wanted. */
  only(isWanted: (exchange: ExchangeId) => boolean): AssetSeries;
}
