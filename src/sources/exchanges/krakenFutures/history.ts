import type { Chunk } from '../../../core/chunk.ts';
import { LONGEST_LIST_ANSWER } from '../../../core/answerBounds.ts';
import type { Candle } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { askedBy, definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import type { IntervalOf } from '../fundingInterval.ts';
import { namedBar, type BarUnits } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { NO, plainText, received, type Field } from '../kit/field.ts';
import { decimal, epochMs, ignored, nonNegative, optional, positive } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { Schedule } from '../settledIntervals.ts';
import { at, bySymbol, CHARTS, intervalReporter, isoTime, sizeReporter, sizesOf, V3 } from './shared.ts';

/** The answer is all that there is of about the newest year, an hour a row; this is more than that. */
const MAX_SETTLEMENTS = 10_000;
const MAX_ROWS = 200_000;

const LONG_LIST: Field<readonly unknown[]> = {
  read: (value) => (Array.isArray(value) && value.length <= MAX_ROWS ? (value as unknown[]) : NO),
  faults(value) {
    if (!Array.isArray(value)) return [received('array', value)];
    const message = `Too big: expected array to have <=${MAX_ROWS} items`;
    return value.length <= MAX_ROWS ? [] : [{ path: [], message }];
  },
};

const timeOf = (raw: unknown): string =>
  plainText((raw as { readonly timestamp?: unknown } | null)?.timestamp);

/** The newest rows; a list that is not in the order of time is put into it. */
function newest(list: readonly unknown[]): readonly unknown[] {
  if (list.length <= MAX_SETTLEMENTS) return list;
  const isInOrder = list.every((raw, index) => index === 0 || timeOf(list[index - 1]) <= timeOf(raw));
  const sorted = isInOrder ? list : [...list].sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1));
  return sorted.slice(-MAX_SETTLEMENTS);
}

// `fundingRate` beside it is absolute; there is no price here to make a fraction of it.
const SETTLED = rowReader({ timestamp: isoTime, relativeFundingRate: decimal });
const BY_SCHEDULE: IntervalOf = { intervalMs: HOUR_MS, intervalBasis: 'schedule' };
const BY_DEFAULT: IntervalOf = { intervalMs: HOUR_MS, intervalBasis: 'venue-default' };

export const fundingHistory = definePoll({
  id: 'kraken-futures/funding-history',
  ...at('/derivatives/api/{version}/historicalfundingrates', 'trading/historical-funding-rates'),
  bounds: LONGEST_LIST_ANSWER,
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/derivatives/api/v4/historicalfundingrates'),
  schema: object({ rates: LONG_LIST }),
  map({ rates }, context) {
    const who = context.subject(undefined, '');
    if (who === undefined) return [];
    const [times, values]: [number[], number[]] = [[], []];
    SETTLED.each(newest(rates), 'rates', context, (row) => {
      times.push(row.timestamp);
      values.push(row.relativeFundingRate);
    });
    const schedule = new Schedule(times);
    const intervalOf = intervalReporter(context);
    const { only, earliest, oldestMs } = schedule;
    // The oldest row has no spacing before it; its rate is per hour as those of the others are.
    const ofOthers = only === HOUR_MS ? undefined : earliest;
    // Of an hour ago it had one: what is asked for again says the same of it.
    const ofOldest = only === HOUR_MS ? HOUR_MS : earliest;
    const settled = { kind: 'funding-rate', phase: 'settled' } as const;
    const out = columnsOf(context, settled, ['fundingRatePerInterval'], times.length);
    let isTold = false;
    for (const [index, time] of times.entries()) {
      const spacingMs = schedule.intervalAt(time) ?? (time === oldestMs ? ofOldest : ofOthers);
      const isHourly = spacingMs === undefined || spacingMs === HOUR_MS;
      if (!isHourly && !isTold) {
        isTold = true;
        const message = `${who.venueSymbol}: the rates are ${spacingMs / HOUR_MS} h apart and documented as rates per hour`;
        context.report({ code: 'assumed-interval', path: 'rates', message });
      }
      const ofSchedule = spacingMs === undefined ? intervalOf(who, {}, 'rates') : BY_SCHEDULE;
      out.of(who, isHourly ? ofSchedule : BY_DEFAULT).push(time, values[index]);
    }
    return out.chunks();
  },
});

/** The same list under the address that the documentation names today. */
export const fundingHistoryV3: ObservationPoll<never> = {
  ...variantOf(fundingHistory, {
    id: 'kraken-futures/funding-history-v3',
    request: bySymbol(`${V3}/historical-funding-rates`),
  }),
  path: '/derivatives/api/{version}/historical-funding-rates',
};

const RESOLUTIONS: BarUnits = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };
const LENGTHS_MS: ReadonlySet<number> = new Set(
  ['1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '1w'].map((name) => namedBar(name, RESOLUTIONS) ?? 0),
);

/**
 * The resolution in the path. Bars that are all as far apart as another resolution contradict it (recorded answers to
 * `1m` hold bars of an hour): where each opens at the close of the one before it they are as long as that, else they may
 * be bars of a quiet market, their length is not sure and none is returned. Either way an issue says so.
 */
function barLength({ atMs, columns }: Chunk, context: MapContext): number | undefined {
  const report = (message: string): void => context.report({ code: 'decode', path: 'candles', message });
  const named = namedBar(context.params['resolution'], RESOLUTIONS);
  const asked = named !== undefined && LENGTHS_MS.has(named) ? named : undefined;
  const { openQuote: opens = [], closeQuote: closes = [] } = columns;
  const spacing = (atMs[1] ?? Number.NaN) - (atMs[0] ?? Number.NaN);
  let isEven = atMs.length >= 3 && LENGTHS_MS.has(spacing);
  let [isSeamless, isMoving] = [true, false];
  for (let index = 0; index < atMs.length; index += 1) {
    if (opens[index] !== closes[index]) isMoving = true;
    if (index === 0) continue;
    if ((atMs[index] ?? 0) - (atMs[index - 1] ?? 0) !== spacing) isEven = false;
    if (opens[index] !== closes[index - 1]) isSeamless = false;
  }
  if (asked !== undefined && (!isEven || spacing === asked)) return asked;
  const isWhole = isEven && isSeamless && isMoving;
  if (asked === undefined) report('the path names no resolution that is known');
  else {
    const outcome = isWhole ? 'read as such, for they are seamless' : 'dropped, for their length is not sure';
    report(
      `bars of ${asked / MINUTE_MS} min were asked for, the answer's are ${spacing / MINUTE_MS} min apart; ${outcome}`,
    );
  }
  return isWhole ? spacing : undefined;
}

const BARS_BACK = 500;

const prices = { time: epochMs, open: positive, high: positive, low: positive, close: positive };
// Mark and index bars state a 0 that means nothing.
const UNTRADED = rowReader({ ...prices, volume: ignored });
const TRADED = rowReader({ ...prices, volume: optional(nonNegative) });

/** A poll of bars; one without a request is not asked. */
export const candlePoll = (
  name: string,
  tick: 'trade' | 'mark' | 'spot',
  priceType: Candle['priceType'],
  request?: ObservationPoll['request'],
): ObservationPoll<never> =>
  definePoll({
    id: `kraken-futures/${name}`,
    ...at(`${CHARTS}/${tick}/{symbol}/{resolution}`, 'charts/candles'),
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    ...askedBy(request),
    schema: object({ candles: rows }),
    map({ candles: list }, context) {
      const who = context.subject(undefined, '');
      if (who === undefined) return [];
      const names = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'] as const;
      const out = columnsOf(context, { kind: 'candle', priceType }, names, list.length);
      let hasVolume = false;
      const reader = priceType === 'last' ? TRADED : UNTRADED;
      reader.each(list, 'candles', context, ({ time, open, high, low, close, volume }) => {
        hasVolume ||= volume !== undefined;
        // `volume` counts coins or dollars (inverse).
        const { base, usd } = sizesOf(who, volume);
        out.of(who).push(time, open, high, low, close, base, usd);
      });
      const [bars] = out.chunks();
      const barMs = bars === undefined ? undefined : barLength(bars, context);
      if (bars === undefined || barMs === undefined) return [];
      if (hasVolume) sizeReporter(context)(who, 'candles.volume');
      return [{ ...bars, shared: { ...bars.shared, barMs } }];
    },
  });

const asked = (tick: string): ObservationPoll['request'] =>
  bySymbol(`${CHARTS}/${tick}/{symbol}/1h`, (nowMs) => ({
    from: String(Math.floor((nowMs - BARS_BACK * HOUR_MS) / SECOND_MS)),
    to: String(Math.floor(nowMs / SECOND_MS)),
  }));

export const candles = candlePoll('candles', 'trade', 'last', asked('trade'));
export const markCandles = candlePoll('mark-candles', 'mark', 'mark', asked('mark'));
