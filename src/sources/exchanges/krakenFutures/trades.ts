import type { Liquidation, Observation } from '../../../core/observation.ts';
import { closedList, type ReadValue } from '../closedList.ts';
import type { MapContext } from '../contract.ts';
import type { Fields } from '../kit/field.ts';
import { oneOf, optional, positive, text } from '../kit/fields.ts';
import type { Subject } from '../kit/subject.ts';
import { TRADE_FLAGS } from '../marketTrades.ts';
import { observe } from '../mapping.ts';
import { sizesOf } from './shared.ts';

/** What REST and stream call the same. `side` is the taker's. */
export const TRADE = {
  side: oneOf('buy', 'sell'),
  type: text,
  price: positive,
  uid: optional(text),
} as const;
type TradeRow = Fields<typeof TRADE>;

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
  row: TradeRow,
  atMs: number,
  size: number,
  coverage: Liquidation['coverage'],
  read: ReadValue,
  isPast = false,
): Observation[] {
  if (read(TYPES, row.type, who.venueSymbol) === undefined) return [];
  const { base: sizeBase, usd: notionalUsd, contracts: sizeContracts } = sizesOf(who, size, row.price);
  const sizes = { sizeBase, notionalUsd, sizeContracts };
  const trade = {
    kind: 'trade', takerSide: row.side, priceQuote: row.price, ...sizes, tradeId: row.uid,
  } as const; // prettier-ignore
  const observations = isPast ? [] : [observe(context, who, atMs, trade)];
  if (row.type !== 'liquidation') return observations;
  const event = {
    kind: 'liquidation', liquidatedSide: row.side === 'sell' ? 'long' : 'short', priceQuote: row.price,
    priceBasis: 'fill', ...sizes, coverage, eventId: row.uid,
  } as const; // prettier-ignore
  return [...observations, observe(context, who, atMs, event)];
}
