import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatDuration, formatPrice } from '../../../src/surfaces/reports/format.ts';
import { newestPriceText } from '../../../webview/models/liquidationHeatmap.ts';
import { niceStep, timeTicks, valueTicks } from '../../../webview/models/axis.ts';
import * as format from '../../../webview/models/format.ts';

describe('number formats of the panel', () => {
  it('shorten with a suffix chosen after rounding', () => {
    assert.equal(format.formatShort(94_312_500), '94.3M');
    assert.equal(format.formatShort(999_999), '1M');
    assert.equal(format.formatShort(-1_234), '−1.23K');
    assert.equal(format.formatShort(0), '0');
    assert.equal(format.formatShort(-0), '0');
    assert.equal(format.formatShort(NaN), '–');
    assert.equal(format.formatUsdShort(-2.5e9), '−$2.50B');
  });

  it('show percent with a sign, and zero without one', () => {
    assert.equal(format.formatPercent(0.1095), '+10.9 %');
    assert.equal(format.formatPercent(-0.0001), '−0.0100 %');
    assert.equal(format.formatPercent(-0.000001), '−0.000100 %');
    assert.equal(format.formatPercent(Infinity), '–');
  });

  it('give prices the decimals their size needs', () => {
    assert.equal(format.formatPrice(94_312.53), '94,313');
    assert.equal(format.formatPrice(312.53), '312.53');
    assert.equal(format.formatPrice(0.00001234), '0.000012340');
    // As in tree and report, so that no price is 0 and no two bins read alike.
    for (const price of [1.2e-9, 3.1e-8, 0.0000089, 1.2345, 312.53])
      assert.equal(`$${format.formatPrice(price)}`, formatPrice(price));
    assert.deepEqual([format.formatPrice(1.2e-9), format.formatPrice(NaN)], ['1.20e−9', '–']);
    assert.equal(format.formatTable(101_053.5427548), '101,053.54');
    assert.equal(format.formatTable(0.1), '0.1');
  });

  it('write times in UTC and ages in words', () => {
    const at = Date.UTC(2026, 10, 22, 4, 33, 59);
    assert.equal(format.formatUtc(at), '2026-11-22 04:33 UTC');
    assert.equal(format.formatUtc(NaN), '–');
    assert.equal(format.formatAge(at, at + 3 * 60_000), '3 min old');
    assert.equal(format.formatAge(at, at - 5_000), '0 s old');
    assert.match(format.formatAge(at, at - 3_600_000), /ahead/);
    for (const ms of [7_500_000, 27 * 3_600_000, 99 * 3_600_000])
      assert.equal(format.formatAge(at, at + ms), `${formatDuration(ms)} old`);
    const newest = { atMs: at, quote: 94_312.53 };
    assert.equal(newestPriceText(newest, 'USDT'), ', newest 94,313 USDT, 2026-11-22 04:33:59 UTC');
    assert.equal(newestPriceText(undefined, 'USDT'), '');
  });
});

describe('axes', () => {
  const day = 86_400_000;
  const midnight = Date.UTC(2026, 10, 22);

  it('put time ticks on round UTC times and say the day at midnight and first', () => {
    const ticks = timeTicks({ min: midnight - 5 * 3_600_000, max: midnight + 8 * 3_600_000 }, 5);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['21 Nov 21:00', '22 Nov', '03:00', '06:00'],
    );
    assert.ok(
      timeTicks({ min: midnight, max: midnight + 14 * day }, 6).every(({ value }) => value % day === 0),
    );
  });

  it('never give more time ticks than there is room for', () => {
    for (const span of [60_000, day / 3, day, 9 * day, 400 * day, 5_000 * day])
      for (const count of [2, 5, 12])
        assert.ok(timeTicks({ min: midnight + 123, max: midnight + 123 + span }, count).length <= count + 1);
    assert.deepEqual(timeTicks({ min: 2, max: 1 }, 5), []);
  });

  it('take steps that are round', () => {
    assert.equal(niceStep(0.13), 0.2);
  });

  it('give neighbouring value ticks different labels', () => {
    for (const range of [
      { min: 0, max: 3e5 },
      { min: 94_200, max: 94_460 },
      { min: 1.0001, max: 1.0009 },
      { min: -0.3, max: 0.3 },
    ]) {
      const labels = valueTicks(range, 6).map(({ label }) => label);
      assert.equal(new Set(labels).size, labels.length, labels.join());
      assert.ok(labels.length >= 3 && labels.length <= 9);
    }
  });
});
