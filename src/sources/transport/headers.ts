import type { IncomingHttpHeaders } from 'node:http';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { httpDate, parseRetryAfter } from './pauseLength.ts';

const WINDOW_UNITS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** Returns a header's text; several values are joined. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Returns the pause that the answer asks for, in ms, if it asks for one. */
export function retryAfter(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  return parseRetryAfter(headerText(headers, 'retry-after'), headerText(headers, 'date'), nowMs);
}

/** No exchange serves an answer that is older; such a date is a server without a clock. */
const FIRST_POSSIBLE_MS = Date.UTC(2020, 0, 1);

/**
 * Returns when the server says that it answered, epoch ms in whole seconds; undefined where it does not say, says
 * something absurd, or a cache answered in its place (`age`), whose date is that of an earlier answer.
 */
export function serverDate(headers: IncomingHttpHeaders): number | undefined {
  const age = headerText(headers, 'age')?.trim() ?? '0';
  const dateMs = httpDate(headerText(headers, 'date')?.trim() ?? '');
  return age !== '0' || dateMs === undefined || dateMs < FIRST_POSSIBLE_MS ? undefined : dateMs;
}

/** Use by window in ms, as Binance reports it in headers such as `x-mbx-used-weight-1m`. */
export function* reportedUse(headers: IncomingHttpHeaders): Generator<[number, number]> {
  for (const name of Object.keys(headers)) {
    const [, count, unit = ''] = /^x-mbx-used-weight-(\d+)([smhd])$/.exec(name) ?? [];
    const unitMs = WINDOW_UNITS[unit];
    if (unitMs !== undefined) yield [Number(count) * unitMs, Number(headerText(headers, name))];
  }
}
