import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { depthIndex, depthSum } from '../../../../src/analysis/metrics/depth.ts';
import { METRICS, metricDefinition } from '../../../../src/analysis/metrics/dictionary.ts';
import {
  changeFraction,
  changeOverWindow,
  imbalanceFromRatio,
  netTakerVolume,
  ratioFromImbalance,
  takerImbalance,
  takerRatio,
} from '../../../../src/analysis/metrics/flow.ts';
import { metricIdWithWindow } from '../../../../src/analysis/metrics/metricIds.ts';
import { FEATURES } from '../../../../src/analysis/regime/featureInfo.ts';
import type { Depth } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { seed } from './seed.ts';

const close = (a: number | undefined, b: number, tolerance = 1e-9): void =>
  assert.ok(a !== undefined && Math.abs(a - b) <= tolerance * (1 + Math.abs(b)), `${a} against ${b}`);

describe('taker flow', () => {
  it('turns the ratio 0.79 of article 003 into an imbalance of -0.117', () => {
    close(imbalanceFromRatio(0.79), -0.21 / 1.79);
    close(takerImbalance(79, 100), -0.21 / 1.79);
    close(takerRatio(79, 100), 0.79);
    assert.equal(netTakerVolume(162e6, 100e6), 62e6);
  });

  it('is not defined without volume', () => {
    assert.equal(takerRatio(1, 0), undefined);
    assert.equal(takerImbalance(0, 0), undefined);
    assert.equal(takerImbalance(NaN, 1), undefined);
    assert.equal(ratioFromImbalance(1), undefined);
    assert.equal(changeFraction(0, 1), undefined);
  });

  it(`agrees between ratio and imbalance, whatever the unit (seed ${seed})`, () => {
    const size = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(size, size, fc.double({ min: 0.001, max: 1000, noNaN: true }), (buys, sells, factor) => {
        fc.pre(buys / sells > 1e-5 && buys / sells < 1e5);
        const imbalance = takerImbalance(buys, sells)!;
        close(takerImbalance(buys * factor, sells * factor), imbalance);
        close(takerImbalance(sells, buys), -imbalance);
        close(ratioFromImbalance(imbalance), buys / sells, 1e-6);
        close(imbalanceFromRatio(buys / sells), imbalance);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('computes the changes of article 000: 11.4 % for the price, 52 % for the volume', () => {
    close(changeFraction(85_000, 94_700), 0.1141, 1e-3);
    close(changeFraction(683e9, 1.04e12), 0.5227, 1e-3);
  });

  it('takes the change over the window that is really there', () => {
    const atMs = Array.from({ length: 49 }, (_, index) => index * HOUR_MS);
    const values = atMs.map((_, index) => 100 + index);
    close(changeOverWindow(atMs, values, DAY_MS)?.change, 148 / 124 - 1);
    assert.equal(changeOverWindow(atMs.slice(0, 5), values.slice(0, 5), DAY_MS), undefined);
    const holed = values.map((value, index) => (index > 18 && index < 30 ? NaN : value));
    assert.equal(changeOverWindow(atMs, holed, DAY_MS), undefined);
    assert.equal(changeOverWindow([], [], DAY_MS), undefined);
    // The first reading may be the earlier one of the two.
    close(changeOverWindow([0, DAY_MS], [100, 150], DAY_MS)?.change, 0.5);
    assert.equal(changeOverWindow([0, DAY_MS], [100, 150], 0), undefined);
  });
});

describe('depth', () => {
  const depth: Depth = {
    kind: 'depth',
    exchange: 'x',
    venueSymbol: 'BTCUSDT',
    baseAsset: 'BTC',
    instrument: 'x:BTCUSDT',
    atMs: 0,
    receivedAtMs: 0,
    endpoint: 'GET /depth',
    bandFraction: 0.01,
    midPriceQuote: 100,
    bidBase: 30,
    askUsd: 1000,
    reachedBid: true,
    reachedAsk: false,
    levels: 50,
  };

  it('adds bids and asks in USD and says where it is a lower bound', () => {
    assert.deepEqual(depthSum(depth), {
      bidUsd: 3000,
      askUsd: 1000,
      totalUsd: 4000,
      imbalance: 0.5,
      isLowerBound: true,
    });
    const { askUsd: _, ...oneSide } = depth;
    assert.equal(depthSum(oneSide), undefined);
  });

  it(`has an index that does not depend on the unit, and none with little history (seed ${seed})`, () => {
    const history = fc.array(fc.double({ min: 1e3, max: 1e9, noNaN: true }), {
      minLength: 24,
      maxLength: 80,
    });
    assert.equal(depthIndex([1, 2, 3, 4, 5], 3), undefined);
    assert.equal(depthIndex(Array(48).fill(5e6), 5e6), undefined);
    fc.assert(
      fc.property(history, fc.constantFrom(0.001, 7, 1e4), (values, factor) => {
        const base = depthIndex(values, 1e5);
        fc.pre(base !== undefined && base.spread > 1e-3);
        close(
          depthIndex(
            values.map((value) => value * factor),
            1e5 * factor,
          )?.z,
          base!.z,
          1e-6,
        );
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('metric dictionary', () => {
  it('defines every metric once, in full', () => {
    assert.equal(new Set(METRICS.map(({ id }) => id)).size, METRICS.length);
    for (const metric of METRICS)
      for (const [key, text] of Object.entries(metric)) assert.ok(text.length > 0, `${metric.id} ${key}`);
  });

  it('finds a metric over any window, and one for every feature', () => {
    assert.equal(metricIdWithWindow('open-interest-z-7d', 30 * DAY_MS), 'open-interest-z-30d');
    assert.equal(metricIdWithWindow('return-24h', 3 * DAY_MS), 'return-3d');
    assert.equal(metricIdWithWindow('return-24h', undefined), 'return');
    assert.equal(metricDefinition('open-interest-z-30d')?.id, 'open-interest-z-7d');
    assert.equal(metricDefinition('nonsense'), undefined);
    for (const { metric } of Object.values(FEATURES)) assert.equal(metricDefinition(metric)?.id, metric);
  });
});
