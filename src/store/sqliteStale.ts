import type { DatabaseSync } from 'node:sqlite';
import { LAST_MS } from './row.ts';
import { sealOf } from './seal.ts';
import type { KnownSeries } from './sqliteSeries.ts';

/** A time, epoch ms; `toMs` is not part of it. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

type StoredSpan = Span & { readonly seriesId: number; readonly stepMs: number; readonly seal: number };

/** Which labels of roll-ups are not as the rows say, one stretch for each. Transactions are the caller's. */
export class SqliteStale {
  readonly #sql: ReturnType<typeof prepareAll>;
  #spans: Map<string, StoredSpan> | undefined;
  /** Stretches that were found while reading: in memory alone until something is written. */
  readonly #noted = new Map<string, StoredSpan>();

  constructor(db: DatabaseSync) {
    this.#sql = prepareAll(db);
  }

  forget(): void {
    this.#spans = undefined;
    this.#noted.clear();
  }

  of(series: KnownSeries, stepMs: number): Span | undefined {
    return this.#read().get(keyOf(series.id, stepMs));
  }

  /** Any of them, until none is left. */
  next(): { readonly seriesId: number; readonly stepMs: number } | undefined {
    return this.#read().values().next().value;
  }

  /** Makes the stretch wide enough for a time. */
  widen(series: KnownSeries, stepMs: number, span: Span): void {
    if (this.note(series, stepMs, span)) this.writeNoted();
  }

  /** As `widen`, in memory until something is written; returns whether the stretch was too narrow. */
  readonly note = (series: KnownSeries, stepMs: number, { fromMs, toMs }: Span): boolean => {
    const known = this.of(series, stepMs);
    if (known !== undefined && known.fromMs <= fromMs && known.toMs >= toMs) return false;
    const wide = {
      fromMs: Math.min(known?.fromMs ?? fromMs, fromMs),
      toMs: Math.max(known?.toMs ?? toMs, toMs),
    };
    this.#keep({ seriesId: series.id, stepMs, ...wide });
    return true;
  };

  /** Writes what was noted. */
  writeNoted(): void {
    for (const { seriesId, stepMs, fromMs, toMs, seal } of this.#noted.values())
      this.#sql.put.run(seriesId, stepMs, fromMs, toMs, seal);
    this.#noted.clear();
  }

  /** `undefined`: all labels are as the rows say. */
  set(series: KnownSeries, stepMs: number, span: Span | undefined): void {
    if (span !== undefined) {
      this.#keep({ seriesId: series.id, stepMs, ...span });
      return this.writeNoted();
    }
    const key = keyOf(series.id, stepMs);
    this.#sql.delete.run(series.id, stepMs);
    this.#read().delete(key);
    this.#noted.delete(key);
  }

  #keep(span: Omit<StoredSpan, 'seal'>): void {
    const own = { ...span, seal: sealOf(textOf(span)) };
    const key = keyOf(own.seriesId, own.stepMs);
    this.#read().set(key, own);
    this.#noted.set(key, own);
  }

  /** A stretch that is damaged may be any: all labels are made again. */
  #read(): Map<string, StoredSpan> {
    if (this.#spans !== undefined) return this.#spans;
    const all = (this.#sql.all.all() as unknown as StoredSpan[]).map((span): [string, StoredSpan] => {
      const sound = sealOf(textOf(span)) === span.seal ? span : { ...span, fromMs: -LAST_MS, toMs: LAST_MS };
      return [keyOf(span.seriesId, span.stepMs), sound];
    });
    return (this.#spans = new Map(all));
  }
}

function keyOf(seriesId: number, stepMs: number): string {
  return `${seriesId} ${stepMs}`;
}

function textOf({ seriesId, stepMs, fromMs, toMs }: Omit<StoredSpan, 'seal'>): string {
  return `${seriesId} ${stepMs} ${fromMs} ${toMs}`;
}

function prepareAll(db: DatabaseSync) {
  return {
    all: db.prepare(
      'SELECT series_id AS seriesId, step_ms AS stepMs, from_ms AS fromMs, to_ms AS toMs, seal FROM stale',
    ),
    put: db.prepare('INSERT OR REPLACE INTO stale VALUES (?, ?, ?, ?, ?)'),
    delete: db.prepare('DELETE FROM stale WHERE series_id = ? AND step_ms = ?'),
  };
}
