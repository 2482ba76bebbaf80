import type { Observation } from '../../../src/core/observation.ts';
import { facetOf } from '../../../src/core/observation.ts';
import type { AppendResult, HistoryQuery } from '../../../src/store/historyStore.ts';
import type { ObservationKind } from '../../../src/core/observation.ts';

/** The contract of a history written as plainly as possible: one list, searched from end to end. */
export class NaiveModel {
  rows: Observation[] = [];

  append(batch: readonly Observation[]): AppendResult {
    const result = { inserted: 0, unchanged: 0, revised: 0 };
    for (const incoming of batch) {
      const index = this.rows.findIndex((row) => keyOf(row) === keyOf(incoming));
      const stored = this.rows[index];
      if (stored === undefined) {
        this.rows.push(incoming);
        result.inserted += 1;
      } else if (
        incoming.receivedAtMs > stored.receivedAtMs &&
        (valuesOf(incoming) !== valuesOf(stored) || hasEndedBetween(stored, incoming))
      ) {
        this.rows[index] = incoming;
        result.revised += 1;
      } else result.unchanged += 1;
    }
    return result;
  }

  query(query: HistoryQuery<ObservationKind>): Observation[] {
    return this.rows
      .filter(
        (row) =>
          row.kind === query.kind &&
          (query.instrument === undefined || row.instrument === query.instrument) &&
          (query.exchange === undefined || row.exchange === query.exchange) &&
          (query.baseAsset === undefined || row.baseAsset === query.baseAsset) &&
          (query.facet === undefined || facetOf(row) === query.facet) &&
          (query.fromMs === undefined || row.atMs >= query.fromMs) &&
          (query.toMs === undefined || row.atMs < query.toMs),
      )
      .sort(
        (left, right) =>
          left.atMs - right.atMs ||
          order(left.endpoint, right.endpoint) ||
          order(left.instrument, right.instrument) ||
          order(facetOf(left), facetOf(right)),
      );
  }

  latest(query: HistoryQuery<ObservationKind>): Observation[] {
    const matching = this.query(query);
    return matching.filter((row) =>
      matching.every(
        (other) =>
          other === row ||
          other.instrument !== row.instrument ||
          facetOf(other) !== facetOf(row) ||
          other.atMs < row.atMs ||
          (other.atMs === row.atMs && other.receivedAtMs < row.receivedAtMs) ||
          (other.atMs === row.atMs &&
            other.receivedAtMs === row.receivedAtMs &&
            other.endpoint > row.endpoint),
      ),
    );
  }

  prune(beforeMs: number): number {
    const before = this.rows.length;
    this.rows = this.rows.filter((row) => row.atMs >= beforeMs);
    return before - this.rows.length;
  }
}

function keyOf(row: Observation): string {
  return JSON.stringify([row.instrument, row.kind, facetOf(row), row.atMs, row.endpoint]);
}

/** Whether a bar ran when it was received first, and was over when it was received again. */
function hasEndedBetween(stored: Observation, incoming: Observation): boolean {
  if (incoming.kind !== 'candle') return false;
  const endMs = incoming.atMs + incoming.barMs;
  return stored.receivedAtMs < endMs && endMs <= incoming.receivedAtMs;
}

function valuesOf(row: Observation): string {
  const { receivedAtMs: _, ...values } = row;
  return JSON.stringify(Object.entries(values).sort(([left], [right]) => order(left, right)));
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
