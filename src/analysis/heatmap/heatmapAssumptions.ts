import type { LeverageWeight } from '../liquidations/leverageTiers.ts';
import { POSITION_VALUES_USD } from './marginBands.ts';
import { TURNOVER_SHARE } from './sideBook.ts';

/** What a run of the level model rests on. */
export interface HeatmapFacts {
  readonly weights: readonly LeverageWeight[];
  readonly impossible: readonly number[];
  /** Whose margin table. */
  readonly marginSource: string;
  readonly margin: 'linear' | 'inverse';
  readonly hasVolume: boolean;
  readonly bars: number;
  readonly withoutPrices: number;
  readonly withoutOpenInterest: number;
}

/** Returns what the model assumes as plain sentences with units, the most important first. */
export function heatmapAssumptions(facts: HeatmapFacts): string[] {
  const { weights, impossible, margin, bars, withoutPrices, withoutOpenInterest } = facts;
  const split = weights.map(({ leverage, weight }) => `${percent(weight)} at ${leverage}x`).join(', ');
  const [least, most] = [POSITION_VALUES_USD.from, POSITION_VALUES_USD.to].map((usd) =>
    usd.toLocaleString('en-US'),
  );
  return [
    'Modelled, not measured: exchanges do not publish where positions would be liquidated. Compare sizes; do not read them as amounts.',
    `Leverage: ${split} of open interest on either side, kept by whoever follows on those who close or are liquidated.`,
    `Margin: isolated, ${margin} contracts; cross margin lies further away by an unknown amount. Maintenance margin: ${facts.marginSource}. Positions of ${least} to ${most} USD, evenly in the logarithm.`,
    'Entries: evenly along the way of the bar from open over low and high to close. Levels lie scattered by 15 % of their distance.',
    facts.hasVolume
      ? `Turnover: ${percent(TURNOVER_SHARE)} of what is traded closes one position and opens another.`
      : 'Turnover: the volume is not known, so only changes of open interest open and close positions.',
    'Closing: a fall of open interest is first explained by levels that the price passed; the rest closes all positions of a side in proportion.',
    'Positions from before the first bar have no known entry: they are not placed, and close with the rest.',
    ...(impossible.length === 0
      ? []
      : [
          `Left out: ${impossible.map((one) => `${one}x`).join(', ')}, which the margin table does not allow; the others share its part.`,
        ]),
    ...(withoutPrices === 0
      ? []
      : [`Left out: ${withoutPrices} of ${bars + withoutPrices} bars without prices.`]),
    ...(withoutOpenInterest === 0
      ? []
      : [
          `Open interest is missing in ${withoutOpenInterest} of ${bars} bars: the next known level is compared with the last known one.`,
        ]),
  ];
}

const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(3))} %`;
