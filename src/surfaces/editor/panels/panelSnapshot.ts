import type { Asset } from '../../../core/ids.ts';
import { DOLLAR_NOTE, TRACKED_SCOPE } from '../../../core/scope.ts';
import type { AssetCharts, Charted } from '../../../market/charts.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import { labelWords } from '../../reports/regimeWords.ts';
import type {
  ChartHeader,
  ChartKind,
  ChartPayload,
  ChartUnavailable,
  PanelSnapshot,
} from '../../protocol/payloads.ts';

const SCOPE_NOTE = `${TRACKED_SCOPE}; ${DOLLAR_NOTE}.`;

export interface PanelInput {
  readonly version: number;
  readonly asset: Asset;
  readonly state: MarketState;
  readonly charts: AssetCharts | undefined;
  readonly nameOf: (exchange: string) => string;
}

/** Returns everything a panel shows, from the market's state and the asset's charts. Pure. */
export function panelSnapshot(input: PanelInput): PanelSnapshot {
  const { asset, state, charts, version } = input;
  const assetSnapshot = state.snapshot?.assets.find((one) => one.asset === asset);
  const regime = state.regimes.get(asset);
  const header: ChartHeader = {
    asset,
    source: state.source,
    asOfMs: state.snapshot?.asOfMs ?? 0,
    coverage: assetSnapshot?.aggregate.coverage ?? { fresh: 0, of: 0 },
    notes: [SCOPE_NOTE],
  };
  const newest = assetSnapshot?.exchanges.flatMap((one) => one.newestAtMs ?? []) ?? [];
  const problem =
    state.phase === 'offline' ? 'No exchange could be reached at the last refresh.' : state.lastError;
  return {
    version,
    asset,
    source: state.source,
    isLoading: state.isRefreshing && charts === undefined,
    ...(newest.length === 0 ? {} : { asOfMs: Math.max(...newest) }),
    coverage: header.coverage,
    ...(problem === undefined ? {} : { problem }),
    ...(regime === undefined
      ? {}
      : {
          regime: { label: labelWords(regime.label), confidence: regime.confidence, asOfMs: regime.asOfMs },
        }),
    charts: charts === undefined ? [] : chartPayloads(charts, header, input.nameOf),
  };
}

function chartPayloads(
  charts: AssetCharts,
  header: ChartHeader,
  nameOf: (exchange: string) => string,
): (ChartPayload | ChartUnavailable)[] {
  return [
    charted('open-interest', charts.openInterest, ({ lines, aggregated }) => ({
      kind: 'open-interest',
      ...header,
      notes: [
        ...header.notes,
        'Hourly readings, longs and shorts counted once. A gap is an hour without a reading.',
        aggregated.length === 0
          ? 'No aggregate: no exchange has half a week of hourly readings.'
          : `Aggregate = ${aggregated.map(nameOf).join(' + ')}; an hour that one of them lacks is a gap.`,
      ],
      lines: lines.map((line) => ({
        ...line,
        label: line.id === 'aggregate' ? 'Aggregate' : nameOf(line.id),
      })),
    })),
    charted('funding-heatmap', charts.funding, (grid) => ({
      kind: 'funding-heatmap',
      ...header,
      notes: [
        ...header.notes,
        'Settled funding, annualised: rate x (365 days / interval), simple. A column is 8 h; shorter intervals are averaged in it.',
      ],
      ...grid,
      rows: grid.rows.map((row) => ({ ...row, label: nameOf(row.id) })),
    })),
    charted(
      'liquidation-heatmap',
      charts.liquidation,
      ({ levels, price, exchanges, priceFrom, priceType }) => ({
        kind: 'liquidation-heatmap',
        ...header,
        notes: [
          ...header.notes,
          `Open interest of ${exchanges.map(nameOf).join(', ')}; price of ${nameOf(priceFrom)}, hourly.`,
        ],
        columnAtMs: levels.columnAtMs,
        columnMs: levels.columnMs,
        priceEdges: levels.priceEdges,
        rows: levels.rows,
        cells: levels.cells,
        quoteAsset: 'USDT',
        price,
        priceLabel: `${priceType === 'mark price' ? 'Mark' : 'Last'} price, ${nameOf(priceFrom)}`,
        assumptions: levels.assumptions,
      }),
    ),
  ];
}

function charted<T>(
  kind: ChartKind,
  chart: Charted<T>,
  toPayload: (data: T) => ChartPayload,
): ChartPayload | ChartUnavailable {
  return 'data' in chart ? toPayload(chart.data) : { kind, unavailable: chart.unavailable };
}
