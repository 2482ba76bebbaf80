import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import type { Chunk } from '../../../core/chunk.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { spacingOf } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { readDecimal } from '../kit/decimals.ts';
import { epochSeconds, nonNegative, optionalNonZero, positive } from '../kit/fields.ts';
import { object, rows } from '../kit/payloads.ts';
import { arrayReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { at, bySymbol, CHARTS, sizeReporter, sizesOf } from './shared.ts';

const BARS_BACK = 500;
const TIME_AT = 0;

/** Bars are named by the request (seconds) or, where that is not known, by the spacing of the times. */
function barLength(list: readonly unknown[], context: MapContext): number | undefined {
  const seconds = readDecimal(context.params['interval'] ?? '');
  return seconds !== undefined && seconds > 0 ? seconds * SECOND_MS : spacingOf(list, TIME_AT, SECOND_MS);
}

/** A row of a time and its value, or of a bar its four prices. */
type Cells = (time: unknown, value: unknown) => unknown[];
const itself: Cells = (time, value) => [time, value];
const ofBar: Cells = (time, value) => {
  if (!Array.isArray(value)) return [time, value];
  const [open, high, low, close] = value as unknown[];
  return [time, open, high, low, close];
};

/** Times and values come as two lists of the same length; where they are not, no value has a sure time. */
function joined(
  { timestamp, data }: { readonly timestamp: readonly unknown[]; readonly data: readonly unknown[] },
  context: MapContext,
  cells: Cells,
): unknown[] {
  if (timestamp.length === data.length) return data.map((value, index) => cells(timestamp[index], value));
  const message = `${timestamp.length} times and ${data.length} values: they cannot be joined`;
  context.report({ code: 'decode', path: 'result', message });
  return [];
}

const analyticsPoll = (
  type: string,
  yields: ObservationPoll['yields'],
  cells: Cells,
  map: (context: MapContext, who: Subject, list: readonly unknown[], barMs: number | undefined) => Chunk[],
): ObservationPoll<never> =>
  definePoll({
    id: `kraken-futures/${type}`,
    ...at(`${CHARTS}/analytics/{symbol}/${type}`, 'charts/market-analytics'),
    yields,
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: bySymbol(`${CHARTS}/analytics/{symbol}/${type}`, (nowMs) => ({
      since: String(Math.floor((nowMs - BARS_BACK * HOUR_MS) / HOUR_MS) * (HOUR_MS / SECOND_MS)),
      to: String(Math.floor(nowMs / SECOND_MS)),
      interval: String(HOUR_MS / SECOND_MS),
    })),
    schema: object({ result: object({ timestamp: rows, data: rows }) }),
    map({ result }, context) {
      const who = context.subject(undefined, '');
      if (who === undefined) return [];
      const list = joined(result, context, cells);
      return map(context, who, list, barLength(list, context));
    },
  });

const OHLC = arrayReader({
  time: epochSeconds, open: nonNegative, high: nonNegative, low: nonNegative, close: nonNegative,
}); // prettier-ignore
const VENUE = { usdBasis: 'venue' } as const;

/** A row is [open, high, low, close] of a bar that begins at its time: the open is the reading of that moment. */
export const openInterestHistory = analyticsPoll('open-interest', ['open-interest'], ofBar, (context, who, list, barMs) => {
  const reportSize = sizeReporter(context);
  const out = columnsOf(
    context,
    { kind: 'open-interest', sides: 'unverified', barMs },
    ['openInterestBase', 'openInterestUsd', 'openInterestContracts'],
    list.length,
  );
  OHLC.each(list, 'result.data', context, ({ time, open, high, low }, place) => {
    if (open > high || open < low) {
      const message = 'the open lies outside of low and high';
      context.report({ code: 'implausible', path: String(place), message });
      return;
    }
    reportSize(who, place);
    const { base, usd, contracts } = sizesOf(who, open);
    out.of(who, usd === undefined ? undefined : VENUE).push(time, base, usd, contracts);
  });
  return out.chunks();
}); // prettier-ignore

const RATIO = arrayReader({ time: epochSeconds, value: optionalNonZero(positive) });

/** Of all positions longs equal shorts, so that a ratio of the whole market counts their holders. */
export const longShortRatio = analyticsPoll('long-short-ratio', ['long-short-ratio'], itself, (context, who, list, barMs) => {
  const shared = { kind: 'long-short-ratio', population: 'unstated', barMs } as const;
  const out = columnsOf(context, shared, ['longShortRatio'], list.length);
  RATIO.each(list, 'result.data', context, ({ time, value }) => {
    if (value !== undefined) out.of(who).push(time, value);
  });
  return out.chunks();
}); // prettier-ignore
