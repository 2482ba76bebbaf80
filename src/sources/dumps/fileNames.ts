import { HOUR_MS } from '../../core/units.ts';

/** Days and months of files are UTC, at some exchanges those of UTC+8. */
export const UTC = 0;
export const UTC_PLUS_8 = 8 * HOUR_MS;

/** Returns the day (`2024-02-29`) or month (`2024-02`, `202402`) that a text names, in epoch ms UTC, end exclusive; else undefined. */
export function periodOf(
  text: string | undefined,
  zoneMs: number,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const [all, year = '', month = '', day] = /^(\d{4})-?(\d{2})(?:-(\d{2}))?$/.exec(text ?? '') ?? [];
  if (all === undefined) return undefined;
  const start = (months: number, days: number): number =>
    Date.UTC(Number(year), Number(month) - 1 + months, Number(day ?? 1) + days) - zoneMs;
  const isReal = new Date(start(0, 0) + zoneMs).toISOString().startsWith(`${year}-${month}-${day ?? '01'}`);
  if (!isReal) return undefined;
  return { fromMs: start(0, 0), toMs: day === undefined ? start(1, 0) : start(0, 1) };
}
