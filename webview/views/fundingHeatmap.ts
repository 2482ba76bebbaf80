import type { FundingHeatmap } from '../../src/surfaces/protocol/payloads.ts';
import type { FundingModel } from '../models/fundingHeatmap.ts';
import { fundingModel } from '../models/fundingHeatmap.ts';
import { createChartCard } from './chartCard.ts';
import type { ChartView, ViewContext } from './chartView.ts';
import { createRowHeatmap } from './rowHeatmap.ts';

/** Makes the funding heatmap: one row for each exchange, colour for the annualised rate. */
export function createFundingView(context: ViewContext): ChartView<FundingHeatmap> {
  const card = createChartCard('funding-heatmap', context);
  const picture = createRowHeatmap('funding-heatmap', card, context, (atMs, row) => model?.hover(atMs, row));
  let payload: FundingHeatmap | undefined;
  let model: FundingModel | undefined;

  /** Words, numbers and cells; the picture comes with `draw`. */
  function show(): void {
    if (!payload || !model) return;
    card.showHeader(payload);
    card.showNotes(model.notes);
    card.showNumbers(payload, model);
    picture.show(model, payload.source);
  }

  function draw(): void {
    if (model) picture.draw(model);
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
    mark: (atMs) => picture.hover.mark(atMs),
    linesAt: (atMs) => model?.linesAt(atMs) ?? [],
    resize: () => picture.resize(model),
    applyTheme: () => {
      show();
      draw();
    },
    dispose: () => picture.dispose(),
  };
}
