import type { ExchangeId } from '../../core/ids.ts';
import type { Observation } from '../../core/observation.ts';
import { HOUR_MS } from '../../core/units.ts';

/** One value per hour, by the start of the hour in epoch ms. A missing hour is absent, never zero. */
export type HourlyValues = ReadonlyMap<number, number>;

/** Hourly values of several exchanges. */
export type HourlyByExchange = ReadonlyMap<ExchangeId, HourlyValues>;

/** Aligned sums over exchanges: `values[i]` belongs to the hour `firstHourMs + i h`; NaN = gap. */
export interface AlignedSum {
  readonly exchanges: readonly ExchangeId[];
  readonly firstHourMs: number;
  readonly values: Float64Array;
}

/** Returns the start of the hour that a time lies in. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / HOUR_MS) * HOUR_MS;
}

/**
 * Groups rows by exchange and hour. `value` gives a row's number, undefined leaves it out. Several instruments of one
 * exchange in the same hour are added up; a later receipt of the same instrument replaces the earlier one.
 */
export function hourlyByExchange<O extends Observation>(
  rows: readonly O[],
  value: (row: O) => number | undefined,
): HourlyByExchange {
  const perInstrument = new Map<string, { exchange: ExchangeId; hours: Map<number, number> }>();
  for (const row of rows) {
    const number = value(row);
    if (number === undefined || !Number.isFinite(number)) continue;
    const own = perInstrument.get(row.instrument) ?? {
      exchange: row.exchange,
      hours: new Map<number, number>(),
    };
    perInstrument.set(row.instrument, own);
    own.hours.set(hourOf(row.atMs), number);
  }
  const byExchange = new Map<ExchangeId, Map<number, number>>();
  for (const { exchange, hours } of perInstrument.values()) {
    const total = byExchange.get(exchange) ?? new Map<number, number>();
    byExchange.set(exchange, total);
    for (const [hour, number] of hours) total.set(hour, (total.get(hour) ?? 0) + number);
  }
  return byExchange;
}

/** Share of the hours since an exchange's first that may be missing; two may in any case. */
const MOST_HOLES = 0.05;

/**
 * Sums exchanges hour by hour over the `hours` hours that end with `endHourMs`. Only exchanges take part that have the
 * last hour, at least `minimumHours` in all and hardly a hole since their first (one with many would blank the sum), and an hour in which one of these is missing is a gap: a sum
 * over fewer exchanges would look like a fall. With another `stepMs` the values lie that far apart (days).
 */
export function alignedSum(
  byExchange: HourlyByExchange,
  endHourMs: number,
  hours: number,
  minimumHours: number,
  stepMs = HOUR_MS,
): AlignedSum | undefined {
  const firstHourMs = endHourMs - (hours - 1) * stepMs;
  const counted = [...byExchange].filter(([, values]) => {
    const within = [...values.keys()].filter((hour) => hour >= firstHourMs && hour <= endHourMs);
    const span = (endHourMs - within.reduce((a, b) => Math.min(a, b), endHourMs)) / stepMs + 1;
    return (
      values.has(endHourMs) &&
      within.length >= minimumHours &&
      span - within.length <= Math.max(2, MOST_HOLES * span)
    );
  });
  if (counted.length === 0) return undefined;
  const values = Float64Array.from({ length: hours }, (_, index) => {
    const hour = firstHourMs + index * stepMs;
    return counted.reduce((sum, [, own]) => sum + (own.get(hour) ?? Number.NaN), 0);
  });
  return { exchanges: counted.map(([exchange]) => exchange), firstHourMs, values };
}

/**
 * As `alignedSum` up to the newest hour. Some exchanges state an hour when it starts, others when it is over: where
 * one hour back counts more exchanges, the sum ends there.
 */
export function newestAlignedSum(
  byExchange: HourlyByExchange,
  nowMs: number,
  hours: number,
  minimumHours: number,
): AlignedSum | undefined {
  const newest = newestHour(byExchange, nowMs);
  if (newest === undefined) return undefined;
  const [latest, earlier] = [newest, newest - HOUR_MS].map((end) =>
    alignedSum(byExchange, end, hours, minimumHours),
  );
  return (earlier?.exchanges.length ?? 0) > (latest?.exchanges.length ?? 0) ? earlier : latest;
}

/** Returns the newest hour not after `nowMs` that any exchange has a value for. */
export function newestHour(byExchange: HourlyByExchange, nowMs: number): number | undefined {
  const hours = [...byExchange.values()]
    .flatMap((values) => [...values.keys()])
    .filter((hour) => hour <= nowMs);
  return hours.length === 0 ? undefined : hours.reduce((a, b) => Math.max(a, b));
}

/** Rolling sums over `width` hours; NaN where the window is not full or holds a gap. */
export function rollingSum(values: Float64Array, width: number): Float64Array {
  return values.map((_, index) => {
    if (index + 1 < width) return Number.NaN;
    let sum = 0;
    for (let offset = 0; offset < width; offset += 1) sum += values[index - offset] ?? Number.NaN;
    return sum;
  });
}

/** Differences to the value `width` hours before; NaN where either is missing. */
export function rollingDifference(values: Float64Array, width: number): Float64Array {
  return values.map((value, index) => value - (values[index - width] ?? Number.NaN));
}
