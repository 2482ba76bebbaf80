import type {
  ChartKind,
  ChartPayload,
  ChartUnavailable,
  NewestNumbers,
  PanelItem,
  PanelSnapshot,
} from '../../src/surfaces/protocol/payloads.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { element } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { SIMULATED_MEANING } from '../models/chartText.ts';
import type { AskingCard, CardHost } from './asking.ts';
import { chartHeading } from './chartCard.ts';
import { createCardList } from './cardList.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createFundingView } from './fundingHeatmap.ts';
import { createLiquidationView } from './liquidationHeatmap.ts';
import { createOpenInterestView } from './openInterest.ts';
import { createRegimeView } from './regimeTimeline.ts';
import type { TimeAxis } from './timeAxis.ts';

type AnyView = ChartView<ChartPayload>;
type Item = AnyView | AskingCard;

const MAKERS: {
  readonly [K in ChartKind]: (context: ViewContext) => ChartView<Extract<ChartPayload, { kind: K }>>;
} = {
  'open-interest': createOpenInterestView,
  'funding-heatmap': createFundingView,
  'liquidation-heatmap': createLiquidationView,
  'regime-timeline': createRegimeView,
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
  /** Draws all charts, at the range of time that is to be shown now. */
  draw(): void;
  takeNewest(newest: NewestNumbers): void;
  resize(): void;
  applyTheme(theme: ChartTheme): void;
  dispose(): void;
}

/** Makes the list. A chart whose data cannot be drawn says so in its own card and leaves the others alone. */
export function createChartList(
  panel: Omit<ViewContext, 'pointAt' | 'linesOfOthers' | 'time'> & { readonly time: TimeAxis },
  host: CardHost,
  onError: (message: string) => void,
  onExtent: () => void,
): ChartList {
  const views = new Map<ChartKind, AnyView>();
  const drawnOnce = new WeakSet<AnyView>();
  const charts = element('div', { class: 'charts' });

  const items = (): [PanelItem, Item][] => [...views, ...cards.cards()];
  const others = (item: PanelItem): Item[] =>
    items().flatMap(([each, view]) => (each === item ? [] : [view]));
  let pointing: PanelItem | undefined;
  const context: ViewContext = {
    ...panel,
    pointAt: (kind, atMs) => {
      // A pointer that leaves one chart takes nothing from another that has been read by keys since.
      if (atMs === undefined && pointing !== kind) return;
      pointing = atMs === undefined ? undefined : kind;
      for (const view of others(kind)) view.mark(atMs);
    },
    linesOfOthers: (kind, atMs) => others(kind).flatMap((view) => view.linesAt(atMs)),
  };
  const cards = createCardList(context, host, () => {
    if (panel.time.setExtent(extent())) draw();
    onExtent();
  });
  const root = element('div', {}, charts, cards.root);

  function draw(): void {
    for (const [, view] of items()) view.draw();
  }

  /** The time of all charts together. What lies ahead of now (the rest of a last column) is no time to wait for. */
  function extent(): Range | undefined {
    const each = [...views.values(), cards].flatMap((view) => view.extent() ?? []);
    if (each.length === 0) return undefined;
    const min = Math.min(...each.map((one) => one.min));
    const max = Math.max(...each.map((one) => one.max));
    return { min, max: Math.max(min + 1, Math.min(max, host.nowMs())) };
  }

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
      if (!view.root.isConnected) charts.append(view.root);
      view.update(chart, newest);
      return view.root;
    } catch (error) {
      return failedCard(chart.kind, source, error);
    }
  }

  /** Draws a chart; returns its card, or one that says why it cannot be drawn. */
  function drawnCard(kind: ChartKind, view: AnyView, source: PanelSnapshot['source']): HTMLElement {
    try {
      view.draw();
      drawnOnce.add(view);
      return view.root;
    } catch (error) {
      return failedCard(kind, source, error);
    }
  }

  /** A new chart below what can be seen waits for the frame in which those above it are shown. */
  function isBelowTheScreen(view: AnyView): boolean {
    return !drawnOnce.has(view) && view.root.getBoundingClientRect().top >= window.innerHeight;
  }

  function drawLater(kind: ChartKind, view: AnyView, source: PanelSnapshot['source']): void {
    requestAnimationFrame(() =>
      setTimeout(() => {
        // Meanwhile it may have gone, or been drawn.
        if (views.get(kind) !== view || drawnOnce.has(view)) return;
        const next = view.root.nextSibling;
        const card = drawnCard(kind, view, source);
        if (card !== view.root) charts.insertBefore(card, next);
      }),
    );
  }

  function failedCard(kind: ChartKind, source: PanelSnapshot['source'], error: unknown): HTMLElement {
    const message = error instanceof Error ? error.message : String(error);
    onError(`${kind}: ${message}`);
    views.get(kind)?.root.remove();
    drop(kind);
    return unavailableCard({ kind, unavailable: `This chart cannot be drawn: ${message}.` }, source);
  }

  return {
    root,
    show: (wanted, snapshot) => {
      const kinds = new Set(wanted.map(({ kind }) => kind));
      for (const kind of [...views.keys()]) if (!kinds.has(kind)) drop(kind);
      const updated = wanted.map((chart) => cardOf(chart, snapshot));
      panel.time.setExtent(extent());
      const drawn = wanted.map(({ kind }, index) => {
        const card = updated[index] ?? charts;
        const view = views.get(kind);
        if (!view) return card;
        if (!isBelowTheScreen(view)) return drawnCard(kind, view, snapshot.source);
        drawLater(kind, view, snapshot.source);
        return card;
      });
      // Elements already in their place are not touched: moving one would take the focus from it.
      for (const child of [...charts.children]) if (!drawn.includes(child as HTMLElement)) child.remove();
      drawn.forEach((card, index) => {
        if (charts.children[index] !== card) charts.insertBefore(card, charts.children[index] ?? null);
      });
      if (!snapshot.isLoading) cards.update();
    },
    draw,
    takeNewest: (newest) => {
      const changed = [...views.values()].filter((view) => view.takeNewest(newest));
      const isMoved = panel.time.setExtent(extent());
      for (const view of isMoved ? items().map(([, one]) => one) : changed) view.draw();
    },
    resize: () => {
      for (const [, view] of items()) view.resize();
    },
    applyTheme: (theme) => {
      for (const [, view] of items()) view.applyTheme(theme);
    },
    dispose: () => {
      for (const kind of [...views.keys()]) drop(kind);
      cards.dispose();
    },
  };
}
