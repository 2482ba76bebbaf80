import type { EventPage, MapContext } from './contract.ts';
import { readDecimal } from './kit/decimals.ts';
import { isRecord } from './kit/field.ts';

/**
 * The times of rows under a key, in milliseconds; `unitMs` is the unit they are stated in. Rows without a time are left
 * out: what reads them reports them, and a page with such a row proves nothing.
 */
export function timesOf(list: readonly unknown[], key: string, unitMs = 1): number[] {
  return list.flatMap((row) => {
    const value = isRecord(row) ? readDecimal(row[key]) : undefined;
    return value === undefined ? [] : [Math.round(value * unitMs)];
  });
}

/**
 * The time that two parameters of a request state. Whether the ends belong to it is documented nowhere, so that one unit
 * at each end is left out.
 */
export function askedBetween(
  { params }: Pick<MapContext, 'params'>,
  fromKey: string,
  toKey: string,
  unitMs = 1,
): EventPage['asked'] {
  const [from, to] = [readDecimal(params[fromKey]), readDecimal(params[toKey])];
  return {
    ...(from === undefined ? {} : { fromMs: (from + 1) * unitMs }),
    ...(to === undefined ? {} : { toMs: (to - 1) * unitMs }),
  };
}

/**
 * Whether an answer may hold as many rows as it can: there may be more. Without a limit nobody knows; and a server may hold
 * to a smaller limit than the one asked for, which would be a round number.
 */
export function isFull(rows: readonly unknown[], { params }: Pick<MapContext, 'params'>): boolean {
  const limit = readDecimal(params['limit']);
  const isRound = rows.length > 0 && rows.length % 10 === 0;
  return limit === undefined || rows.length >= limit || isRound;
}
