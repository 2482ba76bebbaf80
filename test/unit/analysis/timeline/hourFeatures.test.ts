import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Track } from '../../../../src/analysis/noise/track.ts';
import { hourFeatures } from '../../../../src/analysis/timeline/hourFeatures.ts';
import { judgedHours } from '../../../../src/analysis/timeline/judgedHours.ts';
import { lineOf } from '../../../../src/analysis/timeline/line.ts';
import { HOUR_MS } from '../../../../src/core/units.ts';
import { changed, noiseMarket } from '../noise/markets.ts';

const plain = noiseMarket(6, 800, Date.UTC(2024, 5, 1));
const settledAt = Array.from({ length: 100 }, (_, settlement) => plain.firstMs + settlement * 8 * HOUR_MS);
const track: Track = {
  ...plain,
  longShortRatio: plain.close.map((_, index) => 1 + index / 1_000),
  settlements: {
    atMs: Float64Array.from(settledAt),
    ratePerInterval: Float64Array.from(settledAt, (_, settlement) => settlement * 1e-6),
    intervalMs: new Float64Array(100).fill(8 * HOUR_MS),
  },
};
const INDEX = 749;
const near = (actual: unknown, expected: number): void =>
  assert.ok(
    Math.abs(Number(actual) - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
const sum = (column: Float64Array, hours: number): number =>
  column.subarray(INDEX + 1 - hours, INDEX + 1).reduce((total, value) => total + value, 0);

describe('the features of an hour of a series', () => {
  const { values, origins } = hourFeatures(track, INDEX);

  it('are those of a live market with the same numbers, as they stood when the hour had ended', () => {
    const hours = (values.windowHours ?? Number.NaN) as number;
    near(values.returnPct, 100 * (track.close[INDEX]! / track.close[INDEX - hours]! - 1));
    near(
      values.openInterestChangePct,
      100 * (track.openInterestBase[INDEX]! / track.openInterestBase[INDEX - hours]! - 1),
    );
    const [longs, shorts] = [sum(track.longLiquidatedUsd, 24), sum(track.shortLiquidatedUsd, 24)];
    near(values.liquidationsUsd, longs + shorts);
    near(values.shortLiquidationShare, shorts / (longs + shorts));
    const [buys, all] = [sum(track.takerBuyBase, 24), sum(track.volumeBase, 24)];
    near(values.takerBuySellRatio, buys / (all - buys));
    near(values.longShortRatio, 1 + INDEX / 1_000);
    // 750 hours have passed: the settlement of hour 744 is what longs last paid.
    near(values.fundingAnnualisedPct, 100 * 93e-6 * 3 * 365);
    assert.equal(origins.returnPct?.ageMs, 0);
    assert.equal(origins.openInterestChangePct?.ageMs, 0);
  });

  it('are the same whatever comes later', () => {
    const after = <K extends 'close' | 'openInterestBase' | 'longLiquidatedUsd' | 'longShortRatio'>(
      name: K,
    ) => ({
      [name]: (value: number, index: number) => (index > INDEX ? value * 5 : value),
    });
    const later = changed(track, {
      ...{ ...after('close'), ...after('openInterestBase'), ...after('longLiquidatedUsd') },
      ...{ ...after('longShortRatio') },
    });
    assert.deepEqual(hourFeatures(later, INDEX), hourFeatures(track, INDEX));
    assert.notDeepEqual(hourFeatures(later, INDEX + 1), hourFeatures(track, INDEX + 1));
  });

  it('lack what the series lacks, with a reason: funding that has stopped is not what longs pay', () => {
    const { settlements } = track;
    const stopped = hourFeatures(
      {
        ...track,
        settlements: {
          ...settlements!,
          atMs: settlements!.atMs.map((atMs) => Math.min(atMs, settledAt[80]!)),
        },
      },
      INDEX,
    );
    assert.equal(stopped.values.fundingAnnualisedPct, undefined);
    const bare = hourFeatures(changed(plain, { openInterestBase: () => Number.NaN }), INDEX);
    for (const key of [
      'openInterestChangePct',
      'longShortRatio',
      'fundingAnnualisedPct',
      'depthZ',
    ] as const) {
      assert.equal(bare.values[key], undefined);
      assert.ok((bare.absent[key] ?? '').length > 0, `no reason for ${key}`);
    }
  });
});

describe('funding of an hour of a series', () => {
  const changedRate = (settlement: number): Track => ({
    ...track,
    settlements: {
      ...track.settlements!,
      ratePerInterval: track.settlements!.ratePerInterval.map((rate, at) =>
        at === settlement ? 0.01 : rate,
      ),
    },
  });
  const featuresOf = (of: Track, index = INDEX) => hourFeatures(of, index).values;

  it('is ranked among the settlements of 30 days, neither older nor later ones', () => {
    const [plainValues, hour] = [featuresOf(track), track.firstMs + (INDEX + 1) * HOUR_MS];
    const ageOf = (settlement: number): number => (hour - settledAt[settlement]!) / HOUR_MS;
    const [older, within, later] = [3, 10, 94];
    assert.ok(ageOf(older) > 720 && ageOf(within) < 720 && ageOf(later) < 0);
    assert.deepEqual(featuresOf(changedRate(older)), plainValues);
    assert.deepEqual(featuresOf(changedRate(later)), plainValues);
    assert.notDeepEqual(featuresOf(changedRate(within)), plainValues);
  });

  it('is not known before the first settlement, nor where none is recent', () => {
    const moved = (byHours: number): Track => ({
      ...track,
      settlements: {
        ...track.settlements!,
        atMs: track.settlements!.atMs.map((atMs) => atMs + byHours * HOUR_MS),
      },
    });
    assert.equal(featuresOf(moved(1_000), 100).fundingAnnualisedPct, undefined);
    assert.equal(featuresOf(moved(-100)).fundingAnnualisedPct, undefined);
    assert.notEqual(featuresOf(moved(0)).fundingAnnualisedPct, undefined);
  });
});

describe('the hours of a series, judged', () => {
  it('stand one after another, each at its end; one without a price is passed over', () => {
    const gap = changed(noiseMarket(6, 30), { close: (value, index) => (index === 4 ? Number.NaN : value) });
    const lines = [...judgedHours(gap)].map(({ line }) => line.atMs / HOUR_MS);
    assert.deepEqual(lines, [1, 2, 3, 4, ...Array.from({ length: 25 }, (_, hour) => hour + 6)]);
  });

  it('show what an assessment says and nothing that it does not', () => {
    const { family, candidates, rarity, quality } = lineOf('BTC', 5, { label: 'neutral' });
    assert.deepEqual([family, candidates, rarity, quality], ['unknown', [], null, null]);
    assert.equal(lineOf('BTC', 5, { label: 'neutral', rarity: 0.5 }).rarity, 0.5);
  });
});
