import type { FundingHeatmap } from '../../src/surfaces/protocol/payloads.ts';
import { chartOptions } from '../charts/axes.ts';
import { createColourLegend } from '../charts/colourLegend.ts';
import { attachHover } from '../charts/hover.ts';
import { createRasterLayer } from '../charts/rasterLayer.ts';
import { Chart } from '../charts/register.ts';
import type { LineChart } from '../charts/register.ts';
import { createWatermark } from '../charts/watermark.ts';
import { divergingTable } from '../models/colour.ts';
import type { FundingModel } from '../models/fundingHeatmap.ts';
import { fundingModel } from '../models/fundingHeatmap.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';

const ROW_PX = 34;
const AXIS_PX = 78;
/** Lower than this the title of the value axis does not fit. */
const LEAST_PX = 230;

/** Makes the funding heatmap: one row for each exchange, colour for the annualised rate. */
export function createFundingView(context: ViewContext): ChartView<FundingHeatmap> {
  const card = createChartCard('funding-heatmap', context);
  const layer = createRasterLayer();
  const watermark = createWatermark();
  const legend = createColourLegend();
  let payload: FundingHeatmap | undefined;
  let model: FundingModel | undefined;
  let chart: LineChart | undefined;

  card.legend.append(legend.root);
  const endHover = attachHover(
    card.plot,
    () => chart,
    (atMs, row) => model?.hover(atMs, row),
  );

  function render(): void {
    if (!payload || !model) return;
    const theme = context.theme();
    const { raster, axisTitles, rowLabels } = model;
    const table = divergingTable(theme.neutral);
    card.showHeader(payload);
    card.showNotes(model.notes);
    card.showNumbers(payload, model);
    legend.show(model.legend.title, model.legend.labels, table);
    layer.paint(raster, table, theme, true);
    watermark.set(payload.source === 'simulated' ? 'SIMULATED' : '', theme);
    card.plot.style.height = `${Math.max(LEAST_PX, raster.rows * ROW_PX + AXIS_PX)}px`;
    const options = chartOptions(
      theme,
      { title: axisTitles.x, range: raster.xRange },
      {
        title: axisTitles.y,
        range: raster.yRange,
        ticks: () => rowLabels.map((label, row) => ({ value: row + 0.5, label })),
        hasGrid: false,
      },
    );
    if (chart) {
      chart.options = options;
      chart.update('none');
    } else {
      chart = new Chart(card.canvas, {
        type: 'line',
        data: { datasets: [] },
        options,
        plugins: [layer.plugin, watermark.plugin],
      });
    }
  }

  return {
    root: card.root,
    update: (next) => {
      payload = next;
      model = fundingModel(next);
      render();
    },
    // Settled funding is history: nothing of it changes between two refreshes.
    takeNewest: () => undefined,
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
