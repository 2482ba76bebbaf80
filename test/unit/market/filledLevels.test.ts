import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ASSUMED_MARGIN } from '../../../src/analysis/heatmap/assumedMargin.ts';
import type { PathBar } from '../../../src/analysis/heatmap/barPath.ts';
import { ExchangeLevels } from '../../../src/analysis/heatmap/exchangeLevels.ts';
import { DEFAULT_LEVERAGE_WEIGHTS, LEVERAGES } from '../../../src/analysis/heatmap/leveragePriors.ts';
import { seededRandom } from '../../../src/analysis/noise/random.ts';
import { filledLevels } from '../../../src/market/filledLevels.ts';
import { structurelessMarket } from '../analysis/calibration/markets.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);

/** A market with holes in open interest, volume and time. */
function barsOf(own: number, hours: number): PathBar[] {
  const random = seededRandom(own);
  return structurelessMarket(own, hours).flatMap((bar): PathBar[] => {
    const [hole, unknown, silent] = [random(), random(), random()];
    if (hole < 0.05) return [];
    return [
      {
        ...bar,
        ...(unknown < 0.1 ? { openInterestBase: undefined } : {}),
        ...(silent < 0.1 ? { volumeBase: undefined } : {}),
      },
    ];
  });
}
const priceOf = (bars: readonly PathBar[]): number => bars[0]?.closeQuote ?? Number.NaN;
function batch(bars: readonly PathBar[]): ExchangeLevels {
  const levels = new ExchangeLevels('a', ASSUMED_MARGIN, LEVERAGES, priceOf(bars));
  for (const bar of bars) levels.step(bar);
  return levels;
}
/** Every account and every bin, to the last digit. */
function standing(levels: ExchangeLevels): unknown {
  return [
    levels.openInterestBase,
    levels.impossible,
    levels.placedBase('long', DEFAULT_LEVERAGE_WEIGHTS),
    ...levels.books.map(({ leverage, long, short }) => [
      leverage,
      ...[long, short].map((book) => [
        ...[book.placedBase, book.openedBase, book.passedBase, book.closedBase],
        ...Array.from({ length: 3_000 }, (_, at) => book.sizeAt(10_000 + at)),
      ]),
    ]),
  ];
}
const incremental = (bars: readonly PathBar[]): ExchangeLevels =>
  filledLevels('a', ASSUMED_MARGIN, priceOf(bars), bars);

describe(`levels that are carried on bar by bar (PERPSCOPE_SEED=${seed})`, function () {
  this.timeout(120_000);

  for (const own of [seed, seed + 1, seed + 2])
    it(`stand as those of one run over all bars, seed ${own}`, () => {
      const random = seededRandom(own + 77);
      const bars = barsOf(own, 240);
      for (let count = 1; count <= bars.length; count += 1 + Math.floor(random() * 24)) {
        const part = bars.slice(0, count);
        const levels = incremental(part);
        assert.deepEqual(standing(levels), standing(batch(part)), `${count} bars`);
        // Who got them steps on: what is kept must not move with them.
        for (const bar of bars.slice(count, count + 5)) levels.step(bar);
      }
    });

  it('are run anew where an older bar was revised, the first one moved on, or the table is another one', () => {
    const bars = barsOf(seed + 9, 120);
    incremental(bars.slice(0, 100));
    const revised = bars.map((bar, at) =>
      at === 40 ? { ...bar, openInterestBase: 2 * (bar.openInterestBase ?? 80_000) } : bar,
    );
    assert.deepEqual(standing(incremental(revised)), standing(batch(revised)));
    assert.notDeepEqual(standing(batch(revised)), standing(batch(bars)), 'the revision counts');
    assert.deepEqual(standing(incremental(bars.slice(24))), standing(batch(bars.slice(24))));
    const tiers = [{ from: 0, maintenanceMarginRate: 0.02, maxLeverage: 20 }];
    const strict = filledLevels('a', { ...ASSUMED_MARGIN, tiers }, priceOf(bars), bars);
    assert.deepEqual(strict.impossible, [25, 50, 100]);
    assert.deepEqual(standing(incremental(bars)), standing(batch(bars)), 'back again');
  });

  it('apply what is new alone', () => {
    const bars = barsOf(seed + 20, 200);
    incremental(bars.slice(0, -1));
    const { prototype } = ExchangeLevels;
    const step = Object.getOwnPropertyDescriptor(prototype, 'step')?.value as ExchangeLevels['step'];
    let steps = 0;
    prototype.step = function (bar) {
      steps += 1;
      step.call(this, bar);
    };
    try {
      incremental(bars);
      incremental(bars);
    } finally {
      prototype.step = step;
    }
    assert.equal(steps, 1);
  });
});
