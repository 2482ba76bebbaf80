import type { HeatmapId, HeatmapPayload } from '../../src/surfaces/protocol/heatmaps.ts';
import { choice } from '../dom.ts';
import { badgesOf } from '../models/chartText.ts';
import { HEATMAPS } from '../models/choices.ts';
import { heatmapCardModel, type HeatmapCardModel } from '../models/heatmapCard.ts';
import { createAsking, type AskingCard, type CardHost } from './asking.ts';
import { createChartCard } from './chartCard.ts';
import type { ViewContext } from './chartView.ts';
import { createRowHeatmap } from './rowHeatmap.ts';

/** Of narrower columns none is seen. */
const COLUMNS_PER_PX = 1;

/** Makes a heatmap card. */
export function createHeatmapCard(id: HeatmapId, context: ViewContext, host: CardHost): AskingCard {
  const frame = createChartCard(id, context);
  const picture = createRowHeatmap(id, frame, context, (atMs, row) => {
    const read = model?.hover(atMs, row);
    const { min, max } = context.time.range();
    // A column that began before the time shown is read at its left edge.
    return read && { ...read, atMs: Math.max(min, Math.min(max, read.atMs)) };
  });
  const asking = createAsking(id, frame.plot, context, host, (wish, signal) => host.askHeatmap(wish, signal), taken, COLUMNS_PER_PX); // prettier-ignore
  let model: HeatmapCardModel | undefined;
  let shown: { readonly payload: HeatmapPayload; readonly scale: 'linear' | 'log' } | undefined;

  const scale = (): 'linear' | 'log' => (context.state().valueScales[id] === 'log' ? 'log' : 'linear');
  const scales = choice<'linear' | 'log'>(
    'Colour scale',
    [
      { value: 'linear', text: 'Linear' },
      { value: 'log', text: 'Log' },
    ],
    (value) => {
      context.keep({ valueScales: { ...context.state().valueScales, [id]: value } });
      taken();
    },
  );
  frame.controls.append(scales.root);

  /** The words, the legend and the numbers; the picture comes with `draw`. */
  function show(): void {
    scales.show(scale());
    const [payload, problems] = [asking.held(), asking.problems()];
    if (payload === undefined)
      return frame.showNotes(problems.length === 0 ? [`Loading ${HEATMAPS[id].title}…`] : problems);
    if (model === undefined || shown?.payload !== payload || shown.scale !== scale()) {
      shown = { payload, scale: scale() };
      model = heatmapCardModel(payload, scale(), model);
    }
    frame.showHead(model.head, badgesOf({ source: payload.source }));
    frame.showNotes([...problems, ...model.notes]);
    frame.showNumbers(payload, model);
    picture.show(model, payload.source);
  }

  function drawHeld(): void {
    if (model) picture.draw(model);
  }

  function taken(): void {
    show();
    drawHeld();
  }

  return {
    root: frame.root,
    controls: frame.controls,
    update: () => {
      if (asking.renew()) model = undefined;
      show();
    },
    draw: () => {
      asking.soon();
      drawHeld();
    },
    mark: (atMs) => picture.hover.mark(atMs),
    linesAt: (atMs) => model?.linesAt(atMs) ?? [],
    resize: () => {
      asking.soon();
      picture.resize(model);
    },
    applyTheme: taken,
    dispose: () => {
      asking.dispose();
      picture.dispose();
      frame.root.remove();
    },
  };
}
