import type { TimeControl } from '../charts/timeGestures.ts';
import type { PanelViewState, TimeWindow } from '../../src/surfaces/protocol/messages.ts';
import type { Range } from '../models/axis.ts';
import { shownRange } from '../models/timeRange.ts';

/** A move is kept once it rests. */
const REST_MS = 200;
/** The newest moves the charts once it has moved by this share of what they show: less is not seen. */
const SEEN_SHARE = 1 / 1_000;

/** The one stretch of time that all charts of a panel show. */
export interface TimeAxis extends TimeControl {
  window(): TimeWindow;
  /** Whether there is something to show of any time. */
  isKnown(): boolean;
  /** Takes the stretch of time that there is something of, undefined where there is none. Returns whether another range is to be shown. */
  setExtent(extent: Range | undefined): boolean;
  dispose(): void;
}

/** Makes the axis; `onMove` is called in the next frame once for all that was asked until then. */
export function createTimeAxis(
  kept: TimeWindow,
  keep: (change: Partial<PanelViewState>) => void,
  onMove: () => void,
): TimeAxis {
  let window = kept;
  let extent: Range = { min: 0, max: 1 };
  let isKnown = false;
  let isDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const range = (): Range => shownRange(window, extent);
  const settle = (): void => {
    if (!isDue) return;
    isDue = false;
    onMove();
  };
  return {
    range,
    extent: () => extent,
    window: () => window,
    go: (next) => {
      window = next;
      clearTimeout(timer);
      timer = setTimeout(() => keep({ timeWindow: next }), REST_MS);
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(settle);
    },
    settle,
    isKnown: () => isKnown,
    setExtent: (next) => {
      isKnown = next !== undefined;
      if (!next) return false;
      const [before, wanted] = [range(), shownRange(window, next)];
      const seen = (wanted.max - wanted.min) * SEEN_SHARE;
      const isMoved = Math.abs(wanted.min - before.min) > seen || Math.abs(wanted.max - before.max) > seen;
      // At the newest the charts stay where they are until it is seen; elsewhere nothing moves by it.
      const isTaken = isMoved || window.endMs !== undefined;
      // How far back there is something moves nothing that is shown.
      extent = { min: next.min, max: isTaken ? next.max : extent.max };
      return isMoved;
    },
    dispose: () => clearTimeout(timer),
  };
}
