import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import type { Depth, LongShortRatio } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { observe } from '../../market/builders.ts';
import { hoursBack, inputWith, leans, NOW, THIS_HOUR } from './history.ts';

const book = (exchange: string, atMs: number, usd: number, changes: Partial<Depth> = {}): Depth =>
  observe(exchange, 'depth', { atMs, bidUsd: usd / 2, askUsd: usd / 2, ...changes });
const ratio = (exchange: string, atMs: number, longShortRatio: number): LongShortRatio =>
  observe(exchange, 'long-short-ratio', { atMs, longShortRatio, barMs: HOUR_MS });

describe('the depth index', () => {
  it('is the z-score of the log of whole books of the same exchanges against the week before', () => {
    // log depth is 9 or 11 in turn: mean 10, deviation 1 over 168 hours; now 9.2 gives z = -0.8.
    const depth = hoursBack(169, THIS_HOUR, (atMs, index) =>
      book('okx', atMs, Math.exp(index === 0 ? 9.2 : index % 2 === 0 ? 9 : 11)),
    );
    const { values, origins } = deriveFeatures(inputWith({ depth }));
    assert.ok(Math.abs((values.depthZ ?? 0) + 0.8) < 1e-9, String(values.depthZ));
    assert.equal(origins.depthZ?.baselineWindowMs, 7 * DAY_MS);
    assert.ok(Math.abs((origins.depthZ?.baselineValue ?? 0) - Math.exp(10)) < 1e-6);
    assert.equal(origins.depthZ?.baselineUnit, 'usd');
    assert.deepEqual(origins.depthZ?.sources, ['okx']);
    assert.equal(origins.depthZ?.ageMs, NOW - THIS_HOUR);
  });

  it('counts no book that ends inside the band, for its sum is only a lower bound', () => {
    const cut = hoursBack(169, THIS_HOUR, (atMs, index) =>
      book('gate', atMs, 100 + index, { reachedAsk: false }),
    );
    const features = deriveFeatures(inputWith({ depth: cut }));
    assert.equal(features.values.depthZ, undefined);
    assert.match(
      features.absent.depthZ ?? '',
      /84 hours of order books \(exchanges publish none\), recorded by Perpscope itself\. Leave the editor open, or use --store$/,
    );
  });

  it('is absent with a reason before half a week was read, and once reading has stopped', () => {
    const make = (atMs: number, index: number) => book('okx', atMs, 100 + (index % 3));
    for (const depth of [hoursBack(83, THIS_HOUR, make), hoursBack(169, THIS_HOUR - 5 * HOUR_MS, make)])
      assert.match(deriveFeatures(inputWith({ depth })).absent.depthZ ?? '', /84 hours/);
  });
});

describe('the percentile of the long/short ratio', () => {
  const readings = [leans('okx', 1.6, THIS_HOUR)];

  it('is that of the fresh exchange with the longest history', () => {
    const two = [...readings, leans('gate', 1.6, THIS_HOUR)];
    const longShort = [
      ...hoursBack(120, THIS_HOUR, (atMs) => ratio('gate', atMs, 1)),
      ...hoursBack(169, THIS_HOUR, (atMs) => ratio('okx', atMs, 1)),
    ];
    const { origins } = deriveFeatures(inputWith({ longShort }, two));
    assert.deepEqual(origins.longShortPercentile?.sources, ['okx']);
  });

  it('is that of one fresh exchange against its own week, the newest hour left out', () => {
    // 126 hours at 1.2 and 42 at 1.8: 1.6 is above three quarters of them.
    const longShort = [
      ...hoursBack(169, THIS_HOUR, (atMs, index) =>
        ratio('okx', atMs, index === 0 ? 1.6 : index <= 42 ? 1.8 : 1.2),
      ),
      ...hoursBack(300, THIS_HOUR, (atMs) => ratio('gate', atMs, 9)),
    ];
    const { values, origins } = deriveFeatures(inputWith({ longShort }, readings));
    assert.equal(values.longShortPercentile, 75);
    assert.deepEqual(origins.longShortPercentile?.sources, ['okx']);
    assert.equal(origins.longShortPercentile?.baselineWindowMs, 7 * DAY_MS);
  });

  it('is absent with less than half a week, and without a fresh exchange', () => {
    const short = hoursBack(84, THIS_HOUR, (atMs, index) => ratio('okx', atMs, 1 + index));
    assert.equal(
      deriveFeatures(inputWith({ longShort: short }, readings)).values.longShortPercentile,
      undefined,
    );
    const long = hoursBack(169, THIS_HOUR, (atMs, index) => ratio('okx', atMs, 1 + index));
    const { values, absent } = deriveFeatures(inputWith({ longShort: long }));
    assert.equal(values.longShortPercentile, undefined);
    assert.match(absent.longShortPercentile ?? '', /half a week/);
  });
});
