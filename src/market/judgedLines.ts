import { lineOf, type Judged, type TimelineLine } from '../analysis/timeline/line.ts';
import type { Asset, DataSource } from '../core/ids.ts';
import type { HistoryStore } from '../store/historyStore.ts';

/** Whose assessments are wanted: `key` as of `regimeKey`; `fromMs` inclusive. */
export interface JudgedQuery {
  readonly source: DataSource;
  readonly asset: Asset;
  readonly key: string;
  readonly fromMs: number;
  readonly nowMs: number;
}

/** The stored assessments, as they were made. What was read stays: a panel asks after each refresh, for one line more. */
export class JudgedLines {
  readonly #kept = new Map<string, { readonly fromMs: number; readonly lines: readonly TimelineLine[] }>();

  /** Returns the assessments from a moment on, ascending. Rejects where the store cannot be read. */
  async read(
    store: HistoryStore,
    { source, asset, key, fromMs, nowMs }: JudgedQuery,
  ): Promise<readonly TimelineLine[]> {
    const id = `${source} ${key}`;
    const kept = this.#kept.get(id);
    // A clock that ran ahead and was set back leaves lines from the future: what comes after them is not all that is new.
    const isAhead = (kept?.lines.at(-1)?.atMs ?? 0) > nowMs;
    const isKept = kept !== undefined && kept.fromMs <= fromMs && !isAhead;
    // The last moment is read again: where rules change, it is judged anew, at the time of its numbers.
    const unreadMs = Math.max(fromMs, (isKept ? kept.lines.at(-1)?.atMs : undefined) ?? fromMs);
    const before = isKept ? kept.lines.filter(({ atMs }) => atMs >= fromMs && atMs < unreadMs) : [];
    const entries = await store.journal({ topic: 'assessment', key, fromMs: unreadMs });
    const lines = [...before, ...entries.map(({ atMs, body }) => lineOf(asset, atMs, body as Judged))];
    this.#kept.set(id, { fromMs, lines });
    return lines;
  }
}
