import type { Liquidation, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/units.ts';
import { askedBy, definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { askedBetween, timesOf } from '../eventPage.ts';
import { isRecord } from '../kit/field.ts';
import { anything, epochMs, flag, oneOf, optional, positive, text } from '../kit/fields.ts';
import { idText } from '../kit/ids.ts';
import { object, rows } from '../kit/payloads.ts';
import { pathOf } from '../kit/place.ts';
import { readWhole, rowReader, type RowOf } from '../kit/rowReader.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { observe } from '../mapping.ts';
import { at, byInstrument, eachFuture, resultOf, sizesOf, type Place } from './shared.ts';

const TRADE = rowReader({
  instrument_name: optional(text), trade_id: idText, timestamp: epochMs, price: positive, amount: positive,
  direction: oneOf('buy', 'sell'), liquidation: optional(oneOf('M', 'T', 'MT', 'none')),
  block_trade_id: anything, block_rfq_id: anything, combo_id: anything, combo_trade_id: anything,
}); // prettier-ignore
type TradeRow = RowOf<typeof TRADE>;

type Side = Liquidation['liquidatedSide'];
const NOBODY: readonly { by: 'T' | 'M'; side: Side }[] = [];

/** Who of a trade was liquidated: a taker who sells closes a long, so a maker who is sold to closes a short. */
function liquidatedSides({ liquidation, direction }: TradeRow): typeof NOBODY {
  if (liquidation === undefined || liquidation === 'none') return NOBODY;
  const [taker, maker] = direction === 'sell' ? (['long', 'short'] as const) : (['short', 'long'] as const);
  const all = [
    { by: 'T', side: taker },
    { by: 'M', side: maker },
  ] as const;
  return all.filter(({ by }) => liquidation.includes(by));
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
  const found: Observation[] = [];
  eachFuture(context, list, place, TRADE, (row, who) => {
    const { price: priceQuote, timestamp: atMs, trade_id: tradeId } = row;
    const sides = liquidatedSides(row);
    const isTaken = withTrades && isMarketTrade('deribit', row);
    if (!isTaken && sides.length === 0) return;
    const { base: sizeBase, usd: notionalUsd } = sizesOf(who, row.amount, priceQuote);
    const sizes = { sizeBase, notionalUsd };
    if (isTaken) {
      const trade = { kind: 'trade', takerSide: row.direction, priceQuote, ...sizes, tradeId } as const;
      found.push(observe(context, who, atMs, trade));
    }
    for (const { by, side: liquidatedSide } of sides) {
      // One trade, one id: of two events each gets its own.
      const eventId = tradeId === undefined || sides.length === 1 ? tradeId : `${tradeId}-${by}`;
      const event = { kind: 'liquidation', liquidatedSide, priceQuote, priceBasis: 'fill' } as const;
      found.push(observe(context, who, atMs, { ...event, ...sizes, coverage, eventId }));
    }
  });
  return found;
}

const PAGE = object({ trades: rows, has_more: optional(flag) });

/** A poll of trades; one without a request is not asked. */
export const tradesPoll = (
  id: string,
  name: string,
  withTrades: boolean,
  request?: ObservationPoll['request'],
): ObservationPoll<never> =>
  definePoll({
    id: `deribit/${id}`,
    ...at(name),
    yields: withTrades ? ['trade', 'liquidation'] : ['liquidation'],
    // Of the trades asked for, most are no liquidations.
    mayBeEmpty: !withTrades,
    tense: 'history',
    cadenceMs: MINUTE_MS,
    ...askedBy(request),
    schema: anything,
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
      const answer = readWhole(isBare ? { trades: value } : value, PAGE, path, context);
      if (answer === undefined) return [];
      // Every liquidation is among the trades; with `has_more` the answer is not the whole of the time asked for.
      const isWhole = answer.has_more === undefined ? undefined : !answer.has_more;
      const coverage = isWhole === undefined ? 'unverified' : isWhole ? 'complete' : 'sampled';
      const place = { path: isBare ? path : pathOf(path, 'trades') };
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
