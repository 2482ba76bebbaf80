import { DAY_MS } from '../core/units.ts';
import { addLabels, labelsOf, remakeSlice } from './rollUps.ts';
import type { Stretch } from './retention.ts';
import { joinRows, rowsOfStored, rowsWithin } from './seriesRows.ts';
import { mergeRows } from './mergeRows.ts';
import { ROLL_UP_STEPS } from './stepWays.ts';
import { MOST_BLOCK_ROWS } from './sqliteBlocks.ts';
import { walkInOrder } from './keyOrder.ts';
import { rawRows } from './sqliteReader.ts';
import type { KnownSeries } from './sqliteSeries.ts';
import type { SqliteTables } from './sqliteTables.ts';
import { standingRows } from './sqliteWriter.ts';
import { hasHead } from './row.ts';

/** Rows of the row area that one slice folds; a few milliseconds. */
const SLICE_ROWS = 512;

/** A transaction begins no other piece after this. */
const SLICE_MS = 4;

/**
 * The work that is put off until nothing waits for it: folding rows of past days into blocks, making roll-ups again, writing
 * extremes that were made again, looking through a large file once. Each call of `slice` is one short transaction.
 */
export class SqliteTidying {
  readonly #tables: SqliteTables;
  /** Ids of series that may have rows to fold; undefined: all that there are. */
  #touched: Set<number> | undefined;

  /** What is left of looking through a file that was too large for it on opening. */
  readonly #walk: Iterator<void> | undefined;

  constructor(tables: SqliteTables, isChecked: boolean) {
    this.#tables = tables;
    this.#walk = isChecked ? undefined : walkInOrder(tables.db);
  }

  /** Notes series that have had new rows. */
  touch(ids: Iterable<number>): void {
    for (const id of ids) this.#touched?.add(id);
  }

  /** Does one piece of work; returns whether there was any. */
  slice(): boolean {
    const tables = this.#tables;
    this.#touched ??= tables.reading(
      () =>
        new Set(
          tables.series
            .all()
            .filter(({ kind }) => hasHead(kind))
            .map(({ id }) => id),
        ),
    );
    for (const id of this.#touched) {
      const series = tables.series.byId(id);
      if (series !== undefined && hasHead(series.kind) && this.#foldSlice(series)) return true;
      this.#touched.delete(id);
    }
    const stale = tables.reading(() => tables.stale.next());
    if (stale !== undefined) {
      tables.writing(() => {
        const endMs = performance.now() + SLICE_MS;
        for (let next = tables.stale.next(); next !== undefined; next = tables.stale.next()) {
          this.#remake(next.seriesId, next.stepMs);
          if (performance.now() > endMs) break;
        }
      });
      return true;
    }
    if (tables.series.lacksCopies()) {
      tables.writing(() => {
        tables.series.copyAll();
      });
      return true;
    }
    if (tables.extremes.hasRemade()) {
      tables.writing(() => {
        tables.extremes.writeRemade();
      });
      return true;
    }
    const walk = this.#walk;
    return walk !== undefined && tables.reading(() => walk.next().done === false);
  }

  #remake(seriesId: number, stepMs: number): void {
    const series = this.#tables.series.byId(seriesId);
    if (series !== undefined)
      remakeSlice(this.#tables, series, stepMs, (fromMs, toMs) =>
        rawRows(this.#tables, series, fromMs, toMs),
      );
    else this.#tables.stale.set({ id: seriesId } as KnownSeries, stepMs, undefined);
  }

  /** Folds the oldest rows before the day (UTC) of the newest; returns whether there were any. */
  #foldSlice(series: KnownSeries): boolean {
    const { rows } = this.#tables;
    const span = rows.span(series, -Infinity, Infinity);
    if (span === undefined) return false;
    const headMs = this.#tables.heads.of(series)?.atMs ?? span.toMs;
    const cutMs = Math.floor(Math.max(headMs, span.toMs) / DAY_MS) * DAY_MS;
    if (span.fromMs >= cutMs) return false;
    this.#tables.writing(() => this.#fold(series, cutMs));
    return true;
  }

  #fold(series: KnownSeries, cutMs: number): void {
    const { rows, blocks } = this.#tables;
    const { rows: area, damaged } = rows.oldest(series, cutMs, SLICE_ROWS);
    rows.setAside(series, damaged);
    const [first, last] = [area[0]?.atMs, area.at(-1)?.atMs];
    if (first === undefined || last === undefined) return;
    const overlapped = blocks.within(series, 0, first, last + 1).filter(({ fromMs }) => fromMs <= last);
    const beside =
      overlapped.length === 0 ? blocks.beside(series, first, MOST_BLOCK_ROWS - area.length) : undefined;
    const standing = standingRows(this.#tables, series, beside === undefined ? overlapped : [beside], []);
    const merged = mergeRows(standing.rows, rowsOfStored(area), 'always');
    blocks.replace(series, 0, standing.infos, merged.rows);
    rows.delete(series, area);
    addLabels(this.#tables, series, { atMs: Float64Array.of(first, last) });
  }
}

/** Returns whether a series has anything of a time. */
export function hasAnyOf({ rows, blocks }: SqliteTables, series: KnownSeries, of: Stretch): boolean {
  const { fromMs, toMs } = of;
  if (rows.span(series, fromMs, toMs) !== undefined || rows.hasReplaced(series, of)) return true;
  return [0, ...ROLL_UP_STEPS].some((stepMs) => blocks.within(series, stepMs, fromMs, toMs).length > 0);
}

/** Deletes what is of a time, of one series, within a transaction; returns how many rows. */
export function pruneSeries(tables: SqliteTables, series: KnownSeries, of: Stretch): number {
  const { rows, blocks, extremes } = tables;
  const { fromMs, toMs } = of;
  rows.deleteReplaced(series, of);
  if (!hasHead(series.kind)) return rows.deleteWithin(series, fromMs, toMs);
  const old = rawRows(tables, series, fromMs, toMs);
  const inArea = rows.deleteWithin(series, fromMs, toMs);
  if (old.atMs.length === 0) return inArea;
  extremes.prune(series, old);
  for (const stepMs of [0, ...ROLL_UP_STEPS]) {
    const gone = stepMs === 0 ? of : labelsOf(series, stepMs, of);
    const infos = blocks.within(series, stepMs, gone.fromMs, gone.toMs);
    const kept = infos
      .filter((info) => info.fromMs < gone.fromMs || info.toMs >= gone.toMs)
      .flatMap((info) => blocks.rowsOf(series, info) ?? [])
      .flatMap((all) => [rowsWithin(all, -Infinity, gone.fromMs), rowsWithin(all, gone.toMs, Infinity)]);
    blocks.replace(series, stepMs, infos, joinRows(kept.filter(({ atMs }) => atMs.length > 0)));
  }
  // Labels at the edges are made again of the rows beyond the edge, where there are any.
  for (const edgeMs of [fromMs, toMs - 1])
    if (blocks.within(series, 0, edgeMs - DAY_MS, edgeMs + DAY_MS).length > 0)
      addLabels(tables, series, { atMs: Float64Array.of(edgeMs, edgeMs) });
  return old.atMs.length;
}
