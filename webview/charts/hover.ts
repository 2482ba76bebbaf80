import type { HoverText } from '../models/chartText.ts';
import { element } from '../dom.ts';
import type { AxesChart } from './register.ts';

const OFFSET_PX = 12;

type Shown = HoverText & { readonly atMs?: number };

/** What to show at a place in axis units, or at a time in what stands under the chart; `atMs` snaps the vertical line to a time. */
export type HoverReader = (xValue: number, yValue: number, isUnder: boolean) => Shown | undefined;

/** Words and a vertical line over a chart. */
export interface Hover {
  /** Shows words at a time, as the pointer would under the chart. */
  show(text: HoverText & { readonly atMs: number }): void;
  /** Shows the vertical line alone, for who reads another chart. */
  mark(atMs: number | undefined): void;
  hide(): void;
  dispose(): void;
}

/**
 * Shows words and a vertical line under the pointer, also over the `underPx` that a chart keeps free for what stands under
 * it. Both are elements over the canvas, so moving the pointer does not draw the chart again.
 */
export function attachHover(
  plot: HTMLElement,
  chart: () => AxesChart | undefined,
  read: HoverReader,
  underPx = () => 0,
  onPoint: (atMs: number | undefined) => void = () => undefined,
): Hover {
  const line = element('div', { class: 'crosshair', 'aria-hidden': 'true', hidden: '' });
  const box = element('div', { class: 'hover', 'aria-hidden': 'true', hidden: '' });
  plot.append(line, box);

  function hide(): void {
    line.hidden = box.hidden = true;
  }

  function drawLine(lineLeft: number): void {
    const { top = 0, height = 0, left = 0, right = 0 } = chart()?.chartArea ?? {};
    line.hidden = !(lineLeft >= left - 1 && lineLeft <= right + 1);
    line.style.left = `${Math.round(lineLeft)}px`;
    line.style.top = `${top}px`;
    line.style.height = `${height + underPx()}px`;
  }

  function leave(): void {
    hide();
    onPoint(undefined);
  }

  /** The box stands beside the pointer, or above what is under the chart. */
  function place(text: Shown, left: number, top: number | undefined): void {
    const { scales, chartArea: area } = chart() ?? {};
    const axis = scales?.['x'];
    if (!axis || !area) return hide();
    box.replaceChildren(
      element('strong', {}, text.title),
      ...text.lines.map((each) => element('div', {}, each)),
    );
    box.hidden = false;
    drawLine(text.atMs === undefined ? left : axis.getPixelForValue(text.atMs));
    const { width: plotWidth, height: plotHeight } = plot.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const isLeftOfPointer = left + OFFSET_PX + width > plotWidth;
    box.style.left = `${Math.max(0, isLeftOfPointer ? left - OFFSET_PX - width : left + OFFSET_PX)}px`;
    const wanted = top === undefined ? area.bottom - height : Math.min(top + OFFSET_PX, plotHeight - height);
    box.style.top = `${Math.max(0, wanted)}px`;
  }

  function move(event: PointerEvent): void {
    const drawn = chart();
    const { x, y } = drawn?.scales ?? {};
    if (!drawn || !x || !y) return leave();
    const bounds = plot.getBoundingClientRect();
    const left = event.clientX - bounds.left;
    const top = event.clientY - bounds.top;
    const area = drawn.chartArea;
    const isUnder = top > area.bottom;
    const isInside =
      left >= area.left && left <= area.right && top >= area.top && top <= area.bottom + underPx();
    const text = isInside
      ? read(x.getValueForPixel(left) ?? NaN, y.getValueForPixel(top) ?? NaN, isUnder)
      : undefined;
    if (!text) return leave();
    place(text, left, isUnder ? undefined : top);
    onPoint(text.atMs ?? x.getValueForPixel(left));
  }

  plot.addEventListener('pointermove', move);
  plot.addEventListener('pointerleave', leave);
  return {
    show: (text) => {
      const left = chart()?.scales['x']?.getPixelForValue(text.atMs);
      if (left !== undefined) place(text, left, undefined);
    },
    mark: (atMs) => {
      box.hidden = true;
      const at = atMs === undefined ? undefined : chart()?.scales['x']?.getPixelForValue(atMs);
      if (at === undefined) line.hidden = true;
      else drawLine(at);
    },
    hide,
    dispose: () => {
      plot.removeEventListener('pointermove', move);
      plot.removeEventListener('pointerleave', leave);
      line.remove();
      box.remove();
    },
  };
}
