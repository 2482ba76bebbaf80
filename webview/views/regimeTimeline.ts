import type { RegimeTimeline } from '../../src/surfaces/protocol/payloads.ts';
import { createLinesLayer } from '../charts/linesLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { element } from '../dom.ts';
import { scaledTitle, valueAxis } from '../models/valueAxis.ts';
import { regimeTimelineModel, type RegimeTimelineModel } from '../models/regimeTimeline.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createBandRow } from './regimeBand.ts';
import { createScaleChoice } from './scaleChoice.ts';
import { createTimeChart } from './timeChart.ts';

const BAND_PX = 64;
const PRICE_PX = 2;

/** Makes the regime timeline: the price over the band of regimes, and what followed upon what. */
export function createRegimeView(context: ViewContext): ChartView<RegimeTimeline> {
  const card = createChartCard('regime-timeline', context);
  const lines = createLinesLayer();
  const watermark = createWatermark();
  let payload: RegimeTimeline | undefined;
  let model: RegimeTimelineModel | undefined;
  const band = createBandRow(card, context, BAND_PX, () => chart.hover);
  const chart = createTimeChart(
    'regime-timeline',
    card,
    context,
    [watermark.plugin, lines.plugin, band.plugin],
    (atMs, _price, isUnder) => (isUnder ? band.read(atMs) : model?.hover(atMs)),
    band.underPx,
  );
  const scaleChoice = createScaleChoice('regime-timeline', context, draw);
  card.controls.append(scaleChoice.root);
  // Scrolls sideways by itself, so it must be reachable by keyboard.
  const transitions = element('div', {
    class: 'scroller',
    tabindex: '0',
    role: 'region',
    'aria-label': 'What followed upon what',
  });
  card.root.insertBefore(transitions, card.notes);

  function show(): void {
    if (!payload) return;
    const shown = band.show(payload, payload.asset, payload.source);
    if (!shown) return;
    const made = (model = regimeTimelineModel(payload, shown));
    card.showHeader(payload);
    card.showNotes(made.notes);
    card.showNumbers(payload, { summary: made.summary, table: shown.table });
    transitions.replaceChildren(transitionTable(made));
    scaleChoice.root.hidden = made.price.atMs.length === 0;
    scaleChoice.show();
    watermark.set(payload.source === 'simulated' ? 'SIMULATED' : '', context.theme());
  }

  function draw(): void {
    if (!model) return;
    const theme = context.theme();
    const range = context.time.range();
    const column = model.price;
    const axis = valueAxis([column], range, scaleChoice.scale());
    const map = axis.maps[0] ?? Number;
    lines.set([{ column, map, colour: theme.foreground, widthPx: PRICE_PX, dash: [] }]);
    const { x, y } = model.axisTitles;
    chart.draw({
      theme,
      x: { title: x, range, underPx: band.underPx() },
      y: { title: scaledTitle(y, axis.scale), range: axis.range, ticks: axis.ticks },
    });
  }

  return {
    root: card.root,
    update: (next) => {
      payload = next;
      show();
    },
    // A regime is judged at a refresh, and that brings a new snapshot.
    takeNewest: () => false,
    extent: () => model?.xRange,
    draw,
    mark: (atMs) => chart.hover.mark(atMs),
    linesAt: (atMs) => model?.hover(atMs)?.lines ?? [],
    resize: () => {
      // The new ratio is one of the options.
      draw();
      chart.resize();
    },
    applyTheme: () => {
      show();
      draw();
    },
    dispose: () => chart.dispose(),
  };
}

function transitionTable({ transitions, head, caption }: RegimeTimelineModel): HTMLElement {
  if (transitions.length === 0) return element('p', {}, 'No regime was seen to follow upon another one yet.');
  const rows = transitions.map(([names = '', ...rest]) =>
    element('tr', {}, element('th', { scope: 'row' }, names), ...rest.map((text) => element('td', {}, text))),
  );
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows),
  );
}
