import * as z from 'zod';
import type { Liquidation, Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import {
  decodeAllRows,
  decodeRows,
  epochMs,
  nonNegative,
  optional,
  positive,
  readDecimal,
  rows,
  text,
} from '../decode.ts';
import { timesOf } from '../eventPage.ts';
import { observe, reportUnknownSize, subjectOf, type Subject } from '../mapping.ts';
import { sumDepth, type Level } from '../orderBook.ts';
import {
  amountOf,
  answer,
  byInstId,
  DOCS,
  dollars,
  mapData,
  pairOf,
  parseSymbol,
  perTwoSeconds,
  requestedInstId,
} from './shared.ts';

/** A book with its time. */
export const bookRow = () => z.object({ bids: rows, asks: rows, ts: optional(epochMs) });

/**
 * Sums a book. Level sizes are contracts (coins of spot pairs); with a known contract size they become coins, without
 * one they stay what they are.
 */
export function depthOf(
  context: MapContext,
  who: Subject,
  book: z.infer<ReturnType<typeof bookRow>>,
  path: string,
): Observation[] {
  // Rows are [price, contracts, (deprecated,) orders].
  const level = z.tuple([positive, nonNegative]).rest(z.unknown());
  const levels = (list: readonly unknown[], name: string): Level[] =>
    decodeAllRows(list, level, `${path}.${name}`, context)
      .filter(([, contracts]) => contracts > 0)
      .map(([price, contracts]) => [price, amountOf(contracts, who, price).base ?? contracts]);
  const isSized = who.instrument !== undefined || who.market === 'spot';
  if (!isSized) reportUnknownSize(context, who, path);
  const [bids, asks] = [levels(book.bids, 'bids'), levels(book.asks, 'asks')];
  const sums = sumDepth(bids, asks, isSized ? 1 : undefined);
  if (sums === undefined) return [];
  const usd = { bidUsd: dollars(sums.bidUsd, who), askUsd: dollars(sums.askUsd, who) };
  return [observe(context, who, book.ts, { kind: 'depth', ...sums, ...usd })];
}

/** `books-full` holds 5000 levels a side; `books` at most 400, which on BTC ends far inside 1 %: only a fallback. */
export function depth(name: 'books-full' | 'books'): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  return definePoll({
    id: `okx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#order-book-trading-market-data-get-${name === 'books' ? 'order-book' : 'full-order-book'}`,
    weight: 1,
    scope: perTwoSeconds(path, name === 'books-full' ? 10 : 40),
    yields: ['depth'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    request: byInstId(path, { sz: name === 'books-full' ? '5000' : '400' }),
    ...(name === 'books-full' ? { fallbacks: [depth('books')] } : {}),
    schema: answer,
    map(payload, context) {
      return decodeRows(payload.data, bookRow(), 'data', context).flatMap((row) => {
        const who = subjectOf({ parseSymbol }, context, undefined, requestedInstId(context), 'data[0]');
        return who === undefined ? [] : depthOf(context, who, row, 'data[0]');
      });
    },
  });
}

export const liquidationRow = () => z.object({ instId: text, uly: optional(text), details: rows });

export const liquidations: ObservationPoll<never> = definePoll({
  id: 'okx/liquidations',
  method: 'GET',
  path: '/api/v5/public/liquidation-orders',
  docsUrl: `${DOCS}#public-data-rest-api-get-liquidation-orders`,
  weight: 1,
  scope: perTwoSeconds('/api/v5/public/liquidation-orders', 40),
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
  events: {
    coverage: 'unverified',
    // Newest first. How far back it reaches is not documented alike everywhere, so that a page proves no more than its rows.
    page(payload, { params }) {
      const times = payload.data.flatMap((group) => {
        const { details } = group as { details?: unknown };
        return Array.isArray(details) ? timesOf(details, 'ts') : [];
      });
      // `after` is older than, without the time itself.
      const after = readDecimal(params['after']);
      return { rowTimesMs: times, isCut: true, asked: after === undefined ? {} : { toMs: after - 1 } };
    },
    earlier: ({ instrument, nowMs }, edgeMs) => {
      const first = liquidations.request({ instrument, nowMs });
      return first && { ...first, query: { ...first.query, after: String(edgeMs + 1) } };
    },
  },
  map(payload, context) {
    const asked = context.params['uly'] ?? context.params['instFamily'];
    return mapData(payload.data, context, liquidationRow(), (row, who, path) => {
      const pair = row.uly ?? pairOf(row.instId);
      if (asked !== undefined && pair !== asked) {
        const message = `asked for ${asked}, the answer is about ${pair}`;
        context.report({ code: 'wrong-instrument', path, message });
        return [];
      }
      return liquidationsOf(context, who, row.details, `${path}.details`, 'unverified');
    });
  },
});

/** `side` is the order that closes the position: sell means a long was liquidated. `posSide` may be `net`. */
export function liquidationsOf(
  context: MapContext,
  who: Subject,
  details: readonly unknown[],
  path: string,
  coverage: Liquidation['coverage'],
): Observation[] {
  const schema = z.object({
    side: optional(z.enum(['buy', 'sell'])),
    posSide: optional(text),
    bkPx: positive,
    sz: positive,
    ts: epochMs,
  });
  if (who.instrument === undefined && details.length > 0) reportUnknownSize(context, who, path);
  return decodeRows(details, schema, path, context).flatMap((row) => {
    const ofPosition = row.posSide === 'long' || row.posSide === 'short' ? row.posSide : undefined;
    const ofOrder = row.side === undefined ? undefined : row.side === 'sell' ? 'long' : 'short';
    const liquidatedSide = ofOrder ?? ofPosition;
    if (liquidatedSide === undefined) {
      const message = 'neither the side of the order nor that of the position is stated';
      context.report({ code: 'decode', path, message });
      return [];
    }
    const opposite = liquidatedSide === 'long' ? 'short' : 'long';
    if (ofPosition === opposite) {
      const message = `a ${row.side ?? ''} order cannot close a ${opposite} position`;
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
        coverage,
      }),
    ];
  });
}
