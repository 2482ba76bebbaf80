import { PerpscopeError } from '../../core/errors.ts';
import { quoted } from '../../core/outsideText.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';

const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z?)?$/;

/** Reads a moment: a UTC date, a date with a time, or ms since 1970; returns epoch ms. Errors: `usage`, naming the option. */
export function readMoment(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const asTime = text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(' ', 'T').replace(/Z$/, '')}Z`;
  const atMs = /^\d{12,14}$/.test(text) ? Number(text) : DATE.test(text) ? Date.parse(asTime) : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new PerpscopeError(
    'usage',
    `--${option} takes a time in UTC such as 2024-08-05 or 2024-08-05T02:00Z, or ms since 1970, not ${quoted(value)}`,
  );
}

/** Reads how far back, `30d` or `12h`, or since which moment; returns epoch ms. Errors: `usage`, naming the option. */
export function readSince(option: string, value: string | undefined, nowMs: number): number | undefined {
  const [, count, unit] = /^(\d{1,5})([dh])$/.exec(value?.trim() ?? '') ?? [];
  if (count === undefined) return readMoment(option, value);
  return nowMs - Number(count) * (unit === 'd' ? DAY_MS : HOUR_MS);
}
