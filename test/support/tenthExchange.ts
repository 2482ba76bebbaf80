import { instrumentKey } from '../../src/core/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/core/units.ts';
import {
  defineInstrumentPoll,
  definePoll,
  type ExchangeAdapter,
} from '../../src/sources/exchanges/contract.ts';
import { columnsOf } from '../../src/sources/exchanges/kit/columns.ts';
import { eachRow, mapEach } from '../../src/sources/exchanges/kit/eachRow.ts';
import {
  decimal,
  epochMs,
  nonNegative,
  oneOf,
  positive,
  text,
} from '../../src/sources/exchanges/kit/fields.ts';
import { listOf, object, rows } from '../../src/sources/exchanges/kit/payloads.ts';
import { arrayReader, rowReader } from '../../src/sources/exchanges/kit/rowReader.ts';
import { observe } from '../../src/sources/exchanges/mapping.ts';
import { defineChannel } from '../../src/sources/exchanges/stream.ts';

/**
 * A made-up exchange, whole in this one file: what a contributor writes to add a tenth. Coins, one-sided, hourly
 * funding; liquidations are pushed with the side of the position.
 */

const DOCS = 'https://example.invalid/docs';
const TICKER = rowReader(
  { symbol: text, mark: positive, index: positive, oi: nonNegative, rate: decimal, time: epochMs },
  { symbol: 'symbol' },
);
const BAR = arrayReader({ time: epochMs, open: positive, high: positive, low: positive, close: positive });
const FORCED = rowReader(
  { symbol: text, side: oneOf('long', 'short'), price: positive, size: positive, time: epochMs, id: text },
  { symbol: 'symbol' },
);

function parseSymbol(venueSymbol: string) {
  const base = /^([A-Z0-9]+)-PERP$/.exec(venueSymbol)?.[1];
  if (base === undefined) return undefined;
  return { baseAsset: base, quoteAsset: 'USDT', kind: 'perpetual', margin: 'linear' } as const;
}

export const tenth: ExchangeAdapter = {
  id: 'tenth',
  displayName: 'Tenth',
  docsUrl: DOCS,
  restBaseUrl: 'https://api.tenth.invalid',
  limits: [{ weight: 10, windowMs: 1_000 }],
  instruments: defineInstrumentPoll({
    id: 'tenth/instruments',
    method: 'GET',
    path: '/markets',
    docsUrl: DOCS,
    weight: 1,
    requests: () => [{ method: 'GET', path: '/markets', query: {} }],
    schema: listOf(object({ symbol: text })),
    map: (payload, { exchange }) =>
      payload.flatMap(({ symbol }) => {
        const parts = parseSymbol(symbol);
        if (parts === undefined) return [];
        const names = { key: instrumentKey(exchange, symbol), exchange, venueSymbol: symbol, ...parts };
        return [
          {
            ...names,
            settleAsset: 'USDT',
            contractSize: { amount: 1, unit: 'base' },
            status: 'trading',
          } as const,
        ];
      }),
  }),
  polls: [
    definePoll({
      id: 'tenth/tickers',
      method: 'GET',
      path: '/tickers',
      docsUrl: DOCS,
      weight: 1,
      yields: ['mark-price', 'open-interest', 'funding-rate'],
      tense: 'now',
      cadenceMs: MINUTE_MS,
      request: () => ({ method: 'GET', path: '/tickers', query: {} }),
      schema: rows,
      map: (payload, context) =>
        mapEach(context, payload, '', TICKER, (row, who) => [
          observe(context, who, row.time, { kind: 'mark-price', markPriceQuote: row.mark, indexPriceQuote: row.index }),
          observe(context, who, row.time, { kind: 'open-interest', openInterestBase: row.oi, sides: 'one' }),
          observe(context, who, row.time, {
            kind: 'funding-rate', phase: 'predicted', fundingRatePerInterval: row.rate, intervalMs: HOUR_MS, intervalBasis: 'payload',
          }),
        ]), // prettier-ignore
    }),
    definePoll({
      id: 'tenth/bars',
      method: 'GET',
      path: '/bars',
      docsUrl: DOCS,
      weight: 1,
      yields: ['candle'],
      tense: 'history',
      cadenceMs: HOUR_MS,
      request: ({ instrument }) => ({
        method: 'GET',
        path: '/bars',
        query: { symbol: instrument.venueSymbol },
      }),
      // Bars name no symbol: it is the request's.
      asks: 'symbol',
      schema: rows,
      map(payload, context) {
        const names = ['openQuote', 'highQuote', 'lowQuote', 'closeQuote'] as const;
        const out = columnsOf(
          context,
          { kind: 'candle', priceType: 'last', barMs: HOUR_MS },
          names,
          payload.length,
        );
        eachRow(context, payload, '', BAR, (bar, who) =>
          out.of(who).push(bar.time, bar.open, bar.high, bar.low, bar.close),
        );
        return out.chunks();
      },
    }),
  ],
  streams: [
    {
      id: 'tenth/public',
      baseUrl: 'wss://stream.tenth.invalid',
      path: '/ws',
      channels: [
        defineChannel({
          id: 'tenth/liquidations',
          docsUrl: DOCS,
          yields: ['liquidation'],
          rhythm: 'events',
          staleAfterMs: 10 * MINUTE_MS,
          coverage: 'complete',
          topics: (instruments) => (instruments.length === 0 ? [] : ['liquidations']),
          schema: object({ data: rows }),
          map: ({ data }, context) =>
            mapEach(context, data, 'data', FORCED, (row, who) => [
              observe(context, who, row.time, {
                kind: 'liquidation', liquidatedSide: row.side, priceQuote: row.price, priceBasis: 'fill',
                sizeBase: row.size, notionalUsd: row.price * row.size, coverage: 'complete', eventId: row.id,
              }),
            ]), // prettier-ignore
        }),
      ],
      subscribe: (topics) => topics.map((topic) => ({ subscribe: topic })),
      classify: (frame) => {
        const { channel, ok } = (frame ?? {}) as { channel?: unknown; ok?: unknown };
        if (channel === 'liquidations') return { role: 'data', channel: 'tenth/liquidations' };
        return ok === true ? { role: 'ack' } : { role: 'ignored' };
      },
      deadAfterMs: MINUTE_MS,
      maxTopicsPerSocket: 100,
    },
  ],
  perpetualSymbol: (asset) => `${asset}-PERP`,
  parseSymbol,
  venueError: () => undefined,
};

/** What its server answers, by path, of bars with the query; and what it pushes. */
export const tenthAnswers = (nowMs: number): Readonly<Record<string, unknown>> => ({
  '/markets': [{ symbol: 'BTC-PERP' }, { symbol: 'ETH-PERP' }],
  '/bars?symbol=BTC-PERP': [
    [nowMs - HOUR_MS, '95000', '95200', '94800', '95100'],
    [nowMs - 2 * HOUR_MS, '94900', '95100', '94700', '95000'],
  ],
  '/bars?symbol=ETH-PERP': [[nowMs - HOUR_MS, '3290', '3310', '3280', '3300']],
  '/tickers': [
    { symbol: 'BTC-PERP', mark: '95000', index: '94990', oi: '1200', rate: '0.00001', time: nowMs },
    { symbol: 'ETH-PERP', mark: '3300', index: '3299', oi: '9000', rate: '-0.00002', time: nowMs },
  ],
});

export const tenthLiquidation = (nowMs: number): unknown => ({
  channel: 'liquidations',
  data: [{ symbol: 'BTC-PERP', side: 'long', price: '94900', size: '0.5', time: nowMs, id: 'a1' }],
});
