import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { hoursBack, inputWith, LAST_FULL_HOUR, liquidationRow } from './history.ts';

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
    const both = derive([...feed('gate', 1e6, 5), ...feed('binance', 1e5, 5)]).values.liquidationsZ ?? 0;
    assert.ok(Math.abs(both - (complete + sampled) / 2) < 1e-9);
  });

  it('make no signal of a feed that begins to be sampled less: its own week tells', () => {
    const calm = feed('gate', 1e6, 1);
    const alone = derive(calm).values.liquidationsZ ?? Number.NaN;
    // A second, large feed that only began yesterday has no week to be scored against.
    const young = feed('bybit', 5e7, 1).slice(-24);
    const { values, origins } = derive([...calm, ...young]);
    assert.equal(values.liquidationsZ, alone);
    assert.deepEqual(origins.liquidationsZ?.sources, ['gate']);
    assert.deepEqual(origins.liquidationsUsd?.sources, ['gate']);
  });

  it('count one feed of an exchange, the longer one: two feeds tell of the same events', () => {
    const bars = feed('gate', 1e6, 1);
    const stream = feed('gate', 1e6, 1, { endpoint: 'WS liquidations' }).slice(-130);
    assert.equal(derive([...bars, ...stream]).values.liquidationsUsd, derive(bars).values.liquidationsUsd);
  });

  it('leave a feed with a gap in its day out instead of counting the gap as nothing', () => {
    const holed = feed('okx', 1e6, 1).filter((row) => row.atMs !== LAST_FULL_HOUR - 3 * HOUR_MS);
    const { origins } = derive([...feed('gate', 1e6, 1), ...holed]);
    assert.deepEqual(origins.liquidationsUsd?.sources, ['gate']);
  });
});
