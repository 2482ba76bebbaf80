import type { ExchangeId } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import { newestLabel, valueAt } from '../series/hours.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { SAME_PRICE_FACTOR } from './legs.ts';
import type { AssetSnapshot } from './snapshot.ts';

/** So old a bar still tells which coin an exchange's history is of; features look no further back for the present. */
const COMPARABLE_MS = 4 * HOUR_MS;

/**
 * Returns the history without the exchanges whose numbers are of another coin or unit: those that the snapshot has left
 * out, and of those that give no current number the ones whose newest price contradicts the agreed one.
 */
export function countedHistory(history: AssetSeries, snapshot: AssetSnapshot, nowMs: number): AssetSeries {
  const leftOut = new Set((snapshot.aggregate.leftOut ?? []).map(({ exchange }) => exchange));
  const { markPriceQuote: agreed } = snapshot.aggregate;
  const current = new Set(
    snapshot.exchanges.filter((one) => one.status === 'fresh').map((one) => one.exchange),
  );
  if (agreed !== undefined)
    for (const [exchange, close] of newestCloses(history, nowMs))
      if (!current.has(exchange) && Math.max(close / agreed, agreed / close) > SAME_PRICE_FACTOR)
        leftOut.add(exchange);
  return leftOut.size === 0 ? history : history.only((exchange) => !leftOut.has(exchange));
}

function newestCloses(history: AssetSeries, nowMs: number): Map<ExchangeId, number> {
  const newest = new Map<ExchangeId, { readonly atMs: number; readonly close: number }>();
  for (const id of ['mark-close', 'last-close'] as const)
    for (const [exchange, column] of history.column(id)) {
      const atMs = newestLabel(column, nowMs);
      const before = newest.get(exchange);
      if (atMs === undefined || atMs < nowMs - COMPARABLE_MS || (before !== undefined && before.atMs > atMs))
        continue;
      newest.set(exchange, { atMs, close: valueAt(column, atMs) });
    }
  return new Map([...newest].map(([exchange, { close }]) => [exchange, close]));
}
