import type { Observation } from '../../../core/observation.ts';
import type { MapContext } from '../contract.ts';
import { anything, epochMs, oneOf, positive, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import { observe } from '../mapping.ts';
import { subjectOfCoin } from './shared.ts';

/** `B` is a buying taker, `A` a selling one. No trade says whether it is a liquidation. */
const SIDES = { B: 'buy', A: 'sell' } as const;
const TRADE = rowReader({
  coin: text, side: oneOf('B', 'A'), px: positive, sz: positive, time: epochMs, tid: anything,
}); // prettier-ignore

/** Maps trades, sizes in coins, one by one. An id that JSON cannot carry exactly is none. */
export function mapTrades(list: readonly unknown[], context: MapContext, path: string): Observation[] {
  const found: Observation[] = [];
  TRADE.each(list, path, context, (row, place) => {
    const who = subjectOfCoin(context, row.coin, place);
    if (who === undefined) return;
    const { tid } = row;
    const isId = (typeof tid === 'string' && tid !== '') || Number.isSafeInteger(tid);
    const trade = {
      kind: 'trade', takerSide: SIDES[row.side], priceQuote: row.px, sizeBase: row.sz, notionalUsd: row.px * row.sz,
      tradeId: isId ? String(tid) : undefined,
    } as const; // prettier-ignore
    found.push(observe(context, who, row.time, trade));
  });
  return found;
}
