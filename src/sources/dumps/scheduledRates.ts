import type { Chunk } from '../../core/chunk.ts';
import { columnsOf } from '../exchanges/kit/columns.ts';
import { Schedule } from '../exchanges/settledIntervals.ts';
import type { RowNotes, TableOf } from './dumpFormat.ts';
import { stated } from './rowCells.ts';

/**
 * Makes settled rates of a table whose first column is the rate, where nothing but the settlements tells the interval. A rate
 * whose neighbours do not tell it is lost; of a file's first one they do where the settlements before it are known.
 */
export function scheduledRates({ table, who, context, knowledge }: TableOf, notes: RowNotes): Chunk[] {
  const earlier = knowledge.earlierSettlements?.get(who.venueSymbol) ?? [];
  const schedule = new Schedule([...earlier, ...table.atMs]);
  const shared = { kind: 'funding-rate', phase: 'settled', intervalBasis: 'schedule' } as const;
  const names = ['fundingRatePerInterval', 'intervalMs', 'settlesAtMs'] as const;
  const out = columnsOf(context, shared, names, table.keys.length);
  for (const [row, atMs] of table.atMs.entries()) {
    const intervalMs = schedule.intervalAt(atMs);
    if (intervalMs === undefined) notes.lose(row, 'unknown-interval');
    else {
      notes.step(row, intervalMs);
      out.of(who).push(atMs, stated(table, 0, row), intervalMs, atMs);
    }
  }
  return out.chunks();
}
