import type { CardId, CardPayload, CardWish } from '../../src/surfaces/protocol/cards.ts';
import { createLinesLayer } from '../charts/linesLayer.ts';
import { createWatermark } from '../charts/watermark.ts';
import { choice } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { cardModel, type CardModel } from '../models/cardLines.ts';
import { CARDS } from '../models/cards.ts';
import { isEnough, wishFor, type HeldLines } from '../models/cardWish.ts';
import { badgesOf } from '../models/chartText.ts';
import { scaledTitle, valueAxis } from '../models/valueAxis.ts';
import { createChartCard } from './chartCard.ts';
import type { ViewContext } from './chartView.ts';
import { createLineLegend, linesUpwards, strokeOf } from './lineLegend.ts';
import { createScaleChoice } from './scaleChoice.ts';
import { createTimeChart } from './timeChart.ts';

/** A move through time is asked about once it rests. */
const REST_MS = 120;
/** Before the page is laid out. */
const USUAL_PX = 800;
/** Longer ids of lines are not kept over a reload. */
const MOST_ID = 60;

/** What a card needs of the panel that shows it. */
export interface CardHost {
  asset(): string;
  nowMs(): number;
  ask(wish: CardWish, signal: AbortSignal): Promise<CardPayload>;
}

/** A card of lines over any time. It asks for what it shows, and again where the time or the width asks for other lines. */
export interface LineCard {
  readonly root: HTMLElement;
  /** Where what changes the place of the card stands. */
  readonly controls: HTMLElement;
  /** Something may be newer, or of another asset. */
  update(): void;
  draw(): void;
  mark(atMs: number | undefined): void;
  linesAt(atMs: number): readonly string[];
  resize(): void;
  applyTheme(): void;
  dispose(): void;
}

/** Makes a card. */
export function createLineCard(id: CardId, context: ViewContext, host: CardHost): LineCard {
  const frame = createChartCard(id, context);
  const lines = createLinesLayer();
  const watermark = createWatermark();
  const { form, canSumUp, title } = CARDS[id];
  let held: HeldLines | undefined;
  let model: CardModel | undefined;
  let asking: { readonly wish: CardWish; readonly over: AbortController } | undefined;
  let failed: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isSummedUp = (): boolean => canSumUp === true && context.state().summedUp.includes(id);
  const scaleChoice = createScaleChoice(id, context, draw);
  const sums = choice<'each' | 'sum'>(
    'Values',
    [
      { value: 'each', text: 'Each step' },
      { value: 'sum', text: 'Summed up' },
    ],
    (value) => {
      const others = context.state().summedUp.filter((one) => one !== id);
      context.keep({ summedUp: value === 'sum' ? [...others, id] : others });
      show();
      draw();
    },
  );
  scaleChoice.root.hidden = form === 'bars';
  sums.root.hidden = canSumUp !== true;
  frame.controls.append(scaleChoice.root, sums.root);
  const legend = createLineLegend(frame.legend, (line) => {
    const key = keyOf(line);
    const hidden = new Set(context.state().hiddenLines);
    if (!hidden.delete(key)) hidden.add(key);
    context.keep({ hiddenLines: [...hidden] });
    show();
    draw();
  });
  const chart = createTimeChart(id, frame, context, [lines.plugin, watermark.plugin], (atMs) =>
    model?.hover(atMs),
  );
  const keyOf = (line: string): string => `${id} ${line}`.slice(0, MOST_ID);

  function ask(): void {
    const [range, nowMs] = [context.time.range(), host.nowMs()];
    const wish = wishFor({ card: id, asset: host.asset() }, range, frame.plot.clientWidth || USUAL_PX, nowMs);
    if (isEnough(held, wish, range, nowMs) || JSON.stringify(wish) === JSON.stringify(asking?.wish)) return;
    asking?.over.abort();
    const over = new AbortController();
    asking = { wish, over };
    host.ask(wish, over.signal).then(
      (payload) => take(over, { wish, payload }, undefined),
      (error: unknown) => take(over, held, error instanceof Error ? error.message : String(error)),
    );
  }

  function take({ signal }: AbortController, next: HeldLines | undefined, problem: string | undefined): void {
    if (signal.aborted) return;
    asking = undefined;
    held = next;
    failed = problem;
    show();
    drawHeld();
  }

  /** The words, the legend and the numbers; the picture comes with `draw`. */
  function show(): void {
    scaleChoice.show();
    sums.show(isSummedUp() ? 'sum' : 'each');
    const problems = failed === undefined ? [] : [`Not read: ${failed}.`];
    if (held === undefined) return frame.showNotes(problems.length === 0 ? [`Loading ${title}…`] : problems);
    const { payload } = held;
    const kept = context.state().hiddenLines;
    const hidden = new Set(
      payload.lines.map(({ label }) => label).filter((line) => kept.includes(keyOf(line))),
    );
    model = cardModel(payload, { hidden, isSummedUp: isSummedUp() });
    frame.showHead(model.head, badgesOf(payload));
    frame.showNotes([...problems, ...model.notes]);
    frame.showNumbers(payload, model);
    legend.show(model.lines, context.theme());
    watermark.set(payload.source === 'simulated' ? 'SIMULATED' : '', context.theme());
  }

  function draw(): void {
    clearTimeout(timer);
    timer = setTimeout(ask, REST_MS);
    drawHeld();
  }

  function drawHeld(): void {
    if (!model) return;
    const theme = context.theme();
    const range = context.time.range();
    const upwards = linesUpwards(model.lines);
    const columns = upwards.map(({ column }) => column);
    // What flows is measured from zero.
    const axis = valueAxis(form === 'bars' ? [...columns, zeroAt(range)] : columns, range, form === 'bars' ? 'linear' : scaleChoice.scale());
    lines.set(upwards.map((line, at) => ({ column: line.column, map: axis.maps[at] ?? Number, ...strokeOf(line, theme) })));
    const { x, y } = model.axisTitles;
    chart.draw({
      theme,
      x: { title: x, range },
      y: { title: scaledTitle(y, axis.scale), range: axis.range, ticks: axis.ticks },
    });
  } // prettier-ignore

  return {
    root: frame.root,
    controls: frame.controls,
    update: () => {
      if (held !== undefined && held.wish.asset !== host.asset()) {
        held = model = undefined;
        legend.show([], context.theme());
      }
      failed = undefined;
      show();
      ask();
    },
    draw,
    mark: (atMs) => chart.hover.mark(atMs),
    linesAt: (atMs) => (model?.hover(atMs)?.lines ?? []).slice(0, 1).map((line) => `${title}, ${line}`),
    resize: () => {
      draw();
      chart.resize();
    },
    applyTheme: () => {
      show();
      draw();
    },
    dispose: () => {
      clearTimeout(timer);
      asking?.over.abort();
      chart.dispose();
      frame.root.remove();
    },
  };
}

const zeroAt = ({ min }: Range): { atMs: Float64Array; values: Float64Array } => ({
  atMs: Float64Array.of(min),
  values: Float64Array.of(0),
});
