import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BIN_LOG, pathOf, positionOf, type PathBar } from '../../../../src/analysis/heatmap/barPath.ts';
import { LevelRow } from '../../../../src/analysis/heatmap/levelRow.ts';
import { SideBook, TURNOVER_SHARE, type Band, type Side } from '../../../../src/analysis/heatmap/sideBook.ts';
import { anyBars, bar } from './bars.ts';

const seed = Number(process.env['PERPSCOPE_SEED'] ?? Date.now() % 2 ** 31);
const BANDS: Record<Side, readonly Band[]> = {
  long: [
    { share: 0.6, ratio: 0.91 },
    { share: 0.3, ratio: 0.994 },
    { share: 0.1, ratio: undefined },
  ],
  short: [
    { share: 0.6, ratio: 1.09 },
    { share: 0.3, ratio: 1.006 },
    { share: 0.1, ratio: undefined },
  ],
};

/** The book as a plain list of levels in prices, every level looked at on every stop: slow, and easy to check by eye. */
class NaiveBook {
  levels: { bin: number; size: number }[] = [];
  opened = 0;
  passed = 0;
  closed = 0;
  readonly #side: Side;
  #held: number | undefined;

  constructor(side: Side) {
    this.#side = side;
  }

  get placed(): number {
    return this.levels.reduce((sum, { size }) => sum + size, 0);
  }

  step(one: PathBar): void {
    const { lowQuote, highQuote, openInterestBase, volumeBase } = one;
    const reached = this.#reach(this.#side === 'long' ? lowQuote : highQuote);
    if (this.#held === undefined) {
      this.#held = openInterestBase;
      return;
    }
    const left = Math.max(0, this.#held - reached);
    const now = openInterestBase ?? left;
    const kept = Math.min(left, now);
    const turned = kept > 0 ? kept * (1 - Math.exp((-TURNOVER_SHARE * (volumeBase ?? 0)) / kept)) : 0;
    const share = left > 0 ? (kept - turned) / left : 0;
    this.closed += this.placed * (1 - share);
    for (const level of this.levels) level.size *= share;
    this.#held = now;
    this.#enter(pathOf(one), now - kept + turned);
  }

  #reach(priceQuote: number): number {
    const at = positionOf(priceQuote);
    const isGone = ({ bin }: { bin: number }): boolean =>
      this.#side === 'long' ? bin + 0.5 >= at : bin + 0.5 <= at;
    const gone = this.levels.filter(isGone).reduce((sum, { size }) => sum + size, 0);
    this.levels = this.levels.filter((level) => !isGone(level));
    this.passed += gone;
    return gone;
  }

  #enter({ stops, shares }: ReturnType<typeof pathOf>, size: number): void {
    this.opened += size;
    for (const [stop, position] of stops.entries()) {
      this.#reach(Math.exp(position * BIN_LOG));
      for (const { share, ratio } of BANDS[this.#side])
        for (const part of ratio === undefined ? [1] : [0.85, 1, 1.15]) {
          const own = (size * (shares[stop] ?? 0) * share) / (ratio === undefined ? 1 : 3);
          if (own === 0) continue;
          const level = ratio === undefined ? Number.NaN : position + (part * Math.log(ratio)) / BIN_LOG;
          this.levels.push({ bin: binOf(this.#side, level), size: own });
        }
    }
  }
}

/** Levels of shorts are counted from above, so that a level on an edge falls towards the price. */
const binOf = (side: Side, level: number): number =>
  side === 'long' ? Math.floor(level) : -1 - Math.floor(-level);

function near(actual: number, expected: number, what = ''): void {
  assert.ok(
    Math.abs(actual - expected) <= 1e-6 * (1 + Math.abs(expected)),
    `${what} ${actual} ≠ ${expected}`,
  );
}

describe(`side books on random paths (PERPSCOPE_SEED=${seed})`, () => {
  for (const side of ['long', 'short'] as const) {
    it(`lose nothing and invent nothing: placed + passed + closed = opened, ${side}s`, () => {
      fc.assert(
        fc.property(anyBars, (bars) => {
          const book = new SideBook(side, BANDS[side]);
          let openInterest: number | undefined;
          for (const one of bars) {
            book.step(pathOf(one), one.openInterestBase, one.volumeBase);
            near(book.placedBase + book.passedBase + book.closedBase, book.openedBase);
            assert.ok(book.placedBase >= 0);
            openInterest = one.openInterestBase ?? openInterest;
            // Between two known levels nothing is opened but what turns over.
            assert.ok(book.placedBase <= (openInterest ?? 0) * (1 + 1e-9) + 1e-9, 'more than there is');
          }
        }),
        { seed, numRuns: 300 },
      );
    });

    it(`agree with a plain list of levels, ${side}s`, () => {
      fc.assert(
        fc.property(anyBars, (bars) => {
          const [book, naive] = [new SideBook(side, BANDS[side]), new NaiveBook(side)];
          for (const one of bars) {
            book.step(pathOf(one), one.openInterestBase, one.volumeBase);
            naive.step(one);
            near(book.placedBase, naive.placed, 'placed');
            near(book.passedBase, naive.passed, 'passed');
            near(book.openedBase, naive.opened, 'opened');
          }
          const bins = new Map<number, number>();
          for (const { bin, size } of naive.levels) bins.set(bin, (bins.get(bin) ?? 0) + size);
          bins.delete(Number.NaN);
          for (const [bin, size] of bins) near(book.sizeAt(bin), size, `bin ${bin}`);
        }),
        { seed, numRuns: 150, interruptAfterTimeLimit: 8_000 },
      );
    });
  }
});

describe('side books', () => {
  const half: Band[] = [{ share: 1, ratio: 0.9 }];
  const run = (...bars: PathBar[]): SideBook => {
    const book = new SideBook('long', half);
    for (const one of bars) book.step(pathOf(one), one.openInterestBase, one.volumeBase);
    return book;
  };

  it('place nothing of what was open before the first bar', () => {
    assert.equal(run(bar(0, 100), bar(1, 100), bar(2, 100)).placedBase, 0);
  });

  it('open what open interest rises by, and close a fall in proportion, of what is not placed as well', () => {
    const rise = run(bar(0, 100), bar(1, 100, { openInterestBase: 1_500 }));
    assert.equal(rise.placedBase, 500);
    const fall = run(
      bar(0, 100),
      bar(1, 100, { openInterestBase: 1_500 }),
      bar(2, 100, { openInterestBase: 750 }),
    );
    near(fall.placedBase, 250);
    near(fall.closedBase, 250);
  });

  it('explain a fall by what the price passed, and replace who was liquidated where open interest stays', () => {
    const bars = [bar(0, 100), bar(1, 100, { openInterestBase: 1_500 })];
    const down = { openQuote: 88, lowQuote: 88, highQuote: 88 };
    const fell = run(...bars, bar(2, 88, { ...down, openInterestBase: 1_000 }));
    assert.deepEqual([fell.placedBase, fell.passedBase, fell.closedBase], [0, 500, 0]);
    const stayed = run(...bars, bar(2, 88, { ...down, openInterestBase: 1_500 }));
    assert.deepEqual([stayed.placedBase, stayed.passedBase, stayed.openedBase], [500, 500, 1_000]);
    // The new ones stand at 88 × 0.9, those of before are gone.
    near(stayed.sizeAt(Math.floor(positionOf(88 * 0.9))), 500 / 3);
    assert.equal(stayed.sizeAt(Math.floor(positionOf(90))), 0);
  });

  it('turn a tenth of the volume over, and nothing where it is not known', () => {
    const turned = run(bar(0, 100), bar(1, 100, { volumeBase: 1_000 }));
    near(turned.placedBase, 1_000 * (1 - Math.exp(-0.1)));
    assert.equal(run(bar(0, 100), bar(1, 100, { volumeBase: undefined })).placedBase, 0);
  });

  it('wait for open interest that is not known, and compare with the last that was', () => {
    const book = run(
      bar(0, 100, { openInterestBase: undefined }),
      bar(1, 100),
      bar(2, 100, { openInterestBase: undefined }),
      bar(3, 100, { openInterestBase: 1_200 }),
    );
    near(book.placedBase, 200);
  });

  it('count what the rest of the bar passes as opened and passed', () => {
    // From 100 up to 112 and down to 100: what enters above 111.1 is at 100 or higher when the bar ends.
    const book = run(bar(0, 100), bar(1, 100, { highQuote: 115, openInterestBase: 2_000 }));
    near(book.openedBase, 1_000);
    assert.ok(book.passedBase > 100 && book.passedBase < 400, String(book.passedBase));
  });
});

describe('level rows', () => {
  it(`agree with a map of bins, wherever they grow (PERPSCOPE_SEED=${seed})`, () => {
    const bin = fc.integer({ min: -3_000, max: 3_000 });
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.record({ add: bin, size: fc.double({ min: 0.1, max: 9, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.record({ reach: bin }) },
      { weight: 1, arbitrary: fc.record({ keep: fc.constantFrom(0, 1e-40, 0.5, 0.9) }) },
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const row = new LevelRow();
        const map = new Map<number, number>();
        for (const one of actions) {
          if ('add' in one) {
            // A level at the position, one 700 bins away, and a tenth that nothing reaches.
            row.add(one.add, one.size, Float64Array.of(0, -700, Number.NaN), Float64Array.of(0.6, 0.3, 0.1), {
              lowest: -700,
              highest: 0,
            });
            for (const [at, share] of [
              [one.add, 0.6],
              [one.add - 700, 0.3],
              [Number.NaN, 0.1],
            ] as const)
              map.set(at, (map.get(at) ?? 0) + share * one.size);
          } else if ('reach' in one) {
            const gone = [...map].filter(([at]) => at >= one.reach);
            near(
              row.reach(one.reach),
              gone.reduce((sum, [, size]) => sum + size, 0),
            );
            for (const [at] of gone) map.delete(at);
          } else {
            row.keep(one.keep);
            for (const [at, size] of map) map.set(at, size * one.keep);
          }
        }
        near(
          row.placedBase,
          [...map.values()].reduce((sum, size) => sum + size, 0),
        );
        for (const [at, size] of map) if (!Number.isNaN(at)) near(row.sizeAt(at), size);
        assert.equal(row.sizeAt(9_999), 0);
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('paths of bars', () => {
  it('go over the low first in a rising bar, over the high first in a falling one', () => {
    const stopsOf = (openQuote: number, closeQuote: number): number[] => {
      const { stops, shares } = pathOf(bar(0, closeQuote, { openQuote, lowQuote: 90, highQuote: 110 }));
      return [...stops].filter((_, at) => shares[at] === 0).map((one) => Math.round(Math.exp(one * BIN_LOG)));
    };
    assert.deepEqual(stopsOf(95, 105), [95, 90, 110, 105]);
    assert.deepEqual(stopsOf(105, 95), [105, 110, 90, 95]);
  });

  it(`enter once in all, between low and high (PERPSCOPE_SEED=${seed})`, () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        for (const one of bars) {
          const { stops, shares, lowest, highest } = pathOf(one);
          near(
            shares.reduce((sum, share) => sum + share, 0),
            1,
          );
          assert.ok(stops.every((stop) => stop >= lowest - 1e-9 && stop <= highest + 1e-9));
          near(stops.at(-1) ?? 0, positionOf(one.closeQuote));
        }
      }),
      { seed },
    );
  });

  it('have one entry where the price stood still', () => {
    assert.deepEqual([...pathOf(bar(0, 100)).shares], [0, 0, 0, 1]);
  });
});
