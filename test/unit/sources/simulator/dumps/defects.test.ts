import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../../src/core/units.ts';
import { createBinanceDumps } from '../../../../../src/sources/simulator/dumps/binanceHost.ts';
import { createGateDumps } from '../../../../../src/sources/simulator/dumps/gateHost.ts';
import { createOkxDumps } from '../../../../../src/sources/simulator/dumps/okxHost.ts';
import { dayText } from '../../../../../src/sources/simulator/dumps/periods.ts';
import { REVISION, type DumpDefects } from '../../../../../src/sources/simulator/dumps/table.ts';
import { createSimulatedMarket } from '../../../../../src/sources/simulator/market.ts';
import { perpetual } from '../../../../../src/sources/simulator/symbols.ts';
import { chunkOf, readServed, rowOf } from '../../../../support/servedDumps.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const STEP = 5 * MINUTE_MS;
const market = createSimulatedMarket({ seed: 3, scenario: 'calm', anchorMs: NOW_MS });
const binance = createBinanceDumps(market, 'as-published');
const ETH = perpetual('binance', 'ETH');
const metricsPath = (dayMs: number): string =>
  `/data/futures/um/daily/metrics/ETHUSDT/ETHUSDT-metrics-${dayText(dayMs)}.zip`;
const barsPath = (span: string, kind: string, bar: string, period: string, symbol = 'BTCUSDT'): string =>
  `/data/futures/um/${span}/${kind}/${symbol}/${bar}/${symbol}-${bar}-${period}.zip`;

async function read(path: string, issue = 0, host = binance) {
  const file = host.find(path, NOW_MS);
  assert.ok(file, `no file ${path}`);
  return { ...(await readServed(path, await file.make(issue))), defects: file.defects(issue) };
}

/** The starts of the bars that are missing. */
const lostIn = ({ missing }: DumpDefects, stepMs: number): number[] =>
  missing.flatMap(({ fromMs, toMs }) =>
    Array.from({ length: (toMs - fromMs) / stepMs }, (_, index) => fromMs + index * stepMs),
  );
const lostInReport = (holes: readonly { fromMs: number; toMs: number }[], stepMs: number): number[] =>
  lostIn({ missing: holes, repeated: [], jittered: [], absent: [], revised: [] }, stepMs);
const NUMBERS = ['', 'openInterest', 'openInterestValue', 'topAccounts', 'topPositions', 'allAccounts', 'takers']; // prettier-ignore

describe('defects of simulated dump files', () => {
  it('are found in metrics one by one, and every other number is that of the market', async () => {
    const seen = { missing: 0, repeated: 0, jittered: 0, absent: 0 };
    for (let day = 0; day < 40; day += 1) {
      const dayMs = Date.UTC(2026, 5, 5) + day * DAY_MS;
      const { report, chunks, defects } = await read(metricsPath(dayMs));
      const lost = lostIn(defects, STEP);
      const [series] = report.series;
      assert.deepEqual(
        [report.rows, series?.kept, series?.repeats, report.jittered, report.bad],
        [
          288 - lost.length + defects.repeated.length,
          288 - lost.length,
          defects.repeated.length,
          defects.jittered.length,
          {},
        ],
        `day ${dayText(dayMs)}`,
      );
      assert.deepEqual(lostInReport(series?.holes ?? [], STEP), lost);
      assert.ok(series?.holes.every(({ cause }) => cause === 'missing'));
      const absent: Record<string, number> = {};
      for (const { column } of defects.absent)
        absent[NUMBERS[column] ?? ''] = (absent[NUMBERS[column] ?? ''] ?? 0) + 1;
      assert.deepEqual(series?.absent, absent);
      // Rows whose dollars are absent are a chunk of their own.
      const interest = chunks
        .filter(({ shared }) => shared.kind === 'open-interest')
        .flatMap((chunk) =>
          [...chunk.atMs].map((atMs, index) => ({ atMs, size: rowOf(chunk, index)['openInterestBase'] })),
        );
      const unsized = new Set(
        defects.absent.filter(({ column }) => column === 1).map(({ atMs }) => atMs + STEP),
      );
      for (const { atMs, size } of interest) assert.equal(size, market.openInterestBase(ETH, atMs));
      assert.equal(interest.length, 288 - lost.length - unsized.size);
      assert.ok(!interest.some(({ atMs }) => unsized.has(atMs) || lost.includes(atMs - STEP)));
      seen.missing += lost.length;
      seen.repeated += defects.repeated.length;
      seen.jittered += defects.jittered.length;
      seen.absent += defects.absent.length;
    }
    // A drawing that hits nothing would prove nothing.
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 3, `${kind}: ${count} in 40 days`);
  });

  it('are the known holes of the real files, with their source', async () => {
    const known = (report: Awaited<ReturnType<typeof read>>['report']) =>
      report.series[0]?.holes.filter(({ cause }) => cause === 'known');
    const february = Date.UTC(2024, 1, 16);
    const until = { toMs: february + DAY_MS, cause: 'known', source: '#335' };
    assert.deepEqual(known((await read(metricsPath(february))).report), [
      { fromMs: february + 13.5 * HOUR_MS, ...until },
    ]);
    const november = Date.UTC(2023, 10, 10);
    const marks = await read(barsPath('daily', 'markPriceKlines', '5m', '2023-11-10'));
    const [fromMs, toMs] = [november + 220 * MINUTE_MS, november + 245 * MINUTE_MS];
    assert.deepEqual(known(marks.report), [{ fromMs, toMs, cause: 'known', source: '#484' }]);
    // An hour that lost some minutes is still there.
    const hours = await read(barsPath('daily', 'markPriceKlines', '1h', '2023-11-10'));
    assert.deepEqual(known(hours.report), []);
    assert.ok(!lostIn(hours.defects, HOUR_MS).includes(november + 4 * HOUR_MS));
    assert.equal(
      binance.find(barsPath('daily', 'premiumIndexKlines', '1h', '2021-02-10'), NOW_MS),
      undefined,
    );
    const january = await read(barsPath('monthly', 'premiumIndexKlines', '1h', '2021-01'));
    assert.equal(known(january.report)?.at(-1)?.fromMs, Date.UTC(2021, 0, 24));
  });

  it('of a month are those of its days', async () => {
    const month = await read(barsPath('monthly', 'markPriceKlines', '1h', '2025-04'));
    const days = Array.from({ length: 30 }, (_, index) => dayText(Date.UTC(2025, 3, 1 + index))).map((day) =>
      binance.find(barsPath('daily', 'markPriceKlines', '1h', day), NOW_MS)!.defects(0),
    );
    assert.deepEqual(
      month.defects.missing,
      days.flatMap(({ missing }) => missing),
    );
    assert.ok(month.defects.missing.length > 0 && month.defects.repeated.length > 0);
    assert.deepEqual(
      lostInReport(month.report.series[0]?.holes ?? [], HOUR_MS),
      lostIn(month.defects, HOUR_MS),
    );
    assert.equal(month.report.series[0]?.repeats, month.defects.repeated.length);
  });

  it('of a later issue are three rows of a day that it states otherwise: holes are filled', async () => {
    const dayMs = Date.UTC(2026, 5, 20);
    const { report, chunks, defects } = await read(metricsPath(dayMs), 1);
    assert.deepEqual(
      [report.series[0]?.kept, report.series[0]?.holes, report.series[0]?.absent, defects.revised.length],
      [288, [], {}, 3],
    );
    const interest = chunkOf(chunks, 'open-interest');
    for (const [index, atMs] of interest.atMs.entries()) {
      const factor = defects.revised.includes(atMs - STEP) ? REVISION : 1;
      const wanted = Number((market.openInterestBase(ETH, atMs) * factor).toFixed(8));
      assert.equal(rowOf(interest, index)['openInterestBase'], wanted);
    }
    // Every other kind of file can be issued anew as well, and is still read whole.
    for (const [path, host] of [
      [barsPath('daily', 'klines', '1h', '2026-06-20'), binance],
      [barsPath('daily', 'premiumIndexKlines', '5m', '2026-06-20'), binance],
      [barsPath('daily', 'klines', '1d', '2026-06-20'), binance],
      ['/data/futures/um/monthly/fundingRate/SOLUSDT/SOLUSDT-fundingRate-2026-05.zip', binance],
      ['/futures_usdt/candlesticks_1h/202605/BTC_USDT-202605.csv.gz', createGateDumps(market)],
      [
        '/cdn/okex/traderecords/candlesticks/daily/20260620/BTC-USDT-SWAP-candlesticks-2026-06-20.zip',
        createOkxDumps(market),
      ],
    ] as const) {
      const [old, anew] = [await read(path, 0, host), await read(path, 1, host)];
      assert.notEqual(old.report.sha256, anew.report.sha256, path);
      assert.deepEqual([anew.report.bad, anew.report.series[0]?.holes], [{}, []], path);
    }
  });

  it('are others for another seed, and none where none are wanted', () => {
    const other = createSimulatedMarket({ seed: 4, scenario: 'calm', anchorMs: NOW_MS });
    const hosts = [binance, createBinanceDumps(other, 'as-published'), createBinanceDumps(market, 'none')];
    const drawn = hosts.map((host) =>
      JSON.stringify(
        Array.from({ length: 20 }, (_, day) =>
          host.find(metricsPath(Date.UTC(2026, 5, 1 + day)), NOW_MS)!.defects(0),
        ),
      ),
    );
    assert.equal(new Set(drawn).size, 3);
    assert.equal(drawn[2]?.replace(/"\w+":\[\]/g, '').replace(/[^\d]/g, ''), '');
  });
});
