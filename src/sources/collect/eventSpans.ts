import { SECOND_MS } from '../../core/units.ts';
import type { EventPage } from '../exchanges/contract.ts';

/** A time of which every event is known; epoch ms, both ends inclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ends of a range are left out by a unit of its time, at most a second; see `askedBetween`. */
const EDGE_MS = SECOND_MS;

/**
 * Returns the time of which an answer holds every event, undefined where it proves none. An answer that may lack rows, or
 * whose reach nobody states, reaches back to its oldest row, whose millisecond may itself be cut in two; and only where
 * the newest rows come first, for else it may be the newest that are lacking. An answer with rows of another time than was
 * asked for is none to the question. `untilMs`: no later than that.
 */
export function spanOf(
  { rowTimesMs, isCut, asked, keptFromMs }: EventPage,
  untilMs: number,
): Span | undefined {
  const { fromMs: earliestMs = -Infinity, toMs: latestMs = Infinity } = asked;
  const isAsked = (atMs: number): boolean => atMs >= earliestMs - EDGE_MS && atMs <= latestMs + EDGE_MS;
  if (!rowTimesMs.every(isAsked)) return undefined;
  const toMs = Math.min(latestMs, untilMs);
  const fromMs = isCut ? afterOldest(rowTimesMs) : (asked.fromMs ?? allOf(rowTimesMs, keptFromMs));
  return fromMs === undefined || !(fromMs <= toMs) ? undefined : { fromMs, toMs };
}

/** A whole list without a range reaches as far back as the exchange keeps events. */
function allOf(times: readonly number[], keptFromMs: number | undefined): number | undefined {
  return keptFromMs === undefined
    ? afterOldest(times)
    : times.reduce((oldest, atMs) => Math.min(oldest, atMs), keptFromMs);
}

function afterOldest(times: readonly number[]): number | undefined {
  const oldest = times.at(-1);
  const isNewestFirst = times.every((atMs, index) => index === 0 || atMs <= (times[index - 1] ?? atMs));
  return oldest === undefined || !isNewestFirst ? undefined : oldest + 1;
}

/** Returns spans with another one, joined where they touch; ascending. */
export function withSpan(spans: readonly Span[], added: Span): Span[] {
  const joined: Span[] = [];
  for (const span of [...spans, added].sort((a, b) => a.fromMs - b.fromMs)) {
    const before = joined.at(-1);
    if (before === undefined || span.fromMs > before.toMs + 1) joined.push(span);
    else joined[joined.length - 1] = { fromMs: before.fromMs, toMs: Math.max(before.toMs, span.toMs) };
  }
  return joined;
}

/** Returns spans without what is before a time. */
export function since(spans: readonly Span[], fromMs: number): Span[] {
  return spans.flatMap((span) =>
    span.toMs < fromMs ? [] : [{ fromMs: Math.max(span.fromMs, fromMs), toMs: span.toMs }],
  );
}
