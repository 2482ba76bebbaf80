import { HOUR_MS } from '../core/units.ts';
import type { ChartInput, Charted, FundingGrid } from './chartData.ts';
import { SETTLED_COLUMN_MS, settledColumns } from './settledColumns.ts';

/** Settlements are few: their grid looks back twice as far as the other charts. */
const columnsOf = (hours: number): number => Math.ceil((2 * hours * HOUR_MS) / SETTLED_COLUMN_MS);

/** Returns the yearly rates that were settled, by exchange and eight hours: their mean where several were. */
export function fundingChart({ history, inOrder, hours }: ChartInput): Charted<FundingGrid> {
  const { settledFunding, nowMs } = history;
  const columns = columnsOf(hours);
  const known = settledFunding.filter(({ perYear }) => !perYear.every(Number.isNaN));
  if (known.length === 0) return { unavailable: 'No settled funding has been read yet.' };
  const lastColumnMs = (Math.ceil(nowMs / SETTLED_COLUMN_MS) - 1) * SETTLED_COLUMN_MS;
  const grid = {
    firstMs: lastColumnMs - (columns - 1) * SETTLED_COLUMN_MS,
    stepMs: SETTLED_COLUMN_MS,
    columns,
  };
  const columnAtMs = Float64Array.from({ length: columns }, (_, at) => grid.firstMs + at * grid.stepMs);
  const byExchange = [...Map.groupBy(known, ({ exchange }) => exchange)].sort(([a], [b]) => inOrder(a, b));
  const cells = new Float32Array(byExchange.length * columns);
  let newestSettledAtMs = 0;
  const rows = byExchange.map(([id, own], line) => {
    const settled = own
      .flatMap(({ atMs, perYear, intervalMs }) =>
        Array.from(perYear, (rate, at) => ({
          atMs: atMs[at] ?? 0,
          rate,
          intervalMs: intervalMs[at] ?? Number.NaN,
        })),
      )
      .filter(({ rate }) => !Number.isNaN(rate));
    const newest = settled.reduce((a, b) => (b.atMs >= a.atMs ? b : a));
    const times = settled.map(({ atMs }) => atMs);
    cells.set(
      settledColumns(
        times,
        Float64Array.from(settled, ({ rate }) => rate),
        grid,
      ),
      line * columns,
    );
    newestSettledAtMs = Math.max(newestSettledAtMs, newest.atMs);
    return { id, intervalHours: newest.intervalMs / HOUR_MS };
  });
  return { data: { rows, columnAtMs, columnMs: SETTLED_COLUMN_MS, newestSettledAtMs, cells } };
}
