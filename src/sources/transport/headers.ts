import type { IncomingHttpHeaders } from 'node:http';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import { parseRetryAfter } from './hostGate.ts';

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

/** Use by window in ms, as Binance reports it in headers such as `x-mbx-used-weight-1m`. */
export function* reportedUse(headers: IncomingHttpHeaders): Generator<[number, number]> {
  for (const name of Object.keys(headers)) {
    const [, count, unit = ''] = /^x-mbx-used-weight-(\d+)([smhd])$/.exec(name) ?? [];
    const unitMs = WINDOW_UNITS[unit];
    if (unitMs !== undefined) yield [Number(count) * unitMs, Number(headerText(headers, name))];
  }
}
