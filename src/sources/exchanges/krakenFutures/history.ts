import * as z from 'zod';
import { LONGEST_LIST_ANSWER } from '../../../core/answerBounds.ts';
import type { Candle } from '../../../core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decimal,
  decodeRow,
  epochMs,
  nonNegative,
  optional,
  plainText,
  positive,
  readDecimal,
  rows,
} from '../decode.ts';
import { observe, type Subject } from '../mapping.ts';
import { intervalsFromSchedule } from '../settledIntervals.ts';
import {
  bySymbol,
  CHARTS,
  DOCS,
  intervalReporter,
  isoTime,
  sizeReporter,
  sizesOf,
  subject,
  V3,
} from './shared.ts';

/** The answer is the whole series since listing, an hour a row; this is more than a year of it. */
const MAX_SETTLEMENTS = 10_000;

/** The newest rows with their places in the list. */
function newest(list: readonly unknown[]): [raw: unknown, index: number][] {
  const placed = list.map((raw, index): [unknown, number] => [raw, index]);
  if (placed.length <= MAX_SETTLEMENTS) return placed;
  const timeOf = ([raw]: [unknown, number]): string =>
    plainText((raw as { timestamp?: unknown } | null)?.timestamp);
  return placed.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1)).slice(-MAX_SETTLEMENTS);
}

export const fundingHistory = definePoll({
  id: 'kraken-futures/funding-history',
  method: 'GET',
  path: '/derivatives/api/{version}/historicalfundingrates',
  docsUrl: `${DOCS}/trading/historical-funding-rates`,
  weight: 1,
  bounds: LONGEST_LIST_ANSWER,
  yields: ['funding-rate'],
  tense: 'history',
  cadenceMs: 6 * HOUR_MS,
  request: bySymbol('/derivatives/api/v4/historicalfundingrates'),
  schema: () => z.object({ rates: z.array(z.unknown()).max(200_000) }),
  map({ rates }, context) {
    const who = subject(context, undefined, context.params['symbol'], '');
    if (who === undefined) return [];
    // `fundingRate` beside it is absolute; there is no price here to make a fraction of it.
    const schema = z.object({ timestamp: isoTime, relativeFundingRate: decimal });
    const settled = newest(rates).flatMap(([raw, index]) => {
      const row = decodeRow(raw, schema, `rates[${index}]`, context);
      return row === undefined ? [] : [row];
    });
    const schedule = intervalsFromSchedule(settled.map((row) => row.timestamp));
    const intervalOf = intervalReporter(context);
    let isTold = false;
    const spaced = [...schedule.values()];
    const isOldHourly = spaced.every(({ intervalMs }) => intervalMs === HOUR_MS);
    return settled.map((row) => {
      // The oldest row has no spacing before it; its rate is per hour as those of the others are.
      const spacing = schedule.get(row.timestamp) ?? (isOldHourly ? undefined : spaced[0]);
      const isHourly = spacing === undefined || spacing.intervalMs === HOUR_MS;
      if (!isHourly && !isTold) {
        isTold = true;
        const message = `${who.venueSymbol}: the rates are ${spacing.intervalMs / HOUR_MS} h apart and documented as rates per hour`;
        context.report({ code: 'assumed-interval', path: 'rates', message });
      }
      const interval = !isHourly
        ? ({ intervalMs: HOUR_MS, intervalBasis: 'venue-default' } as const)
        : (spacing ?? intervalOf(who, {}, 'rates'));
      const rate = {
        phase: 'settled',
        fundingRatePerInterval: row.relativeFundingRate,
        ...interval,
      } as const;
      return observe(context, who, row.timestamp, { kind: 'funding-rate', ...rate });
    });
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

const RESOLUTIONS_MS: Readonly<Record<string, number>> = {
  '1m': MINUTE_MS, '5m': 5 * MINUTE_MS, '15m': 15 * MINUTE_MS, '30m': 30 * MINUTE_MS, '1h': HOUR_MS,
  '4h': 4 * HOUR_MS, '12h': 12 * HOUR_MS, '1d': DAY_MS, '1w': 7 * DAY_MS,
}; // prettier-ignore
const LENGTHS_MS = new Set(Object.values(RESOLUTIONS_MS));

interface Bar {
  readonly time: number;
  readonly open: number;
  readonly close: number;
}

/**
 * The resolution in the path. Bars that are all as far apart as another resolution contradict it (recorded answers to
 * `1m` hold bars of an hour): where each opens at the close of the one before it they are as long as that, else they may
 * be bars of a quiet market, their length is not sure and none is returned. Either way an issue says so.
 */
function barLength(bars: readonly Bar[], context: MapContext): number | undefined {
  const report = (message: string): void => context.report({ code: 'decode', path: 'candles', message });
  const asked = RESOLUTIONS_MS[context.params['resolution'] ?? ''];
  const sorted = [...bars].sort((a, b) => a.time - b.time);
  const steps = sorted.slice(1).map((bar, index) => ({
    ms: bar.time - (sorted[index]?.time ?? bar.time),
    isSeamless: bar.open === sorted[index]?.close,
  }));
  const spacing = steps[0]?.ms ?? 0;
  const isEven = steps.length >= 2 && steps.every(({ ms }) => ms === spacing) && LENGTHS_MS.has(spacing);
  if (asked !== undefined && (!isEven || spacing === asked)) return asked;
  const isWhole =
    isEven && steps.every((one) => one.isSeamless) && bars.some((bar) => bar.open !== bar.close);
  if (asked === undefined) report('the path names no resolution that is known');
  else {
    const outcome = isWhole ? 'read as such, for they are seamless' : 'dropped, for their length is not sure';
    report(
      `bars of ${asked / MINUTE_MS} min were asked for, the answer's are ${spacing / MINUTE_MS} min apart; ${outcome}`,
    );
  }
  return isWhole ? spacing : undefined;
}

/** `volume` counts coins or dollars (inverse); mark and index bars state a 0 that means nothing. */
function volumesOf(who: Subject, volume: number | undefined): Pick<Loose, 'volumeBase' | 'volumeUsd'> {
  if (volume === undefined) return { volumeBase: undefined, volumeUsd: undefined };
  const { base, usd } = sizesOf(who, volume, undefined);
  return { volumeBase: base, volumeUsd: usd };
}
type Loose = { [K in keyof Candle]?: Candle[K] | undefined };

const BARS_BACK = 500;

export const candlePoll = (
  name: string,
  tick: 'trade' | 'mark' | 'spot',
  priceType: Candle['priceType'],
): ObservationPoll<never> =>
  definePoll({
    id: `kraken-futures/${name}`,
    method: 'GET',
    path: `${CHARTS}/${tick}/{symbol}/{resolution}`,
    docsUrl: `${DOCS}/charts/candles`,
    weight: 1,
    yields: ['candle'],
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: bySymbol(`${CHARTS}/${tick}/{symbol}/1h`, (nowMs) => ({
      from: String(Math.floor((nowMs - BARS_BACK * HOUR_MS) / SECOND_MS)),
      to: String(Math.floor(nowMs / SECOND_MS)),
    })),
    schema: () => z.object({ candles: rows }),
    map({ candles: list }, context) {
      const who = subject(context, undefined, context.params['symbol'], '');
      if (who === undefined) return [];
      const schema = z.object({
        time: epochMs, open: positive, high: positive, low: positive, close: positive,
        ...(priceType === 'last' ? { volume: optional(nonNegative) } : {}),
      }); // prettier-ignore
      const bars = list.flatMap((raw, index) => decodeRow(raw, schema, `candles[${index}]`, context) ?? []);
      const barMs = bars.length === 0 ? undefined : barLength(bars, context);
      if (barMs === undefined) return [];
      const reportSize = sizeReporter(context);
      return bars.map((bar) => {
        const volume = 'volume' in bar ? readDecimal(bar.volume) : undefined;
        if (volume !== undefined) reportSize(who, 'candles.volume');
        const prices = { openQuote: bar.open, highQuote: bar.high, lowQuote: bar.low, closeQuote: bar.close };
        const fields = { kind: 'candle', priceType, barMs, ...prices, ...volumesOf(who, volume) } as const;
        return observe(context, who, bar.time, fields);
      });
    },
  });

export const candles = candlePoll('candles', 'trade', 'last');
export const markCandles = candlePoll('mark-candles', 'mark', 'mark');
