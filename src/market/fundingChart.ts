import { HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { ChartInput, Charted, FundingGrid } from './chartData.ts';

const COLUMN_MS = 8 * HOUR_MS;
const COLUMN_MINUTES = COLUMN_MS / MINUTE_MS;
/** Settlements are few: their grid looks back twice as far as the other charts. */
const columnsOf = (hours: number): number => Math.ceil((2 * hours * HOUR_MS) / COLUMN_MS);

/** Returns the yearly rates that were settled, by exchange and eight hours: their mean where several were. */
export function fundingChart({ history, inOrder, hours }: ChartInput): Charted<FundingGrid> {
  const { settledFunding, nowMs } = history;
  const columns = columnsOf(hours);
  const known = settledFunding.filter(({ perYear }) => !perYear.every(Number.isNaN));
  if (known.length === 0) return { unavailable: 'No settled funding has been read yet.' };
  const lastColumnMs = (Math.ceil(nowMs / COLUMN_MS) - 1) * COLUMN_MS;
  const firstColumnMs = lastColumnMs - (columns - 1) * COLUMN_MS;
  const columnAtMs = Float64Array.from({ length: columns }, (_, index) => firstColumnMs + index * COLUMN_MS);
  /** A settlement pays for the interval before it; settlement times jitter by some ms. */
  const columnOf = (atMs: number): number =>
    Math.ceil(Math.round(atMs / MINUTE_MS) / COLUMN_MINUTES) - 1 - firstColumnMs / COLUMN_MS;
  const byExchange = [...Map.groupBy(known, ({ exchange }) => exchange)].sort(([a], [b]) => inOrder(a, b));
  const cells = new Float32Array(byExchange.length * columns).fill(Number.NaN);
  let newestSettledAtMs = 0;
  const rows = byExchange.map(([id, own], line) => {
    const [sums, counts] = [new Float64Array(columns), new Float64Array(columns)];
    let newest = { atMs: 0, intervalMs: Number.NaN };
    for (const { atMs, perYear, intervalMs } of own)
      for (const [at, rate] of perYear.entries()) {
        const settledAtMs = atMs[at] ?? 0;
        if (Number.isNaN(rate)) continue;
        if (settledAtMs >= newest.atMs)
          newest = { atMs: settledAtMs, intervalMs: intervalMs[at] ?? Number.NaN };
        const column = columnOf(settledAtMs);
        if (column < 0 || column >= columns) continue;
        sums[column] = (sums[column] ?? 0) + rate;
        counts[column] = (counts[column] ?? 0) + 1;
      }
    for (const [column, count] of counts.entries())
      if (count > 0) cells[line * columns + column] = (sums[column] ?? 0) / count;
    newestSettledAtMs = Math.max(newestSettledAtMs, newest.atMs);
    return { id, intervalHours: newest.intervalMs / HOUR_MS };
  });
  return { data: { rows, columnAtMs, columnMs: COLUMN_MS, newestSettledAtMs, cells } };
}
