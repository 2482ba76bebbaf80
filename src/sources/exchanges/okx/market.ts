import type { Liquidation, Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { timesOf } from '../eventPage.ts';
import { amounts } from '../kit/amounts.ts';
import { readSide, sumBook, type Side } from '../kit/book.ts';
import { readDecimal } from '../kit/decimals.ts';
import { epochMs, oneOf, optional, positive, text } from '../kit/fields.ts';
import { rows } from '../kit/payloads.ts';
import { rowReader } from '../kit/rowReader.ts';
import { dollars, type Subject } from '../kit/subject.ts';
import { observe, reportUnknownSize } from '../mapping.ts';
import { answer, asks, byInstId, DOCS, mapContracts, pairOf, perTwoSeconds } from './shared.ts';

/** A book with its time. */
export interface Book {
  readonly bids: readonly unknown[];
  readonly asks: readonly unknown[];
  readonly ts: number | undefined;
}

const BOOK = rowReader({ bids: rows, asks: rows, ts: optional(epochMs) });

/**
 * Sums a book. Level sizes are contracts (coins of spot pairs); with a known contract size they become coins, without
 * one they stay what they are.
 */
export function depthOf(context: MapContext, who: Subject, book: Book, path: string): Observation[] {
  // Rows are [price, contracts, (deprecated,) orders].
  const toCoins = coinsPer(who);
  const side = (name: 'bids' | 'asks'): Side => readSide(context, book[name], `${path}.${name}`, toCoins);
  const isSized = who.instrument !== undefined || who.market === 'spot';
  if (!isSized) reportUnknownSize(context, who, path);
  const sums = sumBook(side('bids'), side('asks'), isSized ? 1 : undefined);
  if (sums === undefined) return [];
  const usd = { bidUsd: dollars(sums.bidUsd, who), askUsd: dollars(sums.askUsd, who) };
  return [observe(context, who, book.ts, { kind: 'depth', ...sums, ...usd })];
}

/** Returns what makes coins of a level's size; undefined where the size counts coins, or nobody knows what. */
function coinsPer({ market, instrument }: Subject): ((size: number, price: number) => number) | undefined {
  if (market === 'spot' || instrument === undefined) return undefined;
  const { amount, unit } = instrument.contractSize;
  return unit === 'base' ? (size) => size * amount : (size, price) => (size * amount) / price;
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
    asks,
    schema: answer,
    map: ({ data }, context) =>
      BOOK.list(data, 'data', context).flatMap((row) => {
        const who = context.subject(undefined, 'data[0]');
        return who === undefined ? [] : depthOf(context, who, row, 'data[0]');
      }),
  });
}

const LIQUIDATED = rowReader({ instId: text, uly: optional(text), details: rows }, { symbol: 'instId' });

/** Polls, which ask for a pair, and pushes have the same rows. */
export function mapLiquidations(
  data: readonly unknown[],
  context: MapContext,
  coverage: Liquidation['coverage'],
  asked?: string,
): Observation[] {
  return mapContracts(context, data, LIQUIDATED, (row, who, at) => {
    const pair = row.uly ?? pairOf(row.instId);
    if (asked === undefined || pair === asked)
      return liquidationsOf(context, who, row.details, at.of('details'), coverage);
    const message = `asked for ${asked}, the answer is about ${pair}`;
    context.report({ code: 'wrong-instrument', path: at.toString(), message });
    return [];
  });
}

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
  asks,
  map({ data }, context) {
    const { uly, instFamily } = context.params;
    return mapLiquidations(data, context, 'unverified', uly ?? instFamily);
  },
});

const DETAIL = rowReader({
  side: optional(oneOf('buy', 'sell')),
  posSide: optional(text),
  bkPx: positive,
  sz: positive,
  ts: epochMs,
});

/** `side` is the order that closes the position: sell means a long was liquidated. `posSide` may be `net`. */
function liquidationsOf(
  context: MapContext,
  who: Subject,
  details: readonly unknown[],
  path: string,
  coverage: Liquidation['coverage'],
): Observation[] {
  if (who.instrument === undefined && details.length > 0) reportUnknownSize(context, who, path);
  return DETAIL.list(details, path, context).flatMap((row) => {
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
    const amount = amounts(who, 'contracts', row.sz, row.bkPx);
    return [
      observe(context, who, row.ts, {
        kind: 'liquidation',
        liquidatedSide,
        priceQuote: row.bkPx,
        priceBasis: 'bankruptcy',
        sizeBase: amount.base,
        sizeContracts: amount.contracts,
        notionalUsd: amount.usd,
        coverage,
      }),
    ];
  });
}
