import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Instrument } from '../../../../src/core/instrument.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../../src/core/units.ts';
import type { BackfillMetric, DeepPages, Reach } from '../../../../src/sources/exchanges/deepPages.ts';
import { coinMarginedFiles } from '../../../../src/sources/backfill/binanceFiles.ts';
import { estimateOf, requestsOf } from '../../../../src/sources/backfill/estimate.ts';
import { fileSources } from '../../../../src/sources/backfill/fileSources.ts';
import { planBackfill, spanOf, wholeUntil, type PlanInputs } from '../../../../src/sources/backfill/plan.ts';

const NOW_MS = Date.UTC(2026, 10, 30, 6, 30);
const SINCE_MS = Date.UTC(2024, 0, 1);

const perpetual = (exchange: string, venueSymbol: string): Instrument => ({
  ...{ key: `${exchange}:${venueSymbol}`, exchange, venueSymbol, baseAsset: 'BTC', quoteAsset: 'USDT' },
  ...{ settleAsset: 'USDT', kind: 'perpetual', margin: 'linear', status: 'trading' },
  contractSize: { amount: 1, unit: 'base' },
});

const pagesOf = (
  id: string,
  metric: BackfillMetric,
  stepMs: number,
  rows: number,
  reach: Reach,
): DeepPages => ({
  ...{ id, metric, stepMs, rows, reach, reason: `${id} says so.` },
  poll: { id, weight: 1 } as never,
  request: () => undefined,
});

const inputs = (changes: Partial<PlanInputs>): PlanInputs => ({
  ...{ metrics: ['open-interest'], sinceMs: SINCE_MS, untilMs: NOW_MS, nowMs: NOW_MS, assets: ['BTC'] },
  instruments: new Map([['okx', [{ asset: 'BTC', instrument: perpetual('okx', 'BTC-USDT-SWAP') }]]]),
  ...{ pages: [], files: [], notByPage: [], checkFiles: 0, isDone: () => false },
  ...changes,
});

describe('the plan of a back-fill', () => {
  it('covers all of a range once, on a grid that does not depend on it', () => {
    const page = pagesOf('okx/oi', 'open-interest', 5 * MINUTE_MS, 100, 'launch');
    for (const sinceMs of [SINCE_MS, SINCE_MS + 7 * HOUR_MS, NOW_MS - MINUTE_MS]) {
      const { chains } = planBackfill(inputs({ pages: [page], sinceMs }));
      const units = chains[0]?.units ?? [];
      assert.ok((units[0]?.fromMs ?? Infinity) <= sinceMs && (units[0]?.toMs ?? 0) > sinceMs);
      assert.equal(units.at(-1)?.toMs, NOW_MS);
      for (const [index, unit] of units.entries()) {
        assert.equal(unit.fromMs % spanOf(page), 0);
        assert.equal(unit.fromMs, units[index - 1]?.toMs ?? unit.fromMs);
        assert.ok(unit.toMs - unit.fromMs <= 100 * page.stepMs);
      }
    }
  });

  it('takes the wanted step first and adds what reaches further back, and nothing else', () => {
    const pages = [
      pagesOf('okx/day', 'open-interest', DAY_MS, 100, { since: '2024-01-01' }),
      pagesOf('okx/five', 'open-interest', 5 * MINUTE_MS, 100, { rows: 1_440 }),
      pagesOf('okx/hour', 'open-interest', HOUR_MS, 100, { rows: 1_440 }),
      pagesOf('okx/four-hours', 'open-interest', 4 * HOUR_MS, 100, { days: 3 }),
    ];
    const { chains, notToBeHad } = planBackfill(inputs({ pages, sinceMs: Date.UTC(2023, 0, 1) }));
    assert.deepEqual(
      chains.map(({ source }) => source.id),
      ['okx/five', 'okx/hour', 'okx/day'],
    );
    assert.deepEqual(notToBeHad, [
      { exchange: 'okx', metric: 'open-interest', fromMs: SINCE_MS, reason: 'okx/day says so.' },
    ]);
    assert.equal(chains[0]?.fromMs, NOW_MS - 1_440 * 5 * MINUTE_MS);
  });

  it('says what cannot be had, and why', () => {
    const notByPage = [{ exchange: 'okx', metric: 'depth', reason: 'It keeps no books.' }] as const;
    const { notToBeHad } = planBackfill(
      inputs({ metrics: ['depth', 'basis'], notByPage, assets: ['BTC', 'NOPE'] }),
    );
    assert.deepEqual(
      notToBeHad.map(({ metric, asset, reason }) => [metric, asset, reason]),
      [
        ['depth', undefined, 'It keeps no books.'],
        ['basis', undefined, 'no source without a key is known.'],
        ['depth', 'NOPE', 'no perpetual on it is listed.'],
        ['basis', 'NOPE', 'no perpetual on it is listed.'],
      ],
    );
  });

  it('leaves out what was fetched before, and counts it', () => {
    const page = pagesOf('okx/oi', 'open-interest', HOUR_MS, 100, 'launch');
    const whole = planBackfill(inputs({ pages: [page] })).chains[0]?.units ?? [];
    const isDone: PlanInputs['isDone'] = (key, unit) =>
      key === 'okx/oi BTC-USDT-SWAP' && unit.toMs < NOW_MS - DAY_MS * 30;
    const [chain] = planBackfill(inputs({ pages: [page], isDone })).chains;
    assert.equal((chain?.units.length ?? 0) + (chain?.done ?? 0), whole.length);
    assert.ok((chain?.done ?? 0) > 200 && (chain?.units[0]?.toMs ?? 0) >= NOW_MS - DAY_MS * 30);
  });

  it('holds a page as done as far as its rows cannot change any more', () => {
    const unit = { fromMs: NOW_MS - 10 * HOUR_MS, toMs: NOW_MS };
    assert.equal(wholeUntil(unit, HOUR_MS, NOW_MS + DAY_MS), NOW_MS);
    assert.ok(wholeUntil(unit, HOUR_MS, NOW_MS) < NOW_MS - HOUR_MS);
  });

  it('asks of files those alone whose period is over for long enough', () => {
    const files = fileSources.filter(({ id }) => id === 'binance/um-metrics-files');
    const instruments = new Map([
      ['binance', [{ asset: 'BTC', instrument: perpetual('binance', 'BTCUSDT') }]],
    ]);
    const { chains } = planBackfill(
      inputs({ files, instruments, metrics: ['open-interest', 'long-short'], sinceMs: Date.UTC(2020, 0, 1) }),
    );
    assert.equal(chains.length, 1, 'a file that tells of two metrics is fetched once');
    const units = chains[0]?.units ?? [];
    assert.equal(units[0]?.fromMs, Date.UTC(2021, 11, 1));
    assert.equal(units.at(-1)?.toMs, Date.UTC(2026, 10, 28));
    assert.equal(units.length, (Date.UTC(2026, 10, 28) - Date.UTC(2021, 11, 1)) / DAY_MS);
  });

  it('takes coin-margined perpetuals beside the others, of the assets that have one, as instruments of their own', () => {
    const sol = { ...perpetual('binance', 'SOLUSDT'), baseAsset: 'SOL' };
    const instruments = new Map([
      ['binance', [{ asset: 'BTC', instrument: perpetual('binance', 'BTCUSDT') }, { asset: 'SOL', instrument: sol }]],
    ]); // prettier-ignore
    const files = [...fileSources, ...coinMarginedFiles((asset) => asset === 'BTC')];
    const { chains } = planBackfill(
      inputs({ files, instruments, metrics: ['open-interest'], sinceMs: Date.UTC(2026, 9, 1) }),
    );
    assert.deepEqual(
      chains.map(({ key, instrument }) => [key, instrument.venueSymbol, instrument.margin]),
      [
        ['binance/um-metrics-files BTCUSDT', 'BTCUSDT', 'linear'],
        ['binance/um-metrics-files SOLUSDT', 'SOLUSDT', 'linear'],
        ['binance/cm-metrics-files BTCUSD_PERP', 'BTCUSD_PERP', 'inverse'],
      ],
    );
    const coin = chains.find(({ instrument }) => instrument.margin === 'inverse');
    assert.equal(
      files.find(({ id }) => id === 'binance/cm-klines-files')?.pathOf('BTCUSD_PERP', Date.UTC(2026, 9, 1)),
      '/data/futures/cm/monthly/klines/BTCUSD_PERP/1h/BTCUSD_PERP-1h-2026-10.zip',
    );
    assert.deepEqual(coin?.instrument.contractSize, { amount: 100, unit: 'quote' });
  });

  it('takes a file about all time once, says where it ends, and leaves it out where it ends before', () => {
    const files = fileSources.filter(({ id }) => id === 'hyperliquid/open-interest-file');
    const instruments = new Map([
      ['hyperliquid', [{ asset: 'BTC', instrument: perpetual('hyperliquid', 'BTC') }]],
    ]);
    const { chains, notToBeHad } = planBackfill(
      inputs({ files, instruments, sinceMs: Date.UTC(2025, 0, 1) }),
    );
    assert.deepEqual(
      chains.map(({ key, fromMs, toMs, units }) => [key, fromMs, toMs, units]),
      [
        [
          ...['hyperliquid/open-interest-file BTC', Date.UTC(2025, 0, 1), Date.UTC(2026, 3, 4)],
          [{ fromMs: Date.UTC(2023, 5, 13), toMs: Date.UTC(2026, 3, 4) }],
        ],
      ],
    );
    assert.deepEqual(
      notToBeHad.map(({ metric, fromMs, toMs }) => [metric, fromMs, toMs]),
      [['open-interest', undefined, Date.UTC(2026, 3, 4)]],
    );
    const notByPage = [{ exchange: 'hyperliquid', metric: 'open-interest', reason: 'No history.' }] as const;
    const late = planBackfill(inputs({ files, instruments, notByPage, sinceMs: Date.UTC(2026, 9, 1) }));
    assert.deepEqual(late.chains, []);
    assert.deepEqual(
      late.notToBeHad.map(({ reason }) => reason),
      ['No history.'],
    );
  });

  it('counts the months of OKX by the clock of UTC+8', () => {
    const files = fileSources.filter(({ id }) => id === 'okx/fundingrates-files');
    const { chains } = planBackfill(
      inputs({ files, metrics: ['funding'], sinceMs: Date.UTC(2024, 0, 31, 20) }),
    );
    const [first] = chains[0]?.units ?? [];
    assert.deepEqual(first, { fromMs: Date.UTC(2024, 0, 31, 16), toMs: Date.UTC(2024, 1, 29, 16) });
    assert.equal(
      files[0]?.pathOf('BTC-USDT-SWAP', first?.fromMs ?? 0),
      '/BTC-USDT-SWAP-fundingrates-2024-02.zip',
    );
  });
});

describe('the estimate of a back-fill', () => {
  it('counts requests exactly and waits for the limits and the way', () => {
    const pages = [pagesOf('okx/oi', 'open-interest', HOUR_MS, 100, 'launch')];
    const plan = planBackfill(inputs({ pages }));
    const units = plan.chains[0]?.units.length ?? 0;
    const pace = (limit: number, latencyMs: number) => ({
      ...{ lanes: 4, latencyMs: () => latencyMs },
      limitsOf: () => [{ scope: 'rest', limits: [{ weight: limit, windowMs: 2_000 }], weight: 1 }],
    });
    assert.equal(estimateOf(plan, pace(1_000, 10)).requests, units);
    assert.equal(estimateOf(plan, pace(1_000, 100)).timeMs, units * 100);
    assert.equal(estimateOf(plan, pace(5, 10)).timeMs, (Math.ceil(units / 5) - 1) * 2_000);
  });

  it('knows that a file takes its checksum or the question where it lies as well', () => {
    const byId = new Map(fileSources.map((one) => [one.id, requestsOf(one)]));
    assert.equal(byId.get('binance/um-metrics-files'), 2);
    assert.equal(byId.get('okx/fundingrates-files'), 2);
    assert.equal(byId.get('gate/funding-files'), 1);
  });
});
