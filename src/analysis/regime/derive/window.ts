import type { ExchangeId } from '../../../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../../../core/units.ts';
import { zScore, type ZScore } from '../../metrics/statistics.ts';
import { newestAlignedSum, newestHour, type AlignedSum, type HourlyByExchange } from '../hourly.ts';

/** Returns, changes and the present are read over these windows. */
export const RETURN_WINDOW_HOURS = 72;
export const FLOW_WINDOW_HOURS = 24;
/** z-scores and percentiles compare with this much history before; half of it must be there. */
export const BASELINE_HOURS = 168;
/** The percentile of open interest compares with this many days. */
export const PERCENTILE_DAYS = 30;
/** A record is only called one where at least this much history is known. */
export const RECORD_MIN_MS = 7 * DAY_MS;
/** What is further back does not speak of now; an hour and its delay leave room. */
export const FRESH_HOURS = 4;

export const SPAN_HOURS = FLOW_WINDOW_HOURS + BASELINE_HOURS;
export const MINIMUM_HOURS = FLOW_WINDOW_HOURS + BASELINE_HOURS / 2;

/** The newest value; NaN when there is none. */
export const last = (values: Float64Array): number => values[values.length - 1] ?? Number.NaN;
/** Hours in milliseconds. */
export const windowMs = (hours: number): number => hours * HOUR_MS;

/** z of the newest value against the week before it. */
export function baselineZ(values: Float64Array): ZScore | undefined {
  return zScore(values.slice(-BASELINE_HOURS - 1, -1), last(values), { windowPoints: BASELINE_HOURS });
}

/** The newest hour, unless it is too old to speak of now. */
export function freshHour(byExchange: HourlyByExchange, nowMs: number): number | undefined {
  const newest = newestHour(byExchange, nowMs);
  return newest === undefined || nowMs - newest > windowMs(FRESH_HOURS) ? undefined : newest;
}

/** The exchanges whose own newest hour is recent enough, with their hours up to now: a reading may belong to the hour to come. */
export function freshOnly(byExchange: HourlyByExchange, nowMs: number): HourlyByExchange {
  const begun = [...byExchange].map(
    ([exchange, hours]) => [exchange, new Map([...hours].filter(([hour]) => hour <= nowMs))] as const,
  );
  return new Map(begun.filter((entry) => freshHour(new Map([entry]), nowMs) !== undefined));
}

/** The sum over exchanges for the flow window and its baseline; nothing when its newest hour is too old. */
export function sumOver(byExchange: HourlyByExchange, nowMs: number): AlignedSum | undefined {
  if (freshHour(byExchange, nowMs) === undefined) return undefined;
  return newestAlignedSum(byExchange, nowMs, SPAN_HOURS, MINIMUM_HOURS);
}

/** The origin of a sum of bars, which are complete at their end. */
export function originOf(sum: AlignedSum): { sources: readonly ExchangeId[]; newestMs: number } {
  return { sources: sum.exchanges, newestMs: sum.firstHourMs + sum.values.length * HOUR_MS };
}

/** The origin of a sum of readings, such as open interest and depth, which are of the moment at their label. */
export function originOfReadings(sum: AlignedSum): { sources: readonly ExchangeId[]; newestMs: number } {
  const bars = originOf(sum);
  return { ...bars, newestMs: bars.newestMs - HOUR_MS };
}
