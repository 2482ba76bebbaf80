import type { PageRange } from '../exchanges/deepPages.ts';

/** Returns the days or months of a time zone that overlap a time, ascending. */
export function periodsIn(kind: 'day' | 'month', zoneMs: number, fromMs: number, toMs: number): PageRange[] {
  const periods: PageRange[] = [];
  const first = new Date(fromMs + zoneMs);
  const start = (steps: number): number =>
    kind === 'day'
      ? Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), first.getUTCDate() + steps) - zoneMs
      : Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + steps) - zoneMs;
  for (let steps = 0; start(steps) < toMs; steps += 1)
    periods.push({ fromMs: start(steps), toMs: start(steps + 1) });
  return periods;
}

/** Returns the text of a day (`2024-02-29`) or month (`2024-02`) of a time zone. */
export function periodText(kind: 'day' | 'month', zoneMs: number, fromMs: number): string {
  return new Date(fromMs + zoneMs).toISOString().slice(0, kind === 'day' ? 10 : 7);
}
