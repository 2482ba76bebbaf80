import * as z from 'zod';
import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decodeAllRows,
  decodeRows,
  epochMs,
  nonNegative,
  optional,
  positive,
  rows,
  text,
} from '../decode.ts';
import { observe, reportUnknownSize, subjectOf, type Subject } from '../mapping.ts';
import { sumDepth, type Level } from '../orderBook.ts';
import {
  amountOf,
  answer,
  byInstId,
  DOCS,
  dollars,
  isSpot,
  mapData,
  parseSymbol,
  requestedInstId,
} from './shared.ts';

/** Level sizes are contracts; with a known contract size they become coins, without one they stay what they are. */
function depthOf(
  context: MapContext,
  who: Subject,
  sides: { bids: readonly unknown[]; asks: readonly unknown[] },
  path: string,
): ReturnType<typeof sumDepth> {
  const { instrument } = who;
  // Rows are [price, contracts, (deprecated,) orders].
  const level = z.tuple([positive, nonNegative]).rest(z.unknown());
  const levels = (list: readonly unknown[], name: string): Level[] =>
    decodeAllRows(list, level, `${path}.${name}`, context)
      .filter(([, contracts]) => contracts > 0)
      .map(([price, contracts]) => [price, amountOf(contracts, who, price).base ?? contracts]);
  if (instrument === undefined) reportUnknownSize(context, who, path);
  const [bids, asks] = [levels(sides.bids, 'bids'), levels(sides.asks, 'asks')];
  return sumDepth(bids, asks, instrument === undefined ? undefined : 1);
}

/** `books-full` holds 5000 levels a side; `books` at most 400, which on BTC ends far inside 1 %: only a fallback. */
export function depth(name: 'books-full' | 'books'): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  return definePoll({
    id: `okx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#order-book-trading-market-data-get-${name === 'books' ? 'order-book' : 'full-order-book'}`,
    weight: 2,
    yields: ['depth'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: byInstId(path, { sz: name === 'books-full' ? '5000' : '400' }),
    ...(name === 'books-full' ? { fallbacks: [depth('books')] } : {}),
    schema: answer,
    map(payload, context) {
      const book = z.object({ bids: rows, asks: rows, ts: optional(epochMs) });
      return decodeRows(payload.data, book, 'data', context).flatMap((row) => {
        const who = subjectOf({ parseSymbol }, context, undefined, requestedInstId(context), 'data[0]');
        if (who === undefined || isSpot(context, who, 'data[0]')) return [];
        const sums = depthOf(context, who, row, 'data[0]');
        if (sums === undefined) return [];
        const usd = { bidUsd: dollars(sums.bidUsd, who), askUsd: dollars(sums.askUsd, who) };
        return [observe(context, who, row.ts, { kind: 'depth', ...sums, ...usd })];
      });
    },
  });
}

export const liquidations = definePoll({
  id: 'okx/liquidations',
  method: 'GET',
  path: '/api/v5/public/liquidation-orders',
  docsUrl: `${DOCS}#public-data-rest-api-get-liquidation-orders`,
  weight: 1,
  yields: ['liquidation'],
  mayBeEmpty: true,
  tense: 'history',
  cadenceMs: MINUTE_MS,
  request(scope) {
    const { kind, venueSymbol } = scope.instrument;
    const uly = kind === 'perpetual' ? /^([^-]+-(?:USDT|USD))-SWAP$/.exec(venueSymbol)?.[1] : undefined;
    if (uly === undefined) return undefined;
    return {
      method: 'GET',
      path: '/api/v5/public/liquidation-orders',
      query: { instType: 'SWAP', uly, state: 'filled', limit: '100' },
    };
  },
  schema: answer,
  map(payload, context) {
    const schema = z.object({ instId: text, uly: optional(text), details: rows });
    const asked = context.params['uly'];
    return mapData(payload.data, context, schema, (row, who, path) => {
      if (asked !== undefined && row.uly !== undefined && row.uly !== asked) {
        const message = `asked for ${asked}, the answer is about ${row.uly}`;
        context.report({ code: 'wrong-instrument', path, message });
        return [];
      }
      return mapDetails(context, who, row.details, `${path}.details`);
    });
  },
});

/** `side` is the order that closes the position: sell means a long was liquidated. `posSide` may be `net`. */
function mapDetails(
  context: MapContext,
  who: Subject,
  details: readonly unknown[],
  path: string,
): Observation[] {
  const schema = z.object({
    side: z.enum(['buy', 'sell']),
    posSide: optional(text),
    bkPx: positive,
    sz: positive,
    ts: epochMs,
  });
  if (who.instrument === undefined && details.length > 0) reportUnknownSize(context, who, path);
  return decodeRows(details, schema, path, context).flatMap((row) => {
    const liquidatedSide = row.side === 'sell' ? 'long' : 'short';
    const opposite = liquidatedSide === 'long' ? 'short' : 'long';
    if (row.posSide === opposite) {
      const message = `a ${row.side} order cannot close a ${opposite} position`;
      context.report({ code: 'implausible', path, message });
      return [];
    }
    const amount = amountOf(row.sz, who, row.bkPx);
    const notional = amount.base === undefined ? undefined : amount.base * row.bkPx;
    return [
      observe(context, who, row.ts, {
        kind: 'liquidation',
        liquidatedSide,
        priceQuote: row.bkPx,
        priceBasis: 'bankruptcy',
        sizeBase: amount.base,
        sizeContracts: who.instrument === undefined ? row.sz : undefined,
        notionalUsd: amount.usd ?? dollars(notional, who),
        coverage: 'unverified',
      }),
    ];
  });
}
