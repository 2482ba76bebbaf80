import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../../src/core/units.ts';
import { dumpFormats } from '../../../../src/sources/dumps/registry.ts';
import { byKey, csvOf, formatOf, OKX_CANDLE_HEADER, readTable } from '../../../support/dumpFiles.ts';

const DAY = Date.UTC(2026, 6, 1);
const utc = (atMs: number | undefined): string => new Date(atMs ?? Number.NaN).toISOString().slice(0, 16);
const textOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

describe('formats of dump files', () => {
  it('have ids, endpoints without date or symbol, and names of their own', () => {
    assert.equal(new Set(dumpFormats.map(({ id }) => id)).size, dumpFormats.length);
    assert.equal(new Set(dumpFormats.map(({ endpoint }) => endpoint)).size, dumpFormats.length);
    for (const { endpoint } of dumpFormats) assert.match(endpoint, /^DUMP [\w/-]+$/);
  });

  it('refuse names that are no day or month, and bars that end across them', () => {
    const names: readonly (readonly [string, string])[] = [
      ['binance/um-metrics', 'BTCUSDT-metrics-2026-02-30.zip'],
      ['binance/um-metrics', '../BTCUSDT-metrics-2026-02-28.csv'],
      ['binance/um-klines', 'BTCUSDT-1w-2026-02.zip'],
      ['binance/um-klines', 'BTCUSDT-1mo-2026-02.zip'],
      ['binance/um-fundingRate', 'BTCUSDT-fundingRate-2026-13.zip'],
      ['okx/candlesticks', 'BTC-USDT-candlesticks-2026-02.zip'],
      ['gate/candlesticks_5m', 'BTC_USDT-2026-02.csv.gz'],
    ];
    for (const [id, name] of names) assert.equal(formatOf(id).nameOf(name), undefined, name);
  });

  it('read the days and months of OKX as those of UTC+8', async () => {
    const file = formatOf('okx/candlesticks').nameOf('BTC-USDT-SWAP-candlesticks-2026-07-01.zip');
    assert.deepEqual([utc(file?.fromMs), utc(file?.toMs)], ['2026-06-30T16:00', '2026-07-01T16:00']);
    const month = formatOf('okx/fundingrates').nameOf('BTC-USDT-SWAP-fundingrates-2026-02.zip');
    assert.deepEqual([utc(month?.fromMs), utc(month?.toMs)], ['2026-01-31T16:00', '2026-02-28T16:00']);
    const from = file?.fromMs ?? 0;
    const rows = Array.from({ length: 1_441 }, (_, index) => [
      'BTC-USDT-SWAP',
      2,
      3,
      1,
      2,
      100,
      1,
      2,
      from + index * MINUTE_MS,
      0,
    ]);
    const text = csvOf([OKX_CANDLE_HEADER, ...rows]);
    const { report } = await readTable('okx/candlesticks', 'BTC-USDT-SWAP-candlesticks-2026-07-01.zip', text);
    assert.deepEqual(
      [report.bad, report.series[0]?.kept, report.series[0]?.holes],
      [{ 'other-period': 1 }, 1_440, []],
    );
  });

  it('leave contracts what they are where their size is not known', async () => {
    const csv = csvOf([[DAY / SECOND_MS, 5_000, 2, 3, 1, 2]]);
    const [bar] = (await readTable('gate/candlesticks_1h', 'BTC_USDT-202607.csv.gz', csv)).chunks;
    assert.deepEqual(Object.keys(bar?.columns ?? {}), ['openQuote', 'highQuote', 'lowQuote', 'closeQuote']);
  });

  it('give every rate of OKX an interval once the settlements of the file before are known', async () => {
    const day = (date: string, hours: readonly number[]) => {
      const fromMs = Date.parse(`${date}T00:00Z`) - 8 * HOUR_MS;
      const rows = hours.map((hour) => ['BTC-USDT-SWAP', '0.0001', fromMs + hour * HOUR_MS]);
      return csvOf([
        ['instrument_name', 'funding_rate', 'funding_time'],
        ...rows,
        ['ETH-USD-SWAP', '0.0002', fromMs],
      ]);
    };
    const id = 'okx/fundingrates';
    const wants = (symbol: string): boolean => symbol === 'BTC-USDT-SWAP';
    const first = await readTable(id, 'allswap-fundingrates-2026-07-01.zip', day('2026-07-01', [0, 8, 16]), {
      wants,
    });
    assert.deepEqual([first.report.bad, first.report.unwanted], [{ 'unknown-interval': 1 }, 1]);
    assert.deepEqual(first.chunks[0]?.columns['intervalMs'], Float64Array.of(8 * HOUR_MS, 8 * HOUR_MS));
    const earlier = { wants, earlierSettlements: first.settlements };
    const next = await readTable(
      id,
      'allswap-fundingrates-2026-07-02.zip',
      day('2026-07-02', [0, 8, 16]),
      earlier,
    );
    assert.deepEqual([next.report.bad, next.chunks[0]?.atMs.length], [{}, 3]);
    assert.deepEqual(next.report.series[0]?.holes, []);
    const holed = await readTable(
      id,
      'allswap-fundingrates-2026-07-02.zip',
      day('2026-07-02', [0, 16]),
      earlier,
    );
    assert.deepEqual(
      holed.report.series[0]?.holes.map(({ fromMs }) => utc(fromMs)),
      ['2026-07-02T00:00'],
    );
  });

  it('take of OKX what was charged before what was announced, under its old headers as well', async () => {
    const header = [
      'instrument_name/合约',
      'funding_rate/资金费率',
      'real_funding_rate/实际',
      'funding_time/时间',
    ];
    const rows = [0, 8, 16].map((hour) => [
      'BTC-USDT-SWAP',
      '0.0009',
      '0.0001',
      DAY - 8 * HOUR_MS + hour * HOUR_MS,
    ]);
    const { chunks } = await readTable(
      'okx/fundingrates',
      'allswap-fundingrates-2026-07-01.zip',
      csvOf([header, ...rows]),
    );
    assert.deepEqual(chunks[0]?.columns['fundingRatePerInterval'], Float64Array.of(0.0001, 0.0001));
  });

  it('refuse a Binance rate whose interval is none, or that another settlement contradicts', async () => {
    const month = Array.from({ length: 93 }, (_, index) => [DAY + index * 8 * HOUR_MS + 3, 8, '0.0001']);
    month.splice(5, 1, [DAY + 40 * HOUR_MS, 5, '0.0001']);
    month.splice(11, 0, [DAY + 84 * HOUR_MS, 8, '0.0001']);
    month.splice(20, 2);
    const { report } = await readTable(
      'binance/um-fundingRate',
      'BTCUSDT-fundingRate-2026-07.zip',
      csvOf(month),
    );
    // The rate after a settlement that comes too early contradicts it as well: nothing tells which of them is right.
    assert.deepEqual(report.bad, { 'unknown-interval': 1, contradiction: 2 });
    const holes = report.series[0]?.holes.map(({ fromMs, toMs, cause }) => [
      (fromMs - DAY) / HOUR_MS,
      (toMs - DAY) / HOUR_MS,
      cause,
    ]);
    assert.deepEqual(
      holes?.map(([from = 0, to = 0, cause]) => [Math.round(Number(from)), Math.round(Number(to)), cause]),
      [
        [40, 48, 'bad-rows'],
        [88, 96, 'bad-rows'],
        [152, 168, 'missing'],
      ],
    );
  });

  it('refuse bars that cannot be, and those of another length than the name says', async () => {
    const bar = (index: number, ...values: (number | string)[]) => {
      const at = DAY + index * HOUR_MS;
      const [open = 2, high = 3, low = 1, close = 2, volume = 10, bought = 4, length = HOUR_MS] = values;
      return [at, open, high, low, close, volume, at + Number(length) - 1, 20, 1, bought, 8, 0];
    };
    const rows = [
      bar(0),
      bar(1, 4),
      bar(2, 2, 3, 2.5),
      bar(3, 0),
      bar(4, 2, 3, 1, 2, 10, 11),
      bar(5, 2, 3, 1, 2, 10, 4, MINUTE_MS),
      bar(6, 2, 3, 1, 'NaN'),
    ];
    const { report, chunks } = await readTable('binance/um-klines', 'BTCUSDT-1h-2026-07-01.zip', csvOf(rows));
    assert.deepEqual(report.bad, { impossible: 3, contradiction: 2, absent: 1 });
    assert.deepEqual(
      report.series[0]?.holes.map(({ cause }) => cause),
      ['bad-rows'],
    );
    assert.deepEqual([...new Set(chunks.map(({ atMs }) => atMs.length))], [1]);
  });

  it('convert volumes of COIN-M bars, which count contracts and coins', async () => {
    const bar = [DAY, 60_000, 60_000, 60_000, 60_000, 600, DAY + HOUR_MS - 1, 1, 9, 150, 0.25, 0];
    const [candle, takers] = (
      await readTable('binance/cm-klines', 'BTCUSD_PERP-1h-2026-07-01.zip', csvOf([bar]))
    ).chunks;
    const { volumeBase, volumeUsd, takerBuyBase, takerBuyUsd } = candle?.columns ?? {};
    assert.deepEqual(
      [volumeBase?.[0], volumeUsd?.[0], takerBuyBase?.[0], takerBuyUsd?.[0]],
      [1, 60_000, 0.25, 15_000],
    );
    assert.deepEqual(
      [takers?.columns['takerSellBase']?.[0], takers?.columns['takerSellUsd']?.[0]],
      [0.75, 45_000],
    );
  });

  it('state no dollars of COIN-M contracts that are not of the size they are taken to have', async () => {
    const bar = [DAY, 60_000, 60_000, 60_000, 60_000, 6_000, DAY + HOUR_MS - 1, 1, 9, 1_500, 0.25, 0];
    const [candle] = (await readTable('binance/cm-klines', 'BTCUSD_PERP-1h-2026-07-01.zip', csvOf([bar])))
      .chunks;
    const { volumeBase, volumeUsd, takerBuyUsd } = candle?.columns ?? {};
    assert.deepEqual([volumeBase?.[0], volumeUsd?.[0], takerBuyUsd?.[0]], [1, undefined, undefined]);
  });

  it('read the index of a pair, whose bars name no contract', async () => {
    const bar = [DAY, 60_000, 60_100, 59_900, 60_050, 0, DAY + HOUR_MS - 1, 0, 12, 0, 0, 0];
    const { chunks } = await readTable(
      'binance/cm-indexPriceKlines',
      'BTCUSD-1h-2026-07-01.zip',
      csvOf([bar]),
    );
    const { shared } = chunks[0] ?? {};
    assert.deepEqual(
      [shared?.venueSymbol, shared?.baseAsset, shared?.['priceType'], shared?.market],
      ['BTCUSD', 'BTC', 'index', 'coin-margined'],
    );
  });

  it('hand out the premium index, and make no basis of it', async () => {
    const bar = [DAY, '-0.0001', '0.0002', '-0.0003', '0', 0, DAY + HOUR_MS - 1, 0, 12, 0, 0, 0];
    const read = await readTable('binance/um-premiumIndexKlines', 'BTCUSDT-1h-2026-07-01.zip', csvOf([bar]));
    assert.deepEqual(read.chunks, []);
    assert.deepEqual(
      read.series[0]?.table.columns.map((column) => column[0]),
      [-0.0001, 0.0002, -0.0003, 0],
    );
  });

  it('read each band of bookDepth as a series: bids below the middle, asks above', async () => {
    const snapshot = (at: number, ...rows: (readonly (string | number)[])[]) =>
      rows.map((row) => [textOf(at), ...row]);
    const rows = [
      ['timestamp', 'percentage', 'depth', 'notional'],
      ...snapshot(
        DAY + 8_000,
        ['-5.00', 100, 9_800],
        ['-1.00', 20, 1_990],
        ['1.00', 10, 1_005],
        ['5.00', 50, 5_100],
      ),
      ...snapshot(DAY + 38_000, [-1, 20, 1_990], [1, 10, 900], [5, 50, 5_100], [0, 1, 1], [1, 'NaN', 1]),
    ];
    const { chunks, report } = await readTable(
      'binance/um-bookDepth',
      'BTCUSDT-bookDepth-2026-07-01.zip',
      csvOf(rows),
    );
    const near = chunks.find(({ shared }) => shared['bandFraction'] === 0.01);
    assert.deepEqual(
      [
        near?.columns['bidBase']?.[0],
        near?.columns['bidUsd']?.[0],
        near?.columns['askBase']?.[0],
        near?.columns['askUsd']?.[0],
      ],
      [20, 1_990, 10, 1_005],
    );
    assert.equal(near?.columns['midPriceQuote'], undefined);
    assert.deepEqual(
      [near?.atMs, report.bad],
      [Float64Array.of(DAY + 8_000), { contradiction: 1, impossible: 1, absent: 1 }],
    );
    const wide = chunks.find(({ shared }) => shared['bandFraction'] === 0.05);
    assert.ok(Number.isNaN(wide?.columns['bidBase']?.[1]), 'a side that was not stated became a number');
    assert.equal(report.series.length, 2);
  });

  it('prefer the size of a contract that the list states', async () => {
    const listed: Instrument = {
      ...{
        key: 'binance:BTCUSD_PERP',
        exchange: 'binance',
        venueSymbol: 'BTCUSD_PERP',
        baseAsset: 'BTC',
        quoteAsset: 'USD',
      },
      ...{
        settleAsset: 'BTC',
        kind: 'perpetual',
        margin: 'inverse',
        contractSize: { amount: 1_000, unit: 'quote' },
        status: 'trading',
      },
    };
    const bar = [DAY, 2, 2, 2, 2, 5, DAY + DAY_MS - 1, 2_500, 9, 1, 500, 0];
    const options = { instruments: byKey(listed) };
    const read = await readTable('binance/cm-klines', 'BTCUSD_PERP-1d-2026-07-01.zip', csvOf([bar]), options);
    assert.equal(read.chunks[0]?.columns['volumeUsd']?.[0], 5_000);
  });
});
