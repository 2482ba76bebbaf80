import type { LeverageWeight } from './leveragePriors.ts';
import { POSITION_VALUES_USD } from './marginBands.ts';
import { TURNOVER_SHARE } from './sideBook.ts';

/** What the levels of one exchange rest on. */
export interface ExchangeFacts {
  /** As it is called; absent where there is one exchange that has no name. */
  readonly name?: string;
  /** Leverages that its margin table does not allow. */
  readonly impossible: readonly number[];
  /** Whose margin table. */
  readonly marginSource: string;
  readonly margin: 'linear' | 'inverse';
  readonly hasVolume: boolean;
  /** What its prices are, where they are not its own. */
  readonly pricesOf?: string;
  readonly bars: number;
  /** Where its first bar begins; absent where it is not said. */
  readonly fromMs?: number;
  readonly withoutPrices: number;
  readonly withoutOpenInterest: number;
}

/** What a run of the level model rests on. */
export interface HeatmapFacts {
  readonly weights: readonly LeverageWeight[];
  /** Whether they were fitted on liquidations of the history; else they are assumed. */
  readonly areFitted: boolean;
  readonly exchanges: readonly ExchangeFacts[];
}

/** Returns what the model assumes as plain sentences with units, the most important first. */
export function heatmapAssumptions({ weights, areFitted, exchanges }: HeatmapFacts): string[] {
  const split = weights.map(({ leverage, weight }) => `${percent(weight)} at ${leverage}x`).join(', ');
  const [least, most] = [POSITION_VALUES_USD.from, POSITION_VALUES_USD.to].map((usd) =>
    usd.toLocaleString('en-US'),
  );
  return [
    'Modelled, not measured: exchanges do not publish where positions would be liquidated. Compare sizes; do not read them as amounts.',
    `Leverage, ${areFitted ? 'fitted on liquidations of this history' : 'assumed'}: ${split} of open interest on either side, kept by whoever follows on those who close or are liquidated.`,
    `Margin: isolated, ${contractsOf(exchanges)}; cross margin lies further away by an unknown amount. Maintenance margin: ${tablesOf(exchanges)}. Positions of ${least} to ${most} USD, evenly in the logarithm.`,
    'Entries: evenly along the way of the bar from open over low and high to close. Levels lie scattered by 15 % of their distance.',
    turnoverOf(exchanges),
    'Closing: a fall of open interest is first explained by levels that the price passed; the rest closes all positions of a side in proportion.',
    'Positions from before the first bar have no known entry: they are not placed, and close with the rest.',
    ...grouped(exchanges, ({ fromMs }) => (fromMs === undefined ? '' : minuteOf(fromMs))).map(
      ([from, own]) => `Filled by the hour from ${from} UTC on${ofNames(own)}.`,
    ),
    ...grouped(exchanges, ({ pricesOf }) => pricesOf).map(
      ([pricesOf, own]) => `Prices: ${pricesOf} stands for those${ofNames(own)}, of which there are too few.`,
    ),
    ...grouped(exchanges, ({ impossible }) => impossible.map((one) => `${one}x`).join(', ')).map(
      ([leverages, own]) =>
        `Left out: ${leverages}${ofNames(own)}, which the margin table does not allow; the others share its part.`,
    ),
    ...exchanges.flatMap((one) => {
      const { bars, withoutPrices, withoutOpenInterest } = one;
      return [
        ...(withoutPrices === 0
          ? []
          : [`Left out: ${withoutPrices} of ${bars + withoutPrices} bars${ofNames([one])} without prices.`]),
        ...(withoutOpenInterest === 0
          ? []
          : [
              `Open interest is missing in ${withoutOpenInterest} of ${bars} bars${ofNames([one])}: the next known level is compared with the last known one.`,
            ]),
      ];
    }),
  ];
}

/** Exchanges by what is said of them; those of whom nothing is said are left out. */
function grouped(
  exchanges: readonly ExchangeFacts[],
  said: (one: ExchangeFacts) => string | undefined,
): [string, ExchangeFacts[]][] {
  const groups = Map.groupBy(exchanges, (one) => said(one) ?? '');
  return [...groups].filter(([words]) => words !== '');
}

const namesOf = (exchanges: readonly ExchangeFacts[]): string =>
  exchanges.flatMap(({ name }) => name ?? []).join(', ');

function ofNames(exchanges: readonly ExchangeFacts[]): string {
  const names = namesOf(exchanges);
  return names === '' ? '' : ` of ${names}`;
}

function contractsOf(exchanges: readonly ExchangeFacts[]): string {
  const inverse = exchanges.filter(({ margin }) => margin === 'inverse');
  if (inverse.length === 0) return 'linear contracts';
  return inverse.length === exchanges.length
    ? 'inverse contracts'
    : `linear contracts, inverse ones${ofNames(inverse)}`;
}

/** Each table once; whose it is stands beside one that serves others as well. */
function tablesOf(exchanges: readonly ExchangeFacts[]): string {
  return grouped(exchanges, ({ marginSource }) => marginSource)
    .map(([source, own]) => {
      const isTheirs = own.every(({ name }) => name === undefined || source.startsWith(name));
      return isTheirs ? source : `${source} (${namesOf(own)})`;
    })
    .join('; ');
}

function turnoverOf(exchanges: readonly ExchangeFacts[]): string {
  const without = exchanges.filter(({ hasVolume }) => !hasVolume);
  const known = `Turnover: ${percent(TURNOVER_SHARE)} of what is traded closes one position and opens another.`;
  const unknown = `the volume${ofNames(without)} is not known, so only changes of open interest open and close positions.`;
  if (without.length === 0) return known;
  return without.length === exchanges.length ? `Turnover: ${unknown}` : `${known} But ${unknown}`;
}

const minuteOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');

const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(3))} %`;
