import {
  decodeFieldInto,
  decodeFieldPlacesInto,
  decodeFrameInto,
  type BlockName,
  type OpenFrame,
} from './blockCodec.ts';
import type { SeriesRows } from './seriesRows.ts';

/** Where a block stands in the file; its rows are those of one series, of no other block's time. */
export interface BlockInfo extends BlockName {
  readonly id: number;
  readonly fields: readonly string[];
}

/** Reads blocks of one series, ascending, straight into columns that hold all of them. */
export class RowsBuilder {
  readonly #atMs: Float64Array;
  readonly #receivedAtMs: Float64Array;
  readonly #restOf: Uint32Array;
  readonly #places = new Map<string, number>();
  readonly #columns: Record<string, Float64Array> = {};
  #length = 0;

  /** `fields`: those to read; all without. */
  constructor(infos: readonly BlockInfo[], fields: readonly string[] | undefined) {
    const rows = infos.reduce((sum, info) => sum + info.rows, 0);
    this.#atMs = new Float64Array(rows);
    this.#receivedAtMs = new Float64Array(rows);
    this.#restOf = new Uint32Array(rows);
    for (const info of infos)
      for (const field of info.fields)
        if (fields === undefined || fields.includes(field)) this.#columns[field] ??= new Float64Array(rows);
  }

  /** Adds a block; `part` gives the bytes of one of its fields. Throws a DamagedBlockError, and has added nothing then. */
  add(info: BlockInfo, frame: OpenFrame, part: (place: number) => Uint8Array | undefined): void {
    const start = this.#length;
    for (const field in this.#columns) {
      const [column, place] = [this.#columns[field] ?? new Float64Array(), info.fields.indexOf(field)];
      if (place === -1) column.fill(Number.NaN, start, start + info.rows);
      else decodeFieldInto(info, field, part(1 + place), column, start);
    }
    const target = { atMs: this.#atMs, receivedAtMs: this.#receivedAtMs };
    decodeFrameInto(frame, target, start);
    const { rests, runs } = frame;
    let row = start;
    for (let run = 0; run < runs.length; run += 2) {
      const end = row + (runs[run + 1] ?? 0);
      const place = this.#placeOf(rests[runs[run] ?? 0] ?? '{}');
      // Also of what a damaged block may have left.
      this.#restOf.fill(place, row, end);
      row = end;
    }
    this.#length += info.rows;
  }

  /** All rows that were added. */
  done(): SeriesRows {
    const cut = <T extends Float64Array | Uint32Array>(column: T): T =>
      this.#length === column.length ? column : (column.subarray(0, this.#length) as T);
    const columns: Record<string, Float64Array> = {};
    for (const field in this.#columns) columns[field] = cut(this.#columns[field] ?? new Float64Array());
    return {
      atMs: cut(this.#atMs),
      receivedAtMs: cut(this.#receivedAtMs),
      rests: [...this.#places.keys()],
      restOf: cut(this.#restOf),
      columns,
    };
  }

  #placeOf(rest: string): number {
    const known = this.#places.get(rest);
    if (known !== undefined) return known;
    this.#places.set(rest, this.#places.size);
    return this.#places.size - 1;
  }
}

/** Returns the fields of rows by their places, ascending, among all rows of the blocks. Throws a DamagedBlockError. */
export function pickFields(
  infos: readonly BlockInfo[],
  places: readonly number[],
  part: (info: BlockInfo, place: number) => Uint8Array | undefined,
): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  let [start, done] = [0, 0];
  for (const info of infos) {
    const own: number[] = [];
    for (let index = done; (places[index] ?? Infinity) < start + info.rows; index += 1)
      own.push((places[index] ?? 0) - start);
    if (own.length > 0)
      info.fields.forEach((field, index) => {
        const column = (columns[field] ??= new Float64Array(places.length).fill(Number.NaN));
        decodeFieldPlacesInto(info, field, part(info, 1 + index), own, column, done);
      });
    done += own.length;
    start += info.rows;
  }
  return columns;
}
