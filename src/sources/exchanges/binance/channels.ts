import type { Observation } from '../../../core/observation.ts';
import { MINUTE_MS } from '../../../core/units.ts';
import type { MapContext } from '../contract.ts';
import { mapEach } from '../kit/eachRow.ts';
import { isRecord, plainText } from '../kit/field.ts';
import {
  anything, decimal, epochMs, flag, nonNegative, oneOf, optional, optionalNonZero, plainNumber, positive, text,
} from '../kit/fields.ts'; // prettier-ignore
import { either, oneOrMany } from '../kit/payloads.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowReader } from '../kit/rowReader.ts';
import type { Subject } from '../kit/subject.ts';
import { isMarketTrade } from '../marketTrades.ts';
import { observe } from '../mapping.ts';
import { defineChannel } from '../stream.ts';
import { markAndFunding } from './readings.ts';

const DOCS = 'https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams';
const SPOT_DOCS = 'https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams';

/** What a frame holds, bare or wrapped with the name of its stream: an event, of all-market streams a list of them. */
export const contentOf = (frame: unknown): unknown =>
  isRecord(frame) && frame['data'] !== undefined ? frame['data'] : frame;

/** COIN-M events look like ours and count contracts. */
const COIN_MARGINED = /USD_(?:PERP|\d{6})$/;
const isCoinMargined = (row: unknown): boolean => {
  const symbol = isRecord(row) ? row['s'] : undefined;
  // Of a pushed trade the name is looked at no further than for this sign.
  return typeof symbol === 'string' && symbol.includes('_') && COIN_MARGINED.test(symbol);
};

/** Maps the events of a frame one by one. `part` is the key under which the part stands that names the symbol as `s`. */
function mapEvents<T>(
  frame: unknown,
  context: MapContext,
  reader: RowReader<T>,
  part: string | undefined,
  map: (row: T, who: Subject, at: Place) => Observation[],
): Observation[] {
  const content = contentOf(frame);
  const events = Array.isArray(content) ? (content as unknown[]) : [content];
  const list =
    part === undefined ? events : events.map((event) => (isRecord(event) ? event[part] : undefined));
  if (!list.some(isCoinMargined)) return mapEach(context, list, '', reader, map);
  for (const [index, row] of list.entries()) {
    if (!isCoinMargined(row)) continue;
    const message = `${plainText((row as { s?: unknown }).s).slice(0, 64)}: COIN-M contracts are not read`;
    context.report({ code: 'unsupported', path: `[${index}]`, message });
  }
  const others = list.filter((row) => !isCoinMargined(row));
  return mapEach(context, others, '', reader, map);
}

const topicsWith =
  (suffix: string) =>
  (instruments: readonly { readonly venueSymbol: string }[]): string[] =>
    instruments.map(({ venueSymbol }) => `${venueSymbol.toLowerCase()}${suffix}`);

const ORDER = rowReader(
  {
    s: text,
    S: oneOf('BUY', 'SELL'),
    X: optional(text),
    ap: optionalNonZero(positive),
    p: optionalNonZero(positive),
    z: optional(nonNegative),
    q: optional(nonNegative),
    T: epochMs,
  },
  { symbol: 's' },
);

export const liquidations = defineChannel({
  id: 'binance/stream-forceOrder',
  docsUrl: `${DOCS}/All-Market-Liquidation-Order-Streams`,
  yields: ['liquidation'],
  rhythm: 'events',
  staleAfterMs: 10 * MINUTE_MS,
  coverage: 'sampled',
  // One topic for the whole market: what happens to any contract shows that the stream lives.
  topics: (instruments) => (instruments.length === 0 ? [] : ['!forceOrder@arr']),
  schema: oneOrMany,
  map(frame, context) {
    return mapEvents(frame, context, ORDER, 'o', (row, who, at) => {
      // What was filled; an order that states no fills counts only if it was filled whole.
      const sizeBase = row.z === undefined || row.z === 0 ? (row.X === 'FILLED' ? row.q : 0) : row.z;
      const priceQuote = row.ap ?? row.p;
      if (sizeBase === undefined || sizeBase === 0 || priceQuote === undefined) {
        const message = 'the order states no filled quantity or no price';
        context.report({ code: 'decode', path: at.toString(), message });
        return [];
      }
      return [
        observe(context, who, row.T, {
          kind: 'liquidation',
          // The side is the order's: selling closes a long.
          liquidatedSide: row.S === 'SELL' ? 'long' : 'short',
          priceQuote,
          priceBasis: row.ap === undefined ? 'order' : 'fill',
          sizeBase,
          notionalUsd: sizeBase * priceQuote,
          coverage: 'sampled',
        }),
      ];
    });
  },
});

const MARK = rowReader(
  {
    s: text,
    E: epochMs,
    p: optionalNonZero(positive),
    i: optionalNonZero(positive),
    r: optional(decimal),
    T: optionalNonZero(epochMs),
  },
  { symbol: 's' },
);

export const markPrice = defineChannel({
  id: 'binance/stream-markPrice',
  docsUrl: `${DOCS}/Mark-Price-Stream`,
  yields: ['mark-price', 'funding-rate'],
  rhythm: 'steady',
  staleAfterMs: 30_000,
  topics: topicsWith('@markPrice@1s'),
  schema: oneOrMany,
  map(frame, context) {
    return mapEvents(frame, context, MARK, undefined, (row, who, at) => {
      const { E: atMs, p: markPriceQuote, i: indexPriceQuote, r: rate, T: settlesAtMs } = row;
      const fields = { atMs, markPriceQuote, indexPriceQuote, rate, settlesAtMs };
      return markAndFunding(context, who, fields, at.in('r'));
    });
  },
});

const TRADE = rowReader(
  {
    s: text,
    a: optional(either(text, plainNumber)),
    p: positive,
    q: positive,
    T: epochMs,
    m: flag,
    X: anything,
  },
  { symbol: 's' },
);

const trades = (id: string, docsUrl: string) =>
  defineChannel({
    id,
    docsUrl,
    yields: ['trade'],
    rhythm: 'steady',
    staleAfterMs: 2 * MINUTE_MS,
    topics: topicsWith('@aggTrade'),
    schema: oneOrMany,
    map(frame, context) {
      return mapEvents(frame, context, TRADE, undefined, (row, who) =>
        isMarketTrade('binance', row)
          ? [
              observe(context, who, row.T, {
                kind: 'trade',
                // `m`: the buyer was the maker, so the taker sold.
                takerSide: row.m ? 'sell' : 'buy',
                priceQuote: row.p,
                sizeBase: row.q,
                notionalUsd: row.p * row.q,
                tradeId: row.a === undefined ? undefined : String(row.a),
              }),
            ]
          : [],
      );
    },
  });

export const futuresTrades = trades('binance/stream-aggTrade', `${DOCS}/Aggregate-Trade-Streams`);
export const spotTrades = {
  ...trades('binance/stream-spot-aggTrade', `${SPOT_DOCS}#aggregate-trade-streams`),
  about: 'spot',
  // Few pairs trade all the time.
  staleAfterMs: 5 * MINUTE_MS,
} as const;
