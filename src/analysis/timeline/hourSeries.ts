import { scaledRate } from '../../core/scaledRate.ts';
import { DAY_MS, HOUR_MS, YEAR_MS } from '../../core/units.ts';
import type { SettledFunding } from '../../series/assetSeries.ts';
import { seriesOf, type JoinedSeriesId, type SeriesId } from '../../series/catalogue.ts';
import type { ColumnsByExchange, StepColumn } from '../../series/hours.ts';
import type { MetricPart, MetricSeries } from '../metrics/kit/inputs.ts';
import { at, endOfHour, type Track } from '../noise/track.ts';

/** How far back a live history reaches: a track is shown to metrics no longer. */
const WINDOW_HOURS = 720;
/** Whom the hours of a track are of. */
export const TRACK_SOURCE = 'series';

/** The history of a track as it stood when an hour had ended, in the form that metrics read. */
export class HourSeries implements MetricSeries {
  readonly settledFunding: readonly SettledFunding[];
  readonly #track: Track;
  readonly #index: number;

  constructor(track: Track, index: number) {
    this.#track = track;
    this.#index = index;
    this.settledFunding = settledBefore(track, endOfHour(track, index));
  }

  column(id: JoinedSeriesId): ColumnsByExchange {
    const values = valuesOf(this.#track, id);
    return values === undefined ? new Map() : new Map([[TRACK_SOURCE, this.#column(id, values)]]);
  }

  parts(id: SeriesId): readonly MetricPart[] {
    const values = valuesOf(this.#track, id);
    if (values === undefined) return [];
    const instrument = `${TRACK_SOURCE}:${this.#track.asset}` as const;
    const shared = { coverage: 'unverified' };
    return [
      { exchange: TRACK_SOURCE, instrument, endpoint: 'file', shared, column: this.#column(id, values) },
    ];
  }

  /** The month that ends with the hour. What is true at the end of an hour stands at the start of the next one. */
  #column(id: SeriesId, values: Float64Array): StepColumn {
    const first = Math.max(0, this.#index + 1 - WINDOW_HOURS);
    const shift = seriesOf(id).label === 'start' ? 1 : 0;
    return {
      firstMs: this.#track.firstMs + (first + shift) * HOUR_MS,
      stepMs: HOUR_MS,
      values: values.subarray(first, this.#index + 1),
    };
  }
}

/** Amounts in dollars are made once per track. */
const derived = new WeakMap<Track, Map<SeriesId, Float64Array>>();

function valuesOf(track: Track, id: SeriesId): Float64Array | undefined {
  switch (id) {
    case 'open-interest':
      return track.openInterestBase;
    case 'last-close':
      return track.close;
    case 'volume':
      return track.volumeBase;
    case 'taker-buy':
      return track.takerBuyBase;
    case 'long-short-ratio':
      return track.longShortRatio;
    case 'long-liquidations-usd':
      return track.longLiquidatedUsd;
    case 'short-liquidations-usd':
      return track.shortLiquidatedUsd;
    case 'volume-usd':
      return once(track, id, (index) => at(track.volumeBase, index) * at(track.close, index));
    case 'taker-sell':
      return once(track, id, (index) => at(track.volumeBase, index) - at(track.takerBuyBase, index));
    default:
      return undefined;
  }
}

function once(track: Track, id: SeriesId, valueOf: (index: number) => number): Float64Array {
  const own = derived.get(track) ?? new Map<SeriesId, Float64Array>();
  derived.set(track, own);
  let values = own.get(id);
  if (values === undefined) {
    values = track.close.map((_, index) => valueOf(index));
    own.set(id, values);
  }
  return values;
}

function settledBefore({ asset, settlements }: Track, nowMs: number): SettledFunding[] {
  if (settlements === undefined) return [];
  const isNear = (atMs: number): boolean => atMs <= nowMs && atMs > nowMs - WINDOW_HOURS * HOUR_MS;
  const first = settlements.atMs.findIndex(isNear);
  if (first < 0) return [];
  const end = settlements.atMs.findLastIndex(isNear) + 1;
  const [ratePerInterval, intervalMs] = [
    settlements.ratePerInterval.subarray(first, end),
    settlements.intervalMs.subarray(first, end),
  ];
  return [
    {
      ...{ exchange: TRACK_SOURCE, instrument: `${TRACK_SOURCE}:${asset}`, ratePerInterval, intervalMs },
      atMs: settlements.atMs.subarray(first, end),
      perYear: ratePerInterval.map(
        (rate, index) => scaledRate(rate, at(intervalMs, index), YEAR_MS) ?? Number.NaN,
      ),
    },
  ];
}

/** Returns the newest settlement by a moment; undefined where none is recent enough to still be what longs pay. */
export function fundingAt(
  { settlements }: Track,
  nowMs: number,
): { rate: number; intervalMs: number } | undefined {
  const index = settlements?.atMs.findLastIndex((atMs) => atMs <= nowMs) ?? -1;
  if (settlements === undefined || index < 0) return undefined;
  const [rate, intervalMs] = [at(settlements.ratePerInterval, index), at(settlements.intervalMs, index)];
  const isCurrent = nowMs - at(settlements.atMs, index) <= Math.min(intervalMs, DAY_MS);
  return isCurrent && Number.isFinite(rate) ? { rate, intervalMs } : undefined;
}
