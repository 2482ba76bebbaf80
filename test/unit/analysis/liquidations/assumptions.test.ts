import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  describeAssumptions,
  type AssumptionFacts,
} from '../../../../src/analysis/liquidations/assumptions.ts';

const FACTS: AssumptionFacts = {
  tiers: [{ leverage: 10, share: 1, longRatio: 0.9, shortRatio: 1.1 }],
  impossible: [],
  maintenanceMargin: 0.004,
  padding: 0.2,
  barMs: 300_000,
  barCount: 10,
  droppedBars: 0,
  barsWithoutOpenInterest: 0,
  binFraction: 0.000_412_34,
  priceSource: 'the mark price of Binance',
};

const said = (facts: Partial<AssumptionFacts>): string =>
  describeAssumptions({ ...FACTS, ...facts }).join('\n');

describe('assumptions of modelled levels', () => {
  it('say nothing of bars and leverages that were not left out', () => {
    assert.doesNotMatch(said({}), /Left out|missing/);
    assert.equal(describeAssumptions(FACTS).length, 11);
  });

  it('count a single bar that was left out or has no open interest', () => {
    assert.match(said({ droppedBars: 1 }), /Left out: 1 of 10 bars/);
    assert.match(said({ barsWithoutOpenInterest: 1 }), /Open interest is missing in 1 of 10 bars/);
    assert.match(said({ impossible: [125] }), /Left out: 125x, because/);
  });

  it('give percentages to three digits', () => {
    assert.match(said({ maintenanceMargin: 0.012_345 }), /Maintenance margin: 1.23 % of/);
    assert.match(said({}), /levels are kept to 0.0412 % of price; levels more than 20 % outside/);
  });

  for (const [barMs, words] of [
    [30_000, '30 s'],
    [1_500, '1.5 s'],
    [60_000, '1 min'],
    [100_000, '1.67 min'],
    [1_800_000, '30 min'],
    [3_600_000, '1 h'],
    [5_400_000, '90 min'],
    [14_400_000, '4 h'],
  ] as const)
    it(`call a bar of ${barMs} ms ${words}`, () => {
      assert.ok(said({ barMs }).includes(`the mark price of Binance at the close of its bar (${words}),`));
    });
});
