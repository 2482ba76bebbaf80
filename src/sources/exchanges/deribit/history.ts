import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import {
  decimal, decodeRow, epochMs, isRecord, nonNegative, optional, positive, readDecimal, rows, text,
} from '../decode.ts'; // prettier-ignore
import { observe, smallestSpacing } from '../mapping.ts';
import {
  byInstrument, CREDITS, DOCS, isQuotedInDollars, mapFuture, mapFutures, PUBLIC, resultOf, type Place,
} from './shared.ts'; // prettier-ignore

/** Rows name no instrument: where the request does not either, one issue says so for all of them. */
function isUnnamed({ path, requested }: Place, first: unknown, context: MapContext): boolean {
  if (requested !== undefined || (isRecord(first) && 'instrument_name' in first)) return false;
  const message = 'neither the payload nor the request names the instrument';
  context.report({ code: 'unknown-instrument', path, message });
  return true;
}

const FUNDING_ROW = z.object({ instrument_name: optional(text), timestamp: epochMs, interest_1h: decimal });

export const fundingHistory = definePoll({
  id: 'deribit/funding-history',
  method: 'GET',
  path: `${PUBLIC}/get_funding_rate_history`,
  docsUrl: `${DOCS}/#public-get_funding_rate_history`,
  weight: CREDITS,
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  // 30 days are 720 rows; one answer holds 744 at most.
  request: byInstrument('get_funding_rate_history', (nowMs) => ({
    start_timestamp: String(nowMs - 30 * DAY_MS),
    end_timestamp: String(nowMs),
  })),
  schema: () => z.unknown(),
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const list = decodeRow(value, rows, path, context) ?? [];
    const place = { path, requested: context.params['instrument_name'] };
    if (isUnnamed(place, list[0], context)) return [];
    return mapFutures(list, context, FUNDING_ROW, place, (row, who) => {
      // What the hour up to the row's time has cost; `interest_8h` counts seven earlier rows again.
      const paid = { kind: 'funding-rate', phase: 'settled', settlesAtMs: row.timestamp } as const;
      const interval = { intervalMs: HOUR_MS, intervalBasis: 'payload' } as const;
      const fundingRatePerInterval = row.interest_1h;
      return [observe(context, who, row.timestamp, { ...paid, ...interval, fundingRatePerInterval })];
    });
  },
});

const BAR = z.object({
  instrument_name: optional(text), ticks: epochMs, open: positive, high: positive, low: positive, close: positive,
  volume: optional(nonNegative), cost: optional(nonNegative),
}); // prettier-ignore

/** `resolution` counts minutes; `1D` is a day. */
export function resolutionMs(resolution: string | undefined): number | undefined {
  if (resolution === '1D' || resolution === 'D') return DAY_MS;
  return /^\d{1,4}$/.test(resolution ?? '') ? Number(resolution) * MINUTE_MS : undefined;
}

/** One bar; `volume` is in coins and `cost` in the quote currency whatever the margin. */
export function mapBar(
  raw: unknown,
  context: MapContext,
  place: Place,
  barMs: number,
): readonly Observation[] {
  return mapFuture(raw, context, BAR, place, (row, who) => {
    const prices = { openQuote: row.open, highQuote: row.high, lowQuote: row.low, closeQuote: row.close };
    const volumeUsd = isQuotedInDollars(who) ? row.cost : undefined;
    const fields = { kind: 'candle', priceType: 'last', barMs, ...prices, volumeBase: row.volume } as const;
    return [observe(context, who, row.ticks, { ...fields, volumeUsd })];
  });
}

const COLUMNS = ['open', 'high', 'low', 'close', 'volume', 'cost'] as const;

export const candles = definePoll({
  id: 'deribit/candles',
  method: 'GET',
  path: `${PUBLIC}/get_tradingview_chart_data`,
  docsUrl: `${DOCS}/#public-get_tradingview_chart_data`,
  weight: CREDITS,
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: byInstrument('get_tradingview_chart_data', (nowMs) => ({
    start_timestamp: String(nowMs - 500 * HOUR_MS),
    end_timestamp: String(nowMs),
    resolution: '60',
  })),
  schema: () => z.unknown(),
  map(payload, context) {
    const { value, path } = resultOf(payload);
    const of = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const chart = decodeRow(value, z.object({ ticks: rows }), path, context);
    if (chart === undefined || !isRecord(value)) return [];
    const times = chart.ticks.flatMap((tick) => readDecimal(tick) ?? []);
    const barMs = resolutionMs(context.params['resolution']) ?? smallestSpacing(times);
    if (barMs === undefined) {
      if (chart.ticks.length === 0) return [];
      const message = 'the bar length is not known: no resolution in the request and fewer than two bars';
      context.report({ code: 'decode', path: of('ticks'), message });
      return [];
    }
    // One list per column: of another length than the times they cannot be told apart.
    const usable = COLUMNS.filter((name) => {
      const column = value[name];
      if (column === undefined || column === null) return false;
      const fits = Array.isArray(column) && column.length === chart.ticks.length;
      if (!fits) {
        const message = 'not a list of as many values as there are times';
        context.report({ code: 'decode', path: of(name), message });
      }
      return fits;
    });
    const requested = context.params['instrument_name'];
    if (isUnnamed({ path, requested }, undefined, context)) return [];
    if (COLUMNS.slice(0, 4).some((name) => !usable.includes(name))) {
      const message = 'the bars lack one of their four prices';
      context.report({ code: 'decode', path, message });
      return [];
    }
    return chart.ticks.flatMap((ticks, index) => {
      const cells = usable.map((name) => [name, (value[name] as unknown[])[index]]);
      const row = { ticks, ...(Object.fromEntries(cells) as object) };
      return mapBar(row, context, { path: of(`bars[${index}]`), requested }, barMs);
    });
  },
});
