import type { Asset, DataSource, ExchangeId } from '../../../core/ids.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../../../core/scope.ts';
import type {
  AssetCharts,
  Charted,
  FundingGrid,
  LiquidationModel,
  OpenInterestHistory,
  RealisedColumns,
  RegimeHistory,
} from '../../../market/charts.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import { formatUtc } from '../../reports/format.ts';
import { capital } from '../../reports/reportParts.ts';
import { regimeName } from '../../protocol/regimeNames.ts';
import { labelWords, storedHistoryWords } from '../../reports/sourceWords.ts';
import { unlistedWords } from '../../reports/unlistedWords.ts';
import { notStartedWords } from '../notStartedWords.ts';
import { aggregateWords } from './aggregateWords.ts';
import { headOf, newestNumbers } from './newestNumbers.ts';
import type {
  ChartHeader,
  ChartKind,
  ChartPayload,
  ChartUnavailable,
  PanelSnapshot,
  RealisedLiquidations,
  RegimeBand,
} from '../../protocol/payloads.ts';

const SCOPE_NOTE = `${capital(TRACKED_SCOPE)}; ${DOLLAR_NOTE}.`;

export interface PanelInput {
  readonly version: number;
  readonly asset: Asset;
  readonly state: MarketState;
  /** The charts that the panel wants, with the source they came from; undefined while nothing has been read. */
  readonly charted: { readonly source: DataSource; readonly charts: Partial<AssetCharts> } | undefined;
  readonly nameOf: (exchange: string) => string;
}

/** Returns everything a panel shows, from the market's state and the charts of the asset that it wants. Pure. */
export function panelSnapshot(input: PanelInput): PanelSnapshot {
  const { asset, state, charted, version } = input;
  // Charts of another source than the state's were read before a switch: they are not shown under the new label.
  const charts = charted?.source === state.source ? charted.charts : undefined;
  const assetSnapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  const regime = state.regimes.get(asset);
  const coverage = assetSnapshot?.aggregate.coverage ?? { fresh: 0, of: 0 };
  const isWaiting = state.snapshot === undefined && state.phase !== 'offline' && state.phase !== 'failed';
  const unlisted = assetSnapshot === undefined ? undefined : unlistedWords(assetSnapshot);
  const problem = problemOf(state) ?? unlisted;
  const newest = charts === undefined ? undefined : newestNumbers({ version, asset, state, charts });
  return {
    version,
    asset,
    source: state.source,
    assets: state.snapshot?.assets.map((one) => one.asset) ?? [],
    isLoading: isWaiting || (state.isRefreshing && charts === undefined),
    ...(state.isRefreshing ? { isPartial: true } : {}),
    ...headOf(state, asset),
    ...(problem === undefined ? {} : { problem }),
    ...(regime === undefined
      ? {}
      : {
          regime: { label: regimeName(regime), confidence: regime.confidence, asOfMs: regime.asOfMs },
        }),
    charts: charts === undefined ? [] : chartPayloads(charts, input, coverage),
    ...(newest === undefined ? {} : { newest }),
  };
}

function problemOf(state: MarketState): string | undefined {
  if (state.phase === 'failed') return notStartedWords(state);
  if (state.phase === 'offline')
    return 'No exchange could be reached at the last refresh. Perpscope: Show Exchange Health names the reason for each.';
  return state.lastError;
}

/** Newest time among columns at which there is a number, epoch ms. */
function newestNumber(
  columns: readonly { readonly atMs: Float64Array; readonly values: Float64Array }[],
): number {
  return columns.reduce((newest, { atMs, values }) => {
    const index = values.findLastIndex((value) => !Number.isNaN(value));
    return index < 0 ? newest : Math.max(newest, atMs[index] ?? newest);
  }, 0);
}

function chartPayloads(
  charts: Partial<AssetCharts>,
  { asset, state, nameOf }: PanelInput,
  coverage: ChartHeader['coverage'],
): (ChartPayload | ChartUnavailable)[] {
  const current = state.snapshot?.assets.find((one) => one.asset === asset)?.exchanges ?? [];
  const hasReading = (id: ExchangeId): boolean =>
    current.some(({ exchange, status }) => exchange === id && status === 'fresh');
  const quoteWords = (id: ExchangeId): string =>
    current.find(({ exchange }) => exchange === id)?.instruments.find(({ kind }) => kind === 'perpetual')
      ?.quoteAsset ?? 'quote currency';
  const priceWords = (type: LiquidationModel['priceType'], from: ExchangeId): string =>
    `${type === 'mark price' ? 'Mark' : 'Last'} price, ${nameOf(from)}`;
  /** What a chart says of itself: its own exchanges and newest number, not the snapshot's, and who is shown by stored rows alone. */
  const header = (
    ids: readonly ExchangeId[],
    newestOf: (ids: readonly ExchangeId[]) => number,
  ): ChartHeader => {
    // Where the hours that are shown hold no number and there is no current one, nothing is drawn, and nothing has an age.
    const drawn = ids.filter((id) => hasReading(id) || newestOf([id]) > 0);
    const stored = drawn.filter((id) => !hasReading(id));
    const nowMs = state.snapshot?.asOfMs;
    return {
      asset,
      source: state.source,
      asOfMs: newestOf(ids),
      coverage: { fresh: drawn.length, of: Math.max(coverage.of, ids.length) },
      notes: [
        SCOPE_NOTE,
        ...(stored.length === 0 || nowMs === undefined
          ? []
          : [storedHistoryWords({ exchanges: stored, newestAtMs: newestOf(stored) }, nowMs)]),
      ],
    };
  };
  const { regime } = charts;
  const made = [
    charted('open-interest', charts.openInterest, (data) => {
      const { lines, aggregated } = data;
      const exchanges = lines.filter((line) => line.id !== 'aggregate');
      const own = header(
        exchanges.map(({ id }) => id),
        (ids) => newestNumber(exchanges.filter(({ id }) => ids.includes(id)).map((line) => line.base)),
      );
      return {
        kind: 'open-interest',
        ...own,
        notes: [
          ...own.notes,
          ...(regime !== undefined && 'unavailable' in regime ? [regime.unavailable] : []),
          'Hourly readings, and the newest one at the end. A gap is an hour without a reading.',
          aggregated.length === 0
            ? 'No aggregate: no exchange has half a week of hourly readings.'
            : hourlyAggregateWords(data, nameOf),
        ],
        ...(regime !== undefined && 'data' in regime ? { regime: bandOf(regime.data) } : {}),
        lines: lines.map((line) => ({
          ...line,
          label: line.id === 'aggregate' ? `Aggregate of ${aggregated.length}` : nameOf(line.id),
        })),
        ...(aggregated.length === 0 ? {} : { aggregated: aggregated.length }),
      };
    }),
    charted('funding-heatmap', charts.funding, (grid) => {
      const own = header(
        grid.rows.map(({ id }) => id),
        (ids) => newestSettlement(grid, ids),
      );
      return {
        kind: 'funding-heatmap',
        ...own,
        notes: [
          ...own.notes,
          'Settled funding, annualised: rate x (365 days / interval), simple. A column is 8 h; shorter intervals are averaged in it.',
        ],
        columnAtMs: grid.columnAtMs,
        columnMs: grid.columnMs,
        cells: grid.cells,
        rows: grid.rows.map((row) => ({ ...row, label: nameOf(row.id) })),
      };
    }),
    charted('liquidation-heatmap', charts.liquidation, (data) => {
      const { levels, price, exchanges, priceFrom, priceType, assumedMargin, realised } = data;
      const own = header(exchanges, () => newestNumber([price]));
      const namesOf = (ids: readonly ExchangeId[]): string => ids.map(nameOf).join(', ');
      return {
        kind: 'liquidation-heatmap',
        ...own,
        notes: [
          ...own.notes,
          `Open interest of ${namesOf(exchanges)}; ${priceType} of ${nameOf(priceFrom)}, hourly, from ${formatUtc(data.filledFromMs)} on.`,
          ...(assumedMargin.length === 0
            ? []
            : [
                `No margin table was read of ${namesOf(assumedMargin)}: an assumed one stands for it (see the assumptions).`,
              ]),
        ],
        ...levels,
        shown: data.shown,
        choices: data.choices.map((id) => ({ id, label: nameOf(id) })),
        placed: data.placed,
        largest: data.largest,
        score: data.score,
        quoteAsset: quoteWords(priceFrom),
        price,
        priceLabel: priceWords(priceType, priceFrom),
        assumptions: data.assumptions,
        ...(realised === undefined ? {} : { realised: realisedOf(realised, namesOf(realised.exchanges)) }),
      };
    }),
    // Beside open interest it is a row under that.
    charted('regime-timeline', charts.openInterest === undefined ? regime : undefined, (data) => {
      const { price } = data;
      return {
        kind: 'regime-timeline',
        ...header([], () => data.runs.at(-1)?.toMs ?? 0),
        ...bandOf(data),
        coverage,
        ...(price === undefined
          ? {}
          : {
              price,
              priceLabel: priceWords(price.priceType, price.priceFrom),
              quoteAsset: quoteWords(price.priceFrom),
            }),
      };
    }),
  ];
  return made.filter((one) => one !== undefined);
}

/** Until when the rows of these exchanges reach: to the end of a column, and not beyond the newest settlement of all. */
function newestSettlement(grid: FundingGrid, ids: readonly ExchangeId[]): number {
  const columns = grid.columnAtMs.length;
  const last = grid.rows.reduce((newest, { id }, row) => {
    if (!ids.includes(id)) return newest;
    const cells = grid.cells.subarray(row * columns, (row + 1) * columns);
    return Math.max(
      newest,
      cells.findLastIndex((cell) => !Number.isNaN(cell)),
    );
  }, -1);
  const startMs = grid.columnAtMs[last];
  return startMs === undefined ? 0 : Math.min(startMs + grid.columnMs, grid.newestSettledAtMs);
}

function realisedOf({ exchanges: _ids, ...columns }: RealisedColumns, of: string): RealisedLiquidations {
  return { ...columns, of };
}

/** As the page takes it: labels in words. */
function bandOf({ runs, fromMs, longestPauseMs }: RegimeHistory): RegimeBand {
  const worded = runs.map((run) => ({ ...run, label: labelWords(run.label) }));
  return { fromMs, longestPauseMs, runs: worded };
}

/** Undefined for a chart that was not asked for. */
function charted<T>(
  kind: ChartKind,
  chart: Charted<T> | undefined,
  toPayload: (data: T) => ChartPayload,
): ChartPayload | ChartUnavailable | undefined {
  if (chart === undefined) return undefined;
  return 'data' in chart ? toPayload(chart.data) : { kind, unavailable: chart.unavailable };
}

/** What the aggregate adds up, and what becomes of an hour that is lacking. */
function hourlyAggregateWords(
  { aggregated, carried, share = 1 }: OpenInterestHistory,
  nameOf: (exchange: ExchangeId) => string,
): string {
  const bridged = carried.length === 0 ? '' : ` Carried on over an hour or two in coins: ${carried.map(nameOf).join(', ')}.`; // prettier-ignore
  return `${aggregateWords(aggregated, share, nameOf)}; an hour that one of them lacks is a gap.${bridged}`;
}
