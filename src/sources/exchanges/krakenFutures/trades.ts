import * as z from 'zod';
import type { Liquidation, Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { closedList, withClosedLists, type ReadValue } from '../closedList.ts';
import { definePoll, type MapContext } from '../contract.ts';
import { decodeRow, optional, positive, rows, text } from '../decode.ts';
import { TRADE_FLAGS } from '../marketTrades.ts';
import { observe, type Subject } from '../mapping.ts';
import { DOCS, isoTime, sizeReporter, sizesOf, subject, V3 } from './shared.ts';

/** What REST and stream call the same. `side` is the taker's. */
export const TRADE = {
  side: z.enum(['buy', 'sell']),
  type: text,
  price: positive,
  uid: optional(text),
};
type TradeRow = z.infer<z.ZodObject<typeof TRADE>>;

/** What is agreed or forced beside the book (marketTrades.ts) is known, and nobody took. */
const TYPES = closedList<'fill' | 'liquidation'>(
  'type',
  { fill: 'fill', liquidation: 'liquidation' },
  TRADE_FLAGS.flatMap(({ exchange, isBeside }) =>
    exchange === 'kraken-futures' && isBeside !== 'set' ? isBeside : [],
  ),
);

/**
 * A liquidation is a trade whose taker is the liquidation order: one that sells closes a long. It is both, an event and
 * part of the taker volume; `isPast` leaves out the trade, which was pushed when it happened.
 */
export function tradesOf(
  context: MapContext,
  who: Subject,
  row: TradeRow & { readonly atMs: number; readonly size: number },
  coverage: Liquidation['coverage'],
  read: ReadValue,
  isPast = false,
): Observation[] {
  if (read(TYPES, row.type, who.venueSymbol) === undefined) return [];
  const { base: sizeBase, usd: notionalUsd, contracts: sizeContracts } = sizesOf(who, row.size, row.price);
  const sizes = { sizeBase, notionalUsd, sizeContracts };
  const trade = {
    kind: 'trade', takerSide: row.side, priceQuote: row.price, ...sizes, tradeId: row.uid,
  } as const; // prettier-ignore
  const observations = isPast ? [] : [observe(context, who, row.atMs, trade)];
  if (row.type !== 'liquidation') return observations;
  const event = {
    kind: 'liquidation', liquidatedSide: row.side === 'sell' ? 'long' : 'short', priceQuote: row.price,
    priceBasis: 'fill', ...sizes, coverage, eventId: row.uid,
  } as const; // prettier-ignore
  return [...observations, observe(context, who, row.atMs, event)];
}

/** The last hundred trades; the stream repeats as many when it is subscribed, so that this is not asked for. */
export const tradeHistory = definePoll({
  id: 'kraken-futures/trade-history',
  method: 'GET',
  path: `${V3}/history`,
  docsUrl: `${DOCS}/trading/get-history`,
  weight: 1,
  yields: ['trade', 'liquidation'],
  tense: 'history',
  cadenceMs: 15 * MINUTE_MS,
  mayBeEmpty: true,
  request: () => undefined,
  schema: () => z.object({ history: rows }),
  map({ history }, context) {
    const who = subject(context, undefined, context.params['symbol'], '');
    if (who === undefined) return [];
    const schema = z.object({ ...TRADE, time: isoTime, size: positive });
    const reportSize = sizeReporter(context);
    return withClosedLists(context, { path: 'history', things: 'trades', mayBeEmpty: true }, (read) =>
      history.flatMap((raw, index) => {
        const path = `history[${index}]`;
        const row = decodeRow(raw, schema, path, context);
        if (row === undefined) return [];
        reportSize(who, `${path}.size`);
        return tradesOf(context, who, { ...row, atMs: row.time }, 'unverified', read);
      }),
    );
  },
});
