import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { LAYOUTS } from '../../../../src/cli/import/layouts.ts';
import { TARGETS } from '../../../../src/cli/import/targets.ts';
import type { ContextValue } from '../../../../src/core/contextValue.ts';
import type { Observation, ObservationKind } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import { openSqliteStore } from '../../../../src/store/sqliteStore.ts';
import { imported } from './support.ts';

const T0 = Date.UTC(2024, 5, 19, 21);
const D0 = Date.UTC(2022, 0, 2);
const BARS =
  'time_utc,time_ms,open,high,low,close,volume,buy_volume,trades,buy_trades,oi_open,oi_high,oi_low,oi_close,ls_ratio,long_pct,short_pct';
const series = join(import.meta.dirname, '../../../../../shared/series');
const KINDS = [
  ...new Set(
    Object.values(TARGETS).flatMap(({ kind }) => (kind === 'context' ? [] : [kind as ObservationKind])),
  ),
];
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpscope-import-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Imports a text as a file and returns the rows of the store, without names and receipts. */
async function rowsOf(layout: string, text: string, ...args: string[]): Promise<unknown[]> {
  const [file, store] = [join(folder, `${layout}.txt`), join(folder, `${layout}.sqlite`)];
  writeFileSync(file, text);
  await imported(['--csv', file, '--layout', layout, '--source', 'mine', '--store', store, ...args]);
  const open = await openSqliteStore(store, { source: 'live' });
  try {
    const found: (Observation | ContextValue)[] = [];
    for (const kind of KINDS) found.push(...(await open.query({ kind, exchange: 'import:mine' })));
    found.push(...(await open.queryContext({ provider: 'import:mine' })));
    return found.map((row) =>
      Object.fromEntries(
        Object.entries(row).filter(
          ([name]) => !['exchange', 'venueSymbol', 'receivedAtMs', 'endpoint', 'provider'].includes(name),
        ),
      ),
    );
  } finally {
    await open.close();
  }
}

const btc = { baseAsset: 'BTC', instrument: 'import:mine:BTC' };

describe('layouts of imported files, on made-up rows of the true form', () => {
  const cases: Record<string, () => Promise<unknown>> = {
    'binance-1h': async () => {
      const line = `x,${T0},100,110,90,105,7,3,5,2,1,2,0.5,75.25,2.5,71.41,28.59,,0.5`;
      const rows = await rowsOf('binance-1h', `${BARS},long_liq,short_liq\n${line}\n`, '--asset', 'BTC');
      const bar = { ...btc, barMs: HOUR_MS };
      const wanted = [
        { ...bar, kind: 'open-interest', sides: 'one', openInterestBase: 75.25, atMs: T0 + HOUR_MS },
        { ...bar, kind: 'candle', priceType: 'last', openQuote: 100, highQuote: 110, lowQuote: 90, closeQuote: 105, volumeBase: 7, takerBuyBase: 3, atMs: T0 }, // prettier-ignore
        { ...bar, kind: 'long-short-ratio', population: 'all-accounts', longShortRatio: 2.5, longShare: 0.7141, shortShare: 0.2859, atMs: T0 }, // prettier-ignore
        { ...bar, kind: 'liquidation-volume', coverage: 'unverified', longLiquidatedBase: 0, shortLiquidatedBase: 0.5, atMs: T0 }, // prettier-ignore
      ];
      assert.deepEqual(rows, wanted);
    },
    'binance-5m': async () => {
      const rows = await rowsOf(
        'binance-5m',
        `${BARS}\nx,${T0},1,2,1,2,7,3,5,2,1,2,0.5,75,,,\n`,
        '--asset',
        'XRP',
      );
      assert.deepEqual(
        (rows as { kind: string; atMs: number }[]).map(({ kind, atMs }) => [kind, atMs]),
        [
          ['open-interest', T0 + 5 * MINUTE_MS],
          ['candle', T0],
        ],
        'an empty ratio is no row',
      );
    },
    'perps-1d': async () => {
      const head = 'date_utc,symbol,close,volume,open_interest,funding_pct,long_liq,short_liq,ls_ratio';
      const rows = await rowsOf('perps-1d', `${head}\n2022-01-02,SOLUSDT,170.5,9,73.5,0.01,,,\n`);
      const sol = { baseAsset: 'SOL', instrument: 'import:mine:SOLUSDT' };
      assert.deepEqual(rows, [
        {
          ...sol,
          kind: 'open-interest',
          sides: 'one',
          barMs: DAY_MS,
          openInterestBase: 73.5,
          atMs: D0 + DAY_MS,
        },
        { ...sol, kind: 'funding-rate', phase: 'settled', intervalBasis: 'instrument', fundingRatePerInterval: 0.0001, intervalMs: 8 * HOUR_MS, atMs: D0 + 16 * HOUR_MS }, // prettier-ignore
        { ...sol, kind: 'volume', windowMs: DAY_MS, volumeBase: 9, atMs: D0 + DAY_MS },
        { ...sol, kind: 'mark-price', lastPriceQuote: 170.5, atMs: D0 + DAY_MS },
      ]);
    },
    'binance-funding': async () => {
      const row = { symbol: 'BTCUSDT', fundingTime: D0, fundingRate: '-0.00001234', markPrice: '' };
      assert.deepEqual(await rowsOf('binance-funding', JSON.stringify([row])), [
        { baseAsset: 'BTC', instrument: 'import:mine:BTCUSDT', kind: 'funding-rate', phase: 'settled', intervalBasis: 'instrument', fundingRatePerInterval: -0.00001234, intervalMs: 8 * HOUR_MS, atMs: D0 }, // prettier-ignore
      ]);
    },
    'funding-7-exchanges': async () => {
      const rows = await rowsOf(
        'funding-7-exchanges',
        `exchange,time_ms,funding_rate\nbinance,${D0},0.0001\ndydx,${D0},0.00002\n`,
      );
      assert.deepEqual(
        (rows as { instrument: string; intervalMs: number }[]).map(({ instrument, intervalMs }) => [
          instrument,
          intervalMs / HOUR_MS,
        ]),
        [
          ['import:mine:binance/BTC', 8],
          ['import:mine:dydx/BTC', 1],
        ],
      );
    },
    'funding-3-venues': async () => {
      const head = 'venue,venue_symbol,time_ms,rate_raw,interval_hours,mark_price';
      const rows = await rowsOf(
        'funding-3-venues',
        `${head}\nhyperliquid,SOL,${D0 + 35},5.61208e-05,1.0,\nbybit,BTCPERP,${D0},0.0001,8.0,\n`,
      );
      assert.deepEqual(
        (rows as { instrument: string; baseAsset: string; atMs: number; intervalBasis: string }[]).map((one) => [one.instrument, one.baseAsset, one.atMs - D0, one.intervalBasis]), // prettier-ignore
        [
          ['import:mine:bybit/BTCPERP', 'BTC', 0, 'payload'],
          ['import:mine:hyperliquid/SOL', 'SOL', 35, 'payload'],
        ],
      );
    },
    'hyperliquid-funding': async () => {
      const rows = await rowsOf(
        'hyperliquid-funding',
        `time_ms,funding_rate,premium\n${D0 + 151},0.0000617991,0.0009943926\n`,
      );
      assert.deepEqual(rows, [
        { ...btc, kind: 'funding-rate', phase: 'settled', intervalBasis: 'instrument', fundingRatePerInterval: 0.0000617991, intervalMs: HOUR_MS, atMs: D0 + 151 }, // prettier-ignore
        { ...btc, kind: 'basis', contractType: 'perpetual', barMs: HOUR_MS, basisFraction: 0.0009943926, atMs: D0 - HOUR_MS }, // prettier-ignore
      ]);
    },
    'hyperliquid-depth': async () => {
      const rows = await rowsOf(
        'hyperliquid-depth',
        `time_ms,mid_price,spread_bps,depth_50bps\n${D0 + 7},42327.5,0.2,3759035.17\n`,
      );
      assert.deepEqual(rows, [
        { ...btc, kind: 'mark-price', midPriceQuote: 42327.5, atMs: D0 + 7 },
        { ...btc, kind: 'depth', bandFraction: 0.005, bothSidesUsd: 3759035.17, atMs: D0 + 7 },
      ]);
    },
    'klines-1h': async () => {
      const [row] = await rowsOf(
        'klines-1h',
        `time_ms,open,high,low,close,volume\n${T0},1,3,1,2,5\n`,
        '--asset',
        'BTC',
      );
      assert.deepEqual(row, { ...btc, kind: 'candle', priceType: 'last', barMs: HOUR_MS, openQuote: 1, highQuote: 3, lowQuote: 1, closeQuote: 2, volumeBase: 5, atMs: T0 }); // prettier-ignore
    },
    'mark-8h': async () => {
      const [row] = await rowsOf('mark-8h', `time_ms,open,high,low,close\n${D0},1,3,1,2\n`, '--asset', 'BTC');
      assert.deepEqual(row, { ...btc, kind: 'candle', priceType: 'mark', barMs: 8 * HOUR_MS, openQuote: 1, highQuote: 3, lowQuote: 1, closeQuote: 2, atMs: D0 }); // prettier-ignore
    },
    'fear-greed': async () => {
      const rows = await rowsOf('fear-greed', JSON.stringify([D0 + DAY_MS, D0].map((at, index) => ({ value: `${12 + index}`, timestamp: `${at / 1_000}` })))); // prettier-ignore
      const score = { kind: 'context', metric: 'fear-greed', unit: 'score', barMs: DAY_MS };
      assert.deepEqual(rows, [
        { ...score, value: 13, atMs: D0 },
        { ...score, value: 12, atMs: D0 + DAY_MS },
      ]);
    },
    'spot-1d': async () => {
      const row = [D0, '10', '12', '9', '11', '5', D0 + DAY_MS - 1, '50', 3, '2', '20', '0'];
      assert.deepEqual(await rowsOf('spot-1d', JSON.stringify([row]), '--asset', 'BTC'), [
        { ...btc, instrument: 'import:mine:spot/BTC', market: 'spot', kind: 'candle', priceType: 'last', barMs: DAY_MS, openQuote: 10, highQuote: 12, lowQuote: 9, closeQuote: 11, volumeBase: 5, volumeUsd: 50, takerBuyBase: 2, takerBuyUsd: 20, atMs: D0 }, // prettier-ignore
      ]);
    },
  };

  it('every layout has its made-up rows', () => {
    assert.deepEqual(Object.keys(cases).sort(), LAYOUTS.map(({ name }) => name).sort());
  });
  for (const [name, run] of Object.entries(cases)) it(name, run);
});

describe('layouts of imported files, on the real files', () => {
  /** File, layout, rows, instruments, holes, first and last moment, and of one column its first and last value. */
  const files = [
    ['binance-btcusdt-1h.csv', 'binance-1h', 'BTC', 1465, 1, 0, '2024-06-19T21:00', '2024-08-19T22:00', 'oi_close', 75286.992, 80011.442], // prettier-ignore
    ['binance-solusdt-1h.csv', 'binance-1h', 'SOL', 1463, 1, 1, '2024-06-19T21:00', '2024-08-19T22:00', 'oi_close', 4521928, 4314525], // prettier-ignore
    ['binance-btcusdt-5m.csv', 'binance-5m', 'BTC', 1441, 1, 0, '2024-09-13T21:00', '2024-09-18T21:05', 'long_pct', 0.5072, 0.5843], // prettier-ignore
    ['binance-xrpusdt-5m.csv', 'binance-5m', 'XRP', 1441, 1, 0, '2024-09-13T21:00', '2024-09-18T21:05', 'ls_ratio', 2.4807, 2.2206], // prettier-ignore
    ['binance-perps-1d.csv', 'perps-1d', '', 7030, 10, 0, '2022-01-02T00:00', '2023-12-06T00:00', 'long_liq', 114.77800000000016, 5990.1], // prettier-ignore
    ['binance-btcusdt-funding-raw.json', 'binance-funding', '', 7384, 1, 0, '2019-09-10T08:00', '2026-06-06T08:00', 'fundingRate', 0.0001, 0.00002675], // prettier-ignore
    ['funding-btc-7-exchanges-2020-2023.csv', 'funding-7-exchanges', '', 39332, 7, 2, '2020-01-01T00:00', '2023-12-31T23:00', 'funding_rate', -0.00012359, 0.0001068834], // prettier-ignore
    ['funding-3-venues-2025-2026.csv', 'funding-3-venues', '', 26330, 10, 0, '2025-08-21T05:00', '2026-08-22T05:00', 'mark_price', 113855.6, 87.63], // prettier-ignore
    ['hyperliquid-btc-funding-1h.csv', 'hyperliquid-funding', '', 12192, 1, 25, '2023-12-31T23:00', '2025-12-28T23:00', 'premium', 0.0009943926, -0.0001967698], // prettier-ignore
    ['hyperliquid-btc-depth-6h.csv', 'hyperliquid-depth', '', 2734, 1, null, '2024-01-01T00:00', '2025-12-02T17:59', 'depth_50bps', 3759035.17, 5787707.01], // prettier-ignore
    ['binance-btcusdt-perp-klines-1h.csv', 'klines-1h', 'BTC', 11991, 1, 0, '2023-01-01T00:00', '2024-05-14T14:00', 'volume', 5381.399, 37272.211], // prettier-ignore
    ['binance-btcusdt-mark-8h.csv', 'mark-8h', 'BTC', 2151, 1, 0, '2023-12-01T00:00', '2025-11-16T16:00', 'close', 38242.08488652, 94234.43224638], // prettier-ignore
    [
      'fear-greed-raw.json',
      'fear-greed',
      '',
      3044,
      1,
      2,
      '2018-02-01T00:00',
      '2026-06-06T00:00',
      'value',
      30,
      12,
    ],
    ['binance-spot-btcusdt-1d-raw.json', 'spot-1d', 'BTC', 2471, 1, 0, '2019-09-01T00:00', '2026-06-06T00:00', '7', Number('188513289.12235729'), Number('892311734.32343340')], // prettier-ignore
  ] as const;

  for (const [
    name,
    layout,
    asset,
    rows,
    instruments,
    holes,
    first,
    last,
    column,
    firstValue,
    lastValue,
  ] of files)
    it(`${name}: rows, reach, holes and values to the last digit`, async function () {
      const file = join(series, name);
      if (!existsSync(file)) this.skip();
      const own = asset === '' ? [] : ['--asset', asset];
      const store = join(folder, `${name}.sqlite`);
      const args = ['--csv', file, '--layout', layout, ...own, '--store', store];
      const said = await imported(args);
      assert.deepEqual(
        [said.rows, said.kept, said.series, said.holes?.count ?? null],
        [rows, rows, instruments, holes],
      );
      const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
      assert.deepEqual([minute(said.firstMs), minute(said.lastMs)], [first, last]);
      const own1 = said.columns.find((one) => one.column === column);
      assert.deepEqual([own1?.first?.value, own1?.last?.value], [firstValue, lastValue]);
      assert.ok((said.stored?.inserted ?? 0) >= rows);
      const again = await imported(args);
      assert.deepEqual(again.stored, { inserted: 0, unchanged: said.stored?.inserted, revised: 0 });
    });

  it('the hours of the crash: empty liquidations are none, empty ratios unknown, and rows are read by their name', async function () {
    const file = join(series, 'binance-btcusdt-1h.csv');
    if (!existsSync(file)) this.skip();
    const path = join(folder, 'crash.sqlite');
    const said = await imported(['--csv', file, '--layout', 'binance-1h', '--asset', 'BTC', '--source', 'crash', '--store', path]); // prettier-ignore
    const of = (name: string): unknown[] =>
      said.columns
        .filter(({ column }) => column === name)
        .map((one) => [one.values, one.noneWhereEmpty, one.absent]);
    assert.deepEqual([of('long_liq'), of('ls_ratio')], [[[1465, 19, 0]], [[1463, 0, 2]]]);
    const store = await openSqliteStore(path, { source: 'live' });
    const query = { kind: 'open-interest', exchange: 'import:crash', fields: ['openInterestBase'] } as const;
    const [columns] = await store.columns({ ...query, fromMs: Date.UTC(2024, 7, 19, 22) });
    assert.deepEqual([...(columns?.columns['openInterestBase'] ?? [])], [80011.442]);
    const [entry] = await store.journal({ topic: 'import' });
    assert.equal((entry?.body as { sha256: string }).sha256, said.sha256);
    assert.equal(
      columns?.receivedAtMs[0],
      entry?.atMs,
      'rows bear the time of the entry that names their checksum',
    );
    await store.close();
  });
});
