import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext, type RequestScope } from '../contract.ts';
import {
  decimal, decodeRow, epochMs, nonNegative, optional, optionalNonZero, positive, readDecimal, rows, text,
} from '../decode.ts'; // prettier-ignore
import type { IntervalOf } from '../fundingInterval.ts';
import { observe, type Subject } from '../mapping.ts';
import { intervalsFromSchedule } from '../settledIntervals.ts';
import { currentInterval } from './assetContexts.ts';
import {
  FUNDING_INTERVAL_MS,
  INFO_DOCS,
  info,
  INFO,
  ofType,
  PERPETUALS_DOCS,
  subjectOfCoin,
} from './shared.ts';

/** Rows an answer holds at most, oldest first from `startTime`: asking for more would leave out the newest. */
const MAX_FUNDING_ROWS = 500;

const fundingSince =
  (hours: number) =>
  ({ instrument, nowMs }: RequestScope) =>
    instrument.kind === 'perpetual'
      ? info({ type: 'fundingHistory', coin: instrument.venueSymbol, startTime: nowMs - hours * HOUR_MS })
      : undefined;

/** Funding was paid every 8 h up to this at least (recorded), and every hour from some time of 2023 on. */
const EIGHT_HOURLY_UNTIL_MS = Date.UTC(2023, 4, 23, 1);
const HOURLY_SINCE_MS = Date.UTC(2024, 0, 1);
/** When settlements are paid: some ms after the full hour. */
const JITTER_MS = MINUTE_MS;

/** The interval of a settled rate. Old ones need the spacing of their rows; a lone one of the change says nothing. */
function settledInterval(
  context: MapContext,
  who: Subject,
  atMs: number,
  spaced: IntervalOf | undefined,
  path: string,
): IntervalOf | undefined {
  if (atMs >= HOURLY_SINCE_MS)
    return spaced?.intervalMs === FUNDING_INTERVAL_MS ? spaced : currentInterval(context, who, path);
  if (spaced !== undefined) return spaced;
  if (atMs < EIGHT_HOURLY_UNTIL_MS) {
    const message = `the funding interval of ${who.venueSymbol} is taken to be the 8 h of that time`;
    context.report({ code: 'assumed-interval', path, message });
    return { intervalMs: 8 * HOUR_MS, intervalBasis: 'venue-default' };
  }
  const message = `whether ${who.venueSymbol} paid funding every hour or every 8 h then is not known; the rate was dropped`;
  context.report({ code: 'unknown-interval', path, message });
  return undefined;
}

export const fundingHistory = definePoll({
  id: 'hyperliquid/funding-history',
  method: 'POST',
  path: INFO,
  accepts: ofType('fundingHistory'),
  docsUrl: `${PERPETUALS_DOCS}#retrieve-historical-funding-rates`,
  // 20, and 1 for each 20 rows.
  weight: 24,
  yields: ['funding-rate', 'basis'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: fundingSince(72),
  schema: () => rows,
  map(payload, context) {
    const schema = z.object({
      coin: optional(text), time: epochMs, fundingRate: decimal, premium: optional(decimal),
    }); // prettier-ignore
    const settledAtMs = payload.flatMap((row) => readDecimal((row as { time?: unknown } | null)?.time) ?? []);
    const schedule = intervalsFromSchedule(settledAtMs);
    return payload.flatMap((raw, index): Observation[] => {
      const path = `[${index}]`;
      const row = decodeRow(raw, schema, path, context);
      const who = row === undefined ? undefined : subjectOfCoin(context, row.coin, path);
      if (row === undefined || who === undefined) return [];
      const rate = row.fundingRate;
      const interval = settledInterval(
        context, who, row.time, schedule.get(row.time), `${path}.fundingRate`,
      ); // prettier-ignore
      if (interval === undefined) return [];
      const settled = { kind: 'funding-rate', phase: 'settled', settlesAtMs: row.time, ...interval } as const;
      const observations = [observe(context, who, row.time, { ...settled, fundingRatePerInterval: rate })];
      if (row.premium === undefined) return observations;
      // The premium that was averaged up to the settlement.
      const { intervalMs: barMs } = interval;
      const startMs = Math.round(row.time / JITTER_MS) * JITTER_MS - barMs;
      const basis = { kind: 'basis', contractType: 'perpetual', basisFraction: row.premium, barMs } as const;
      return [...observations, observe(context, who, startMs, basis)];
    });
  },
});

/** As many as one answer holds, with room for the settlement of the running hour. */
export const fundingHistoryEarlier = {
  ...variantOf(fundingHistory, {
    id: 'hyperliquid/funding-history-earlier',
    cadenceMs: DAY_MS,
    request: fundingSince(MAX_FUNDING_ROWS - 4),
  }),
  weight: 45,
};

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

const CANDLE = z.object({
  t: epochMs, T: optionalNonZero(epochMs), s: optional(text), i: optional(text), o: positive, h: positive, l: positive,
  c: positive, v: optional(nonNegative),
}); // prettier-ignore

/** The length of a bar by its name; a month's by its ends. */
function barLength(row: z.infer<typeof CANDLE>): number | undefined {
  const match = /^(\d{1,2})([mhdw])$/.exec(row.i ?? '');
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (unitMs !== undefined) return Number(match?.[1]) * unitMs;
  return row.T === undefined || row.T <= row.t ? undefined : row.T - row.t + 1;
}

/** Maps bars of traded prices; `v` is coins. Of REST and of the channel `candle`. */
export function mapCandles(
  list: readonly unknown[],
  context: MapContext,
  pathOf: (index: number) => string,
): Observation[] {
  return list.flatMap((raw, index): Observation[] => {
    const path = pathOf(index);
    const row = decodeRow(raw, CANDLE, path, context);
    const who = row === undefined ? undefined : subjectOfCoin(context, row.s, path);
    if (row === undefined || who === undefined) return [];
    const barMs = barLength(row);
    if (barMs === undefined) {
      context.report({
        code: 'decode',
        path,
        message: 'the bar length is not known: neither i nor T says it',
      });
      return [];
    }
    const bar = {
      kind: 'candle', priceType: 'last', barMs, openQuote: row.o, highQuote: row.h, lowQuote: row.l, closeQuote: row.c,
      volumeBase: row.v,
    } as const; // prettier-ignore
    return [observe(context, who, row.t, bar)];
  });
}

const CANDLES_BACK_MS = 500 * HOUR_MS;

export const candles = definePoll({
  id: 'hyperliquid/candles',
  method: 'POST',
  path: INFO,
  accepts: ofType('candleSnapshot'),
  docsUrl: `${INFO_DOCS}#candle-snapshot`,
  // 20, and 1 for each 60 bars.
  weight: 29,
  yields: ['candle'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  request: ({ instrument: { kind, venueSymbol: coin }, nowMs }) => {
    if (kind !== 'perpetual') return undefined;
    const range = { startTime: nowMs - CANDLES_BACK_MS, endTime: nowMs };
    return info({ type: 'candleSnapshot', req: { coin, interval: '1h', ...range } });
  },
  schema: () => rows,
  map: (payload, context) => mapCandles(payload, context, (index) => `[${index}]`),
});
