import { scoreOf, type Score } from '../../../../src/analysis/calibration/score.ts';
import { windowsOf, type ScoredBar, type WindowModel } from '../../../../src/analysis/calibration/windows.ts';
import { ROW_FRACTION, ROWS } from '../../../../src/analysis/heatmap/priceRows.ts';

interface Level {
  readonly side: 'long' | 'short';
  readonly levelQuote: number;
  readonly strength: number;
}

/** Levels that stand until the price touches them, as most open models keep them. */
class TouchedLevels implements WindowModel {
  readonly parts = 1;
  #levels: Level[] = [];
  readonly #opens: (bar: ScoredBar) => Level[];

  constructor(opens: (bar: ScoredBar) => Level[]) {
    this.#opens = opens;
  }

  step(bar: ScoredBar): void {
    this.#levels = this.#levels.filter(({ side, levelQuote }) =>
      side === 'long' ? levelQuote < bar.lowQuote : levelQuote > bar.highQuote,
    );
    this.#levels.push(...this.#opens(bar));
  }

  addTo(
    _part: number,
    side: 'long' | 'short',
    priceQuote: number,
    into: Float32Array | Float64Array,
    start: number,
  ): void {
    for (const level of this.#levels) {
      if (level.side !== side) continue;
      const away = side === 'long' ? 1 - level.levelQuote / priceQuote : level.levelQuote / priceQuote - 1;
      const row = Math.floor(away / ROW_FRACTION);
      if (row >= 0 && row < ROWS) into[start + row] = (into[start + row] ?? 0) + level.strength;
    }
  }
}

/**
 * As aggr's script does it (definitions.md §7): no open interest; each bar adds its volume over the average of the last bars at 5x,
 * 20x and 100x, at 1/L + 0.5 % + 0.01/L from the close; gone on touch.
 */
export function aggrStyle(): WindowModel {
  const volumes: number[] = [];
  return new TouchedLevels((bar) => {
    volumes.push(bar.volumeBase ?? 0);
    const recent = volumes.slice(-200);
    const strength = ((bar.volumeBase ?? 0) * recent.length) / recent.reduce((sum, one) => sum + one, 0);
    return [5, 20, 100].flatMap((leverage) => around(bar, 1 / leverage + 0.005 + 0.01 / leverage, strength));
  });
}

/**
 * With fixed percentages: what open interest rises by, at 1/L from the close, whatever the maintenance margin; gone on touch.
 */
export function fixedPercentage(): WindowModel {
  let before: number | undefined;
  return new TouchedLevels((bar) => {
    const now = bar.openInterestBase;
    const rise = now === undefined || before === undefined ? 0 : Math.max(0, now - before);
    before = now ?? before;
    if (rise === 0) return [];
    return [10, 25, 50, 100].flatMap((leverage) => around(bar, 1 / leverage, (rise * bar.closeQuote) / 4));
  });
}

const around = ({ closeQuote }: ScoredBar, distance: number, strength: number): Level[] => [
  { side: 'long', levelQuote: closeQuote * (1 - distance), strength },
  { side: 'short', levelQuote: closeQuote * (1 + distance), strength },
];

/** Returns the score of a model's levels over the windows from a time on, its parts added up. */
export function scoreOfModel(
  bars: readonly ScoredBar[],
  model: WindowModel,
  windowMs: number,
  fromMs: number,
): Score {
  const parts = Array.from({ length: model.parts }, () => 1);
  return scoreOf(windowsOf(bars, model, windowMs, fromMs), parts);
}
