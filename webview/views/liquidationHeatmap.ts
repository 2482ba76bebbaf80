import type { ChartDataset } from 'chart.js';
import type { LiquidationHeatmap, NewestNumbers } from '../../src/surfaces/protocol/payloads.ts';
import { chartOptions } from '../charts/axes.ts';
import { createColourLegend } from '../charts/colourLegend.ts';
import { attachHover } from '../charts/hover.ts';
import { createRasterLayer } from '../charts/rasterLayer.ts';
import { Chart } from '../charts/register.ts';
import type { LineChart } from '../charts/register.ts';
import { createWatermark } from '../charts/watermark.ts';
import { choice, element, setText } from '../dom.ts';
import { valueTicks } from '../models/axis.ts';
import { sequentialTable } from '../models/colour.ts';
import type { LiquidationModel } from '../models/liquidationHeatmap.ts';
import { liquidationModel, newestPriceText } from '../models/liquidationHeatmap.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';

/** The price line is white on black: it crosses cells of every colour in every theme. */
const PRICE_COLOUR = '#ffffff';
const PRICE_EDGE = '#000000';
const PRICE_PX = 2;
const EDGE_PX = 4.5;

/** Makes the liquidation heatmap: modelled levels by price and time, with the price over them. */
export function createLiquidationView(context: ViewContext): ChartView<LiquidationHeatmap> {
  const card = createChartCard('liquidation-heatmap', context);
  const layer = createRasterLayer();
  const watermark = createWatermark();
  const legend = createColourLegend();
  const table = sequentialTable();
  let payload: LiquidationHeatmap | undefined;
  let model: LiquidationModel | undefined;
  let newest: NewestNumbers | undefined;
  let chart: LineChart | undefined;

  const scales = choice(
    'Colour scale',
    [
      { value: 'log', text: 'Log' },
      { value: 'linear', text: 'Linear' },
    ],
    (heatmapScale) => {
      context.keep({ heatmapScale });
      rebuild();
    },
  );
  const priceName = element('span', {});
  const priceKey = element(
    'span',
    { class: 'legend-key' },
    element('span', { class: 'swatch swatch-price', 'aria-hidden': 'true' }),
    priceName,
  );
  card.controls.append(scales.root);
  card.legend.append(legend.root, priceKey);
  const endHover = attachHover(
    card.plot,
    () => chart,
    (atMs, priceQuote) => model?.hover(atMs, priceQuote),
  );

  function priceLine(
    widthPx: number,
    colour: string,
    order: number,
  ): ChartDataset<'line', { x: number; y: number }[]> {
    return {
      data: (model?.pricePoints ?? []) as { x: number; y: number }[],
      parsing: false,
      normalized: true,
      spanGaps: false,
      borderColor: colour,
      borderWidth: widthPx,
      pointRadius: 0,
      order,
    };
  }

  /** The newest price is later than the last column: it stands in words, with its time, since pushes may end. */
  function showPrice(): void {
    if (!payload || !model) return;
    setText(priceName, `${model.priceLabel}${newestPriceText(newest?.price, payload.quoteAsset)}`);
  }

  function render(): void {
    if (!payload || !model) return;
    const theme = context.theme();
    const { raster, axisTitles } = model;
    scales.show(context.state().heatmapScale);
    card.showHeader(payload);
    card.showNotes(model.notes, model.assumptions);
    card.showNumbers(payload, model);
    legend.show(model.legend.title, model.legend.labels, table);
    showPrice();
    layer.paint(raster, table, theme, false);
    watermark.set(payload.source === 'simulated' ? 'SIMULATED · MODELLED' : 'MODELLED', theme);
    const options = chartOptions(
      theme,
      { title: axisTitles.x, range: raster.xRange },
      { title: axisTitles.y, range: raster.yRange, ticks: valueTicks, hasGrid: false },
    );
    const datasets = [priceLine(PRICE_PX, PRICE_COLOUR, 0), priceLine(EDGE_PX, PRICE_EDGE, 1)];
    if (chart) {
      chart.options = options;
      chart.data.datasets = datasets;
      chart.update('none');
    } else {
      chart = new Chart(card.canvas, {
        type: 'line',
        data: { datasets },
        options,
        plugins: [layer.plugin, watermark.plugin],
      });
    }
  }

  function rebuild(): void {
    if (payload) model = liquidationModel(payload, context.state().heatmapScale);
    render();
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
    },
    resize: () => {
      // The new ratio is one of the options.
      render();
      chart?.resize();
    },
    applyTheme: render,
    dispose: () => {
      endHover();
      chart?.destroy();
    },
  };
}
