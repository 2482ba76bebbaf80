import type { TimeWindow } from '../../src/surfaces/protocol/messages.ts';
import { element } from '../dom.ts';
import type { Range } from '../models/axis.ts';
import { between, keyWindow, panned, zoomed } from '../models/timeRange.ts';
import type { AxesChart } from './register.ts';

/** Further than this a pressed pointer drags: less is a click. */
const DRAG_PX = 3;
const LINE_PX = 16;
/** How much a pixel of the wheel zooms. */
const ZOOM_PER_PX = 0.0015;

/** The stretch of time that is shown, and a way to ask for another one. */
export interface TimeControl {
  range(): Range;
  extent(): Range;
  go(window: TimeWindow): void;
  /** Draws now what was asked for and waits for the next frame, before something is read from the charts. */
  settle(): void;
}

/** What keys do beside moving through time. */
export interface KeyActions {
  /** The next or the previous moment under the crosshair. */
  step(direction: -1 | 1): void;
  /** The range was moved by a key. */
  moved(): void;
}

/**
 * Lets a plot move through time: drag, pinch and horizontal wheel, wheel with Ctrl held (or after a click into the plot) to
 * zoom, Shift and drag to mark a stretch, double-click for all of it, and keys. The returned function ends it.
 */
export function attachTimeGestures(
  plot: HTMLElement,
  chart: () => AxesChart | undefined,
  control: TimeControl,
  actions: KeyActions,
): () => void {
  const brush = element('div', { class: 'brush', hidden: '' });
  plot.append(brush);
  /** Where each pressed pointer is, CSS pixels of the plot. */
  const pressed = new Map<number, number>();
  let start: { range: Range; at: readonly number[]; isBrush: boolean } | undefined;
  let isDragging = false;

  const across = (event: MouseEvent): number => event.clientX - plot.getBoundingClientRect().left;
  const area = (): { left: number; right: number; top: number; bottom: number } =>
    chart()?.chartArea ?? { left: 0, right: 1, top: 0, bottom: 0 };
  const msPerPx = ({ min, max }: Range): number => (max - min) / Math.max(1, area().right - area().left);
  const timeAt = (px: number, range: Range): number => range.min + (px - area().left) * msPerPx(range);

  function begin(isBrush: boolean): void {
    start = pressed.size === 0 ? undefined : { range: control.range(), at: [...pressed.values()], isBrush };
    isDragging = false;
    brush.hidden = true;
  }

  function onDown(event: PointerEvent): void {
    const { left, right } = area();
    const isInside = across(event) >= left && across(event) <= right;
    if (event.button !== 0 || !isInside || (event.target as Element).closest('[role=slider]')) return;
    pressed.set(event.pointerId, across(event));
    begin(event.shiftKey && pressed.size === 1);
  }

  function onMove(event: PointerEvent): void {
    if (!start || !pressed.has(event.pointerId)) return;
    pressed.set(event.pointerId, across(event));
    const { range, at, isBrush } = start;
    const [first = 0, second] = [...pressed.values()];
    const [firstAt = 0, secondAt] = at;
    if (!isDragging && second === undefined && Math.abs(first - firstAt) < DRAG_PX) return;
    if (!isDragging) plot.setPointerCapture(event.pointerId);
    isDragging = true;
    if (second !== undefined && secondAt !== undefined) {
      const factor = Math.abs(firstAt - secondAt) / Math.max(1, Math.abs(first - second));
      const middleMs = timeAt((firstAt + secondAt) / 2, range);
      control.go(zoomed(range, control.extent(), factor, middleMs));
    } else if (isBrush) markBetween(firstAt, first);
    else control.go(panned(range, control.extent(), (firstAt - first) * msPerPx(range)));
  }

  function markBetween(one: number, other: number): void {
    const { left, right, top, bottom } = area();
    const [from, to] = [Math.max(left, Math.min(one, other)), Math.min(right, Math.max(one, other))];
    brush.hidden = false;
    Object.assign(brush.style, { left: `${from}px`, width: `${to - from}px`, top: `${top}px`, height: `${bottom - top}px` }); // prettier-ignore
  }

  function onUp(event: PointerEvent): void {
    if (!pressed.delete(event.pointerId)) return;
    if (start?.isBrush && isDragging && event.type === 'pointerup') {
      const { range, at } = start;
      control.go(between(timeAt(at[0] ?? 0, range), timeAt(across(event), range), control.extent()));
    }
    begin(false);
  }

  function onWheel(event: WheelEvent): void {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const range = control.range();
    const isZoom = event.ctrlKey || event.metaKey;
    if (!isZoom && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
      const px = (event.deltaX === 0 ? event.deltaY : event.deltaX) * unit;
      control.go(panned(range, control.extent(), px * msPerPx(range)));
    } else if (isZoom || document.activeElement === plot) {
      const factor = Math.exp(event.deltaY * unit * ZOOM_PER_PX);
      control.go(zoomed(range, control.extent(), factor, timeAt(across(event), range)));
    } else return; // The page scrolls.
    event.preventDefault();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.target !== plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, shiftKey } = event;
    const isStep = shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight');
    const next = isStep ? undefined : keyWindow(key, control.range(), control.extent());
    if (!isStep && !next) return;
    event.preventDefault();
    if (next) {
      control.go(next);
      actions.moved();
    } else actions.step(key === 'ArrowLeft' ? -1 : 1);
  }

  const onDouble = (event: MouseEvent): void => {
    if (!(event.target as Element).closest('[role=slider]')) control.go({});
  };
  const listening = new AbortController();
  const { signal } = listening;
  plot.addEventListener('pointerdown', onDown, { signal });
  plot.addEventListener('pointermove', onMove, { signal });
  plot.addEventListener('pointerup', onUp, { signal });
  plot.addEventListener('pointercancel', onUp, { signal });
  plot.addEventListener('wheel', onWheel, { signal, passive: false });
  plot.addEventListener('dblclick', onDouble, { signal });
  plot.addEventListener('keydown', onKey, { signal });
  return () => {
    listening.abort();
    brush.remove();
  };
}
