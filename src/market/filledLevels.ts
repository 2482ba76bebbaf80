import type { PathBar } from '../analysis/heatmap/barPath.ts';
import { ExchangeLevels } from '../analysis/heatmap/exchangeLevels.ts';
import { LEVERAGES } from '../analysis/heatmap/leveragePriors.ts';
import type { MarginTable } from '../analysis/heatmap/marginBands.ts';
import { isSameBars } from './keptRuns.ts';

/** The books of so many exchanges and assets are kept, each of some hundred kilobytes: nine exchanges of two assets, and a few more. */
const KEPT = 24;

interface Filled {
  readonly exchange: string;
  /** The table, and the price at which its limits become dollars. */
  readonly terms: string;
  /** The bars that were applied. */
  readonly bars: readonly PathBar[];
  readonly levels: ExchangeLevels;
}

let kept: readonly Filled[] = [];

/**
 * Returns levels of their own as they stand after bars, ascending. Where these are bars that were applied before and some more, only
 * what is new is applied; where one of them was revised, the first is another one or the margin table changed, all of them are.
 * `priceQuote` is that of the first bar there is, also where it is none of these.
 */
export function filledLevels(
  exchange: string,
  table: MarginTable,
  priceQuote: number,
  bars: readonly PathBar[],
): ExchangeLevels {
  // When a table was read changes nothing of what it says.
  const terms = JSON.stringify([table.unit, table.tiers, table.margin, priceQuote]);
  const before = kept.find(
    (one) => one.exchange === exchange && one.terms === terms && isBeginningOf(one.bars, bars),
  );
  const levels = before?.levels.copy() ?? new ExchangeLevels(exchange, table, LEVERAGES, priceQuote);
  for (const bar of bars.slice(before?.bars.length ?? 0)) levels.step(bar);
  const others = kept.filter((one) => one !== before);
  kept = [{ exchange, terms, bars, levels: levels.copy() }, ...others].slice(0, KEPT);
  return levels;
}

const isBeginningOf = (some: readonly PathBar[], all: readonly PathBar[]): boolean =>
  some.length <= all.length && isSameBars(some, all.slice(0, some.length));
