import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { observe } from '../../market/builders.ts';
import {
  candleRow,
  hoursBack,
  inputWith,
  LAST_FULL_HOUR,
  leans,
  liquidationRow,
  NOW,
  THIS_HOUR,
} from './history.ts';

/** What features say where an exchange has a second perpetual, or feeds are of different age. */
const second = { instrument: 'okx:BTC-USDC', venueSymbol: 'BTC-USDC' } as const;

describe('features over several instruments of an exchange', () => {
  it('have no return where the price never moved and a second instrument appeared', () => {
    const candles = [
      ...hoursBack(100, LAST_FULL_HOUR, (atMs) => candleRow('okx', atMs, 100)),
      candleRow('okx', LAST_FULL_HOUR, 100, second),
    ];
    assert.equal(deriveFeatures(inputWith({ candles })).values.returnPct, 0);
  });

  it('compare a long/short ratio with the ratios of one instrument', () => {
    const ratio = (atMs: number, longShortRatio: number, changes = {}) =>
      observe('okx', 'long-short-ratio', { atMs, longShortRatio, barMs: HOUR_MS, ...changes });
    const longShort = [
      ...hoursBack(169, THIS_HOUR, (atMs, index) => ratio(atMs, index % 2 === 0 ? 1.5 : 1.2)),
      ratio(THIS_HOUR, 0.1, second),
    ];
    const readings = [leans('okx', 1.5, THIS_HOUR)];
    // Half of the week lies below 1.5 and half at it, which counts half.
    assert.equal(deriveFeatures(inputWith({ longShort }, readings)).values.longShortPercentile, 75);
  });
});

describe('the age of a sum of feeds', () => {
  it('is that of the oldest: the newest would hide it', () => {
    const liquidationVolume = [
      ...hoursBack(200, LAST_FULL_HOUR, (atMs, index) => liquidationRow('gate', atMs, 1e6, 1e6 + index)),
      ...hoursBack(200, LAST_FULL_HOUR - HOUR_MS, (atMs, index) =>
        liquidationRow('okx', atMs, 2e6, 1e6 + index),
      ),
    ];
    const { values, origins } = deriveFeatures(inputWith({ liquidationVolume }));
    assert.ok(values.liquidationsUsd !== undefined);
    assert.deepEqual(origins.liquidationsUsd?.sources, ['gate', 'okx']);
    assert.equal(origins.liquidationsUsd?.ageMs, NOW - LAST_FULL_HOUR);
  });
});
