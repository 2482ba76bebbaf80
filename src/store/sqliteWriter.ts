import { DAY_MS } from '../core/units.ts';
import type { AppendResult } from './historyStore.ts';
import type { Prepared } from './preparedRows.ts';
import { hasHead, replaces, type AnyIdentity, type StoredRow } from './row.ts';
import { addLabels } from './rollUps.ts';
import { mergeRows } from './mergeRows.ts';
import { joinRows, pickRows, rowsOfStored, storedAt, type SeriesRows } from './seriesRows.ts';
import type { BlockInfo } from './rowsBuilder.ts';
import { MOST_BLOCK_ROWS } from './sqliteBlocks.ts';
import { runMsOf } from './stepWays.ts';
import type { KnownSeries } from './sqliteSeries.ts';
import type { SqliteTables } from './sqliteTables.ts';

/** A page up to this size is put into the block beside it, where there is room. */
const SMALL_PAGE_ROWS = 512;
/** Pages of a series that follow each other this closely are written as one: a file of a day has some hundred rows, a block 2,048. */
const NEXT_PAGE_MS = DAY_MS;

/** Pages of one series, ascending, that wait to be written as one. */
interface Run {
  readonly series: KnownSeries;
  readonly pages: SeriesRows[];
}

interface Change {
  readonly series: KnownSeries;
  readonly rows: StoredRow[];
  readonly replaced: StoredRow[];
}

/** Writes rows and pages within one transaction, and keeps newest rows and extremes with them. */
export class SqliteWriter {
  readonly #tables: SqliteTables;
  readonly #result = { inserted: 0, unchanged: 0, revised: 0 };
  readonly #changes = new Map<number, Change>();
  readonly #runs = new Map<number, Run>();
  #sequence: number | undefined;

  constructor(tables: SqliteTables) {
    this.#tables = tables;
  }

  /** Writes all of it; returns what that did. */
  write(
    prepared: readonly (Prepared | { readonly series: AnyIdentity; readonly row: StoredRow })[],
  ): AppendResult {
    for (const one of prepared) {
      const series = this.#tables.series.named(one.series);
      const run = this.#runs.get(series.id);
      const page = 'page' in one ? one.page : undefined;
      if (run !== undefined && page !== undefined && isNext(page, run)) {
        run.pages.push(page);
        continue;
      }
      // What came first is written first.
      if (run !== undefined) this.#writeRun(run);
      if (page !== undefined) this.#runs.set(series.id, { series, pages: [page] });
      else if ('row' in one) this.#writeRow(series, one.row);
    }
    for (const run of this.#runs.values()) this.#writeRun(run);
    for (const change of this.#changes.values()) this.#finish(change);
    return this.#result;
  }

  /** Ids of the series that have single rows of this write. */
  changed(): Iterable<number> {
    return this.#changes.keys();
  }

  /** The number of this write in the feed. */
  readonly sequence = (): number => (this.#sequence ??= this.#tables.heads.nextSequence());

  #writeRow(series: KnownSeries, row: StoredRow): void {
    const { rows, blocks } = this.#tables;
    const stored =
      rows.find(series, row.atMs, row.event) ??
      (hasHead(series.kind) ? blocks.find(series, row.atMs) : undefined);
    if (stored !== undefined && !replaces(row, stored, runMsOf(series))) {
      this.#result.unchanged += 1;
      return;
    }
    rows.put(series, row);
    if (stored !== undefined) rows.keepReplaced(series, { ...stored, atMs: row.atMs, event: row.event });
    this.#result[stored === undefined ? 'inserted' : 'revised'] += 1;
    if (!hasHead(series.kind)) return;
    let change = this.#changes.get(series.id);
    if (change === undefined) this.#changes.set(series.id, (change = { series, rows: [], replaced: [] }));
    change.rows.push(row);
    if (stored !== undefined) change.replaced.push({ ...stored, atMs: row.atMs });
  }

  #finish({ series, rows, replaced }: Change): void {
    if (rows.length === 0) return;
    const newest = rows.reduce((most, row) => (row.atMs >= most.atMs ? row : most));
    this.#tables.heads.note(series, newest, this.sequence, true);
    // A row that came twice in one batch stands as it came last.
    const last = new Map(rows.map((row) => [row.atMs, row]));
    // Of equal extremes the first in time counts.
    const ascending = [...last.values()].sort((left, right) => left.atMs - right.atMs);
    const before = replaced.length === 0 ? undefined : rowsOfStored(replaced);
    this.#tables.extremes.note(series, rowsOfStored(ascending), before);
    rows.length = replaced.length = 0;
  }

  #writeRun({ series, pages }: Run): void {
    this.#runs.delete(series.id);
    const before = this.#changes.get(series.id);
    // A page may take the place of rows of this write: what they were comes first.
    if (before !== undefined) this.#finish(before);
    this.#writePage(series, joinRows(pages));
  }

  #writePage(series: KnownSeries, page: SeriesRows): void {
    const { blocks, rows, extremes, heads } = this.#tables;
    const [fromMs, toMs] = [page.atMs[0] ?? 0, page.atMs.at(-1) ?? 0];
    const afterMs = toMs + 1;
    const area = rows.within(series, fromMs, afterMs).filter(({ atMs }) => atMs <= toMs);
    const overlapped = blocks.within(series, 0, fromMs, afterMs).filter((info) => info.fromMs <= toMs);
    let taken = page;
    if (area.length === 0 && overlapped.length === 0) {
      this.#result.inserted += page.atMs.length;
      putPage(this.#tables, series, page, SMALL_PAGE_ROWS);
    } else {
      const standing = standingRows(this.#tables, series, overlapped, area);
      const merged = mergeRows(standing.rows, page, { runMs: runMsOf(series) });
      this.#result.inserted += merged.inserted;
      this.#result.unchanged += merged.unchanged;
      this.#result.revised += merged.replaced.length;
      if (merged.taken.length === 0) return;
      for (const place of merged.replaced) rows.keepReplaced(series, storedAt(standing.rows, place));
      taken = pickRows(page, merged.taken);
      const replaced = merged.replaced.length === 0 ? undefined : pickRows(standing.rows, merged.replaced);
      blocks.replace(series, 0, standing.infos, merged.rows);
      rows.delete(series, area);
      addLabels(this.#tables, series, taken);
      // Roll-ups never knew the rows of the row area that went into blocks with the page.
      addLabels(this.#tables, series, { atMs: Float64Array.from(area, ({ atMs }) => atMs) });
      extremes.note(series, taken, replaced);
    }
    heads.note(series, storedAt(taken, taken.atMs.length - 1), this.sequence, true);
  }
}

function isNext(page: SeriesRows, { pages }: Run): boolean {
  const afterMs = (page.atMs[0] ?? Number.NaN) - (pages.at(-1)?.atMs.at(-1) ?? Number.NaN);
  return afterMs > 0 && afterMs <= NEXT_PAGE_MS;
}

/** What stands in blocks and row area together. Blocks that cannot be read are moved out of the way. */
export function standingRows(
  { blocks }: SqliteTables,
  series: KnownSeries,
  infos: readonly BlockInfo[],
  area: readonly StoredRow[],
): { readonly rows: SeriesRows; readonly infos: readonly BlockInfo[] } {
  const sound: BlockInfo[] = [];
  const parts: SeriesRows[] = [];
  for (const info of infos) {
    const rows = blocks.rowsOf(series, info);
    if (rows === undefined) {
      blocks.setAside(series, info);
      continue;
    }
    sound.push(info);
    parts.push(rows);
  }
  const inBlocks = joinRows(parts);
  const rows = area.length === 0 ? inBlocks : mergeRows(inBlocks, rowsOfStored(area), 'always').rows;
  return { rows, infos: sound };
}

/** Writes rows of a time that no block has, with the block beside them where both are small. */
function putPage(tables: SqliteTables, series: KnownSeries, page: SeriesRows, smallRows: number): void {
  const { blocks, extremes } = tables;
  const { length } = page.atMs;
  const neighbour =
    length > smallRows ? undefined : blocks.beside(series, page.atMs[0] ?? 0, MOST_BLOCK_ROWS - length);
  const standing = neighbour && neighbour.rows <= 4 * length ? blocks.rowsOf(series, neighbour) : undefined;
  if (neighbour !== undefined && standing !== undefined)
    blocks.replace(series, 0, [neighbour], mergeRows(standing, page, { runMs: runMsOf(series) }).rows);
  else blocks.replace(series, 0, [], page);
  addLabels(tables, series, page);
  extremes.note(series, page, undefined);
}
