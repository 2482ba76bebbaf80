import type { Observation, ObservationOf, Provenance } from '../../../src/core/observation.ts';
import { DAY_MS } from '../../../src/core/units.ts';
import { annualisedRate } from '../../../src/analysis/metrics/funding.ts';
import type { MetricSeries } from '../../../src/analysis/metrics/kit/inputs.ts';
import type { SeriesPart } from '../../../src/series/assetSeries.ts';
import { seriesOf, type SeriesId } from '../../../src/series/catalogue.ts';
import { labelOfReading, stepOf } from '../../../src/series/hours.ts';
import { joinParts } from '../../../src/series/join.ts';
import { columnsOfRows } from '../../../src/store/columnsOfRows.ts';

/** The stored rows of one asset, as worked examples state them. */
export interface HistoryRows {
  /** Hourly rows; for instruments whose exchange keeps no history, readings. */
  readonly openInterest: readonly ObservationOf<'open-interest'>[];
  readonly openInterestDaily: readonly ObservationOf<'open-interest'>[];
  readonly candles: readonly ObservationOf<'candle'>[];
  readonly takerVolume: readonly ObservationOf<'taker-volume'>[];
  readonly spotTakerVolume: readonly ObservationOf<'taker-volume'>[];
  readonly settledFunding: readonly ObservationOf<'funding-rate'>[];
  readonly liquidationVolume: readonly ObservationOf<'liquidation-volume'>[];
  readonly longShort: readonly ObservationOf<'long-short-ratio'>[];
  readonly depth: readonly ObservationOf<'depth'>[];
}

/** Rows as series, in the plainest way. */
export function rowSeries(rows: HistoryRows, nowMs: number): MetricSeries {
  const parts = (id: SeriesId): SeriesPart[] => partsOf(id, rowsOf(id, rows), nowMs);
  return {
    column: (id) => joinParts(parts(id), seriesOf(id).kind),
    parts,
    settledFunding: [...Map.groupBy(rows.settledFunding, ({ instrument }) => instrument)].map(
      ([instrument, own]) => ({
        exchange: own[0]?.exchange ?? '',
        instrument,
        atMs: Float64Array.from(own, ({ atMs }) => atMs),
        ratePerInterval: Float64Array.from(own, (row) => row.fundingRatePerInterval),
        intervalMs: Float64Array.from(own, (row) => row.intervalMs),
        perYear: Float64Array.from(own, (row) => annualisedRate(row) ?? Number.NaN),
      }),
    ),
  };
}

function rowsOf(id: SeriesId, rows: HistoryRows): readonly Observation[] {
  const { observation, market } = seriesOf(id);
  switch (observation) {
    case 'open-interest':
      return id === 'open-interest-daily' ? rows.openInterestDaily : rows.openInterest;
    case 'candle':
      return id.startsWith('mark') ? [] : rows.candles;
    case 'taker-volume':
      return market === 'spot' ? rows.spotTakerVolume : rows.takerVolume;
    case 'long-short-ratio':
      return rows.longShort;
    case 'depth':
      return rows.depth;
    case 'liquidation-volume':
      return rows.liquidationVolume;
    default:
      return [];
  }
}

function partsOf(id: SeriesId, rows: readonly Observation[], nowMs: number): SeriesPart[] {
  const series = seriesOf(id);
  const { stepMs, label } = series;
  const isDaily = stepMs === DAY_MS;
  const labelOf = (row: { atMs: number; barMs?: number }): number =>
    row.barMs === undefined
      ? labelOfReading(row.atMs, stepMs)
      : isDaily
        ? row.atMs
        : stepOf(row.atMs, stepMs);
  return columnsOfRows(
    [...rows].sort((a, b) => a.atMs - b.atMs),
    series.fields,
    undefined,
  ).map(({ shared, atMs, receivedAtMs, columns }) => {
    const barMs = shared['barMs'] as number | undefined;
    // Days begin at an hour of the exchange's own.
    const first = isDaily ? (atMs[0] ?? nowMs) : stepOf(nowMs - 30 * DAY_MS, stepMs);
    const steps = Math.floor((nowMs + stepMs / 2 - first) / stepMs) + 1;
    const empty = () => new Float64Array(Math.max(0, steps)).fill(Number.NaN);
    const [values, received, away] = [empty(), empty(), empty().fill(Infinity)];
    for (const [index, own] of atMs.entries()) {
      const at = labelOf({ atMs: own, ...(barMs === undefined ? {} : { barMs }) });
      const place = (at - first) / stepMs;
      const awayMs = barMs === undefined ? Math.abs(own - at) : 0;
      const value = series.value({ shared, columns }, index);
      const isRunning = label === 'end' && at + stepMs > nowMs;
      if (isRunning || !Number.isInteger(place) || place < 0 || place >= steps) continue;
      if (Number.isNaN(value) || awayMs > (away[place] ?? 0)) continue;
      values[place] = value;
      received[place] = receivedAtMs[index] ?? Number.NaN;
      away[place] = awayMs;
    }
    const { exchange, instrument, endpoint } = shared as SeriesPart['shared'] & Provenance;
    return {
      ...{ exchange, instrument, endpoint, shared, receivedAtMs: received },
      column: { firstMs: first, stepMs, values },
      ...(barMs === undefined ? { awayMs: away } : {}),
    };
  });
}
