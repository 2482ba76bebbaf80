import type { ExchangeId } from '../../../core/ids.ts';
import type { ExchangeReadings } from '../exchangeReadings.ts';
import type { MetricOrigin } from './metric.ts';

/** What exchanges state of one thing at present. */
export interface StatedNow {
  readonly values: readonly number[];
  readonly exchanges: readonly ExchangeId[];
  /** Time of the oldest of them; Infinity where there is none. */
  readonly oldestMs: number;
}

/** Returns the values that `valueOf` reads, of the exchanges that have one and say of when it is. */
export function statedNow(
  readings: readonly ExchangeReadings[],
  valueOf: (one: ExchangeReadings) => number | undefined,
  atMsOf: (one: ExchangeReadings) => number | undefined,
): StatedNow {
  const stated = readings.flatMap((one) => {
    const [value, atMs] = [valueOf(one), atMsOf(one)];
    return value === undefined || atMs === undefined ? [] : [{ exchange: one.exchange, value, atMs }];
  });
  return {
    values: stated.map(({ value }) => value),
    exchanges: stated.map(({ exchange }) => exchange),
    oldestMs: stated.reduce((oldest, { atMs }) => Math.min(oldest, atMs), Infinity),
  };
}

/** Returns the sum of what is stated; undefined where nothing is. */
export function sumNow({ values }: StatedNow): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/** Returns where a number that is made of all of them comes from. */
export function originNow({ exchanges, oldestMs }: StatedNow): MetricOrigin {
  return { sources: exchanges, newestMs: oldestMs };
}
