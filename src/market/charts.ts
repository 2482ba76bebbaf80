import type { TimelineLine } from '../analysis/timeline/line.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import {
  type ChartInput,
  type Charted,
  type FundingGrid,
  type LiquidationModel,
  type OpenInterestHistory,
  type Order,
  type RegimeHistory,
} from './chartData.ts';
import { fundingChart } from './fundingChart.ts';
import { openInterestChart } from './openInterestChart.ts';
import { regimeChart } from './regimeChart.ts';

export type * from './chartData.ts';

export interface AssetCharts {
  readonly openInterest: Charted<OpenInterestHistory>;
  readonly funding: Charted<FundingGrid>;
  readonly liquidation: Charted<LiquidationModel>;
  readonly regime: Charted<RegimeHistory>;
}

/** An exchange as charts name it. */
export interface ChartedExchange {
  readonly id: ExchangeId;
  readonly displayName: string;
}

export type ChartName = keyof AssetCharts;

/** Which charts are wanted, and of how many hours until now. */
export interface ChartsWish {
  readonly charts: readonly ChartName[];
  readonly hours: number;
  /** The exchange whose liquidation levels are wanted alone. */
  readonly levelsOf?: ExchangeId;
}

type MadeHere = Exclude<ChartName, 'liquidation'>;

const MAKERS: { readonly [Name in MadeHere]: (input: ChartInput) => AssetCharts[Name] } = {
  openInterest: openInterestChart,
  funding: fundingChart,
  regime: regimeChart,
};

/**
 * Returns the charts that are wanted of an asset, from its stored history and what was judged of it; but not the liquidation
 * levels, which `shownLevels` makes. Pure; hours without a number stay gaps. The columns are new ones: who asks may give them away.
 */
export function wantedCharts(charts: readonly ChartName[], input: ChartInput): Partial<AssetCharts> {
  const own = charts.filter((name): name is MadeHere => name in MAKERS);
  return Object.fromEntries(own.map((name) => [name, MAKERS[name](input)]));
}

/**
 * Returns what charts are made of. Lines and rows stand in the order of `exchanges`, whatever their numbers are; one that is not
 * among them comes last, under its id.
 */
export function chartInput(
  history: AssetSeries,
  hours: number,
  exchanges: readonly ChartedExchange[] = [],
  judged: readonly TimelineLine[] = [],
): ChartInput {
  const ids = exchanges.map(({ id }) => id);
  const placeOf = (id: ExchangeId): number => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  const inOrder: Order = (a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1);
  const nameOf = (id: ExchangeId): string => exchanges.find((one) => one.id === id)?.displayName ?? id;
  return { history, inOrder, nameOf, hours, judged };
}
