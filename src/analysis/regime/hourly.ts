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
 * How the instruments of an exchange become one number an hour. Amounts add up (`sum`): coins, dollars, lots. Of a
 * price, a level or a ratio (`one`) a single instrument speaks for the exchange, the one with the most hours.
 */
export type Joining = 'sum' | 'one';

/** An instrument whose newest hour lies further back than this behind its exchange's newest has ended. */
const ENDED_MS = 2 * HOUR_MS;

/**
 * Returns the start of the hour that a row stands for. A bar is labelled with its start; a reading of the moment
 * belongs to the nearest hour, because a label means the state at that time, so that it is off by 30 min at most.
 */
export function labelOf(row: Observation): number {
  return isBar(row) ? hourOf(row.atMs) : hourOf(row.atMs + HOUR_MS / 2);
}

function isBar(row: Observation): boolean {
  return 'barMs' in row && row.barMs !== undefined;
}

/**
 * Groups rows by exchange and hour. `value` gives a row's number, undefined leaves it out. Of several rows of an
 * instrument for one hour the one nearest to its start counts, a later receipt of the same time before an earlier one.
 */
export function hourlyByExchange<O extends Observation>(
  rows: readonly O[],
  joining: Joining,
  value: (row: O) => number | undefined,
): HourlyByExchange {
  const numbered = rows.flatMap((row) => {
    const number = value(row);
    return number === undefined || !Number.isFinite(number) ? [] : [{ row, number }];
  });
  const byExchange = Map.groupBy(numbered, ({ row }) => row.exchange);
  return new Map(
    [...byExchange].map(([exchange, own]) => {
      const byInstrument = Map.groupBy(own, ({ row }) => row.instrument);
      const series = [...byInstrument].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rows]) => hoursOf(rows));
      return [exchange, joining === 'sum' ? sumOfInstruments(series) : speaker(series)];
    }),
  );
}

function hoursOf(rows: readonly { readonly row: Observation; readonly number: number }[]): HourlyValues {
  const hours = new Map<number, number>();
  const distances = new Map<number, number>();
  for (const { row, number } of rows) {
    const label = labelOf(row);
    const distance = isBar(row) ? 0 : Math.abs(row.atMs - label);
    if (distance > (distances.get(label) ?? Infinity)) continue;
    distances.set(label, distance);
    hours.set(label, number);
  }
  return hours;
}

const newestOf = (hours: HourlyValues): number => [...hours.keys()].reduce((a, b) => Math.max(a, b));

/** Sums instruments; an hour that one of them misses between its first and its end is no hour of the sum. */
function sumOfInstruments(series: readonly HourlyValues[]): HourlyValues {
  const [only] = series;
  if (only !== undefined && series.length === 1) return only;
  const spans = series.map((hours) => {
    const firstMs = [...hours.keys()].reduce((a, b) => Math.min(a, b));
    return { hours, firstMs, endMs: newestOf(hours) + ENDED_MS };
  });
  const labels = new Set(series.flatMap((hours) => [...hours.keys()]));
  const total = new Map<number, number>();
  for (const hour of labels) {
    const due = spans.filter(({ firstMs, endMs }) => hour >= firstMs && hour <= endMs);
    const numbers = due.flatMap(({ hours }) => hours.get(hour) ?? []);
    if (numbers.length === due.length)
      total.set(
        hour,
        numbers.reduce((sum, number) => sum + number, 0),
      );
  }
  return total;
}

/** The instrument that speaks for an exchange: of those that have not ended the one with the most hours. */
function speaker(series: readonly HourlyValues[]): HourlyValues {
  const newest = series.map(newestOf).reduce((a, b) => Math.max(a, b));
  const running = series.filter((hours) => newestOf(hours) >= newest - ENDED_MS);
  return running.reduce((a, b) => (b.size > a.size ? b : a));
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
