import { modelLiquidationLevels, type LiquidationLevels } from '../analysis/liquidations/levelModel.ts';
import { annualisedRate } from '../analysis/metrics/funding.ts';
import { oneSidedBase, oneSidedUsd } from '../analysis/metrics/openInterest.ts';
import {
  alignedSum,
  hourlyByExchange,
  labelOf,
  newestAlignedSum,
  newestHour,
} from '../analysis/regime/hourly.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { Candle } from '../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { AssetHistory } from './assetHistory.ts';

/** The charts look back this far unless asked for otherwise; aggregates need half of it from an exchange. */
export const CHART_HOURS = 168;
const FUNDING_COLUMN_MS = 8 * HOUR_MS;
const COLUMN_MINUTES = FUNDING_COLUMN_MS / MINUTE_MS;
/** Settlements are few: their grid looks back twice as far as the other charts. */
const fundingColumns = (hours: number): number => Math.ceil((2 * hours * HOUR_MS) / FUNDING_COLUMN_MS);

export interface ChartColumn {
  readonly atMs: Float64Array;
  readonly values: Float64Array;
}

export interface OpenInterestHistory {
  readonly lines: readonly {
    readonly id: ExchangeId | 'aggregate';
    readonly sides: 'one' | 'both, halved' | 'unverified';
    readonly base: ChartColumn;
    readonly usd: ChartColumn;
  }[];
  /** The exchanges that the aggregate adds up. */
  readonly aggregated: readonly ExchangeId[];
}

export interface FundingGrid {
  readonly rows: readonly { readonly id: ExchangeId; readonly intervalHours?: number }[];
  readonly columnAtMs: Float64Array;
  readonly columnMs: number;
  readonly newestSettledAtMs: number;
  /** Annualised fraction, row by row; NaN = no settlement known. */
  readonly cells: Float32Array;
}

export interface LiquidationModel {
  readonly levels: LiquidationLevels;
  readonly price: ChartColumn;
  readonly exchanges: readonly ExchangeId[];
  readonly priceFrom: ExchangeId;
  readonly priceType: 'mark price' | 'last price';
}

/** A chart's data, or why there is none. */
export type Charted<T> = { readonly data: T } | { readonly unavailable: string };

export interface AssetCharts {
  readonly openInterest: Charted<OpenInterestHistory>;
  readonly funding: Charted<FundingGrid>;
  readonly liquidation: Charted<LiquidationModel>;
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

/** What a chart is made of. */
interface ChartInput {
  readonly history: AssetHistory;
  readonly nowMs: number;
  readonly inOrder: Order;
  readonly nameOf: (exchange: ExchangeId) => string;
  readonly hours: number;
}

const MAKERS: { readonly [Name in ChartName]: (input: ChartInput) => AssetCharts[Name] } = {
  openInterest: openInterestHistory,
  funding: fundingGrid,
  liquidation: liquidationModel,
};

/**
 * Returns the charts that are wanted of an asset, from its stored history. Lines and rows stand in the order of
 * `exchanges`, whatever their numbers are; one that is not among them comes last, under its id. Pure; hours without a
 * number stay gaps. The columns are new ones: who asks may give them away.
 */
export function wantedCharts(
  { charts, hours }: ChartsWish,
  history: AssetHistory,
  nowMs: number,
  exchanges: readonly ChartedExchange[] = [],
): Partial<AssetCharts> {
  const ids = exchanges.map(({ id }) => id);
  const placeOf = (id: ExchangeId): number => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  const inOrder: Order = (a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1);
  const nameOf = (id: ExchangeId): string => exchanges.find((one) => one.id === id)?.displayName ?? id;
  const input = { history, nowMs, inOrder, nameOf, hours };
  return Object.fromEntries(charts.map((name) => [name, MAKERS[name](input)]));
}

/** Returns all charts of an asset, as far back as they look unless asked for otherwise. */
export function assetCharts(
  history: AssetHistory,
  nowMs: number,
  exchanges: readonly ChartedExchange[] = [],
): AssetCharts {
  const charts: readonly ChartName[] = ['openInterest', 'funding', 'liquidation'];
  return wantedCharts({ charts, hours: CHART_HOURS }, history, nowMs, exchanges) as AssetCharts;
}

type Order = (a: ExchangeId, b: ExchangeId) => number;

const hoursUntil = (endMs: number, hours: number): Float64Array =>
  Float64Array.from({ length: hours }, (_, index) => endMs - (hours - 1 - index) * HOUR_MS);

const columnOf = (atMs: Float64Array, hours: ReadonlyMap<number, number> | undefined): ChartColumn => ({
  atMs,
  values: atMs.map((hour) => hours?.get(hour) ?? Number.NaN),
});

function openInterestHistory({
  history,
  nowMs,
  inOrder,
  hours: range,
}: ChartInput): Charted<OpenInterestHistory> {
  const base = hourlyByExchange(history.openInterest, 'sum', (row) => oneSidedBase(row)?.value);
  const end = newestHour(base, nowMs);
  if (end === undefined) return { unavailable: 'No open interest has been read yet.' };
  const opens = hourlyByExchange([...history.candles, ...history.markCandles], 'one', (bar) => bar.openQuote);
  const usd = hourlyByExchange(
    history.openInterest,
    'sum',
    (row) => oneSidedUsd(row, opens.get(row.exchange)?.get(labelOf(row)))?.value,
  );
  const atMs = hoursUntil(end, range);
  const sorted = [...base].sort(([a], [b]) => inOrder(a, b));
  const lines: OpenInterestHistory['lines'][number][] = sorted.map(([id, hours]) => {
    const sides = history.openInterest.findLast((row) => row.exchange === id)?.sides ?? 'unverified';
    return {
      id,
      sides: sides === 'both' ? 'both, halved' : sides,
      base: columnOf(atMs, hours),
      usd: columnOf(atMs, usd.get(id)),
    };
  });
  const sum = newestAlignedSum(base, nowMs, range, range / 2);
  if (sum === undefined) return { data: { lines, aggregated: [] } };
  const counted = new Map([...usd].filter(([id]) => sum.exchanges.includes(id)));
  const usdSum =
    counted.size === sum.exchanges.length
      ? alignedSum(counted, sum.firstHourMs + (range - 1) * HOUR_MS, range, 1)
      : undefined;
  const isWhole = usdSum?.exchanges.length === sum.exchanges.length;
  const sumAtMs = Float64Array.from(sum.values, (_, index) => sum.firstHourMs + index * HOUR_MS);
  const aggregate = {
    id: 'aggregate' as const,
    sides: lines.some((line) => line.sides === 'unverified' && sum.exchanges.includes(line.id))
      ? ('unverified' as const)
      : ('one' as const),
    base: { atMs: sumAtMs, values: sum.values },
    usd: { atMs: sumAtMs, values: isWhole ? usdSum.values : new Float64Array(range).fill(Number.NaN) },
  };
  return { data: { lines: [aggregate, ...lines], aggregated: sum.exchanges.toSorted(inOrder) } };
}

function fundingGrid({ history, nowMs, inOrder, hours }: ChartInput): Charted<FundingGrid> {
  const columns = fundingColumns(hours);
  const settled = history.settledFunding.flatMap((row) => {
    const perYear = annualisedRate(row);
    return perYear === undefined ? [] : [{ row, perYear }];
  });
  if (settled.length === 0) return { unavailable: 'No settled funding has been read yet.' };
  const lastColumnMs = (Math.ceil(nowMs / FUNDING_COLUMN_MS) - 1) * FUNDING_COLUMN_MS;
  const columnAtMs = Float64Array.from(
    { length: columns },
    (_, index) => lastColumnMs - (columns - 1 - index) * FUNDING_COLUMN_MS,
  );
  /** A settlement pays for the interval before it; settlement times jitter by some ms. */
  const columnOf = (atMs: number): number =>
    columnAtMs.indexOf((Math.ceil(Math.round(atMs / MINUTE_MS) / COLUMN_MINUTES) - 1) * FUNDING_COLUMN_MS);
  const byExchange = [...Map.groupBy(settled, ({ row }) => row.exchange)].sort(([a], [b]) => inOrder(a, b));
  const cells = new Float32Array(byExchange.length * columns).fill(Number.NaN);
  for (const [line, [, own]] of byExchange.entries())
    for (const [column, paid] of Map.groupBy(own, ({ row }) => columnOf(row.atMs)))
      if (column >= 0)
        cells[line * columns + column] = paid.reduce((sum, { perYear }) => sum + perYear, 0) / paid.length;
  const rows = byExchange.map(([id, own]) => {
    const newest = own.at(-1)?.row;
    return { id, ...(newest === undefined ? {} : { intervalHours: newest.intervalMs / HOUR_MS }) };
  });
  const newestSettledAtMs = Math.max(...settled.map(({ row }) => row.atMs));
  return { data: { rows, columnAtMs, columnMs: FUNDING_COLUMN_MS, newestSettledAtMs, cells } };
}

/**
 * Returns the bars of the exchange with the most of them that reach to now (of equals mark prices before last prices,
 * then by name); empty where none do: prices that end days ago would put every level in the wrong place.
 */
function priceBars(history: AssetHistory, nowMs: number, hours: number): readonly Candle[] {
  const fromMs = nowMs - hours * HOUR_MS;
  const candidates = [history.markCandles, history.candles].flatMap((candles) =>
    [...Map.groupBy(candles, (bar) => bar.exchange)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, bars]) => bars.filter((bar) => bar.atMs >= fromMs && bar.atMs + bar.barMs <= nowMs)),
  );
  const current = candidates.filter((bars) => {
    const last = bars.at(-1);
    return bars.length >= 24 && last !== undefined && nowMs - (last.atMs + last.barMs) <= 2 * HOUR_MS;
  });
  return current.sort((a, b) => b.length - a.length)[0] ?? [];
}

function liquidationModel({ history, nowMs, inOrder, nameOf, hours }: ChartInput): Charted<LiquidationModel> {
  const base = hourlyByExchange(history.openInterest, 'sum', (row) => oneSidedBase(row)?.value);
  const sum = newestAlignedSum(base, nowMs, hours, hours / 2);
  const candles = priceBars(history, nowMs, hours);
  const [first] = candles;
  if (sum === undefined || first === undefined) {
    return {
      unavailable: `The model needs ${hours / 2} h of open interest and 24 h of prices by the hour, up to now.`,
    };
  }
  const priceFrom = first.exchange;
  const priceType = first.priceType === 'mark' ? 'mark price' : 'last price';
  const bars = candles.map((bar) => {
    // A row labelled with an hour is the reading at its start: the level at a bar's end is the next hour's row.
    const openInterestBase = sum.values[(bar.atMs + bar.barMs - sum.firstHourMs) / HOUR_MS];
    const { atMs, barMs, highQuote, lowQuote, closeQuote } = bar;
    return { atMs, barMs, highQuote, lowQuote, closeQuote, openInterestBase };
  });
  const levels = modelLiquidationLevels(bars, {
    columns: hours,
    rows: 160,
    priceSource: `the ${priceType} of ${nameOf(priceFrom)}`,
  });
  if (levels === undefined) return { unavailable: 'The model found no levels in the history at hand.' };
  const price = {
    // A close belongs to the end of its bar.
    atMs: Float64Array.from(bars, (bar) => bar.atMs + bar.barMs),
    values: Float64Array.from(bars, (bar) => bar.closeQuote),
  };
  return { data: { levels, price, exchanges: sum.exchanges.toSorted(inOrder), priceFrom, priceType } };
}
