import type { Chunk } from '../../../core/chunk.ts';
import type { Candle } from '../../../core/observation.ts';
import type { MapContext } from '../contract.ts';
import { reportUnknownBar } from '../kit/bars.ts';
import { columnsOf } from '../kit/columns.ts';
import { epochMs, nonNegative, optional, positive } from '../kit/fields.ts';
import type { Place } from '../kit/place.ts';
import { arrayReader, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { barLength, sizes, type Listed } from './shared.ts';

/** The bars of contracts and of spot pairs have one shape; mark and index price rows end after the close. */
const amount = optional(nonNegative);
const BAR = arrayReader({
  start: epochMs, open: positive, high: positive, low: positive, close: positive, volume: amount, turnover: amount,
}); // prettier-ignore

const COLUMNS = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote', 'volumeBase', 'volumeUsd'] as const;

type Each = <T>(
  context: MapContext,
  payload: Listed,
  reader: RowReader<T>,
  take: (row: T, who: Subject, at: Place) => void,
) => void;

/** Returns the bars of an answer; none, with an issue, where their length is not known. `each` goes through its rows. */
export function barsOf(
  context: MapContext,
  payload: Listed,
  priceType: Candle['priceType'],
  each: Each,
): Chunk[] {
  const barMs = barLength(context, 'interval', payload, 0);
  if (barMs === undefined) {
    reportUnknownBar(context, 'result.list');
    return [];
  }
  const { length } = payload.result.list;
  const out = columnsOf(context, { kind: 'candle', priceType, barMs }, COLUMNS, length);
  each(context, payload, BAR, ({ start, open, high, low, close, volume, turnover }, who) => {
    const { base, usd } = sizes(who, volume, turnover);
    out.of(who).push(start, open, high, low, close, base, usd);
  });
  return out.chunks();
}
