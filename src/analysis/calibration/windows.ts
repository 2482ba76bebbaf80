import { addRows, ROWS } from '../heatmap/priceRows.ts';
import type { ExchangeLevels } from '../heatmap/exchangeLevels.ts';
import type { PathBar } from '../heatmap/barPath.ts';
import type { Side } from '../heatmap/sideBook.ts';

/** A bar with what was liquidated in it. */
export interface ScoredBar extends PathBar {
  /** Notional in quote currency, by the side that was liquidated; NaN = not known, and no window is made of it. */
  readonly longLiquidatedQuote: number;
  readonly shortLiquidatedQuote: number;
}

/** One side of windows of time, each with the levels that stood before it. */
export interface SideWindows {
  /** How far the price went against the side, from the close before the window, as a fraction; at least 0. */
  readonly distance: Float64Array;
  /** What was liquidated of the side, in quote currency. */
  readonly liquidatedQuote: Float64Array;
  /** By leverage, as if it held all: the notional in each row away from the close before; windows × ROWS. */
  readonly rows: readonly Float32Array[];
}

/** Windows that follow one another. What is modelled rests on bars that ended before the window. */
export interface Windows {
  readonly count: number;
  readonly startMs: Float64Array;
  readonly windowMs: number;
  readonly long: SideWindows;
  readonly short: SideWindows;
}

/** How the levels of one leverage are read before a window. */
export interface WindowModel {
  /** Leverages, or whatever else is told apart. */
  readonly parts: number;
  step(bar: ScoredBar): void;
  /** Adds the notional of a part to its rows, see addRows. */
  addTo(part: number, side: Side, priceQuote: number, into: Float32Array, start: number): void;
}

/** An exchange with the bars that fill its levels; ascending, not of every time. */
export interface FilledBy {
  readonly levels: ExchangeLevels;
  readonly bars: readonly PathBar[];
}

/**
 * Returns the model of exchanges, added up, as windows are made of it; its parts are `leverages`. With a bar that is stepped over
 * each exchange takes its own bar of that time, where it has one.
 */
export function windowModelOf(exchanges: readonly FilledBy[], leverages: readonly number[]): WindowModel {
  const each = exchanges.map(({ levels, bars }) => ({
    levels,
    barAt: new Map(bars.map((bar) => [bar.atMs, bar])),
    shares: leverages.map((leverage) => levels.sharesOf([{ leverage, weight: 1 }])),
  }));
  return {
    parts: leverages.length,
    step({ atMs }) {
      for (const { levels, barAt } of each) {
        const own = barAt.get(atMs);
        if (own !== undefined) levels.step(own);
      }
    },
    addTo(part, side, priceQuote, into, start) {
      for (const { levels, shares } of each)
        for (const [at, book] of levels.books.entries()) {
          const share = shares[part]?.[at] ?? 0;
          if (share > 0) addRows(book[side], side, priceQuote, share, into, start);
        }
    },
  };
}

/**
 * Runs a model over bars and returns the windows from `fromMs` on: each holds all its bars, and the bar before it ends where it
 * begins. `windowMs` is a multiple of a bar; windows begin at its multiples since 1970, or as far beyond as the bars do.
 */
export function windowsOf(
  bars: readonly ScoredBar[],
  model: WindowModel,
  windowMs: number,
  fromMs: number,
): Windows {
  const starts: number[] = [];
  const rows = { long: emptyRows(model.parts), short: emptyRows(model.parts) };
  const [distance, liquidated] = [sides(), sides()];
  for (let at = 0; at < bars.length;) {
    const [before, first] = [bars[at - 1], bars[at]];
    if (first === undefined) break;
    const inside = isWindowStart(before, first, windowMs, fromMs)
      ? wholeWindow(bars, at, windowMs)
      : undefined;
    if (inside === undefined || before === undefined) {
      model.step(first);
      at += 1;
      continue;
    }
    const closeQuote = before.closeQuote;
    for (const side of ['long', 'short'] as const)
      for (const [part, list] of rows[side].entries()) {
        const into = new Float32Array(ROWS);
        model.addTo(part, side, closeQuote, into, 0);
        list.push(into);
      }
    const low = Math.min(...inside.map(({ lowQuote }) => lowQuote));
    const high = Math.max(...inside.map(({ highQuote }) => highQuote));
    starts.push(first.atMs);
    distance.long.push(Math.max(0, 1 - low / closeQuote));
    distance.short.push(Math.max(0, high / closeQuote - 1));
    liquidated.long.push(inside.reduce((sum, bar) => sum + bar.longLiquidatedQuote, 0));
    liquidated.short.push(inside.reduce((sum, bar) => sum + bar.shortLiquidatedQuote, 0));
    for (const bar of inside) model.step(bar);
    at += inside.length;
  }
  const sideOf = (side: Side): SideWindows => ({
    distance: Float64Array.from(distance[side]),
    liquidatedQuote: Float64Array.from(liquidated[side]),
    rows: rows[side].map(joined),
  });
  const count = starts.length;
  return {
    count,
    startMs: Float64Array.from(starts),
    windowMs,
    long: sideOf('long'),
    short: sideOf('short'),
  };
}

const sides = (): Record<Side, number[]> => ({ long: [], short: [] });
const emptyRows = (parts: number): Float32Array[][] => Array.from({ length: parts }, () => []);

function joined(list: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(list.length * ROWS);
  for (const [at, one] of list.entries()) all.set(one, at * ROWS);
  return all;
}

function isWindowStart(
  before: ScoredBar | undefined,
  first: ScoredBar,
  windowMs: number,
  fromMs: number,
): boolean {
  const follows = before !== undefined && before.atMs + before.barMs === first.atMs;
  // Whole hours of UTC, unless the bars themselves lie askew to them.
  const askewMs = first.atMs % first.barMs;
  return follows && first.atMs >= fromMs && (first.atMs - askewMs) % windowMs === 0;
}

/** The bars of a window, or nothing where one is missing, or what was liquidated in it. */
function wholeWindow(
  bars: readonly ScoredBar[],
  from: number,
  windowMs: number,
): readonly ScoredBar[] | undefined {
  const [startMs, barMs] = [bars[from]?.atMs ?? Number.NaN, bars[from]?.barMs ?? Number.NaN];
  const inside = bars.slice(from, from + Math.round(windowMs / barMs));
  const isWhole =
    inside.length * barMs === windowMs &&
    inside.every(
      (bar, at) =>
        bar.atMs === startMs + at * barMs &&
        !Number.isNaN(bar.longLiquidatedQuote + bar.shortLiquidatedQuote),
    );
  return isWhole ? inside : undefined;
}

/** Returns the windows from one to before another. */
export function partOf(windows: Windows, from: number, to: number): Windows {
  const sideOf = ({ distance, liquidatedQuote, rows }: SideWindows): SideWindows => ({
    distance: distance.subarray(from, to),
    liquidatedQuote: liquidatedQuote.subarray(from, to),
    rows: rows.map((all) => all.subarray(from * ROWS, to * ROWS)),
  });
  const { startMs, windowMs } = windows;
  return {
    ...{ count: to - from, startMs: startMs.subarray(from, to), windowMs },
    ...{ long: sideOf(windows.long), short: sideOf(windows.short) },
  };
}
