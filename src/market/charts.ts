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
import { liquidationChart } from './liquidationChart.ts';
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
}

const MAKERS: { readonly [Name in ChartName]: (input: ChartInput) => AssetCharts[Name] } = {
  openInterest: openInterestChart,
  funding: fundingChart,
  liquidation: liquidationChart,
  regime: regimeChart,
};

/**
 * Returns the charts that are wanted of an asset, from its stored history and what was judged of it. Lines and rows stand in the order of
 * `exchanges`, whatever their numbers are; one that is not among them comes last, under its id. Pure; hours without a
 * number stay gaps. The columns are new ones: who asks may give them away.
 */
export function wantedCharts(
  { charts, hours }: ChartsWish,
  history: AssetSeries,
  exchanges: readonly ChartedExchange[] = [],
  judged: readonly TimelineLine[] = [],
): Partial<AssetCharts> {
  const ids = exchanges.map(({ id }) => id);
  const placeOf = (id: ExchangeId): number => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  const inOrder: Order = (a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1);
  const nameOf = (id: ExchangeId): string => exchanges.find((one) => one.id === id)?.displayName ?? id;
  const input = { history, inOrder, nameOf, hours, judged };
  return Object.fromEntries(charts.map((name) => [name, MAKERS[name](input)]));
}
