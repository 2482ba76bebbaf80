import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Chunk } from '../../../../src/core/chunk.ts';
import type { Instrument } from '../../../../src/core/instrument.ts';
import type { Observation } from '../../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../src/core/units.ts';
import {
  fundingHistory as binanceFunding,
  longShort,
  openInterestHistory,
} from '../../../../src/sources/exchanges/binance/history.ts';
import { klines } from '../../../../src/sources/exchanges/binance/klines.ts';
import { adapterOf } from '../../../../src/sources/exchanges/registry.ts';
import type { ObservationPoll } from '../../../../src/sources/exchanges/contract.ts';
import { applyPoll } from '../../../../src/sources/exchanges/decodeAnswer.ts';
import {
  candles as gateLive,
  fundingHistory as gateFunding,
} from '../../../../src/sources/exchanges/gate/history.ts';
import { candles as okxLive } from '../../../../src/sources/exchanges/okx/candles.ts';
import { fundingHistory as okxFunding } from '../../../../src/sources/exchanges/okx/history.ts';
import { byKey, csvOf, FETCHED_MS, readTable, OKX_CANDLE_HEADER } from '../../../support/dumpFiles.ts';

const STEP = 5 * MINUTE_MS;
const DAY = Date.UTC(2026, 6, 1);

const instrument = (
  exchange: string,
  venueSymbol: string,
  contractSize: Instrument['contractSize'],
): Instrument => ({
  ...{ key: `${exchange}:${venueSymbol}`, exchange, venueSymbol, baseAsset: 'BTC', quoteAsset: 'USDT' },
  ...{ settleAsset: 'USDT', kind: 'perpetual', margin: 'linear', contractSize, status: 'trading' },
});
const BITCOIN = {
  binance: instrument('binance', 'BTCUSDT', { amount: 1, unit: 'base' }),
  okx: instrument('okx', 'BTC-USDT-SWAP', { amount: 0.01, unit: 'base' }),
  gate: instrument('gate', 'BTC_USDT', { amount: 0.0001, unit: 'base' }),
};

/** The chunks that the live adapter makes of an answer. */
function liveChunks(
  exchange: keyof typeof BITCOIN,
  poll: ObservationPoll<never>,
  params: Record<string, string>,
  payload: unknown,
): Chunk[] {
  const adapter = adapterOf(exchange);
  assert.ok(adapter);
  const { method, path } = poll;
  const answer = { method, path, query: params, body: payload, receivedAtMs: FETCHED_MS };
  const { rows, issues } = applyPoll<Observation | Chunk>(adapter, poll, answer, byKey(BITCOIN[exchange]));
  assert.deepEqual(issues, []);
  return rows as Chunk[];
}

/** Chunks without what tells where they came from: the endpoint, and how an interval is known. */
const bare = (chunks: readonly Chunk[]): unknown[] =>
  chunks.map(({ shared, atMs, columns }) => {
    const { endpoint: _, intervalBasis: __, ...fields } = shared;
    return { fields, atMs, columns };
  });

const price = fc.integer({ min: 100_000, max: 9_999_999 }).map((cents) => cents / 100);
const size = fc.integer({ min: 1, max: 1e9 }).map((parts) => parts / 1_000);
const ratio = fc.integer({ min: 1, max: 50_000 }).map((parts) => parts / 10_000);

/** Bars whose prices and volumes can be true. */
const bar = fc
  .record({
    prices: fc.tuple(price, price, price, price),
    volume: size,
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ prices, volume, share }) => {
    const [low = 0, open = 0, close = 0, high = 0] = [...prices].sort((a, b) => a - b);
    const bought = Math.floor(volume * share * 1_000) / 1_000;
    const quote = Math.round(volume * open * 100) / 100;
    return {
      open,
      high,
      low,
      close,
      volume,
      bought,
      quote,
      boughtQuote: Math.floor(quote * share * 100) / 100,
    };
  });
const bars = fc.array(bar, { minLength: 1, maxLength: 12 });

describe('columns from dumps are those of the live adapters', () => {
  it('Binance open interest and ratios', async () => {
    const row = fc.tuple(size, size, ratio, ratio, ratio);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
        const csv = rows.map((values, index) => [
          new Date(DAY + index * STEP).toISOString().slice(0, 19).replace('T', ' '),
          'BTCUSDT',
          ...values,
          '',
        ]);
        const { chunks } = await readTable(
          'binance/um-metrics',
          'BTCUSDT-metrics-2026-07-01.zip',
          csvOf(csv),
        );
        const at = (index: number) => ({ symbol: 'BTCUSDT', timestamp: DAY + (index + 1) * STEP });
        const params = { symbol: 'BTCUSDT', period: '5m' };
        const openInterest = rows.map(([sumOpenInterest, sumOpenInterestValue], index) => ({
          ...{
            ...at(index),
            sumOpenInterest: String(sumOpenInterest),
            sumOpenInterestValue: String(sumOpenInterestValue),
          },
        }));
        const ratios = (['top-accounts', 'top-positions', 'all-accounts'] as const).flatMap(
          (population, place) => {
            const answer = rows.map((values, index) => ({
              ...at(index),
              longShortRatio: String(values[2 + place]),
            }));
            return liveChunks('binance', longShort('x', population), params, answer);
          },
        );
        const live = [...liveChunks('binance', openInterestHistory, params, openInterest), ...ratios];
        assert.deepEqual(bare(chunks), bare(live));
      }),
      { numRuns: 60 },
    );
  });

  it('Binance bars and what takers traded, with a header or without, in ms or us', async () => {
    const poll = klines('x', '/x', 'last', { asked: false, asTakerVolume: true });
    await fc.assert(
      fc.asyncProperty(bars, fc.boolean(), fc.boolean(), async (made, hasHeader, isMicro) => {
        const cells = made.map((one, index) => {
          const at = DAY + index * HOUR_MS;
          const { open, high, low, close, volume, quote, bought, boughtQuote } = one;
          return { at, values: [open, high, low, close, volume], rest: [quote, 5, bought, boughtQuote, 0] };
        });
        const time = (ms: number, isEnd: boolean): string =>
          isMicro ? `${ms}${isEnd ? '999' : '000'}` : String(ms);
        const csv = cells.map(({ at, values, rest }) => [
          time(at, false),
          ...values,
          time(at + HOUR_MS - 1, true),
          ...rest,
        ]);
        const header = [
          'open_time',
          'open',
          'high',
          'low',
          'close',
          'volume',
          'close_time',
          'quote_volume',
          'count',
          'taker_buy_volume',
          'taker_buy_quote_volume',
          'ignore',
        ];
        const text = csvOf(hasHeader ? [header, ...csv] : csv);
        const read = await readTable('binance/um-klines', 'BTCUSDT-1h-2026-07-01.zip', text);
        assert.equal(read.report.microseconds, isMicro ? made.length : 0);
        const payload = cells.map(({ at, values, rest }) => [
          at,
          ...values.map(String),
          at + HOUR_MS - 1,
          ...rest.map(String),
        ]);
        assert.deepEqual(
          bare(read.chunks),
          bare(liveChunks('binance', poll, { symbol: 'BTCUSDT', interval: '1h' }, payload)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('Binance funding, but for the first rate, whose interval the dump states', async () => {
    const rates = fc.array(fc.integer({ min: -30_000, max: 30_000 }), { minLength: 4, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rates, async (made) => {
        const rows = made.map((parts, index) => ({
          rate: (parts / 1e8).toFixed(8),
          at: DAY + index * 8 * HOUR_MS + (index % 3),
        }));
        const csv = [
          ['calc_time', 'funding_interval_hours', 'last_funding_rate'],
          ...rows.map(({ at, rate }) => [at, 8, rate]),
        ];
        const { chunks } = await readTable(
          'binance/um-fundingRate',
          'BTCUSDT-fundingRate-2026-07.zip',
          csvOf(csv),
        );
        const payload = rows.map(({ at, rate }) => ({
          symbol: 'BTCUSDT',
          fundingTime: at,
          fundingRate: rate,
        }));
        const live = liveChunks('binance', binanceFunding, { symbol: 'BTCUSDT' }, payload);
        const [chunk] = chunks;
        assert.ok(chunk);
        assert.equal(chunk.atMs.length, made.length);
        const later = Object.entries(chunk.columns).map(([name, column]) => [name, column.subarray(1)]);
        const rest = {
          ...chunk,
          atMs: chunk.atMs.subarray(1),
          columns: Object.fromEntries(later) as Chunk['columns'],
        };
        assert.deepEqual(bare([rest]), bare(live));
      }),
      { numRuns: 60 },
    );
  });

  it('OKX bars and funding', async () => {
    const instruments = byKey(BITCOIN.okx);
    await fc.assert(
      fc.asyncProperty(bars, async (made) => {
        const rows = made.map((one, index) => ({
          at: DAY + index * MINUTE_MS,
          contracts: Math.round(one.volume * 100),
          ...one,
        }));
        const csv = rows.map(({ at, open, high, low, close, contracts, volume, quote }) => [
          'BTC-USDT-SWAP',
          open,
          high,
          low,
          close,
          contracts,
          volume,
          quote,
          at,
          1,
        ]);
        const { chunks } = await readTable(
          'okx/candlesticks',
          'BTC-USDT-SWAP-candlesticks-2026-07-01.zip',
          csvOf([OKX_CANDLE_HEADER, ...csv]),
          { instruments },
        );
        const data = rows.map(({ at, open, high, low, close, contracts, volume, quote }) => [
          String(at),
          ...[open, high, low, close, contracts, volume, quote].map(String),
          '1',
        ]);
        const params = { instId: 'BTC-USDT-SWAP', bar: '1m' };
        assert.deepEqual(
          bare(chunks),
          bare(
            liveChunks('okx', okxLive('candles', 'last'), params, {
              code: '0',
              msg: '',
              data: data.reverse(),
            }),
          ),
        );
      }),
      { numRuns: 60 },
    );
    const rows = Array.from({ length: 9 }, (_, index) => ({
      at: DAY + index * 8 * HOUR_MS,
      rate: String((index - 4) / 1e5),
    }));
    const csv = [
      ['instrument_name', 'funding_rate', 'funding_time'],
      ...rows.map(({ at, rate }) => ['BTC-USDT-SWAP', rate, at]),
    ];
    const { chunks } = await readTable(
      'okx/fundingrates',
      'BTC-USDT-SWAP-fundingrates-2026-07.zip',
      csvOf(csv),
    );
    const data = rows.map(({ at, rate }) => ({
      instId: 'BTC-USDT-SWAP',
      fundingTime: String(at),
      realizedRate: rate,
      fundingRate: '9',
    }));
    assert.deepEqual(
      bare(chunks),
      bare(liveChunks('okx', okxFunding, { instId: 'BTC-USDT-SWAP' }, { code: '0', msg: '', data })),
    );
  });

  it('Gate bars, whose columns stand in an order of their own, and funding', async () => {
    const instruments = byKey(BITCOIN.gate);
    await fc.assert(
      fc.asyncProperty(bars, async (made) => {
        const rows = made.map((one, index) => ({
          at: (DAY + index * STEP) / SECOND_MS,
          contracts: Math.round(one.volume * 100),
          ...one,
        }));
        const csv = rows.map(({ at, contracts, close, high, low, open }) => [
          at,
          contracts,
          close,
          high,
          low,
          open,
        ]);
        const { chunks } = await readTable('gate/candlesticks_5m', 'BTC_USDT-202607.csv.gz', csvOf(csv), {
          instruments,
        });
        const payload = rows.map(({ at, contracts, open, high, low, close }) => ({
          t: at,
          v: contracts,
          o: String(open),
          h: String(high),
          l: String(low),
          c: String(close),
        }));
        assert.deepEqual(
          bare(chunks),
          bare(liveChunks('gate', gateLive, { contract: 'BTC_USDT', interval: '5m' }, payload)),
        );
      }),
      { numRuns: 60 },
    );
    const rows = Array.from({ length: 9 }, (_, index) => ({
      t: (DAY + index * 8 * HOUR_MS) / SECOND_MS,
      r: String((index - 4) / 1e5),
    }));
    const { chunks } = await readTable(
      'gate/funding_applies',
      'BTC_USDT-202607.csv.gz',
      csvOf(rows.map(({ t, r }) => [t, r])),
    );
    assert.deepEqual(bare(chunks), bare(liveChunks('gate', gateFunding, { contract: 'BTC_USDT' }, rows)));
  });
});
