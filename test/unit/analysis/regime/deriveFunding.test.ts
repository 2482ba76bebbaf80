import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ExchangeReadings } from '../../../../src/analysis/metrics/exchangeReadings.ts';
import { deriveFeatures } from '../../../../src/analysis/regime/deriveFeatures.ts';
import type { FundingRate } from '../../../../src/core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../../../src/core/units.ts';
import { fundingRow, hoursBack, inputWith, leans, NOW, statesNow, THIS_HOUR } from './history.ts';

const reading = (
  exchange: string,
  rate: number,
  openInterestUsd: number | undefined,
  changes: Partial<FundingRate> = {},
): ExchangeReadings =>
  statesNow(exchange, {
    funding: fundingRow(exchange, NOW - 60_000, rate, { phase: 'predicted', ...changes }),
    ...(openInterestUsd === undefined ? {} : { openInterestUsd, openInterestAtMs: NOW - 60_000 }),
  });
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe('funding as features', () => {
  it('is the weighted mean a year in percent, and the same per 8 h', () => {
    const { values, origins } = deriveFeatures(
      inputWith({}, [reading('okx', 0.0001, 5e9), reading('gate', 0.0002, 1e9, { atMs: NOW - 120_000 })]),
    );
    // 0.0001 of 5 billion and 0.0002 of 1 billion per 8 h.
    const perYear = (1_095 * 100 * (0.0001 * 5 + 0.0002)) / 6;
    near(values.fundingAnnualisedPct, perYear);
    near(values.fundingPerIntervalPct, perYear / 1_095);
    assert.equal(values.fundingIntervalHours, 8);
    assert.deepEqual(origins.fundingAnnualisedPct, { sources: ['okx', 'gate'], ageMs: 120_000 });
  });

  it('names as source only what was weighed: a known interval and open interest', () => {
    const { origins } = deriveFeatures(
      inputWith({}, [
        reading('okx', 0.0001, 5e9),
        reading('gate', 0.5, 9e9, { intervalBasis: 'venue-default' }),
        reading('bitget', 0.5, undefined),
      ]),
    );
    assert.deepEqual(origins.fundingAnnualisedPct?.sources, ['okx']);
  });

  it('counts an exchange however little is open there, and none where nothing is', () => {
    const { origins } = deriveFeatures(
      inputWith({}, [reading('okx', 0.0001, 0.5), reading('gate', 0.0001, 0)]),
    );
    assert.deepEqual(origins.fundingAnnualisedPct?.sources, ['okx']);
  });

  it('is absent with a reason where every interval is only a default of the exchange', () => {
    const funding = [reading('okx', 0.0001, 5e9, { intervalBasis: 'venue-default' })];
    for (const readings of [funding, []]) {
      const features = deriveFeatures(inputWith({}, readings));
      assert.equal(features.values.fundingAnnualisedPct, undefined);
      assert.equal(features.values.fundingPerIntervalPct, undefined);
      assert.match(features.absent.fundingAnnualisedPct ?? '', /known interval/);
    }
  });

  it('has the highest cap per 8 h in percent, whatever the interval', () => {
    const funding = [
      reading('okx', 0.0001, 5e9, { cap: 0.003 }),
      reading('gate', 0.0001, 1e9, { cap: 0.002, intervalMs: 4 * HOUR_MS }),
    ];
    const { values } = deriveFeatures(inputWith({}, funding));
    near(values.fundingCapPct, 0.4);
    near(values.fundingCapPctByExchange?.['okx'], 0.3);
    near(values.fundingCapPctByExchange?.['gate'], 0.4);
  });

  it('has the percentile of the rate among the settled ones of the largest exchange', () => {
    const funding = [reading('gate', 0.9, 1e9), reading('okx', 0.000175, 5e9)];
    const settledFunding = [
      // 0.0001 to 0.0040 per 8 h; 0.0005 to 0.0200 per 4 h would be another scale.
      ...hoursBack(40, THIS_HOUR, (atMs, index) => fundingRow('okx', atMs, (40 - index) * 1e-4), 8 * HOUR_MS),
      ...hoursBack(40, THIS_HOUR, (atMs) => fundingRow('gate', atMs, -0.5), 8 * HOUR_MS),
    ];
    const { values, origins } = deriveFeatures(inputWith({ settledFunding }, funding));
    near(values.fundingPercentile, 2.5);
    assert.deepEqual(origins.fundingPercentile?.sources, ['okx']);
    assert.equal(origins.fundingPercentile?.baselineWindowMs, 13 * DAY_MS);
  });

  it('compares rates of different intervals by the year', () => {
    const funding = [reading('okx', 0.0001, 5e9, { intervalMs: 4 * HOUR_MS })];
    const settledFunding = hoursBack(
      40,
      THIS_HOUR,
      (atMs, index) => fundingRow('okx', atMs, index % 2 === 0 ? 0.00015 : 0.00025),
      8 * HOUR_MS,
    );
    const { values } = deriveFeatures(inputWith({ settledFunding }, funding));
    assert.equal(values.fundingPercentile, 50);
  });

  it('has no percentile with less than a week of settlements', () => {
    const settledFunding = hoursBack(21, THIS_HOUR, (atMs) => fundingRow('okx', atMs, 1e-4), 8 * HOUR_MS);
    const funding = [reading('okx', 0.0001, 5e9)];
    const features = deriveFeatures(inputWith({ settledFunding }, funding));
    assert.equal(features.values.fundingPercentile, undefined);
    assert.match(features.absent.fundingPercentile ?? '', /too short/);
  });
});

describe('other readings as features', () => {
  it('take the long/short ratio with the age of the oldest', () => {
    const ratios = [leans('okx', 1.2, NOW - 1_000), leans('gate', 2, NOW - 9_000)];
    const { values, origins } = deriveFeatures(inputWith({}, ratios));
    assert.equal(values.longShortRatio, 1.6);
    assert.deepEqual(origins.longShortRatio, { sources: ['okx', 'gate'], ageMs: 9_000 });
  });

  it('say why they are absent: ratio, depth, spot share and basis', () => {
    const { values, absent } = deriveFeatures(inputWith({}));
    assert.deepEqual(values, { asset: 'BTC' });
    for (const key of ['longShortRatio', 'depthZ', 'spotVolumeShare', 'basisAnnualisedPct'] as const)
      assert.match(absent[key] ?? '', /\w{3}/, key);
  });
});
