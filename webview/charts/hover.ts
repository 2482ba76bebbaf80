import type { HoverText } from '../models/chartText.ts';
import { element } from '../dom.ts';
import type { LineChart } from './register.ts';

const OFFSET_PX = 12;

/** What to show at a place in axis units; `atMs` snaps the vertical line to a time. */
export type HoverReader = (xValue: number, yValue: number) => (HoverText & { atMs?: number }) | undefined;

/**
 * Shows words and a vertical line under the pointer. Both are elements over the canvas, so moving the pointer does
 * not draw the chart again. The returned function ends it.
 */
export function attachHover(
  plot: HTMLElement,
  chart: () => LineChart | undefined,
  read: HoverReader,
): () => void {
  const line = element('div', { class: 'crosshair', 'aria-hidden': 'true', hidden: '' });
  const box = element('div', { class: 'hover', 'aria-hidden': 'true', hidden: '' });
  plot.append(line, box);

  function hide(): void {
    line.hidden = box.hidden = true;
  }

  function move(event: PointerEvent): void {
    const drawn = chart();
    const { x, y } = drawn?.scales ?? {};
    if (!drawn || !x || !y) return hide();
    const bounds = plot.getBoundingClientRect();
    const left = event.clientX - bounds.left;
    const top = event.clientY - bounds.top;
    const area = drawn.chartArea;
    const isInside = left >= area.left && left <= area.right && top >= area.top && top <= area.bottom;
    const text = isInside ? read(x.getValueForPixel(left) ?? NaN, y.getValueForPixel(top) ?? NaN) : undefined;
    if (!text) return hide();
    box.replaceChildren(
      element('strong', {}, text.title),
      ...text.lines.map((each) => element('div', {}, each)),
    );
    line.hidden = box.hidden = false;
    const lineLeft = text.atMs === undefined ? left : x.getPixelForValue(text.atMs);
    line.style.left = `${Math.round(lineLeft)}px`;
    line.style.top = `${area.top}px`;
    line.style.height = `${area.height}px`;
    const width = box.offsetWidth;
    const isLeftOfPointer = left + OFFSET_PX + width > bounds.width;
    box.style.left = `${Math.max(0, isLeftOfPointer ? left - OFFSET_PX - width : left + OFFSET_PX)}px`;
    box.style.top = `${Math.max(0, Math.min(top + OFFSET_PX, bounds.height - box.offsetHeight))}px`;
  }

  plot.addEventListener('pointermove', move);
  plot.addEventListener('pointerleave', hide);
  return () => {
    plot.removeEventListener('pointermove', move);
    plot.removeEventListener('pointerleave', hide);
    line.remove();
    box.remove();
  };
}
