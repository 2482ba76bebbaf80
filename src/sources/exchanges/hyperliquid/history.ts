import type { Chunk } from '../../../core/chunk.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext } from '../contract.ts';
import type { IntervalOf } from '../fundingInterval.ts';
import { namedBar, type BarUnits } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import {
  decimal, epochMs, nonNegative, optional, optionalNonZero, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { rows } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { timesOf } from '../eventPage.ts';
import { Schedule } from '../settledIntervals.ts';
import { currentInterval } from './assetContexts.ts';
import { FUNDING_INTERVAL_MS, INFO_DOCS, info, ofTypes, PERPETUALS_DOCS, subjectOfCoin } from './shared.ts';

/** What rows of bars of one length share; the same object for the same length, which is how writers of columns know it. */
const BARS_OF = new Map<number, { readonly barMs: number }>();
function barsOf(barMs: number): { readonly barMs: number } {
  const known = BARS_OF.get(barMs) ?? { barMs };
  // Months are of a few lengths; what else a payload states is not kept.
  if (BARS_OF.size < 50) BARS_OF.set(barMs, known);
  return known;
}

/**
 * An answer holds 500 rows at most, oldest first from `startTime`: asking for more would leave out the newest. There is room
 * for the settlement of the running hour.
 */
const FUNDING_ROWS = 496;

/** Funding was paid every 8 h up to this at least (recorded), and every hour from some time of 2023 on. */
const EIGHT_HOURLY_UNTIL_MS = Date.UTC(2023, 4, 23, 1);
const HOURLY_SINCE_MS = Date.UTC(2024, 0, 1);
/** When settlements are paid: some ms after the full hour. */
const JITTER_MS = MINUTE_MS;

const HOURLY: IntervalOf = { intervalMs: FUNDING_INTERVAL_MS, intervalBasis: 'schedule' };

/** The interval of a settled rate. Old ones need the spacing of their rows; a lone one of the change says nothing. */
function settledInterval(
  context: MapContext,
  who: Subject,
  atMs: number,
  spacingMs: number | undefined,
  at: Place,
): IntervalOf | undefined {
  const isHourly = atMs >= HOURLY_SINCE_MS;
  if (spacingMs === FUNDING_INTERVAL_MS) return HOURLY;
  if (isHourly) return currentInterval(context, who, at, 'fundingRate');
  if (spacingMs !== undefined) return { intervalMs: spacingMs, intervalBasis: 'schedule' };
  const path = at.of('fundingRate');
  if (atMs < EIGHT_HOURLY_UNTIL_MS) {
    const message = `the funding interval of ${who.venueSymbol} is taken to be the 8 h of that time`;
    context.report({ code: 'assumed-interval', path, message });
    return { intervalMs: 8 * HOUR_MS, intervalBasis: 'venue-default' };
  }
  const message = `whether ${who.venueSymbol} paid funding every hour or every 8 h then is not known; the rate was dropped`;
  context.report({ code: 'unknown-interval', path, message });
  return undefined;
}

const SETTLED = rowReader({
  coin: optional(text), time: epochMs, fundingRate: decimal, premium: optional(decimal),
}); // prettier-ignore
const BASES = {
  payload: { intervalBasis: 'payload' },
  instrument: { intervalBasis: 'instrument' },
  schedule: { intervalBasis: 'schedule' },
  'venue-default': { intervalBasis: 'venue-default' },
} as const;

export const fundingHistory = definePoll({
  id: 'hyperliquid/funding-history',
  ...ofTypes(`${PERPETUALS_DOCS}#retrieve-historical-funding-rates`, 'fundingHistory'),
  // 20, and 1 for each 20 rows.
  weight: 45,
  yields: ['funding-rate', 'basis'],
  tense: 'history',
  cadenceMs: HOUR_MS,
  request: ({ instrument, nowMs }) =>
    instrument.kind === 'perpetual'
      ? info({
          type: 'fundingHistory',
          coin: instrument.venueSymbol,
          startTime: nowMs - FUNDING_ROWS * HOUR_MS,
        })
      : undefined,
  schema: rows,
  map(payload, context) {
    const schedule = new Schedule(timesOf(payload, 'time'));
    // The oldest row has no spacing before it, and had one in the answer of an hour ago: of a time that is documented, it said the same.
    const ofOldest = (atMs: number): number | undefined =>
      atMs === schedule.oldestMs && atMs >= HOURLY_SINCE_MS ? schedule.earliest : undefined;
    const rates = columnsOf(
      context,
      { kind: 'funding-rate', phase: 'settled' },
      ['fundingRatePerInterval', 'settlesAtMs', 'intervalMs'],
      payload.length,
    );
    const premiums = columnsOf(
      context,
      { kind: 'basis', contractType: 'perpetual' },
      ['basisFraction'],
      payload.length,
    );
    SETTLED.each(payload, '', context, ({ coin, time, fundingRate, premium }, at) => {
      const who = subjectOfCoin(context, coin, at);
      const interval =
        who && settledInterval(context, who, time, schedule.intervalAt(time) ?? ofOldest(time), at);
      if (who === undefined || interval === undefined) return;
      const { intervalMs, intervalBasis } = interval;
      rates.of(who, BASES[intervalBasis]).push(time, fundingRate, time, intervalMs);
      if (premium === undefined) return;
      // The premium that was averaged up to the settlement.
      const startMs = Math.round(time / JITTER_MS) * JITTER_MS - intervalMs;
      premiums.of(who, barsOf(intervalMs)).push(startMs, premium);
    });
    return [...rates.chunks(), ...premiums.chunks()];
  },
});

const UNITS: BarUnits = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };

const CANDLE = rowReader({
  t: epochMs, T: optionalNonZero(epochMs), s: optional(text), i: optional(text), o: positive, h: positive, l: positive,
  c: positive, v: optional(nonNegative),
}); // prettier-ignore

/** The length of a bar by its name; a month's by its ends. */
const barLength = ({ i, t, T }: RowOf<typeof CANDLE>): number | undefined =>
  namedBar(i, UNITS) ?? (T === undefined || T <= t ? undefined : T - t + 1);

/** Reads bars of traded prices; `v` is coins. Of REST and of the channel `candle`. */
export function candlesOf(list: readonly unknown[], context: MapContext, path: string): Chunk[] {
  const names = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase'] as const;
  const out = columnsOf(context, { kind: 'candle', priceType: 'last' }, names, list.length);
  CANDLE.each(list, path, context, (row, at) => {
    const who = subjectOfCoin(context, row.s, at);
    if (who === undefined) return;
    const barMs = barLength(row);
    if (barMs === undefined) {
      const message = 'the bar length is not known: neither i nor T says it';
      context.report({ code: 'decode', path: String(at), message });
      return;
    }
    out.of(who, barsOf(barMs)).push(row.t, row.o, row.h, row.l, row.c, row.v);
  });
  return out.chunks();
}

const CANDLES_BACK_MS = 500 * HOUR_MS;

export const candles = definePoll({
  id: 'hyperliquid/candles',
  ...ofTypes(`${INFO_DOCS}#candle-snapshot`, 'candleSnapshot'),
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
  schema: rows,
  map: (payload, context) => candlesOf(payload, context, ''),
});
