import { isImported, type Asset, type ExchangeId } from '../core/ids.ts';
import type { Resolution } from '../core/keepMonths.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { KeepNote } from './keepNote.ts';
import { barMsOf } from './stepWays.ts';

/** Before which event time (epoch ms) which rows are deleted; of what is absent none is. */
export type PruneBefore = Readonly<Partial<Record<Resolution, number>>>;

interface OfSeries {
  readonly kind: string;
  readonly facet: string;
  readonly exchange: ExchangeId;
  readonly baseAsset: Asset;
}

/** A stretch of event time, epoch ms, `toMs` exclusive. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Returns the times of which rows of a series are deleted: what is older than stated and protected by no note. Of what the user
 * imported there is none, since no exchange would give it again.
 */
export function outdated(
  { kind, facet, exchange, baseAsset }: OfSeries,
  before: PruneBefore,
  notes: readonly KeepNote[],
): Stretch[] {
  const barMs = barMsOf(kind, facet) ?? (facet === 'settled' ? HOUR_MS : 0);
  const ofBars = barMs < 5 * MINUTE_MS ? 'live' : barMs < HOUR_MS ? 'fiveMinutes' : barMs < DAY_MS ? 'hourly' : 'daily'; // prettier-ignore
  const beforeMs = isImported(exchange) ? -Infinity : (before[ofBars] ?? -Infinity);
  return notes
    .filter((note) => note.kind === kind && note.asset === baseAsset)
    .reduce<Stretch[]>(
      (all, note) =>
        all.flatMap(({ fromMs, toMs }) => [
          { fromMs, toMs: Math.min(toMs, note.fromMs) },
          { fromMs: Math.max(fromMs, note.toMs), toMs },
        ]),
      [{ fromMs: -Infinity, toMs: beforeMs }],
    )
    .filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** Whether a time lies in one of some stretches. */
export function isIn(stretches: readonly Stretch[], atMs: number): boolean {
  return stretches.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
}

/** Returns before which time gaps are deleted: they say why rows are missing for as long as any rows are kept. */
export function gapsBefore(
  { live, fiveMinutes, hourly, daily }: PruneBefore,
  notes: readonly KeepNote[],
): number {
  const limits = [live, fiveMinutes, hourly, daily].map((beforeMs = -Infinity) => beforeMs);
  return Math.min(...limits, ...notes.map(({ fromMs }) => fromMs));
}
