import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ContextSnapshot, ContextValue } from '../../../src/core/contextValue.ts';
import type { Candle } from '../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../src/core/units.ts';
import { correlationWith, dailyCloses, withMarketCap } from '../../../src/market/contextMetrics.ts';
import type { AssetSnapshot } from '../../../src/market/snapshot.ts';
import { candleRow } from '../analysis/regime/history.ts';
import { historyWith } from './builders.ts';

const MIDNIGHT = Date.UTC(2026, 9, 20);

/** Hourly bars of whole days up to midnight; the close of each hour is `level` and the day of the month. */
const daysOf = (
  instrument: `okx:${string}`,
  level: number,
  days: number,
  changes: Partial<Candle> = {},
): Candle[] =>
  Array.from({ length: days * 24 }, (_, index) => {
    const atMs = MIDNIGHT - days * DAY_MS + index * HOUR_MS;
    return candleRow('okx', atMs, level + new Date(atMs).getUTCDate(), { instrument, ...changes });
  });

describe('daily closes', () => {
  it('are the last hours of whole days, labelled with the day', () => {
    assert.deepEqual(dailyCloses(historyWith({ candles: daysOf('okx:A', 100, 2) }, MIDNIGHT)), [
      { atMs: MIDNIGHT - 2 * DAY_MS, level: 118 },
      { atMs: MIDNIGHT - DAY_MS, level: 119 },
    ]);
  });

  it('are of the instrument with the most bars, whatever the order; of equals the first by name', () => {
    const [long, short] = [daysOf('okx:B', 200, 3), daysOf('okx:A', 100, 2)];
    for (const bars of [
      [...long, ...short],
      [...short, ...long],
    ])
      assert.deepEqual(
        dailyCloses(historyWith({ candles: bars }, MIDNIGHT)).map(({ level }) => level),
        [217, 218, 219],
      );
    const equal = [...daysOf('okx:B', 200, 2), ...daysOf('okx:A', 100, 2)];
    assert.equal(dailyCloses(historyWith({ candles: equal }, MIDNIGHT))[0]?.level, 118);
  });

  it('hold neither marks, nor other bars, nor a day that is not over', () => {
    const bars = [
      ...daysOf('okx:A', 100, 1),
      ...daysOf('okx:B', 200, 3, { priceType: 'mark' }),
      ...daysOf('okx:C', 300, 3, { barMs: HOUR_MS / 2 }),
    ];
    assert.deepEqual(dailyCloses(historyWith({ candles: bars }, MIDNIGHT)), [
      { atMs: MIDNIGHT - DAY_MS, level: 119 },
    ]);
    assert.deepEqual(dailyCloses(historyWith({ candles: bars }, MIDNIGHT - 1)), []);
  });
});

const valueOf = (changes: Partial<ContextValue>): ContextValue => ({
  kind: 'context',
  provider: 'caps',
  metric: 'market-cap-usd',
  asset: 'BTC',
  atMs: MIDNIGHT - HOUR_MS,
  receivedAtMs: MIDNIGHT,
  unit: 'usd',
  value: 1_000,
  endpoint: 'GET /caps',
  ...changes,
});

describe('open interest over market capitalisation', () => {
  const asset = (openInterestUsd?: number): AssetSnapshot => ({
    asset: 'BTC',
    exchanges: [],
    aggregate: { notes: [], coverage: { fresh: 1, of: 1 }, ...(openInterestUsd === undefined ? {} : { openInterestUsd }) },
  }); // prettier-ignore
  const ratioOf = (
    values: readonly (Partial<ContextValue> & { isStale?: boolean })[],
    openInterestUsd?: number,
  ) => {
    const rows = values.map((one) => ({ ...valueOf(one), isStale: one.isStale ?? false }));
    const context = [{ values: rows }] as unknown as ContextSnapshot[];
    return withMarketCap(asset(openInterestUsd), context, MIDNIGHT).aggregate.openInterestToMarketCap;
  };

  it('takes the fresh capitalisation of the asset, of the first provider that has one', () => {
    const others = [{ asset: 'ETH', value: 7 }, { metric: 'circulating-supply-base', value: 9 }, { isStale: true, value: 3 }] as const;
    assert.equal(ratioOf([...others, { value: 1_000 }, { value: 500 }], 20), 0.02);
    assert.equal(ratioOf(others, 20), undefined);
  }); // prettier-ignore

  it('is absent without an open interest in USD or a capitalisation', () => {
    assert.equal(ratioOf([{}]), undefined);
    assert.equal(ratioOf([], 20), undefined);
    const same = asset(20);
    assert.equal(withMarketCap(same, [], MIDNIGHT), same);
  });
});

describe('the correlation with a traditional series', () => {
  const closes = Array.from({ length: 30 }, (_, index) => ({
    atMs: MIDNIGHT - (30 - index) * DAY_MS,
    level: 100 + ((index * 7) % 11),
  }));
  const levels = (changes: Partial<ContextValue>, level = (own: number): number => own) =>
    closes.map(({ atMs, level: own }) =>
      valueOf({ metric: 'equity-index', atMs, value: level(own), provider: 'fred', scope: 'S&P 500', ...changes }),
    ); // prettier-ignore
  const against = (own: number): number => 300 - own;

  it('is of one provider and one scope, those of the newest level', () => {
    const own = levels({});
    const others = [...levels({ provider: 'csv' }, against), ...levels({ scope: 'Nasdaq' }, against)];
    const mixed = [...own.slice(0, -1), ...others, ...own.slice(-1)];
    const found = correlationWith(closes, mixed);
    assert.deepEqual([found?.provider, found?.scope, found?.metric], ['fred', 'S&P 500', 'equity-index']);
    assert.ok((found?.pearson ?? 0) > 0.999, String(found?.pearson));
    assert.equal(found?.count, 29);
  }); // prettier-ignore

  it('states no scope where the series has none, and nothing without enough days', () => {
    const unscoped = levels({}).map(({ scope: _none, ...one }) => one);
    const found = correlationWith(closes, unscoped);
    assert.ok(found !== undefined && !('scope' in found));
    assert.equal(correlationWith(closes, []), undefined);
    assert.equal(correlationWith(closes.slice(0, 3), unscoped), undefined);
  });
});
