import type { Asset, DataSource, ExchangeId } from '../../../core/ids.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../../../core/scope.ts';
import type { AssetCharts, Charted, FundingGrid, OpenInterestHistory } from '../../../market/charts.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import { capital } from '../../reports/reportParts.ts';
import { labelWords, storedHistoryWords } from '../../reports/sourceWords.ts';
import { unlistedWords } from '../../reports/unlistedWords.ts';
import { formatShare } from '../../protocol/numberFormat.ts';
import { notStartedWords } from '../notStartedWords.ts';
import { headOf, newestNumbers } from './newestNumbers.ts';
import type {
  ChartHeader,
  ChartKind,
  ChartPayload,
  ChartUnavailable,
  PanelSnapshot,
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
  const coverage = assetSnapshot?.aggregate.coverage;
  const isWaiting = state.snapshot === undefined && state.phase !== 'offline' && state.phase !== 'failed';
  const unlisted = assetSnapshot === undefined ? undefined : unlistedWords(assetSnapshot);
  const problem = problemOf(state) ?? unlisted;
  const newest = charts === undefined ? undefined : newestNumbers({ version, asset, state, charts });
  return {
    version,
    asset,
    source: state.source,
    isLoading: isWaiting || (state.isRefreshing && charts === undefined),
    ...headOf(state, asset),
    ...(problem === undefined ? {} : { problem }),
    ...(regime === undefined
      ? {}
      : {
          regime: { label: labelWords(regime.label), confidence: regime.confidence, asOfMs: regime.asOfMs },
        }),
    charts: charts === undefined ? [] : chartPayloads(charts, input, coverage?.of ?? 0),
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
  of: number,
): (ChartPayload | ChartUnavailable)[] {
  const current = state.snapshot?.assets.find((one) => one.asset === asset)?.exchanges ?? [];
  const hasReading = (id: ExchangeId): boolean =>
    current.some(({ exchange, status }) => exchange === id && status === 'fresh');
  const quoteOf = (id: ExchangeId): string | undefined =>
    current.find(({ exchange }) => exchange === id)?.instruments.find(({ kind }) => kind === 'perpetual')
      ?.quoteAsset;
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
      coverage: { fresh: drawn.length, of: Math.max(of, ids.length) },
      notes: [
        SCOPE_NOTE,
        ...(stored.length === 0 || nowMs === undefined
          ? []
          : [storedHistoryWords({ exchanges: stored, newestAtMs: newestOf(stored) }, nowMs)]),
      ],
    };
  };
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
          'Hourly readings, and the newest one at the end. A gap is an hour without a reading.',
          aggregated.length === 0
            ? 'No aggregate: no exchange has half a week of hourly readings.'
            : aggregateWords(data, nameOf),
        ],
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
    charted(
      'liquidation-heatmap',
      charts.liquidation,
      ({ levels, price, exchanges, priceFrom, priceType }) => {
        const own = header(exchanges, () => newestNumber([price]));
        return {
          kind: 'liquidation-heatmap',
          ...own,
          notes: [
            ...own.notes,
            `Open interest of ${exchanges.map(nameOf).join(', ')}; ${priceType} of ${nameOf(priceFrom)}, hourly.`,
          ],
          columnAtMs: levels.columnAtMs,
          columnMs: levels.columnMs,
          priceEdges: levels.priceEdges,
          rows: levels.rows,
          cells: levels.cells,
          quoteAsset: quoteOf(priceFrom) ?? 'quote currency',
          price,
          priceLabel: `${priceType === 'mark price' ? 'Mark' : 'Last'} price, ${nameOf(priceFrom)}`,
          assumptions: levels.assumptions,
        };
      },
    ),
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

/** Undefined for a chart that was not asked for. */
function charted<T>(
  kind: ChartKind,
  chart: Charted<T> | undefined,
  toPayload: (data: T) => ChartPayload,
): ChartPayload | ChartUnavailable | undefined {
  if (chart === undefined) return undefined;
  return 'data' in chart ? toPayload(chart.data) : { kind, unavailable: chart.unavailable };
}

/** What the aggregate adds up, on how much of the usual total it rests, and what becomes of an hour that is lacking. */
function aggregateWords(
  { aggregated, carried, share = 1 }: OpenInterestHistory,
  nameOf: (exchange: ExchangeId) => string,
): string {
  const part = share < WHOLE ? `, ${formatShare(share)} of the usual total` : '';
  const bridged = carried.length === 0 ? '' : ` Carried on over an hour or two in coins: ${carried.map(nameOf).join(', ')}.`; // prettier-ignore
  return `Aggregate = ${aggregated.map(nameOf).join(' + ')}${part}; an hour that one of them lacks is a gap.${bridged}`;
}

/** What is rounded to less than the whole is said. */
const WHOLE = 0.9995;
