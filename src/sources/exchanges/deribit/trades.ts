import * as z from 'zod';
import type { Liquidation, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { decodeRow, epochMs, isRecord, optional, positive, rows, text } from '../decode.ts';
import { askedBetween, timesOf } from '../eventPage.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { observe, type Subject } from '../mapping.ts';
import {
  byInstrument,
  CREDITS,
  DOCS,
  mapFutures,
  PUBLIC,
  resultOf,
  toBase,
  toUsd,
  type Place,
} from './shared.ts';

const TRADE = z.object({
  instrument_name: optional(text),
  trade_id: z.union([text, z.int()]).optional(),
  timestamp: epochMs,
  price: positive,
  amount: positive,
  direction: z.enum(['buy', 'sell']),
  liquidation: optional(z.enum(['M', 'T', 'MT', 'none'])),
  block_trade_id: z.unknown().optional(),
  block_rfq_id: z.unknown().optional(),
  combo_id: z.unknown().optional(),
  combo_trade_id: z.unknown().optional(),
});
type TradeRow = z.infer<typeof TRADE>;

type Side = Liquidation['liquidatedSide'];

/** Who of a trade was liquidated: a taker who sells closes a long, so a maker who is sold to closes a short. */
function liquidatedSides({ liquidation, direction }: TradeRow): readonly { by: 'T' | 'M'; side: Side }[] {
  const [taker, maker] = direction === 'sell' ? (['long', 'short'] as const) : (['short', 'long'] as const);
  const all = [
    { by: 'T', side: taker },
    { by: 'M', side: maker },
  ] as const;
  return all.filter(({ by }) => liquidation !== 'none' && liquidation?.includes(by) === true);
}

/**
 * Maps rows of trades to trades (unless left out) and liquidations. Of MT both sides were liquidated: two events.
 */
export function mapTrades(
  list: readonly unknown[],
  context: MapContext,
  place: Place,
  coverage: Liquidation['coverage'],
  withTrades: boolean,
): Observation[] {
  return mapFutures(list, context, TRADE, place, (row, who: Subject) => {
    const { price: priceQuote, amount, timestamp: atMs } = row;
    const sizes = { sizeBase: toBase(who, amount, priceQuote), notionalUsd: toUsd(who, amount, priceQuote) };
    const tradeId = row.trade_id === undefined ? undefined : String(row.trade_id);
    const trade = { kind: 'trade', takerSide: row.direction, priceQuote, ...sizes, tradeId } as const;
    const sides = liquidatedSides(row);
    const events = sides.map(({ by, side: liquidatedSide }) => {
      // One trade, one id: of two events each gets its own.
      const eventId = tradeId === undefined || sides.length === 1 ? tradeId : `${tradeId}-${by}`;
      const event = { kind: 'liquidation', liquidatedSide, priceQuote, priceBasis: 'fill' } as const;
      return observe(context, who, atMs, { ...event, ...sizes, coverage, eventId });
    });
    const isTaken = withTrades && isMarketTrade('deribit', row);
    return isTaken ? [observe(context, who, atMs, trade), ...events] : events;
  });
}

export const tradesPoll = (
  id: string,
  name: string,
  withTrades: boolean,
  request: ObservationPoll['request'] = () => undefined,
): ObservationPoll<never> =>
  definePoll({
    id: `deribit/${id}`,
    method: 'GET',
    path: `${PUBLIC}/${name}`,
    docsUrl: `${DOCS}/#public-${name}`,
    weight: CREDITS,
    yields: withTrades ? ['trade', 'liquidation'] : ['liquidation'],
    // Of the trades asked for, most are no liquidations.
    mayBeEmpty: !withTrades,
    tense: 'history',
    cadenceMs: MINUTE_MS,
    request,
    schema: () => z.unknown(),
    // Every liquidation is among the trades. Not paged: of a day these are tens of thousands.
    events: {
      coverage: 'complete',
      page(payload, context) {
        const { value } = resultOf(payload);
        if (!isRecord(value) || !Array.isArray(value['trades'])) return undefined;
        const asked = askedBetween(context, 'start_timestamp', 'end_timestamp');
        const isCut = value['has_more'] !== false;
        return { rowTimesMs: timesOf(value['trades'], 'timestamp'), isCut, asked };
      },
    },
    map(payload, context) {
      const { value, path } = resultOf(payload);
      const isBare = Array.isArray(value);
      const page = z.object({ trades: rows, has_more: optional(z.boolean()) });
      const answer = decodeRow(isBare ? { trades: value } : value, page, path, context);
      if (answer === undefined) return [];
      const at = isBare ? path : path === '' ? 'trades' : `${path}.trades`;
      // Every liquidation is among the trades; with `has_more` the answer is not the whole of the time asked for.
      const isWhole = answer.has_more === undefined ? undefined : !answer.has_more;
      const coverage = isWhole === undefined ? 'unverified' : isWhole ? 'complete' : 'sampled';
      const place = { path: at, requested: context.params['instrument_name'] };
      return mapTrades(answer.trades, context, place, coverage, withTrades);
    },
  });

export const BY_TIME = 'get_last_trades_by_instrument_and_time';

/** Liquidations of the last hour among its newest 1000 trades: fills the gaps of the stream. */
export const liquidations = tradesPoll(
  'liquidations',
  BY_TIME,
  false,
  byInstrument(BY_TIME, (nowMs) => ({
    start_timestamp: String(nowMs - HOUR_MS),
    end_timestamp: String(nowMs),
    count: '1000',
    sorting: 'desc',
  })),
);
