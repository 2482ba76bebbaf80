import type { TimeWindow } from '../../src/surfaces/protocol/messages.ts';
import type { Range } from './axis.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nearer than this nothing more is to be seen: bars are of five minutes. */
const LEAST_SPAN_MS = 15 * 60_000;
const STEP_SHARE = 0.1;
const ZOOM = 0.8;

/** A range to choose; without a span it is all that there is. */
export interface RangePreset {
  readonly id: string;
  readonly text: string;
  readonly spanMs?: number;
}

export const PRESETS: readonly RangePreset[] = [
  { id: '1h', text: '1 h', spanMs: HOUR_MS },
  { id: '4h', text: '4 h', spanMs: 4 * HOUR_MS },
  { id: '1d', text: '1 d', spanMs: DAY_MS },
  { id: '7d', text: '7 d', spanMs: 7 * DAY_MS },
  { id: '30d', text: '30 d', spanMs: 30 * DAY_MS },
  { id: '90d', text: '90 d', spanMs: 90 * DAY_MS },
  { id: '1y', text: '1 y', spanMs: 365 * DAY_MS },
  { id: 'all', text: 'All' },
];

const spanOf = ({ min, max }: Range): number => max - min;

/** Returns what a window shows of what there is, `extent`; a window that reaches beyond it is moved, a wider one cut. */
export function shownRange({ spanMs = Infinity, endMs = Infinity }: TimeWindow, extent: Range): Range {
  const span = Math.min(spanMs, spanOf(extent));
  const max = Math.max(extent.min + span, Math.min(endMs, extent.max));
  return { min: max - span, max };
}

/** Returns the window of a range: one that ends where the data ends goes on with it, one that holds all goes on holding all. */
export function windowOf(range: Range, extent: Range): TimeWindow {
  const span = Math.max(Math.min(LEAST_SPAN_MS, spanOf(extent)), spanOf(range));
  if (span >= spanOf(extent)) return {};
  const endMs = Math.max(range.max, extent.min + span);
  return endMs >= extent.max ? { spanMs: span } : { spanMs: span, endMs };
}

/** Returns the window that is `factor` times as wide, with the moment `aroundMs` where it was. */
export function zoomed(range: Range, extent: Range, factor: number, aroundMs: number): TimeWindow {
  const least = Math.min(LEAST_SPAN_MS, spanOf(extent));
  const span = Math.min(spanOf(extent), Math.max(least, spanOf(range) * factor));
  const share = (aroundMs - range.min) / spanOf(range);
  const min = Math.min(Math.max(extent.min, aroundMs - share * span), extent.max - span);
  return windowOf({ min, max: min + span }, extent);
}

/** Returns the window that is as wide and lies `byMs` later, as far as there is something. */
export function panned(range: Range, extent: Range, byMs: number): TimeWindow {
  const min = Math.min(Math.max(extent.min, range.min + byMs), extent.max - spanOf(range));
  return windowOf({ min, max: min + spanOf(range) }, extent);
}

/** Returns the window between two moments, whichever comes first. */
export function between(oneMs: number, otherMs: number, extent: Range): TimeWindow {
  const min = Math.max(extent.min, Math.min(oneMs, otherMs));
  return zoomed({ min, max: Math.min(extent.max, Math.max(oneMs, otherMs)) }, extent, 1, min);
}

/** Returns the window that a key asks for, undefined for a key that asks for none; zooms keep the moment `aroundMs`, the end where absent. */
export function keyWindow(
  key: string,
  range: Range,
  extent: Range,
  aroundMs = range.max,
): TimeWindow | undefined {
  const step = spanOf(range) * STEP_SHARE;
  switch (key) {
    case 'ArrowLeft':
      return panned(range, extent, -step);
    case 'ArrowRight':
      return panned(range, extent, step);
    case 'PageUp':
      return panned(range, extent, -spanOf(range));
    case 'PageDown':
      return panned(range, extent, spanOf(range));
    case 'Home':
      return panned(range, extent, -Infinity);
    case 'End':
      return panned(range, extent, Infinity);
    case '+':
    case '=':
      return zoomed(range, extent, ZOOM, aroundMs);
    case '-':
      return zoomed(range, extent, 1 / ZOOM, aroundMs);
    case '0':
      return {};
    default:
      return undefined;
  }
}

/** Returns whether a preset shows other than the next narrower one: there is more than that one holds. */
export function isPresetOffered({ id }: RangePreset, extent: Range): boolean {
  const at = PRESETS.findIndex((preset) => preset.id === id);
  const narrower = PRESETS[at - 1]?.spanMs;
  return id === 'all' || narrower === undefined || narrower < spanOf(extent);
}

/** Returns the preset that a window is, undefined where it is none of them. */
export function presetOf({ spanMs, endMs }: TimeWindow): RangePreset | undefined {
  return endMs === undefined ? PRESETS.find((preset) => preset.spanMs === spanMs) : undefined;
}

/** What a panel shows before anything else is asked for. */
const USUAL: TimeWindow = { spanMs: 7 * DAY_MS };

/** Returns the window that was kept, the usual one where none was, all where it cannot be read. */
export function keptWindow(kept: unknown): TimeWindow {
  if (kept === undefined) return USUAL;
  if (typeof kept !== 'object' || kept === null) return {};
  const { spanMs, endMs } = kept as Readonly<Record<string, unknown>>;
  if (typeof spanMs !== 'number' || !(spanMs > 0)) return {};
  return typeof endMs === 'number' && endMs > 0 ? { spanMs, endMs } : { spanMs };
}
