import type * as z from 'zod';
import type { Candle } from '../../../core/observation.ts';
import type { MapContext } from '../contract.ts';
import { columns, epochMs, nonNegative, optional, positive } from '../decode.ts';
import { barLength, openTimes, type Listed } from './shared.ts';

/** The bars of contracts and of spot pairs have one shape; mark and index price rows end after the close. */
const PRICES = { start: epochMs, open: positive, high: positive, low: positive, close: positive };
const amount = optional(nonNegative);

const BAR = columns({ ...PRICES, volume: amount, turnover: amount });

type BarSchema = typeof BAR.schema;
type Bar = z.infer<BarSchema>;

/** Rows of bars name no symbol. */
export const unnamed = (): undefined => undefined;

/** Returns the bars of an answer, their schema and their length in ms; undefined, with an issue, where that is not known. */
export function barsIn(
  payload: Listed,
  context: MapContext,
): { readonly list: readonly unknown[]; readonly schema: BarSchema; readonly barMs: number } | undefined {
  const barMs = barLength(context, 'interval', openTimes(payload));
  if (barMs !== undefined) return { list: payload.result.list.map(BAR.name), schema: BAR.schema, barMs };
  const message = 'the bar length is not known: none in the request, or fewer than two rows, or months';
  context.report({ code: 'decode', path: 'result.list', message });
  return undefined;
}

/** The prices of a bar, without what was traded. */
export function candleOf(bar: Bar, priceType: Candle['priceType'], barMs: number) {
  return {
    kind: 'candle',
    priceType,
    barMs,
    openQuote: bar.open,
    highQuote: bar.high,
    lowQuote: bar.low,
    closeQuote: bar.close,
  } as const;
}
