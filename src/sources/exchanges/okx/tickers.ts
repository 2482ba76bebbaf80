import type { Observation } from '../../../core/observation.ts';
import { DAY_MS, MINUTE_MS } from '../../../core/units.ts';
import { definePoll, type MapContext, type ObservationPoll } from '../contract.ts';
import { sizeOfAmounts } from '../heldAgainstList.ts';
import { amounts } from '../kit/amounts.ts';
import { mapEach } from '../kit/eachRow.ts';
import { epochMs, nonNegative, optional, optionalNonZero, positive, text } from '../kit/fields.ts';
import type { Place } from '../kit/place.ts';
import { rowReader, type RowOf } from '../kit/rowReader.ts';
import { dollars, type Subject } from '../kit/subject.ts';
import { observe, reportUnknownSize } from '../mapping.ts';
import {
  about,
  answer,
  asks,
  byFutures,
  byInstId,
  DOCS,
  pairOf,
  parseSymbol,
  perTwoSeconds,
} from './shared.ts';

const TICKER = rowReader(
  {
    instId: text,
    last: optionalNonZero(positive),
    vol24h: optional(nonNegative),
    volCcy24h: optional(nonNegative),
    ts: optional(epochMs),
  },
  { symbol: 'instId' },
);

type TickerRow = RowOf<typeof TICKER>;

/** Derivatives: vol24h contracts, volCcy24h coins. Spot pairs: vol24h coins, volCcy24h quote currency. */
function volumeOf(
  context: MapContext,
  row: TickerRow,
  who: Subject,
  at: Place,
): Parameters<typeof observe>[3] {
  const volume = { kind: 'volume', windowMs: DAY_MS } as const;
  if (who.market === 'spot')
    return {
      ...volume,
      volumeBase: row.vol24h,
      volumeUsd: dollars(row.volCcy24h, who),
      volumeContracts: undefined,
    };
  sizeOfAmounts(context, who, row.vol24h, row.volCcy24h, at, 'vol24h');
  const fromContracts = amounts(who, 'contracts', row.vol24h);
  const volumeBase = row.volCcy24h ?? fromContracts.base;
  const isUnsized = volumeBase === undefined && fromContracts.usd === undefined;
  if (isUnsized) reportUnknownSize(context, who, at.of('vol24h'));
  return {
    ...volume,
    volumeBase,
    volumeUsd: fromContracts.usd,
    volumeContracts: isUnsized ? row.vol24h : undefined,
  };
}

/** Volume and last price of rows; polls and pushes have the same ones. */
export const mapTickers = (data: readonly unknown[], context: MapContext): Observation[] =>
  mapEach(context, data, 'data', TICKER, (row, who, at) => tickerOf(context, row, who, at));

function tickerOf(context: MapContext, row: TickerRow, who: Subject, at: Place): Observation[] {
  const observations: Observation[] = [];
  const isTold =
    who.market === 'spot' ? (row.vol24h ?? dollars(row.volCcy24h, who)) : (row.vol24h ?? row.volCcy24h);
  if (isTold !== undefined) observations.push(observe(context, who, row.ts, volumeOf(context, row, who, at)));
  if (row.last !== undefined)
    observations.push(observe(context, who, row.ts, { kind: 'mark-price', lastPriceQuote: row.last }));
  return observations;
}

function tickerPoll(name: 'ticker' | 'tickers'): ObservationPoll<never> {
  const path = `/api/v5/market/${name}`;
  return definePoll({
    id: `okx/${name}`,
    method: 'GET',
    path,
    docsUrl: `${DOCS}#order-book-trading-market-data-get-${name}`,
    weight: 1,
    scope: perTwoSeconds(path, 20),
    yields: ['volume', 'mark-price'],
    tense: 'now',
    cadenceMs: MINUTE_MS,
    // The list is asked for about dated futures only; see below.
    ...(name === 'ticker'
      ? { request: (scope) => (scope.instrument.kind === 'spot' ? undefined : byInstId(path)(scope)) }
      : { asked: false }),
    asks,
    schema: answer,
    map: ({ data }, context) => mapTickers(data, context),
  });
}

export const ticker = tickerPoll('ticker');
export const tickers = tickerPoll('tickers');
export const spotTicker = about(ticker, 'spot', 'okx/spot-ticker', (scope) =>
  scope.instrument.kind === 'spot' ? byInstId(ticker.path)(scope) : undefined,
);
export const datedTickers = about(tickers, 'dated-future', 'okx/dated-tickers', byFutures(tickers.path));

const INDEX = '/api/v5/market/index-tickers';

const INDEX_ROW = rowReader({ instId: text, idxPx: positive, ts: optional(epochMs) });

/** Futures expire on Fridays: so many ahead are looked for. The farthest that OKX lists expires within 15 months. */
const FRIDAYS = 66;
const FRIDAY_MS = Date.UTC(1970, 0, 2);
const WEEK_MS = 7 * DAY_MS;

/** The dated futures of a pair that are known, by the spelling of their expiry. */
function knownFutures(context: MapContext, pair: string, atMs: number): Subject[] {
  const first = Math.floor((atMs - FRIDAY_MS) / WEEK_MS);
  return Array.from({ length: FRIDAYS }, (_, week) => {
    const date = new Date(FRIDAY_MS + (first + week) * WEEK_MS).toISOString();
    return `${pair}-${date.slice(2, 4)}${date.slice(5, 7)}${date.slice(8, 10)}`;
  }).flatMap((venueSymbol): Subject[] => {
    const instrument = context.instrument(venueSymbol);
    return instrument === undefined
      ? []
      : [
          {
            venueSymbol,
            baseAsset: instrument.baseAsset,
            quoteAsset: instrument.quoteAsset,
            instrument,
            market: 'dated-future',
          },
        ];
  });
}

/**
 * An index is named after its pair (BTC-USDT), which is no instrument: its price is given to the contracts that are
 * settled by it, the perpetual of that name and the dated futures that are known. The pair is not the spot pair,
 * whose price is another number.
 */
function indexOf(context: MapContext, row: RowOf<typeof INDEX_ROW>, at: Place): Observation[] {
  const pair = row.instId.toUpperCase();
  const parts = parseSymbol(pair);
  // Only these are sure to be the index of the contracts of their own name; indices of two coins (ETH-BTC) have none.
  if (parts?.kind !== 'spot' || !['USDT', 'USD'].includes(parts.quoteAsset)) {
    const message = `${row.instId} is the index of no contract that Perpscope can read`;
    context.report({ code: 'unsupported', path: at.toString(), message });
    return [];
  }
  const swap = `${pair}-SWAP`;
  const { baseAsset, quoteAsset } = parts;
  const perpetual = { venueSymbol: swap, baseAsset, quoteAsset, instrument: context.instrument(swap) };
  return [perpetual, ...knownFutures(context, pair, row.ts ?? context.receivedAtMs)].map((who) =>
    observe(context, who, row.ts, { kind: 'mark-price', indexPriceQuote: row.idxPx }),
  );
}

/** The indices of rows; polls, which ask for one, and pushes have the same ones. */
export function mapIndices(data: readonly unknown[], context: MapContext, asked?: string): Observation[] {
  const found: Observation[] = [];
  INDEX_ROW.each(data, 'data', context, (row, at) => {
    if (asked === undefined || row.instId.toUpperCase() === asked.toUpperCase())
      return void found.push(...indexOf(context, row, at));
    const message = `asked for ${asked}, the answer is about ${row.instId}`;
    context.report({ code: 'wrong-instrument', path: at.toString(), message });
  });
  return found;
}

export const indexPrice = definePoll({
  id: 'okx/index-price',
  method: 'GET',
  path: INDEX,
  docsUrl: `${DOCS}#public-data-rest-api-get-index-tickers`,
  weight: 1,
  scope: perTwoSeconds(INDEX, 20),
  yields: ['mark-price'],
  tense: 'now',
  cadenceMs: MINUTE_MS,
  request({ instrument: { kind, venueSymbol } }) {
    // Of BTC-USDC-SWAP, for one, the index need not have its name.
    const pair = kind === 'perpetual' ? /^([^-]+-(?:USDT|USD))-SWAP$/.exec(venueSymbol)?.[1] : undefined;
    return pair === undefined ? undefined : { method: 'GET', path: INDEX, query: { instId: pair } };
  },
  schema: answer,
  map: ({ data }, context) => mapIndices(data, context, context.params['instId']),
});

/** The perpetuals that are followed ask for the indices in USDT: left are those of coin-margined futures. */
export const datedIndexPrice = about(
  indexPrice,
  'dated-future',
  'okx/dated-index-price',
  ({ instrument: { kind, venueSymbol } }) => {
    const isAsked = kind === 'dated-future' && /^[^-]+-USD-\d{6}$/.test(venueSymbol);
    return isAsked ? { method: 'GET', path: INDEX, query: { instId: pairOf(venueSymbol) } } : undefined;
  },
);
