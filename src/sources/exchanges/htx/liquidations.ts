import type { Liquidation, Observation } from '../../../core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../core/units.ts';
import { definePoll, variantOf, type MapContext, type ObservationPoll } from '../contract.ts';
import { askedBetween, isFull, timesOf } from '../eventPage.ts';
import { amounts } from '../kit/amounts.ts';
import { mapEach } from '../kit/eachRow.ts';
import type { Fields } from '../kit/field.ts';
import { epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import { rowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { sizeReporter } from '../kit/unknownSize.ts';
import { observe } from '../mapping.ts';
import { answer, at, byCode, DOCS, DOCS_V5, rowsOf } from './shared.ts';

const size = optionalNonZero(nonNegative);
const ROW = {
  contract_code: optional(text),
  created_at: optional(epochMs), liquidation_time: optional(epochMs),
  direction: optional(text), offset: optional(text), side: optional(text), position_side: optional(text),
  price: optionalNonZero(positive), bankrupt_price: optionalNonZero(positive),
  volume: size, amount: size, trade_turnover: size,
} as const; // prettier-ignore
const READER = rowReader(ROW, { symbol: 'contract_code' });
type Row = Fields<typeof ROW>;

/** The position's side: as v5 states it, else from the order that closed it: a long is sold. */
function liquidatedSide(row: Row): Liquidation['liquidatedSide'] | undefined {
  if (row.position_side === 'long' || row.position_side === 'short') return row.position_side;
  // An order that opens a position liquidates none; `both` is one-way mode.
  if (row.offset !== undefined && row.offset !== 'close' && row.offset !== 'both') return undefined;
  const order = row.direction ?? row.side;
  return order === 'sell' ? 'long' : order === 'buy' ? 'short' : undefined;
}

const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= 0.01 * Math.abs(other);

/**
 * `volume` counts contracts. `amount` is coins in v1 and v3 and repeats the contracts in v5, so it is taken for coins
 * only where amount × price is the stated turnover.
 */
function sizesOf(row: Row, who: Subject, priceQuote: number) {
  const converted = amounts(who, 'contracts', row.volume, priceQuote).base;
  const isCoins =
    row.amount !== undefined &&
    row.trade_turnover !== undefined &&
    isNear(row.amount * priceQuote, row.trade_turnover);
  const sizeBase = isCoins ? row.amount : converted;
  return {
    sizeBase,
    sizeContracts: sizeBase === undefined ? row.volume : undefined,
    notionalUsd: row.trade_turnover ?? (sizeBase === undefined ? undefined : sizeBase * priceQuote),
  };
}

/**
 * Maps liquidations of the REST answers and the stream. The same event has an id in REST and none in the stream, so
 * none is passed on: it is told apart by time, side, price and size in both.
 */
export function liquidationRows(data: unknown, context: MapContext): Observation[] {
  const reportSize = sizeReporter(context);
  const { list, path } = rowsOf(data);
  return mapEach(context, list, path, READER, (row, who, place) => {
    const side = liquidatedSide(row);
    const atMs = row.liquidation_time ?? row.created_at;
    const priceQuote = row.bankrupt_price ?? row.price;
    const problem =
      side === undefined ? 'no side of a closed position'
      : atMs === undefined ? 'no time'
      : priceQuote === undefined ? 'no price'
      : undefined; // prettier-ignore
    if (side === undefined || atMs === undefined || priceQuote === undefined) {
      context.report({ code: 'decode', path: String(place), message: `the liquidation states ${problem}` });
      return [];
    }
    const sizes = sizesOf(row, who, priceQuote);
    if ((sizes.sizeBase ?? sizes.sizeContracts ?? sizes.notionalUsd) === undefined) {
      context.report({ code: 'decode', path: String(place), message: 'the liquidation states no size' });
      return [];
    }
    if (sizes.sizeContracts !== undefined) reportSize(who, place, 'volume');
    const event = {
      kind: 'liquidation', liquidatedSide: side, priceQuote, priceBasis: 'bankruptcy', ...sizes, coverage: 'unverified',
    } as const; // prettier-ignore
    return [observe(context, who, atMs, event)];
  });
}

const V5 = '/v5/market/liquidation_orders';
const V3 = '/linear-swap-api/v3/swap_liquidation_orders';
/** Both take two days at most; an hour is asked for, so that a page is enough in busy hours. */
const WINDOW_MS = HOUR_MS;
/** Two days by the documentation; what is left is a day, the hour that runs and one more. */
const KEPT_MS = 26 * HOUR_MS;
/** What is past is quieter on the whole, and asked for once. */
const EARLIER_WINDOW_MS = 6 * HOUR_MS;
const windowOf = (endMs: number, lengthMs = WINDOW_MS): Record<string, string> => ({
  start_time: String(endMs - lengthMs),
  end_time: String(endMs),
});

export const liquidations: ObservationPoll<never> = definePoll({
  id: 'htx/liquidations',
  ...at(V5, DOCS_V5),
  yields: ['liquidation'],
  mayBeEmpty: true,
  tense: 'history',
  cadenceMs: MINUTE_MS,
  request: (scope) => byCode(V5, { ...windowOf(scope.nowMs), limit: '100' })(scope),
  schema: answer,
  events: {
    coverage: 'unverified',
    page({ data }, context) {
      const { list } = rowsOf(data);
      const asked = askedBetween(context, 'start_time', 'end_time');
      const keptFromMs = context.receivedAtMs - KEPT_MS;
      return {
        rowTimesMs: timesOf(list, 'liquidation_time'),
        isCut: isFull(list, context),
        asked,
        keptFromMs,
      };
    },
    // A second over the edge, so that the windows overlap.
    earlier: ({ instrument, nowMs }, edgeMs) =>
      byCode(V5, { ...windowOf(edgeMs + SECOND_MS, EARLIER_WINDOW_MS), limit: '100' })({ instrument, nowMs }),
  },
  map: ({ data }, context) => liquidationRows(data, context),
});

/** Older answers name no limit: they bring events, and prove no hour. */
export const { events: _paging, ...unproved } = liquidations;

export const liquidationsV3 = {
  ...variantOf(unproved, {
    id: 'htx/liquidations-v3',
    request: ({ instrument, nowMs }) => ({
      method: 'GET',
      path: V3,
      // 0: longs and shorts.
      query: { contract: instrument.venueSymbol, trade_type: '0', ...windowOf(nowMs) },
    }),
  }),
  path: V3,
  docsUrl: `${DOCS}#general-query-liquidation-orders-new`,
};
