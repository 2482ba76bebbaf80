import type { DataSource } from '../../src/core/ids.ts';
import type { PanelItem } from '../../src/surfaces/protocol/payloads.ts';
import { createColourLegend } from '../charts/colourLegend.ts';
import type { HoverReader } from '../charts/hover.ts';
import { keptTable } from '../charts/keptTable.ts';
import { createRasterLayer } from '../charts/rasterLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { divergingTable } from '../models/palettes.ts';
import type { RowHeatmap } from '../models/rowGrid.ts';
import type { ChartCard } from './chartCard.ts';
import type { ViewContext } from './chartView.ts';
import { createTimeChart, type TimeChart } from './timeChart.ts';

const ROW_PX = 34;
const AXIS_PX = 78;
/** Lower than this the title of the value axis does not fit. */
const LEAST_PX = 230;

/** The picture of a heatmap of rows by time, coloured about zero, with its legend. */
export interface RowHeatmapView extends Pick<TimeChart, 'hover' | 'dispose'> {
  /** Cells and legend, in the colours of the theme; the picture comes with `draw`. */
  show(model: RowHeatmap, source: DataSource): void;
  draw(model: RowHeatmap): void;
  /** As `draw`, at the size and sharpness that the screen now asks for. */
  resize(model: RowHeatmap | undefined): void;
}

/** Makes it in a card; `read` says what is under the crosshair. */
export function createRowHeatmap(
  kind: PanelItem,
  card: ChartCard,
  context: ViewContext,
  read: HoverReader,
): RowHeatmapView {
  const layer = createRasterLayer();
  const watermark = createWatermark();
  const chart = createTimeChart(kind, card, context, [layer.plugin, watermark.plugin], read);
  const legend = createColourLegend();
  const tableOf = keptTable(divergingTable);
  card.legend.append(legend.root);

  function draw({ axisTitles, rowLabels, grid }: RowHeatmap): void {
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
    hover: chart.hover,
    dispose: () => chart.dispose(),
    show: ({ grid, legend: { title, labels } }, source) => {
      const theme = context.theme();
      const table = tableOf(theme);
      legend.show(title, labels, table);
      layer.paint(grid.raster, table, theme, true);
      watermark.set(source === 'simulated' ? 'SIMULATED' : '', theme);
      card.plot.style.height = `${Math.max(LEAST_PX, grid.raster.rows * ROW_PX + AXIS_PX)}px`;
    },
    draw,
    resize: (model) => {
      // The new ratio is one of the options.
      if (model) draw(model);
      chart.resize();
    },
  };
}
