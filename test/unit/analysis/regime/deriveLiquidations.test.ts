import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { hoursBack, inputWith, LAST_FULL_HOUR, liquidationRow, NOW } from './history.ts';
import { observed } from './support.ts';

/** A feed whose level goes up and down by the day, and by `factor` in the last one. */
const feed = (exchange: string, usd: number, factor: number, changes: object = {}) =>
  hoursBack(192, LAST_FULL_HOUR, (atMs, index) => {
    const level = usd * (Math.floor(index / 24) % 2 === 0 ? 1.1 : 0.9) * (index < 24 ? factor : 1);
    return { ...liquidationRow(exchange, atMs, level, level), ...changes };
  });

const derive = (liquidationVolume: ReturnType<typeof feed>) =>
  deriveFeatures(inputWith({ liquidationVolume }));

describe('liquidations of several feeds', () => {
  it('score each feed against itself: a feed sampled to a tenth has the same score', () => {
    const complete = derive(feed('gate', 1e6, 5)).values.liquidationsZ ?? 0;
    const sampled = derive(feed('binance', 1e5, 5)).values.liquidationsZ ?? 0;
    assert.ok(Math.abs(complete - sampled) < 0.01 * complete, `${complete} and ${sampled}`);
  });

  it('weigh each score by the usual day of its feed, so that a small exchange moves little', () => {
    const [quiet, loud] = [feed('gate', 1e6, 1), feed('binance', 1e4, 3)];
    const [z, other] = [quiet, loud].map((rows) => derive(rows));
    const both = derive([...quiet, ...loud]);
    const usual = [z, other].map((one) => one?.origins.liquidationsZ?.baselineValue ?? Number.NaN);
    const scores = [z, other].map((one) => one?.values.liquidationsZ ?? Number.NaN);
    const [wz = 0, wo = 0] = usual;
    const expected = ((scores[0] ?? 0) * wz + (scores[1] ?? 0) * wo) / (wz + wo);
    assert.ok((scores[1] ?? 0) > 3, 'the small feed alone is a spike');
    assert.ok(Math.abs((both.values.liquidationsZ ?? 0) - expected) < 1e-9);
    assert.ok((both.values.liquidationsZ ?? 9) < 2, `${both.values.liquidationsZ} is no spike`);
    assert.ok(Math.abs((both.origins.liquidationsZ?.baselineValue ?? 0) - wz - wo) < 1e-3);
  });

  it('make no signal of a feed that began yesterday: its day counts, its score does not', () => {
    const calm = feed('gate', 1e6, 1);
    const alone = derive(calm).values;
    const { values, origins } = derive([...calm, ...feed('bybit', 5e7, 1).slice(-24)]);
    assert.equal(values.liquidationsZ, alone.liquidationsZ);
    assert.deepEqual(origins.liquidationsZ?.sources, ['gate']);
    assert.deepEqual(origins.liquidationsUsd?.sources, ['bybit', 'gate']);
    assert.ok((values.liquidationsUsd ?? 0) > 20 * (alone.liquidationsUsd ?? 0));
  });

  it('do not need a week for the sum and the share of a day', () => {
    const { values, absent } = derive(feed('okx', 1e6, 1).slice(-24));
    assert.ok(Math.abs((values.liquidationsUsd ?? 0) - 24 * 2.2e6) < 1);
    assert.equal(values.shortLiquidationShare, 0.5);
    assert.match(absent.liquidationsZ ?? '', /half a week/);
  });

  it('do not scale up a part of a day, and say how much of it is covered', () => {
    const { values, absent } = derive([...feed('okx', 1e6, 1).slice(-15), ...feed('htx', 1e6, 1).slice(-23)]);
    for (const key of ['liquidationsUsd', 'liquidationsZ', 'shortLiquidationShare'] as const) {
      assert.equal(values[key], undefined, key);
      assert.match(absent[key] ?? '', /HTX 23 of 24 h covered, OKX 15 of 24 h covered/);
    }
  });

  it('are as old as the oldest of their feeds', () => {
    const older = feed('okx', 1e6, 1).filter((row) => row.atMs <= LAST_FULL_HOUR - 2 * HOUR_MS);
    for (const rows of [
      [...feed('gate', 1e6, 1), ...older],
      [...older, ...feed('gate', 1e6, 1)],
    ])
      for (const key of ['liquidationsUsd', 'liquidationsZ', 'shortLiquidationShare'] as const)
        assert.equal(derive(rows).origins[key]?.ageMs, NOW - LAST_FULL_HOUR + HOUR_MS, key);
  });

  it('count one feed of an exchange, the better covered one: two feeds tell of the same events', () => {
    const bars = feed('gate', 1e6, 1);
    const stream = feed('gate', 1e6, 1, { endpoint: 'WS liquidations' }).slice(-130);
    assert.equal(derive([...bars, ...stream]).values.liquidationsUsd, derive(bars).values.liquidationsUsd);
  });

  it('take the score from the feed that has a week where the better covered one is young', () => {
    const complete = { endpoint: 'WS liquidations', coverage: 'complete' };
    const young = feed('gate', 2e6, 1, complete).slice(-24);
    const bars = feed('gate', 1e6, 1);
    const { values } = derive([...bars, ...young]);
    assert.equal(values.liquidationsUsd, derive(young).values.liquidationsUsd);
    assert.equal(values.liquidationsZ, derive(bars).values.liquidationsZ);
  });

  it('leave a feed with a gap in its day out instead of counting the gap as nothing', () => {
    const holed = feed('okx', 1e6, 1).filter((row) => row.atMs !== LAST_FULL_HOUR - 3 * HOUR_MS);
    const { origins } = derive([...feed('gate', 1e6, 1), ...holed]);
    assert.deepEqual(origins.liquidationsUsd?.sources, ['gate']);
  });

  it('are said to be of whom they are', () => {
    const statements = (rows: ReturnType<typeof feed>): string =>
      observed(derive(rows))
        .statements.filter((line) => line.startsWith('Liquidations are'))
        .join();
    const gate = feed('gate', 1e6, 1);
    assert.equal(statements(gate), 'Liquidations are those of Gate alone.');
    assert.equal(
      statements([...gate, ...feed('okx', 1e6, 1).slice(-24)]),
      'Liquidations are those of OKX and Gate; their z-score is that of Gate alone.',
    );
    assert.equal(statements([]), '');
  });
});
