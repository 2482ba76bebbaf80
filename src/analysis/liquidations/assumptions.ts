import { MINUTE_MS } from '../../core/units.ts';
import type { LeverageTier } from './leverageTiers.ts';

/** What a model run rests on. Fractions are plain, times in ms. */
export interface AssumptionFacts {
  readonly tiers: readonly LeverageTier[];
  readonly impossible: readonly number[];
  readonly maintenanceMargin: number;
  readonly padding: number;
  readonly barMs: number;
  readonly barCount: number;
  readonly droppedBars: number;
  readonly barsWithoutOpenInterest: number;
  readonly binFraction: number;
  /** Whose price it is and which, for example "the mark price of Binance". */
  readonly priceSource: string;
}

/** Returns the assumptions of a model run as plain sentences with units, the most important first. */
export function describeAssumptions(facts: AssumptionFacts): string[] {
  const { tiers, impossible, maintenanceMargin, padding, barMs, barCount } = facts;
  const split = tiers.map(({ leverage, share }) => `${percent(share)} at ${leverage}x`).join(', ');
  const sentences = [
    'Modelled, not measured: exchanges do not publish where positions would be liquidated. Compare sizes within the picture; do not read them as amounts.',
    'Margin mode: every position is taken as isolated. Cross margin moves real levels further away, by an unknown amount.',
    `Leverage of new open interest: ${split}. The real split is not known.`,
    `Maintenance margin: ${percent(maintenanceMargin)} of the position's value for every size. Larger positions need more on most exchanges.`,
    `Reference price: new open interest is taken to enter at ${facts.priceSource} at the close of its bar (${duration(barMs)}), wherever it was opened.`,
    'Sides: each rise of open interest opens the same size long and short. Taker flow skews neither entry nor leverage.',
    'Crossed levels: longs at or above the low of a bar and shorts at or below its high are taken as liquidated.',
    'A fall of open interest is first explained by crossed levels of the same side; the rest closes all positions of the side pro rata, placed or not.',
    'Open interest from before the first bar is not placed: its entry prices are not known.',
    'Contracts: linear (margin and profit in the quote currency). Fees are left out.',
    `Prices: levels are kept to ${percent(facts.binFraction)} of price; levels more than ${percent(padding)} outside the prices shown are counted but not drawn.`,
  ];
  if (impossible.length > 0)
    sentences.push(
      `Left out: ${impossible.map((leverage) => `${leverage}x`).join(', ')}, because the initial margin would not exceed the maintenance margin. Its share went to the other leverages.`,
    );
  if (facts.barsWithoutOpenInterest > 0)
    sentences.push(
      `Open interest is missing in ${facts.barsWithoutOpenInterest} of ${barCount} bars: no change is read there; the next known level is compared with the last known one, and enters at the later bar.`,
    );
  if (facts.droppedBars > 0)
    sentences.push(
      `Left out: ${facts.droppedBars} of ${barCount} bars without usable prices or out of order.`,
    );
  return sentences;
}

/** Three significant digits: 0.4 %, 15 %, 12.5 %. */
function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(3))} %`;
}

function duration(ms: number): string {
  const minutes = ms / MINUTE_MS;
  if (minutes < 1) return `${ms / 1000} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Number(minutes.toFixed(2))} min`;
}
