import type { FundingHeatmap } from '../../src/surfaces/protocol/payloads.ts';
import { createColourLegend } from '../charts/colourLegend.ts';
import { createRasterLayer } from '../charts/rasterLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { divergingTable } from '../models/colour.ts';
import type { FundingModel } from '../models/fundingHeatmap.ts';
import { fundingModel } from '../models/fundingHeatmap.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createTimeChart } from './timeChart.ts';

const ROW_PX = 34;
const AXIS_PX = 78;
/** Lower than this the title of the value axis does not fit. */
const LEAST_PX = 230;

/** Makes the funding heatmap: one row for each exchange, colour for the annualised rate. */
export function createFundingView(context: ViewContext): ChartView<FundingHeatmap> {
  const card = createChartCard('funding-heatmap', context);
  const layer = createRasterLayer();
  const watermark = createWatermark();
  const chart = createTimeChart(
    'funding-heatmap',
    card,
    context,
    [layer.plugin, watermark.plugin],
    (atMs, row) => model?.hover(atMs, row),
  );
  const legend = createColourLegend();
  let payload: FundingHeatmap | undefined;
  let model: FundingModel | undefined;
  /** Made anew with another neutral colour only: cells that keep their colours are not painted again. */
  let table: Uint32Array = new Uint32Array();
  let neutral = '';

  card.legend.append(legend.root);

  /** Words, numbers and cells; the picture comes with `draw`. */
  function show(): void {
    if (!payload || !model) return;
    const theme = context.theme();
    const { raster } = model.grid;
    if (theme.neutral.join() !== neutral) table = divergingTable(theme.neutral);
    neutral = theme.neutral.join();
    card.showHeader(payload);
    card.showNotes(model.notes);
    card.showNumbers(payload, model);
    legend.show(model.legend.title, model.legend.labels, table);
    layer.paint(raster, table, theme, true);
    watermark.set(payload.source === 'simulated' ? 'SIMULATED' : '', theme);
    card.plot.style.height = `${Math.max(LEAST_PX, raster.rows * ROW_PX + AXIS_PX)}px`;
  }

  function draw(): void {
    if (!model) return;
    const { axisTitles, rowLabels, grid } = model;
    chart.draw({
      theme: context.theme(),
      x: { title: axisTitles.x, range: context.time.range() },
      y: {
        title: axisTitles.y,
        range: grid.raster.yRange,
        ticks: () => rowLabels.map((label, row) => ({ value: row + 0.5, label })),
        hasGrid: false,
      },
    });
  }

  return {
    root: card.root,
    update: (next) => {
      payload = next;
      model = fundingModel(next, model);
      show();
    },
    // Settled funding is history: nothing of it changes between two refreshes.
    takeNewest: () => false,
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
