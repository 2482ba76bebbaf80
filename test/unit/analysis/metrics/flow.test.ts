import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { depthSum } from '../../../../src/analysis/metrics/depth.ts';
import {
  changeFraction,
  netTakerVolume,
  takerImbalance,
  takerRatio,
} from '../../../../src/analysis/metrics/flow.ts';
import type { Depth } from '../../../../src/core/observation.ts';
import { seed } from './seed.ts';

const close = (a: number | undefined, b: number, tolerance = 1e-9): void =>
  assert.ok(a !== undefined && Math.abs(a - b) <= tolerance * (1 + Math.abs(b)), `${a} against ${b}`);

describe('taker flow', () => {
  it('turns the ratio 0.79 of article 003 into an imbalance of -0.117', () => {
    close(takerImbalance(79, 100), -0.21 / 1.79);
    close(takerRatio(79, 100), 0.79);
    assert.equal(netTakerVolume(162e6, 100e6), 62e6);
  });

  it('is not defined without volume', () => {
    assert.equal(takerRatio(1, 0), undefined);
    assert.equal(takerImbalance(0, 0), undefined);
    assert.equal(takerImbalance(NaN, 1), undefined);
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
        const ratio = takerRatio(buys, sells)!;
        close((1 + imbalance) / (1 - imbalance), ratio, 1e-6);
        close((ratio - 1) / (ratio + 1), imbalance);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('computes the changes of article 000: 11.4 % for the price, 52 % for the volume', () => {
    close(changeFraction(85_000, 94_700), 0.1141, 1e-3);
    close(changeFraction(683e9, 1.04e12), 0.5227, 1e-3);
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
});
