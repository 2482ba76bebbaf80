import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import type { MapContext } from '../contract.ts';
import { decodeRow, epochMs, optional, positive, text } from '../decode.ts';
import { observe } from '../mapping.ts';
import { subjectOfCoin } from './shared.ts';

/** `B` is a buying taker, `A` a selling one. No trade says whether it is a liquidation. */
const SIDES = { B: 'buy', A: 'sell' } as const;
const TRADE = z.object({
  coin: text, side: z.enum(['B', 'A']), px: positive, sz: positive, time: epochMs, tid: optional(z.unknown()),
}); // prettier-ignore

/** Maps trades, sizes in coins, one by one. An id that JSON cannot carry exactly is none. */
export function mapTrades(
  list: readonly unknown[],
  context: MapContext,
  pathOf: (index: number) => string,
): Observation[] {
  return list.flatMap((raw, index): Observation[] => {
    const path = pathOf(index);
    const row = decodeRow(raw, TRADE, path, context);
    const who = row === undefined ? undefined : subjectOfCoin(context, row.coin, path);
    if (row === undefined || who === undefined) return [];
    const id = typeof row.tid === 'string' || Number.isSafeInteger(row.tid) ? String(row.tid) : undefined;
    const trade = {
      kind: 'trade', takerSide: SIDES[row.side], priceQuote: row.px, sizeBase: row.sz, notionalUsd: row.px * row.sz,
      tradeId: id,
    } as const; // prettier-ignore
    return [observe(context, who, row.time, trade)];
  });
}
