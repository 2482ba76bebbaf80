import type {
  ChartKind,
  ChartPayload,
  ChartUnavailable,
  NewestNumbers,
  PanelSnapshot,
} from '../../src/surfaces/protocol/payloads.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { element } from '../dom.ts';
import { SIMULATED_MEANING } from '../models/chartText.ts';
import { chartHeading } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createFundingView } from './fundingHeatmap.ts';
import { createLiquidationView } from './liquidationHeatmap.ts';
import { createOpenInterestView } from './openInterest.ts';

type AnyView = ChartView<ChartPayload>;

const MAKERS: {
  readonly [K in ChartKind]: (context: ViewContext) => ChartView<Extract<ChartPayload, { kind: K }>>;
} = {
  'open-interest': createOpenInterestView,
  'funding-heatmap': createFundingView,
  'liquidation-heatmap': createLiquidationView,
};

function unavailableCard(
  { kind, unavailable }: ChartUnavailable,
  source: PanelSnapshot['source'],
): HTMLElement {
  const badges = source === 'simulated' ? [{ text: 'SIMULATED' as const, meaning: SIMULATED_MEANING }] : [];
  return element(
    'section',
    { class: 'chart', 'data-kind': kind, 'aria-labelledby': `title-${kind}` },
    chartHeading(kind, badges),
    element('p', { class: 'unavailable' }, unavailable),
  );
}

/** The charts of a panel, one card each; a chart that stays keeps its card and takes the new data in place. */
export interface ChartList {
  readonly root: HTMLElement;
  show(charts: readonly (ChartPayload | ChartUnavailable)[], snapshot: PanelSnapshot): void;
  takeNewest(newest: NewestNumbers): void;
  resize(): void;
  applyTheme(theme: ChartTheme): void;
  dispose(): void;
}

/** Makes the list. A chart whose data cannot be drawn says so in its own card and leaves the others alone. */
export function createChartList(context: ViewContext, onError: (message: string) => void): ChartList {
  const root = element('div', { class: 'charts' });
  const views = new Map<ChartKind, AnyView>();

  function drop(kind: ChartKind): void {
    views.get(kind)?.dispose();
    views.delete(kind);
  }

  function cardOf(chart: ChartPayload | ChartUnavailable, { source, newest }: PanelSnapshot): HTMLElement {
    if ('unavailable' in chart) {
      drop(chart.kind);
      return unavailableCard(chart, source);
    }
    try {
      const view = views.get(chart.kind) ?? (MAKERS[chart.kind](context) as AnyView);
      views.set(chart.kind, view);
      // Chart.js measures its parent, so the card must be on the page before the first draw.
      if (!view.root.isConnected) root.append(view.root);
      view.update(chart, newest);
      return view.root;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      onError(`${chart.kind}: ${message}`);
      views.get(chart.kind)?.root.remove();
      drop(chart.kind);
      return unavailableCard(
        { kind: chart.kind, unavailable: `This chart cannot be drawn: ${message}.` },
        source,
      );
    }
  }

  return {
    root,
    show: (charts, snapshot) => {
      const wanted = new Set(charts.map(({ kind }) => kind));
      for (const kind of [...views.keys()]) if (!wanted.has(kind)) drop(kind);
      const cards = charts.map((chart) => cardOf(chart, snapshot));
      // Elements already in their place are not touched: moving one would take the focus from it.
      for (const child of [...root.children]) if (!cards.includes(child as HTMLElement)) child.remove();
      cards.forEach((card, index) => {
        if (root.children[index] !== card) root.insertBefore(card, root.children[index] ?? null);
      });
    },
    takeNewest: (newest) => {
      for (const view of views.values()) view.takeNewest(newest);
    },
    resize: () => {
      for (const view of views.values()) view.resize();
    },
    applyTheme: (theme) => {
      for (const view of views.values()) view.applyTheme(theme);
    },
    dispose: () => {
      for (const kind of [...views.keys()]) drop(kind);
    },
  };
}
