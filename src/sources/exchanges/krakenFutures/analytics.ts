import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  columns,
  decodeRow,
  epochSeconds,
  nonNegative,
  optionalNonZero,
  positive,
  readDecimal,
  rows,
} from '../decode.ts';
import { observe, smallestSpacing, type Subject } from '../mapping.ts';
import { bySymbol, CHARTS, DOCS, sizeReporter, sizesOf, subject } from './shared.ts';

const BARS_BACK = 500;

/** Bars are named by the request (seconds) or, where that is not known, by the spacing of the times. */
function barLength(times: readonly unknown[], context: MapContext): number | undefined {
  const seconds = readDecimal(context.params['interval'] ?? '');
  if (seconds !== undefined && seconds > 0) return seconds * SECOND_MS;
  const spacing = smallestSpacing(times.flatMap((time) => readDecimal(time) ?? []));
  return spacing === undefined ? undefined : spacing * SECOND_MS;
}

interface Row<T> {
  readonly atMs: number;
  readonly value: T;
  readonly path: string;
}

/** Times and values come as two lists of the same length; where they are not, no value has a sure time. */
function joined<T>(
  { timestamp, data }: { readonly timestamp: readonly unknown[]; readonly data: readonly unknown[] },
  schema: z.ZodType<T>,
  context: MapContext,
): Row<T>[] {
  if (timestamp.length !== data.length) {
    const message = `${timestamp.length} times and ${data.length} values: they cannot be joined`;
    context.report({ code: 'decode', path: 'result', message });
    return [];
  }
  const row = z.object({ time: epochSeconds, value: schema });
  return data.flatMap((value, index): Row<T>[] => {
    const path = `result.data[${index}]`;
    const decoded = decodeRow({ time: timestamp[index], value }, row, path, context);
    return decoded === undefined ? [] : [{ atMs: decoded.time, value: decoded.value, path }];
  });
}

function analyticsPoll<T>(
  type: string,
  yields: ObservationPoll['yields'],
  value: () => z.ZodType<T>,
  map: (context: MapContext, who: Subject, row: Row<T>, barMs: number | undefined) => Observation[],
): ObservationPoll<never> {
  return definePoll({
    id: `kraken-futures/${type}`,
    method: 'GET',
    path: `${CHARTS}/analytics/{symbol}/${type}`,
    docsUrl: `${DOCS}/charts/market-analytics`,
    weight: 1,
    yields,
    tense: 'history',
    cadenceMs: 15 * MINUTE_MS,
    request: bySymbol(`${CHARTS}/analytics/{symbol}/${type}`, (nowMs) => ({
      since: String(Math.floor((nowMs - BARS_BACK * HOUR_MS) / HOUR_MS) * (HOUR_MS / SECOND_MS)),
      to: String(Math.floor(nowMs / SECOND_MS)),
      interval: String(HOUR_MS / SECOND_MS),
    })),
    schema: () => z.object({ result: z.object({ timestamp: rows, data: rows }) }),
    map({ result }, context) {
      const who = subject(context, undefined, context.params['symbol'], '');
      if (who === undefined) return [];
      const barMs = barLength(result.timestamp, context);
      return joined(result, value(), context).flatMap((row) => map(context, who, row, barMs));
    },
  });
}

const OHLC = columns({ open: nonNegative, high: nonNegative, low: nonNegative, close: nonNegative });

/** A row is [open, high, low, close] of a bar that begins at its time: the open is the reading of that moment. */
export const openInterestHistory = analyticsPoll(
  'open-interest',
  ['open-interest'],
  () => z.preprocess(OHLC.name, OHLC.schema),
  (context, who, { atMs, value: { open, high, low }, path }, barMs) => {
    if (open > high || open < low) {
      context.report({ code: 'implausible', path, message: 'the open lies outside of low and high' });
      return [];
    }
    sizeReporter(context)(who, path);
    const { base, usd, contracts } = sizesOf(who, open, undefined);
    const units = { openInterestBase: base, openInterestUsd: usd, openInterestContracts: contracts };
    const usdBasis = usd === undefined ? undefined : 'venue';
    return [
      observe(context, who, atMs, { kind: 'open-interest', sides: 'unverified', ...units, usdBasis, barMs }),
    ];
  },
);

/** Of all positions longs equal shorts, so that a ratio of the whole market counts their holders. */
export const longShortRatio = analyticsPoll(
  'long-short-ratio',
  ['long-short-ratio'],
  () => optionalNonZero(positive),
  (context, who, { atMs, value }, barMs) =>
    value === undefined
      ? []
      : [observe(context, who, atMs, { kind: 'long-short-ratio', population: 'unstated', longShortRatio: value, barMs })],
); // prettier-ignore
