import type { LiquidationHeatmap, NewestNumbers } from '../../src/surfaces/protocol/payloads.ts';
import { createColourLegend } from '../charts/colourLegend.ts';
import { createLinesLayer } from '../charts/linesLayer.ts';
import { createRasterLayer } from '../charts/rasterLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { choice, element, setText } from '../dom.ts';
import { valueTicks } from '../models/axis.ts';
import { sequentialTable } from '../models/colour.ts';
import type { LiquidationModel } from '../models/liquidationHeatmap.ts';
import { liquidationModel, newestPriceText } from '../models/liquidationHeatmap.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createSwatch } from './swatch.ts';
import { createTimeChart } from './timeChart.ts';

/** The price line is white on black: it crosses cells of every colour in every theme. */
const PRICE_STROKES = [
  { colour: '#000000', widthPx: 4.5, dash: [] },
  { colour: '#ffffff', widthPx: 2, dash: [] },
];

/** Makes the liquidation heatmap: modelled levels by price and time, with the price over them. */
export function createLiquidationView(context: ViewContext): ChartView<LiquidationHeatmap> {
  const card = createChartCard('liquidation-heatmap', context);
  const layer = createRasterLayer();
  const lines = createLinesLayer();
  const watermark = createWatermark();
  const chart = createTimeChart(
    'liquidation-heatmap',
    card,
    context,
    [layer.plugin, lines.plugin, watermark.plugin],
    (atMs, priceQuote) => model?.hover(atMs, priceQuote),
  );
  const legend = createColourLegend();
  const table = sequentialTable();
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
  const priceKey = element('span', { class: 'legend-key' }, createSwatch(PRICE_STROKES).root, priceName);
  card.controls.append(scales.root);
  card.legend.append(legend.root, priceKey);

  /** The newest price is later than the last column: it stands in words, with its time, since pushes may end. */
  function showPrice(): void {
    if (!payload || !model) return;
    setText(priceName, `${model.priceLabel}${newestPriceText(newest?.price, payload.quoteAsset)}`);
  }

  /** Words, numbers and cells; the picture comes with `draw`. */
  function show(): void {
    if (!payload || !model) return;
    const theme = context.theme();
    scales.show(context.state().heatmapScale);
    card.showHeader(payload);
    card.showNotes(model.notes, model.assumptions);
    card.showNumbers(payload, model);
    legend.show(model.legend.title, model.legend.labels, table);
    showPrice();
    layer.paint(model.grid.raster, table, theme, false);
    watermark.set(payload.source === 'simulated' ? 'SIMULATED · MODELLED' : 'MODELLED', theme);
    const line = { column: model.price, map: (priceQuote: number) => priceQuote };
    lines.set(PRICE_STROKES.map((stroke) => ({ ...line, ...stroke })));
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
