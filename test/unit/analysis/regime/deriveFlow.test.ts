import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import type { FeatureSet } from '../../../../src/analysis/regime/features.ts';
import { DAY_MS } from '../../../../src/core/units.ts';
import {
  candleRow,
  hoursBack,
  inputWith,
  LAST_FULL_HOUR,
  liquidationRow,
  NOW,
  takerRow,
  THIS_HOUR,
} from './history.ts';

const near = (actual: number | undefined, expected: number): void =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
const isAbsent = (features: FeatureSet, key: keyof FeatureSet['values'], reason: RegExp): void => {
  assert.equal(features.values[key], undefined, key);
  assert.match(features.absent[key] ?? '', reason, key);
};

describe('taker flow', () => {
  const candles = [candleRow('okx', LAST_FULL_HOUR, 100_000), candleRow('okx', THIS_HOUR, 99_000)];

  it('has the ratio, the net in USD and the change of the ratio of the last 24 full hours', () => {
    const takerVolume = [
      ...hoursBack(192, LAST_FULL_HOUR, (atMs, index) => takerRow('okx', atMs, index < 24 ? 59.5 : 50, 50)),
      ...hoursBack(192, LAST_FULL_HOUR, (atMs, index) => takerRow('gate', atMs, index < 24 ? 59.5 : 50, 50)),
      takerRow('okx', THIS_HOUR, 9_999, 1),
    ];
    const { values, origins } = deriveFeatures(inputWith({ takerVolume, candles }));
    near(values.takerBuySellRatio, 1.19);
    near(values.netTakerVolumeUsd, 24 * 19 * 100_000);
    near(values.takerRatioChangePct, 19);
    near(origins.takerRatioChangePct?.baselineValue, 1);
    assert.equal(origins.takerRatioChangePct?.baselineUnit, 'ratio');
    assert.deepEqual(origins.takerBuySellRatio, {
      windowMs: DAY_MS,
      sources: ['gate', 'okx'],
      ageMs: NOW - THIS_HOUR,
    });
  });

  it('has the z-score of the 24 h imbalance against the week before', () => {
    // The day's buys are 2400 ± 2.4 of 4800 in turn, an imbalance of ±0.001 with mean 0, and now −0.00228.
    const days = Array.from({ length: 169 }, (_, hour) => 2_400 + (hour % 2 === 0 ? 2.4 : -2.4));
    days[168] = 2_400 - 5.472;
    const buys = new Array<number>(24).fill(100.1);
    for (let hour = 1; hour < 169; hour += 1)
      buys.push((buys.at(-24) ?? 0) + (days[hour] ?? 0) - (days[hour - 1] ?? 0));
    const takerVolume = hoursBack(192, LAST_FULL_HOUR, (atMs, index) => {
      const bought = buys[191 - index] ?? 0;
      return takerRow('okx', atMs, bought, 200 - bought);
    });
    const { values, origins } = deriveFeatures(inputWith({ takerVolume, candles }));
    assert.ok(Math.abs((values.takerImbalanceZ ?? 0) + 2.28) < 1e-6, String(values.takerImbalanceZ));
    assert.ok(Math.abs(origins.takerImbalanceZ?.baselineValue ?? 1) < 1e-9);
    assert.equal(origins.takerImbalanceZ?.baselineUnit, 'fraction');
    near(values.takerBuySellRatio, 2_394.528 / 2_405.472);
    assert.equal(origins.takerImbalanceZ?.windowMs, DAY_MS);
    assert.equal(origins.takerImbalanceZ?.baselineWindowMs, 7 * DAY_MS);
  });

  it('ignores bars that state one side only', () => {
    const whole = hoursBack(192, LAST_FULL_HOUR, (atMs) => takerRow('okx', atMs, 50, 100));
    const half = hoursBack(192, LAST_FULL_HOUR, (atMs) => {
      const { takerSellBase: _sells, ...rest } = takerRow('gate', atMs, 1_000, 0);
      return rest;
    });
    const { values } = deriveFeatures(inputWith({ takerVolume: [...whole, ...half], candles }));
    near(values.takerBuySellRatio, 0.5);
  });

  it('has no z-score where nothing ever varied, and no net in USD without a price', () => {
    const takerVolume = hoursBack(192, LAST_FULL_HOUR, (atMs) => takerRow('okx', atMs, 50, 100));
    const features = deriveFeatures(inputWith({ takerVolume }));
    isAbsent(features, 'takerImbalanceZ', /not defined/);
    isAbsent(features, 'netTakerVolumeUsd', /not defined/);
    near(features.values.takerBuySellRatio, 0.5);
  });

  it('is absent with a reason where the history is short', () => {
    const takerVolume = hoursBack(107, LAST_FULL_HOUR, (atMs) => takerRow('okx', atMs, 50, 100));
    const features = deriveFeatures(inputWith({ takerVolume, candles }));
    const keys = [
      'takerBuySellRatio',
      'takerImbalanceZ',
      'takerRatioChangePct',
      'netTakerVolumeUsd',
    ] as const;
    for (const key of keys) isAbsent(features, key, /108 h/);
  });
});

describe('liquidations', () => {
  it('add up both sides of the last 24 full hours, and say that they are part of the market', () => {
    const liquidationVolume = [
      ...hoursBack(192, LAST_FULL_HOUR, (atMs, index) =>
        liquidationRow('gate', atMs, index < 24 ? 1.5e6 : 1e5, index < 24 ? 6e6 : 2e5 + index),
      ),
      liquidationRow('gate', THIS_HOUR, 9e9, 0),
    ];
    const { values, origins } = deriveFeatures(inputWith({ liquidationVolume }));
    near(values.liquidationsUsd, 180e6);
    near(values.shortLiquidationShare, 0.8);
    assert.ok((values.liquidationsZ ?? 0) > 2);
    // The usual 24 h are 24 x 0.3 million, more where they reach into the last day: in USD, not its logarithm.
    const usual = origins.liquidationsZ?.baselineValue ?? 0;
    assert.ok(usual > 7.2e6 && usual < 12e6 && origins.liquidationsZ?.baselineUnit === 'usd', String(usual));
    assert.deepEqual(
      [origins.liquidationsZ.windowMs, origins.liquidationsZ.baselineWindowMs],
      [DAY_MS, 7 * DAY_MS],
    );
    for (const key of ['liquidationsUsd', 'liquidationsZ', 'shortLiquidationShare'] as const) {
      assert.equal(origins[key]?.isPartial, true, key);
      assert.deepEqual(origins[key]?.sources, ['gate'], key);
    }
  });

  it('never put the longs of one exchange beside the shorts of others', () => {
    const liquidationVolume = [
      ...hoursBack(192, LAST_FULL_HOUR, (atMs) => liquidationRow('gate', atMs, 1e6, 1e6)),
      ...hoursBack(192, LAST_FULL_HOUR, (atMs) => liquidationRow('okx', atMs, 8e6, undefined)),
    ];
    const { values, origins } = deriveFeatures(inputWith({ liquidationVolume }));
    near(values.shortLiquidationShare, 0.5);
    assert.deepEqual(origins.shortLiquidationShare?.sources, ['gate']);
  });

  it('have no share of shorts where nothing was liquidated, and a sum of zero', () => {
    const liquidationVolume = hoursBack(192, LAST_FULL_HOUR, (atMs) => liquidationRow('gate', atMs, 0, 0));
    const features = deriveFeatures(inputWith({ liquidationVolume }));
    assert.equal(features.values.liquidationsUsd, 0);
    isAbsent(features, 'shortLiquidationShare', /not defined/);
    isAbsent(features, 'liquidationsZ', /not defined/);
  });

  it('are absent with a reason where no exchange gives them', () => {
    const features = deriveFeatures(inputWith({}));
    for (const key of ['liquidationsUsd', 'liquidationsZ', 'shortLiquidationShare'] as const)
      isAbsent(features, key, /no exchange/);
  });
});
