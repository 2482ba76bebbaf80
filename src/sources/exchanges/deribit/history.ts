import type { Chunk } from '../../../core/chunk.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { namedBar, reportUnknownBar, spacingOf, type BarUnits } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { isRecord } from '../kit/field.ts';
import { anything, decimal, epochMs, nonNegative, optional, positive, text } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { pathOf } from '../kit/place.ts';
import { arrayReader, readWhole, rowReader } from '../kit/rowReader.ts';
import {
  at,
  byInstrument,
  eachFuture,
  isQuotedInDollars,
  oneFuture,
  resultOf,
  type Place,
} from './shared.ts';

/** Rows name no instrument: where the request does not either, one issue says so for all of them. */
function isUnnamed(path: string, first: unknown, context: MapContext): boolean {
  const isNamed = context.params['instrument_name'] !== undefined;
  if (isNamed || (isRecord(first) && 'instrument_name' in first)) return false;
  const message = 'neither the payload nor the request names the instrument';
  context.report({ code: 'unknown-instrument', path, message });
  return true;
}

const SETTLED = rowReader({ instrument_name: optional(text), timestamp: epochMs, interest_1h: decimal });
const HOURLY = { intervalMs: HOUR_MS, intervalBasis: 'payload' } as const;

export const fundingHistory = definePoll({
  id: 'deribit/funding-history',
  ...at('get_funding_rate_history'),
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  // 30 days are 720 rows; one answer holds 744 at most.
  request: byInstrument('get_funding_rate_history', (nowMs) => ({
    start_timestamp: String(nowMs - 30 * DAY_MS),
    end_timestamp: String(nowMs),
  })),
  schema: anything,
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const list = readWhole(value, rows, path, context) ?? [];
    if (isUnnamed(path, list[0], context)) return [];
    // What the hour up to the row's time has cost; `interest_8h` counts seven earlier rows again.
    const settled = { kind: 'funding-rate', phase: 'settled', ...HOURLY } as const;
    const out = columnsOf(context, settled, ['fundingRatePerInterval', 'settlesAtMs'], list.length);
    eachFuture(context, list, { path }, SETTLED, ({ timestamp, interest_1h: rate }, who) =>
      out.of(who).push(timestamp, rate, timestamp),
    );
    return out.chunks();
  },
});

/** `resolution` counts minutes; `1D` is a day. */
const RESOLUTIONS: BarUnits = { '': MINUTE_MS, D: DAY_MS };
export const resolutionMs = (resolution: string | undefined): number | undefined =>
  namedBar(resolution, RESOLUTIONS);

const amount = optional(nonNegative);
const COLUMNS = {
  open: positive,
  high: positive,
  low: positive,
  close: positive,
  volume: amount,
  cost: amount,
};
const NAMES = Object.keys(COLUMNS);
const BAR = arrayReader({ ticks: epochMs, ...COLUMNS, instrument_name: optional(text) });

/** What takes bars; `volume` is in coins and `cost` in the quote currency whatever the margin. */
const barColumns = (context: MapContext, barMs: number, rowCount?: number) =>
  columnsOf(
    context,
    { kind: 'candle', priceType: 'last', barMs },
    ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'],
    rowCount,
  );

/** The one bar of a push. */
export function barOf(raw: unknown, context: MapContext, place: Place, barMs: number): Chunk[] {
  const out = barColumns(context, barMs, 1);
  oneFuture(context, raw, place, BAR, (row, who) => {
    const usd = isQuotedInDollars(who) ? row.cost : undefined;
    out.of(who).push(row.ticks, row.open, row.high, row.low, row.close, row.volume, usd);
  });
  return out.chunks();
}

const CHART = object({ ticks: rows });

export const candles = definePoll({
  id: 'deribit/candles',
  ...at('get_tradingview_chart_data'),
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byInstrument('get_tradingview_chart_data', (nowMs) => ({
    start_timestamp: String(nowMs - 500 * HOUR_MS),
    end_timestamp: String(nowMs),
    resolution: '60',
  })),
  schema: anything,
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const chart = readWhole(value, CHART, path, context);
    if (chart === undefined || !isRecord(value)) return [];
    const { ticks } = chart;
    const barMs =
      resolutionMs(context.params['resolution']) ??
      spacingOf(
        ticks.map((tick) => [tick]),
        0,
      );
    if (barMs === undefined) {
      if (ticks.length > 0) reportUnknownBar(context, pathOf(path, 'ticks'));
      return [];
    }
    // One list per column: of another length than the times they cannot be told apart.
    const columns = NAMES.map((name) => {
      const column = value[name];
      if (column === undefined || column === null) return undefined;
      if (Array.isArray(column) && column.length === ticks.length) return column as unknown[];
      const message = 'not a list of as many values as there are times';
      context.report({ code: 'decode', path: pathOf(path, name), message });
      return undefined;
    });
    if (isUnnamed(path, undefined, context)) return [];
    if (columns.slice(0, 4).includes(undefined)) {
      const message = 'the bars lack one of their four prices';
      context.report({ code: 'decode', path, message });
      return [];
    }
    const out = barColumns(context, barMs, ticks.length);
    const list = ticks.map((tick, index) => {
      const row = [tick];
      for (const column of columns) row.push(column?.[index]);
      return row;
    });
    eachFuture(context, list, { path: pathOf(path, 'bars') }, BAR, (row, who) => {
      const usd = isQuotedInDollars(who) ? row.cost : undefined;
      out.of(who).push(row.ticks, row.open, row.high, row.low, row.close, row.volume, usd);
    });
    return out.chunks();
  },
});
