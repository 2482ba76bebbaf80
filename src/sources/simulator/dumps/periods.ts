import { HOUR_MS } from '../../../core/units.ts';
import { streamOf, uniformAt } from '../random.ts';

/** The day or month that a dump file is about, epoch ms, `toMs` exclusive. */
export interface DumpPeriod {
  /** As the file's name states it. */
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isMonth: boolean;
}

export const UTC_PLUS_8 = 8 * HOUR_MS;

/** Returns the period that a text names (`2026-06-24`, `2026-06`, `202606`) in a zone; undefined where it is none. */
export function periodNamed(text: string, zoneMs = 0): DumpPeriod | undefined {
  const [, year = '', month = '', day] = /^(\d{4})-?(\d{2})(?:-(\d{2}))?$/.exec(text) ?? [];
  const isMonth = day === undefined;
  const startOf = (months: number, days: number): number =>
    Date.UTC(Number(year), Number(month) - 1 + months, Number(day ?? 1) + days) - zoneMs;
  const fromMs = startOf(0, 0);
  // 31 June would become 1 July.
  if (!(fromMs > 0) || dayText(fromMs, zoneMs) !== `${year}-${month}-${day ?? '01'}`) return undefined;
  return { text, fromMs, toMs: isMonth ? startOf(1, 0) : startOf(0, 1), isMonth };
}

/** Returns the date of a time in a zone, `2026-06-24`. */
export function dayText(atMs: number, zoneMs = 0): string {
  return new Date(atMs + zoneMs).toISOString().slice(0, 10);
}

/** Returns a time as tables state it, `2026-06-24 00:05:00`. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** Returns when a file appears: some hours after the end of its period, other ones for each file. */
export function publishedMs(path: string, { toMs }: DumpPeriod, leastHours: number, spreadHours = 8): number {
  const hours = leastHours + spreadHours * uniformAt(streamOf(0, path), 0);
  // Whole seconds, which is what Last-Modified can state.
  return toMs + Math.round(hours * 3_600) * 1_000;
}
