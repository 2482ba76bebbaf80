import type { LiquidationHeatmap, NewestNumbers } from '../../src/surfaces/protocol/payloads.ts';
import { createColourLegend } from '../charts/colourLegend.ts';
import { keptTable } from '../charts/keptTable.ts';
import { createLinesLayer, type Stroke } from '../charts/linesLayer.ts';
import { createRealisedLayer } from '../charts/realisedLayer.ts';
import { createRasterLayer } from '../charts/rasterLayer.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { createWatermark } from '../charts/watermark.ts';
import { button, choice, element, setText } from '../dom.ts';
import { valueTicks } from '../models/axis.ts';
import { sidesTable } from '../models/palettes.ts';
import type { LiquidationModel } from '../models/liquidationHeatmap.ts';
import { liquidationModel, newestPriceText } from '../models/liquidationHeatmap.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createSwatch } from './swatch.ts';
import { createTimeChart } from './timeChart.ts';

/** What was liquidated, among what the user switched off. */
const REALISED = 'realised';

/** What is said stays as it is while it is the same: replaced, it would be laid out and read again. */
function showList(list: HTMLElement, texts: readonly string[]): void {
  if ([...list.children].map(({ textContent }) => textContent).join('\n') === texts.join('\n')) return;
  list.replaceChildren(...texts.map((text) => element('li', {}, text)));
}

/** What is measured is white on black, for it crosses cells of every colour in every theme; where small cells have the theme's ground, in its ink. */
function measuredColours({ palette, background, foreground }: ChartTheme): {
  readonly edge: string;
  readonly ink: string;
} {
  const isOnGround = palette === 'high-contrast';
  return isOnGround ? { edge: background, ink: foreground } : { edge: '#000000', ink: '#ffffff' };
}

function priceStrokes(theme: ChartTheme): readonly Stroke[] {
  const { edge, ink } = measuredColours(theme);
  return [
    { colour: edge, widthPx: 4.5, dash: [] },
    { colour: ink, widthPx: 2, dash: [] },
  ];
}

/** Makes the liquidation heatmap: modelled levels by price and time, with the price over them. */
export function createLiquidationView(context: ViewContext): ChartView<LiquidationHeatmap> {
  const card = createChartCard('liquidation-heatmap', context);
  const layer = createRasterLayer();
  const lines = createLinesLayer();
  const marks = createRealisedLayer();
  const watermark = createWatermark();
  const chart = createTimeChart(
    'liquidation-heatmap',
    card,
    context,
    [layer.plugin, watermark.plugin, lines.plugin, marks.plugin],
    (atMs, priceQuote) => model?.hover(atMs, priceQuote),
  );
  const legend = createColourLegend();
  const tableOf = keptTable(sidesTable);
  let payload: LiquidationHeatmap | undefined;
  let model: LiquidationModel | undefined;
  let newest: NewestNumbers | undefined;

  const scales = choice(
    'Colour scale',
    [
      { value: 'log', text: 'Log' },
      { value: 'linear', text: 'Linear' },
    ],
    (heatmapScale) => {
      context.keep({ heatmapScale });
      rebuild();
      draw();
    },
  );
  const priceName = element('span', {});
  const priceSwatch = createSwatch();
  const priceKey = element('span', { class: 'legend-key' }, priceSwatch.root, priceName);
  card.controls.append(scales.root);
  const realised = button('', { class: 'legend-entry' }, () => {
    if (!payload?.realised) return;
    const { hiddenLines } = context.state();
    const others = hiddenLines.filter((id) => id !== REALISED);
    context.keep({ hiddenLines: others.length < hiddenLines.length ? others : [...others, REALISED] });
    showRealised();
    draw();
  });
  card.legend.append(legend.root, priceKey, element('span', {}, realised));
  const verdict = element('p', { class: 'verdict' });
  card.controls.before(verdict);
  const facts = element('p', {});
  const largest = element('ul', { class: 'notes', 'aria-label': 'Largest modelled levels' });
  card.legend.after(facts, largest);
  /** Remade where other exchanges can be chosen: replaced without need, it would lose the focus. */
  let whose: { readonly key: string; readonly made: ReturnType<typeof choice> } | undefined;

  function showChoice({ choices, shown }: LiquidationHeatmap): void {
    const options = [
      { value: 'aggregate', text: 'All' },
      ...choices.map(({ id, label }) => ({ value: id, text: label })),
    ];
    const key = options.map(({ value, text }) => `${value} ${text}`).join('\n');
    if (whose?.key !== key) {
      const made = choice('Levels of', options, (id) => {
        context.keep({ levelsOf: id === 'aggregate' ? '' : id });
        whose?.made.show(id);
        context.reload();
      });
      whose?.made.root.remove();
      card.controls.append(made.root);
      whose = { key, made };
    }
    whose.made.show(shown);
  }

  /** The newest price is later than the last column: it stands in words, with its time, since pushes may end. */
  function showPrice(): void {
    if (!payload || !model) return;
    setText(priceName, `${model.priceLabel}${newestPriceText(newest?.price, payload.quoteAsset)}`);
  }

  /** The marks of what was liquidated, unless they are switched off or there are none. */
  function showRealised(): void {
    if (!payload || !model) return;
    const isShown = payload.realised !== undefined && !context.state().hiddenLines.includes(REALISED);
    setText(realised, model.realised.label);
    realised.setAttribute('aria-pressed', String(isShown));
    realised.setAttribute('aria-disabled', String(payload.realised === undefined));
    marks.set(isShown ? model.realised.marks : [], measuredColours(context.theme()));
  }

  /** Words, numbers and cells; the picture comes with `draw`. */
  function show(): void {
    if (!payload || !model) return;
    const theme = context.theme();
    scales.show(context.state().heatmapScale);
    card.showHeader(payload);
    card.showNotes(model.notes, model.assumptions);
    card.showNumbers(payload, model);
    showChoice(payload);
    setText(verdict, model.score);
    verdict.classList.toggle('verdict-against', payload.score.verdict === 'not-above-placebo');
    setText(facts, model.facts);
    showList(largest, model.largest);
    const table = tableOf(theme);
    legend.show(model.legend.title, model.legend.labels, table);
    showPrice();
    showRealised();
    layer.paint(model.grid.raster, table, theme, false);
    watermark.set(model.mark, theme);
    const line = { column: model.price, map: (priceQuote: number) => priceQuote };
    const strokes = priceStrokes(theme);
    priceSwatch.show(strokes);
    lines.set(strokes.map((stroke) => ({ ...line, ...stroke })));
  }

  function draw(): void {
    if (!model) return;
    const { axisTitles, grid } = model;
    chart.draw({
      theme: context.theme(),
      x: { title: axisTitles.x, range: context.time.range() },
      y: { title: axisTitles.y, range: grid.raster.yRange, ticks: valueTicks, hasGrid: false },
    });
  }

  function rebuild(): void {
    if (payload) model = liquidationModel(payload, context.state().heatmapScale, model);
    show();
  }

  return {
    root: card.root,
    update: (next, read) => {
      payload = next;
      newest = read;
      rebuild();
    },
    takeNewest: (next) => {
      newest = next;
      showPrice();
      return false;
    },
    extent: () => model?.grid.raster.xRange,
    draw,
    mark: (atMs) => chart.hover.mark(atMs),
    linesAt: (atMs) => model?.linesAt(atMs) ?? [],
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
