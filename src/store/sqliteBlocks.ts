import type { DatabaseSync } from 'node:sqlite';
import {
  DamagedBlockError,
  encodeField,
  encodeFrame,
  openFrame,
  type BlockName,
  type OpenFrame,
} from './blockCodec.ts';
import type { DamageBook } from './damage.ts';
import { sealOf } from './seal.ts';
import { pickFields, RowsBuilder, type BlockInfo } from './rowsBuilder.ts';
import {
  NO_ROWS,
  pickRows,
  placeFrom,
  rowsWithin,
  sliceRows,
  storedAt,
  type SeriesRows,
} from './seriesRows.ts';
import { LAST_MS, type StoredRow } from './row.ts';
import { DamagedFileError } from './sqliteErrors.ts';
import type { KnownSeries } from './sqliteSeries.ts';
import type { Span } from './sqliteStale.ts';

/** A week of five minutes, and a little. */
export const MOST_BLOCK_ROWS = 2_048;
/** Parts of a block have its id times this, and their place; the frame is the first. */
const MOST_PARTS = 64;
/** A frame of even times and one receipt has less than this, and is kept; one with a time for each row would cost memory. */
const MOST_KEPT_BYTES = 512;

interface StoredInfo extends BlockName {
  readonly id: number;
  readonly fields: string;
  readonly seal: number;
}

/** Told which labels of a roll-up are in no block any more, since theirs cannot be read. */
export type OnLost = (series: KnownSeries, stepMs: number, span: Span) => void;

/**
 * Blocks of a file: rows of one series (`stepMs` 0) or of its roll-up, at most 2,048, as one part per field. Transactions
 * are the caller's. A block that cannot be read is left out; rows are counted then, a roll-up is made again from its rows.
 */
export class SqliteBlocks {
  readonly #sql: ReturnType<typeof prepareAll>;
  readonly #damage: DamageBook;
  readonly #onLost: OnLost;
  readonly #lists = new Map<string, readonly BlockInfo[]>();
  /** Every field of a block is read with its frame: what was checked once is known as long as the list that names the block. */
  readonly #frames = new WeakMap<BlockInfo, OpenFrame>();
  /** Blocks of roll-ups that cannot be read and are still in the file, by id. */
  readonly #lost = new Map<number, BlockName>();
  #last: { readonly id: number; readonly rows: SeriesRows } | undefined;

  constructor(db: DatabaseSync, damage: DamageBook, onLost: OnLost = () => undefined) {
    this.#sql = prepareAll(db);
    this.#damage = damage;
    this.#onLost = onLost;
  }

  /** After a roll-back, or a write of another process. */
  forget(): void {
    this.#lists.clear();
    this.#lost.clear();
    this.#last = undefined;
  }

  /** The blocks of a series that hold a time between, ascending. */
  within(series: KnownSeries, stepMs: number, fromMs: number, toMs: number): readonly BlockInfo[] {
    const all = this.#list(series, stepMs);
    const first = all.findIndex((info) => info.toMs >= fromMs);
    if (first === -1) return [];
    const end = all.findIndex((info) => info.fromMs >= toMs);
    return all.slice(first, end === -1 ? undefined : end);
  }

  /** Rows of a time as columns; of the fields named, or all. */
  read(
    series: KnownSeries,
    stepMs: number,
    fromMs: number,
    toMs: number,
    fields?: readonly string[],
  ): SeriesRows {
    const infos = this.within(series, stepMs, fromMs, toMs);
    if (infos.length === 0) return NO_ROWS;
    const rows = new RowsBuilder(infos, fields);
    for (const info of infos) {
      this.#sound(series, info, () => this.#addTo(rows, info));
    }
    return rowsWithin(rows.done(), fromMs, toMs);
  }

  /**
   * Some rows of a time: `choose` is given all of them without their fields and returns places, ascending. Cheaper than `read`
   * for few; undefined where a block of that time cannot be read.
   */
  pick(
    series: KnownSeries,
    fromMs: number,
    toMs: number,
    choose: (rows: SeriesRows) => readonly number[],
  ): SeriesRows | undefined {
    const infos = this.within(series, 0, fromMs, toMs);
    const builder = new RowsBuilder(infos, []);
    try {
      for (const info of infos) this.#addTo(builder, info);
      const all = builder.done();
      const first = placeFrom(all.atMs, fromMs);
      const places = choose(rowsWithin(all, fromMs, toMs)).map((place) => place + first);
      const columns = pickFields(infos, places, (info, place) => this.#part(info, place));
      return { ...pickRows(all, places), columns };
    } catch (error) {
      if (error instanceof DamagedBlockError) return undefined;
      throw error;
    }
  }

  /** All rows of one block; undefined where it cannot be read. */
  rowsOf(series: KnownSeries, info: BlockInfo): SeriesRows | undefined {
    const rows = new RowsBuilder([info], undefined);
    return this.#sound(series, info, () => {
      this.#addTo(rows, info);
      return rows.done();
    });
  }

  /** The row of a time, if a block has it. */
  find(series: KnownSeries, atMs: number): StoredRow | undefined {
    const info = this.#list(series, 0).find((one) => one.fromMs <= atMs && atMs <= one.toMs);
    if (info === undefined) return undefined;
    if (this.#last?.id !== info.id) {
      const rows = this.rowsOf(series, info);
      this.#last = rows && { id: info.id, rows };
    }
    const place = this.#last?.rows.atMs.indexOf(atMs) ?? -1;
    return place === -1 || this.#last === undefined ? undefined : storedAt(this.#last.rows, place);
  }

  /** The block next before a time, or else next after it, of at most so many rows. */
  beside(series: KnownSeries, atMs: number, mostRows: number): BlockInfo | undefined {
    const after = this.#list(series, 0).find((info) => info.fromMs > atMs);
    return [this.last(series, 0, atMs, mostRows), after].find((info) => info && info.rows <= mostRows);
  }

  /** The last block that begins before a time, if it has at most so many rows. */
  last(series: KnownSeries, stepMs: number, beforeMs: number, mostRows: number): BlockInfo | undefined {
    const info = this.#list(series, stepMs).findLast(({ fromMs }) => fromMs < beforeMs);
    return info !== undefined && info.rows <= mostRows ? info : undefined;
  }

  /** Writes rows, in blocks of about equal size, in place of blocks. */
  replace(series: KnownSeries, stepMs: number, old: readonly BlockInfo[], rows: SeriesRows): void {
    const before = this.#list(series, stepMs);
    // Ids of deleted blocks are given again.
    this.#last = undefined;
    for (const { id } of old) this.#delete(id);
    const { length } = rows.atMs;
    const count = Math.ceil(length / MOST_BLOCK_ROWS);
    const added = Array.from({ length: count }, (_, index) => {
      const [from, to] = [index, index + 1].map((edge) => Math.round((edge * length) / count));
      return this.#add(series, stepMs, sliceRows(rows, from ?? 0, to ?? 0));
    });
    const gone = new Set(old.map(({ id }) => id));
    const kept = before.filter(({ id }) => !gone.has(id));
    const after = kept.findIndex((info) => info.fromMs > (added[0]?.fromMs ?? Infinity));
    this.#lists.set(
      keyOf(series.id, stepMs),
      after === -1 ? [...kept, ...added] : [...kept.slice(0, after), ...added, ...kept.slice(after)],
    );
  }

  /** Moves a block that cannot be read out of the way of what is written. */
  setAside(series: KnownSeries, info: BlockInfo): void {
    this.#sql.setAside.run(info.id);
    this.#last = undefined;
    this.#lists.delete(keyOf(series.id, info.stepMs));
  }

  /** Deletes what cannot be read of roll-ups. Throws a DamagedFileError where one is not where the tree leads. */
  deleteLost(): void {
    for (const [id, { seriesId, stepMs, fromMs }] of this.#lost) {
      if (Number(this.#sql.deleteLost.run(id, seriesId, stepMs, fromMs).changes) !== 1)
        throw new DamagedFileError('a block is out of its order');
      this.#delete(id);
    }
  }

  #list(series: KnownSeries, stepMs: number): readonly BlockInfo[] {
    const key = keyOf(series.id, stepMs);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const stored = this.#sql.list.all(series.id, stepMs) as unknown as StoredInfo[];
    const sound = stored.flatMap(({ fields, seal, ...info }): BlockInfo[] => {
      if (infoSeal(info, fields) === seal) return [{ ...info, fields: JSON.parse(fields) as string[] }];
      // Where it ends is not known.
      this.#lose(series, info, { fromMs: -LAST_MS, toMs: LAST_MS });
      return [];
    });
    this.#lists.set(key, sound);
    return sound;
  }

  #add(series: KnownSeries, stepMs: number, rows: SeriesRows): BlockInfo {
    const fields = Object.keys(rows.columns).filter((field) =>
      rows.columns[field]?.some((one) => one === one),
    );
    if (fields.length >= MOST_PARTS)
      throw new RangeError(`a row of ${series.instrument} has too many fields`);
    const { atMs } = rows;
    const name: BlockName = {
      ...{ seriesId: series.id, stepMs, rows: atMs.length },
      ...{ fromMs: atMs[0] ?? 0, toMs: atMs.at(-1) ?? 0 },
    };
    const text = JSON.stringify(fields);
    const id = Number(this.#sql.nextId.get()?.['id']);
    const info: BlockInfo = { id, ...name, fields };
    const place = [series.id, stepMs, name.fromMs, name.toMs, name.rows] as const;
    this.#sql.add.run(id, ...place, text, infoSeal({ id, ...name }, text));
    this.#sql.addPart.run(id * MOST_PARTS, encodeFrame(name, rows));
    fields.forEach((field, index) => {
      const values = rows.columns[field] ?? new Float64Array();
      this.#sql.addPart.run(id * MOST_PARTS + 1 + index, encodeField(name, field, values));
    });
    return info;
  }

  #lose(series: KnownSeries, info: BlockName & { readonly id: number }, span: Span): void {
    const { id, stepMs } = info;
    if (stepMs <= 0) {
      this.#damage.noteBlock(series.instrument, `block ${id}`);
      return;
    }
    this.#lost.set(id, info);
    const key = keyOf(series.id, stepMs);
    this.#lists.set(key, (this.#lists.get(key) ?? []).filter((one) => one.id !== id)); // prettier-ignore
    this.#onLost(series, stepMs, span);
  }

  #delete(id: number): void {
    this.#lost.delete(id);
    this.#sql.delete.run(id);
    this.#sql.deleteParts.run(id * MOST_PARTS, (id + 1) * MOST_PARTS);
  }

  #addTo(rows: RowsBuilder, info: BlockInfo): void {
    rows.add(info, this.#frame(info), (place) => this.#part(info, place));
  }

  #frame(info: BlockInfo): OpenFrame {
    const known = this.#frames.get(info);
    if (known !== undefined) return known;
    const frame = openFrame(info, this.#part(info, 0));
    if (frame.bytes <= MOST_KEPT_BYTES) this.#frames.set(info, frame);
    return frame;
  }

  #part({ id }: BlockInfo, place: number): Uint8Array | undefined {
    return this.#sql.part.get(id * MOST_PARTS + place)?.['data'] as Uint8Array | undefined;
  }

  #sound<T>(series: KnownSeries, info: BlockInfo, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      // A checksum is right by chance once in four thousand million; then the bytes may be of no known form.
      if (
        !(error instanceof DamagedBlockError || error instanceof RangeError || error instanceof SyntaxError)
      )
        throw error;
      this.#lose(series, info, { fromMs: info.fromMs, toMs: info.toMs + info.stepMs });
      return undefined;
    }
  }
}

function keyOf(seriesId: number, stepMs: number): string {
  return `${seriesId} ${stepMs}`;
}

function infoSeal(info: BlockName & { readonly id: number }, fields: string): number {
  const { id, seriesId, stepMs, fromMs, toMs, rows } = info;
  return sealOf(`${id}/${seriesId}/${stepMs}/${fromMs}/${toMs}/${rows}/${fields}`);
}

function prepareAll(db: DatabaseSync) {
  const columns =
    'id, series_id AS seriesId, step_ms AS stepMs, from_ms AS fromMs, to_ms AS toMs, rows, fields, seal';
  return {
    list: db.prepare(`SELECT ${columns} FROM block WHERE series_id = ? AND step_ms = ? ORDER BY from_ms`),
    nextId: db.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM block'),
    add: db.prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    addPart: db.prepare('INSERT OR REPLACE INTO part VALUES (?, ?)'),
    part: db.prepare('SELECT data FROM part WHERE id = ?'),
    delete: db.prepare('DELETE FROM block WHERE id = ?'),
    deleteLost: db.prepare(
      'DELETE FROM block WHERE id = ? AND series_id = ? AND step_ms = ? AND from_ms = ?',
    ),
    deleteParts: db.prepare('DELETE FROM part WHERE id >= ? AND id < ?'),
    setAside: db.prepare('UPDATE block SET step_ms = -1 - step_ms WHERE id = ?'),
  };
}
