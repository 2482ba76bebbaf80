import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../../src/core/units.ts';
import { createBinanceDumps } from '../../../../../src/sources/simulator/dumps/binanceHost.ts';
import { depthTable } from '../../../../../src/sources/simulator/dumps/binanceTables.ts';
import type { DumpHost } from '../../../../../src/sources/simulator/dumps/dumpHost.ts';
import { createGateDumps } from '../../../../../src/sources/simulator/dumps/gateHost.ts';
import { createHyperliquidDumps } from '../../../../../src/sources/simulator/dumps/hyperliquidHost.ts';
import { createOkxDumps } from '../../../../../src/sources/simulator/dumps/okxHost.ts';
import { NO_DEFECTS, tableText } from '../../../../../src/sources/simulator/dumps/table.ts';
import { zipOf } from '../../../../../src/sources/simulator/dumps/zip.ts';
import type { Bar } from '../../../../../src/sources/simulator/flow.ts';
import { createSimulatedMarket } from '../../../../../src/sources/simulator/market.ts';
import { createWire } from '../../../../../src/sources/simulator/server.ts';
import { perpetual, type MarketSymbol } from '../../../../../src/sources/simulator/symbols.ts';
import { byKey } from '../../../../support/dumpFiles.ts';
import { chunkOf, instrumentOf, readServed, rowOf } from '../../../../support/servedDumps.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const STEP = 5 * MINUTE_MS;
const market = createSimulatedMarket({ seed: 5, scenario: 'calm', anchorMs: NOW_MS });
const binance = createBinanceDumps(market, 'none');
const BTC = perpetual('binance', 'BTC');
const BTC_COIN_M: MarketSymbol = { exchange: 'binance', asset: 'BTC', variant: 'inverse' };
/** What text of so many decimals says of a number. */
const said = (value: number, decimals = 8): number => Number(value.toFixed(decimals));

async function read(host: DumpHost, path: string, options = {}) {
  const file = host.find(path, NOW_MS);
  assert.ok(file, `no file ${path}`);
  assert.ok(file.publishedMs <= NOW_MS, `not yet published: ${path}`);
  const dump = await readServed(path, await file.make(0), options);
  assert.deepEqual(dump.report.bad, {}, path);
  // Settlements come some ms after their hour.
  if (!path.includes('/fundingRate/')) assert.equal(dump.report.jittered, 0, path);
  if (!path.includes('/spot/')) assert.equal(dump.report.microseconds, 0, path);
  for (const { holes, repeats } of dump.report.series) assert.deepEqual([holes, repeats], [[], 0], path);
  return dump;
}
const metricsPath = (day: string, id = 'um', symbol = 'BTCUSDT'): string =>
  `/data/futures/${id}/daily/metrics/${symbol}/${symbol}-metrics-${day}.zip`;
const barsPath = (folder: string, kind: string, symbol: string, bar: string, period: string): string =>
  `/data/${folder}/${kind}/${symbol}/${bar}/${symbol}-${bar}-${period}.zip`;

describe('values of simulated dump files', () => {
  it('metrics are those of the market at the ends of their five minutes, in both eras of labels', async () => {
    const times: number[] = [];
    for (const [day, era] of [
      ['2026-06-24', 'end'],
      ['2026-06-25', 'start'],
      ['2023-05-02', 'end'],
    ] as const) {
      const dayMs = Date.parse(day);
      const { chunks, report } = await read(binance, metricsPath(day));
      assert.deepEqual(report.labels, {
        era,
        shiftMs: era === 'end' ? -STEP : 0,
        isAgainstDate: false,
      });
      const interest = chunkOf(chunks, 'open-interest');
      assert.equal(interest.atMs.length, 288);
      for (const [index, atMs] of interest.atMs.entries()) {
        assert.equal(atMs, dayMs + (index + 1) * STEP);
        const coins = market.openInterestBase(BTC, atMs);
        assert.deepEqual(rowOf(interest, index), {
          openInterestBase: coins,
          openInterestUsd: said(coins * market.price(BTC, 'mark', atMs)),
        });
        for (const population of ['top-accounts', 'top-positions', 'all-accounts'] as const) {
          const ratios = chunkOf(chunks, 'long-short-ratio', population);
          const wanted = said(market.longShortRatio(BTC, population, atMs));
          assert.deepEqual([ratios.atMs[index], ratios.columns['longShortRatio']?.[index]], [atMs, wanted]);
        }
      }
      const takers = chunkOf(chunks, 'taker-volume');
      assert.equal(takers.atMs.length, 288);
      for (const [index, atMs] of takers.atMs.entries()) {
        assert.equal(atMs, dayMs + index * STEP);
        const { takerBuyBase, volumeBase } = market.bar(BTC, atMs, atMs + STEP);
        const ratio = said(takerBuyBase / (volumeBase - takerBuyBase));
        assert.equal(takers.columns['takerBuySellRatio']?.[index], ratio);
      }
      if (dayMs > Date.UTC(2026, 0, 1)) times.push(...interest.atMs);
    }
    // Both files state 00:00 of the second day, and mean different moments.
    const firstMs = Date.UTC(2026, 5, 24);
    assert.deepEqual(
      times,
      Array.from({ length: 576 }, (_, index) => firstMs + (index + 1) * STEP),
    );
  });

  it('metrics of COIN-M state the starts in both eras, in contracts of 100 dollars and coins', async () => {
    for (const day of ['2026-06-24', '2026-06-25']) {
      const { chunks, report } = await read(binance, metricsPath(day, 'cm', 'BTCUSD_PERP'));
      assert.equal(report.labels?.era, 'start');
      const interest = chunkOf(chunks, 'open-interest');
      for (const [index, atMs] of interest.atMs.entries()) {
        assert.equal(atMs, Date.parse(day) + (index + 1) * STEP);
        const coins = market.openInterestBase(BTC_COIN_M, atMs);
        const contracts = Math.round((coins * market.price(BTC_COIN_M, 'mark', atMs)) / 100);
        const wanted = { openInterestBase: said(coins), openInterestUsd: contracts * 100 };
        assert.deepEqual(rowOf(interest, index), wanted);
      }
    }
  });

  it('metrics and bars are what REST answers about the same times', async () => {
    const dayMs = Date.UTC(2026, 9, 20);
    const wire = createWire('binance', market);
    const ask = (path: string, query: Record<string, string>): unknown => {
      const range = { startTime: String(dayMs), endTime: String(dayMs + DAY_MS), limit: '500' };
      const answer = wire.answer({ path, nowMs: NOW_MS, query: { symbol: 'BTCUSDT', ...range, ...query } });
      assert.equal(answer.status, 200);
      return answer.body;
    };
    const { chunks } = await read(binance, metricsPath('2026-10-20'));
    const interest = chunkOf(chunks, 'open-interest');
    const answered = ask('/futures/data/openInterestHist', { period: '5m' }) as Record<string, string>[];
    const byTime = new Map(answered.map((row) => [Number(row['timestamp']), row]));
    for (const [index, atMs] of interest.atMs.entries()) {
      const row = byTime.get(atMs);
      assert.deepEqual(rowOf(interest, index), {
        openInterestBase: Number(row?.['sumOpenInterest']),
        openInterestUsd: Number(row?.['sumOpenInterestValue']),
      });
    }
    const path = barsPath('futures/um/daily', 'klines', 'BTCUSDT', '5m', '2026-10-20');
    const candles = chunkOf((await read(binance, path)).chunks, 'candle');
    const klines = ask('/fapi/v1/klines', { interval: '5m' }) as (string | number)[][];
    for (const [index, atMs] of candles.atMs.entries()) {
      const [start, open, high, low, close, base, , usd, , buyBase, buyUsd] = (klines[index] ?? []).map(
        Number,
      );
      assert.equal(atMs, start);
      assert.deepEqual(rowOf(candles, index), {
        ...{ openQuote: open, highQuote: high, lowQuote: low, closeQuote: close },
        ...{ volumeBase: base, volumeUsd: usd, takerBuyBase: buyBase, takerBuyUsd: buyUsd },
      });
    }
    assert.equal(candles.atMs.length, 288);
  });

  it('bars of trades, marks and indices of days and months are those of the market', async () => {
    const cases = [
      ['futures/um/daily', 'klines', '1h', '2023-05-02', 'last'],
      ['futures/um/monthly', 'klines', '4h', '2021-02', 'last'],
      ['futures/um/monthly', 'markPriceKlines', '1h', '2026-02', 'mark'],
      ['futures/um/daily', 'indexPriceKlines', '5m', '2026-07-07', 'index'],
    ] as const;
    for (const [folder, kind, bar, period, type] of cases) {
      const { chunks, report } = await read(binance, barsPath(folder, kind, 'BTCUSDT', bar, period));
      const candles = chunkOf(chunks, 'candle');
      assert.equal(candles.shared['priceType'], type);
      const stepMs = { '5m': STEP, '1h': HOUR_MS, '4h': 4 * HOUR_MS }[bar];
      assert.equal(candles.atMs.length, (report.toMs - report.fromMs) / stepMs);
      for (const [index, atMs] of candles.atMs.entries()) {
        const made = market.bar(BTC, atMs, atMs + stepMs, type);
        assert.deepEqual(pricesIn(rowOf(candles, index)), pricesOf(made), `${kind} ${period} ${index}`);
        if (type === 'last')
          assert.deepEqual(
            [candles.columns['volumeBase']?.[index], candles.columns['takerBuyUsd']?.[index]],
            [made.volumeBase, made.takerBuyUsd],
          );
      }
    }
  });

  it('bars of COIN-M count contracts and coins, spot files microseconds from 2025 on, premiums are fractions', async () => {
    const coin = await read(
      binance,
      barsPath('futures/cm/daily', 'klines', 'BTCUSD_PERP', '1h', '2025-03-01'),
    );
    const candles = chunkOf(coin.chunks, 'candle');
    for (const [index, atMs] of candles.atMs.entries()) {
      const made = market.bar(BTC_COIN_M, atMs, atMs + HOUR_MS);
      assert.deepEqual(rowOf(candles, index), {
        ...Object.fromEntries(Object.entries(pricesOf(made))),
        ...{ volumeBase: said(made.volumeBase), volumeUsd: Math.round(made.volumeUsd / 100) * 100 },
        ...{
          takerBuyBase: said(made.takerBuyBase),
          takerBuyUsd: Math.round(made.takerBuyUsd / 100) * 100,
        },
      });
    }
    for (const [day, microseconds] of [
      ['2024-12-31', 0],
      ['2025-01-01', 24],
    ] as const) {
      const spot = await read(binance, barsPath('spot/daily', 'klines', 'BTCUSDT', '1h', day));
      assert.equal(spot.report.microseconds, microseconds);
      const traded = chunkOf(spot.chunks, 'candle');
      assert.deepEqual([...traded.atMs], Array.from({ length: 24 }, (_, hour) => Date.parse(day) + hour * HOUR_MS)); // prettier-ignore
      const made = market.bar({ exchange: 'binance', asset: 'BTC', variant: 'spot' }, Date.parse(day), Date.parse(day) + HOUR_MS); // prettier-ignore
      assert.equal(traded.columns['volumeBase']?.[0], made.volumeBase);
    }
    const path = barsPath('futures/um/daily', 'premiumIndexKlines', 'BTCUSDT', '1h', '2026-07-07');
    const [premiums] = (await read(binance, path)).series;
    for (const [index, atMs] of premiums!.table.keys.entries()) {
      assert.equal(premiums!.table.columns[0]?.[index], said(market.premium(BTC, atMs)));
      assert.equal(premiums!.table.columns[3]?.[index], said(market.premium(BTC, atMs + HOUR_MS)));
    }
    assert.equal(premiums!.table.keys.length, 24);
  });

  it('the five minutes of a step are exactly the step, at every exchange that has files of minutes', async () => {
    const okx = createOkxDumps(market);
    const path =
      '/cdn/okex/traderecords/candlesticks/daily/20260701/SOL-USDT-SWAP-candlesticks-2026-07-01.zip';
    const minutes = chunkOf((await read(okx, path)).chunks, 'candle');
    const fromMs = Date.UTC(2026, 5, 30, 16);
    assert.deepEqual([minutes.atMs.length, minutes.atMs[0]], [1_440, fromMs]);
    const own = await read(binance, barsPath('futures/um/daily', 'klines', 'BTCUSDT', '1m', '2026-07-01'));
    assertSteps(chunkOf(own.chunks, 'candle'), BTC, Date.UTC(2026, 6, 1));
    assertSteps(minutes, perpetual('okx', 'SOL'), fromMs);
  });

  it('order books hold what rests within so many percent, and settled rates are those of the market', async () => {
    // An hour alone: the books of a day take a second and more.
    const path = '/data/futures/um/daily/bookDepth/BTCUSDT/BTCUSDT-bookDepth-2026-07-07.zip';
    assert.ok(binance.find(path, NOW_MS));
    const fromMs = Date.UTC(2026, 6, 7);
    const hour = { text: '', fromMs, toMs: fromMs + HOUR_MS, isMonth: false };
    const content = tableText(await depthTable(market, BTC, hour), NO_DEFECTS, []);
    const { chunks, report } = await readServed(path, zipOf([{ name: 'table.csv', content }]));
    assert.deepEqual(report.bad, {});
    const near = chunks.find(({ shared }) => shared['bandFraction'] === 0.01);
    assert.deepEqual([near?.atMs.length, chunks.length], [120, 6]);
    for (const index of [0, 60, 119]) {
      const atMs = near!.atMs[index] ?? 0;
      const { bids, asks } = market.book(BTC, atMs);
      const middle = (bids[0]![0] + asks[0]![0]) / 2;
      const within = (levels: typeof bids): number =>
        levels.reduce((sum, [price, size]) => sum + (Math.abs(price - middle) <= middle / 100 ? size : 0), 0);
      const { bidBase, askBase } = rowOf(near!, index);
      assert.deepEqual([bidBase, askBase], [said(within(bids)), said(within(asks))]);
    }
    for (const [symbol, asset, hours] of [
      ['SOLUSDT', 'SOL', 4],
      ['BTCUSDT', 'BTC', 8],
    ] as const) {
      // prettier-ignore
      const dump = await read(binance, `/data/futures/um/monthly/fundingRate/${symbol}/${symbol}-fundingRate-2023-05.zip`); // prettier-ignore
      const rates = chunkOf(dump.chunks, 'funding-rate');
      const wanted = market.settledFunding(perpetual('binance', asset), Date.UTC(2023, 4), Date.UTC(2023, 5) - 1); // prettier-ignore
      assert.equal(rates.atMs.length, wanted.length);
      assert.ok(rates.atMs.every((atMs, index) => atMs - (wanted[index]?.atMs ?? 0) < 12));
      assert.deepEqual([...(rates.columns['fundingRatePerInterval'] ?? [])], wanted.map(({ rate }) => rate)); // prettier-ignore
      assert.ok(rates.columns['intervalMs']?.every((ms) => ms === hours * HOUR_MS));
    }
  });

  it('OKX and Gate are read to their coins and rates, months of UTC+8 and of UTC', async () => {
    const okx = createOkxDumps(market);
    const options = { wants: (symbol: string) => symbol === 'BTC-USD-SWAP' };
    const all = await read(okx, '/cdn/okex/traderecords/candlesticks/daily/20260701/allswap-candlesticks-2026-07-01.zip', options); // prettier-ignore
    assert.equal(all.report.unwanted, 5 * 1_440);
    assert.equal(chunkOf(all.chunks, 'candle').atMs.length, 1_440);
    const path = '/cdn/okex/traderecords/swaprates/monthly/202303/BTC-USDT-SWAP-fundingrates-2023-03.zip';
    const earlier = { earlierSettlements: new Map([['BTC-USDT-SWAP', [0, 1, 2].map((back) => Date.UTC(2023, 1, 28, 8) - (2 - back) * 8 * HOUR_MS)]]) }; // prettier-ignore
    const rates = chunkOf((await read(okx, path, earlier)).chunks, 'funding-rate');
    const wanted = market.settledFunding(perpetual('okx', 'BTC'), Date.UTC(2023, 1, 28, 16), Date.UTC(2023, 2, 31, 16) - 1); // prettier-ignore
    assert.deepEqual([...rates.atMs], wanted.map(({ atMs }) => atMs)); // prettier-ignore
    assert.deepEqual([...(rates.columns['fundingRatePerInterval'] ?? [])], wanted.map(({ rate }) => rate)); // prettier-ignore

    const gate = createGateDumps(market);
    const listing = createWire('gate', market).listings.find(
      ({ venueSymbol }) => venueSymbol === 'SOL_USDT',
    )!;
    const instruments = byKey(instrumentOf(listing));
    const candles = chunkOf(
      (await read(gate, '/futures_usdt/candlesticks_1h/202305/SOL_USDT-202305.csv.gz', { instruments }))
        .chunks,
      'candle',
    );
    assert.equal(candles.atMs.length, 31 * 24);
    for (const [index, atMs] of candles.atMs.entries()) {
      const made = market.bar(listing, atMs, atMs + HOUR_MS);
      assert.deepEqual(pricesIn(rowOf(candles, index)), pricesOf(made));
      assert.equal(candles.columns['volumeBase']?.[index], made.volumeBase);
    }
    const paid = await readServed(
      '/futures_usdt/funding_applies/202305/SOL_USDT-202305.csv.gz',
      await gate.find('/futures_usdt/funding_applies/202305/SOL_USDT-202305.csv.gz', NOW_MS)!.make(0),
    );
    // The first rate of a month has no interval without the month before.
    assert.deepEqual(paid.report.bad, { 'unknown-interval': 1 });
    const settled = market.settledFunding(listing, Date.UTC(2023, 4), Date.UTC(2023, 5) - 1).slice(1);
    const applied = chunkOf(paid.chunks, 'funding-rate');
    assert.deepEqual([...applied.atMs], settled.map(({ atMs }) => atMs)); // prettier-ignore
    assert.deepEqual([...(applied.columns['fundingRatePerInterval'] ?? [])], settled.map(({ rate }) => rate)); // prettier-ignore
  });

  it('the statistics of Hyperliquid are dollars of both sides by coin and day, and end where the real file does', async () => {
    const rowsOf = async (mode: 'none' | 'as-published') => {
      const file = createHyperliquidDumps(market, mode).find('/open_interest', NOW_MS)!;
      const text = Buffer.from(await file.make(0)).toString('utf8');
      return (JSON.parse(text) as { chart_data: { time: string; coin: string; open_interest: number }[] })
        .chart_data;
    };
    const rows = await rowsOf('none');
    assert.deepEqual([rows[0]?.time, rows[0]?.coin], ['2023-06-13T00:00:00', 'BTC']);
    assert.equal(rows.at(-1)?.time, '2026-10-30T00:00:00');
    assert.equal((await rowsOf('as-published')).at(-1)?.time, '2026-04-03T00:00:00');
    const symbol = perpetual('hyperliquid', 'ETH');
    const dayMs = Date.UTC(2024, 1, 29);
    const mean = (at: (atMs: number) => number): number =>
      [0, 6, 12, 18].reduce((sum, hour) => sum + at(dayMs + hour * HOUR_MS) / 4, 0);
    const wanted =
      2 *
      mean((atMs) => market.openInterestBase(symbol, atMs)) *
      mean((atMs) => market.price(symbol, 'index', atMs));
    const found = rows.find(({ time, coin }) => time === '2024-02-29T00:00:00' && coin === 'ETH');
    assert.equal(found?.open_interest, wanted);
  });

  it('nothing else has a file: other days, symbols, bars and kinds', () => {
    const okx = createOkxDumps(market);
    const gate = createGateDumps(market);
    for (const path of [
      metricsPath('2026-02-30'),
      metricsPath('2021-11-30'),
      metricsPath('2026-06-24', 'um', 'PEPEUSDT'),
      metricsPath('2026-06'),
      barsPath('futures/um/daily', 'klines', 'BTCUSDT', '7m', '2026-06-24'),
      barsPath('futures/um/monthly', 'klines', 'BTCUSDT', '1h', '2026-06-24'),
      barsPath('spot/daily', 'markPriceKlines', 'BTCUSDT', '1h', '2026-06-24'),
      '/data/futures/um/daily/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-06-24.zip',
      '/data/futures/um/daily/metrics/BTCUSDT/ETHUSDT-metrics-2026-06-24.zip',
    ])
      assert.equal(binance.find(path, NOW_MS), undefined, path);
    for (const path of [
      '/cdn/okex/traderecords/candlesticks/daily/20260702/BTC-USDT-SWAP-candlesticks-2026-07-01.zip',
      '/cdn/okex/traderecords/candlesticks/daily/20260701/BTC-USDT-candlesticks-2026-07-01.zip',
      '/cdn/okex/traderecords/swaprates/daily/20260701/BTC-USDT-SWAP-fundingrates-2026-07-01.zip',
    ])
      assert.equal(okx.find(path, NOW_MS), undefined, path);
    for (const path of [
      '/futures_usdt/candlesticks_5m/202607/BTC_USDT-202606.csv.gz',
      '/futures_btc/candlesticks_5m/202607/BTC_USDT-202607.csv.gz',
      '/futures_usdt/candlesticks_7d/202607/BTC_USDT-202607.csv.gz',
    ])
      assert.equal(gate.find(path, NOW_MS), undefined, path);
  });

  const pricesOf = ({ open, high, low, close }: Bar) => ({
    ...{ openQuote: open, highQuote: high, lowQuote: low, closeQuote: close },
  });
  const pricesIn = ({ openQuote, highQuote, lowQuote, closeQuote }: Record<string, number | undefined>) => ({
    ...{ openQuote, highQuote, lowQuote, closeQuote },
  });

  /** Asserts that five minutes together are the five minutes of the market. */
  function assertSteps(minutes: ReturnType<typeof chunkOf>, symbol: MarketSymbol, fromMs: number): void {
    const column = (name: string): Float64Array => minutes.columns[name] ?? new Float64Array();
    for (let step = 0; step < 288; step += 1) {
      const part = (name: string): Float64Array => column(name).subarray(step * 5, step * 5 + 5);
      const sum = (name: string): number => part(name).reduce((total, value) => total + value, 0);
      const made = market.bar(symbol, fromMs + step * STEP, fromMs + (step + 1) * STEP);
      assert.deepEqual(
        [
          minutes.atMs[step * 5],
          part('openQuote')[0],
          Math.max(...part('highQuote')),
          Math.min(...part('lowQuote')),
          part('closeQuote')[4],
        ],
        [fromMs + step * STEP, made.open, made.high, made.low, made.close],
      );
      assert.ok(Math.abs(sum('volumeBase') - made.volumeBase) < 1e-6, 'coins');
      assert.ok(Math.abs(sum('volumeUsd') - made.volumeUsd) < 0.01, 'dollars');
      if (minutes.columns['takerBuyBase'] !== undefined)
        assert.ok(Math.abs(sum('takerBuyBase') - made.takerBuyBase) < 1e-6, 'bought coins');
    }
  }
});
