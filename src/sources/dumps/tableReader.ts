import type { BadKind } from './cells.ts';
import type { DumpFormat, DumpName, RowSlot } from './dumpFormat.ts';
import { LabelledRows } from './labelledRows.ts';
import { dumpError } from './limits.ts';

/** The rows of one series, and the labels of those that could not be used. */
export interface SeriesRows {
  readonly venueSymbol: string;
  readonly series: string;
  readonly rows: LabelledRows;
}

const MOST_SHOWN = 10;
/** Instruments times series that one file may be about: more are no market. */
const MOST_SERIES = 20_000;

/** Reads the lines of a dump file by its format into rows by series, and counts what cannot be used. */
export class TableReader {
  readonly series = new Map<string, SeriesRows>();
  /** By symbol, the labels of rows that were bad after their label was read. */
  readonly badAtMs = new Map<string, number[]>();
  readonly bad: Partial<Record<BadKind, number>> = {};
  readonly firstBad: { line: number; kind: BadKind }[] = [];
  rows = 0;
  unwanted = 0;
  jittered = 0;
  microseconds = 0;
  readonly #format: DumpFormat;
  readonly #file: DumpName;
  readonly #fileName: string;
  readonly #wants: (venueSymbol: string) => boolean;
  readonly #slot: RowSlot;
  /** Where each of the format's columns stands in a line; undefined: as the format lists them. */
  #places: readonly number[] | undefined;
  #width: number | undefined;

  constructor(format: DumpFormat, file: DumpName, fileName: string, wants: (venueSymbol: string) => boolean) {
    this.#format = format;
    this.#file = file;
    this.#fileName = fileName;
    this.#wants = wants;
    const values = new Float64Array(format.numbers.length);
    this.#slot = {
      key: 0,
      atMs: 0,
      symbol: undefined,
      series: '',
      values,
      isMicroseconds: false,
      isJittered: false,
    };
  }

  /** Begins with another table of the file: it has a header of its own, or none. */
  begin(): void {
    this.#places = undefined;
    this.#width = undefined;
  }

  take(cells: readonly string[], line: number): void {
    if (this.#width === undefined && this.#takeHeader(cells)) return;
    this.#width ??= this.#needed();
    this.rows += 1;
    const kind = cells.length === this.#width ? this.#takeRow(cells) : 'cells';
    if (kind === undefined) return;
    this.bad[kind] = (this.bad[kind] ?? 0) + 1;
    if (this.firstBad.length < MOST_SHOWN) this.firstBad.push({ line, kind });
  }

  /** How many cells a line without a header has. */
  #needed(): number {
    return this.#format.cells.length - (this.#format.mayLack?.length ?? 0);
  }

  #takeHeader(cells: readonly string[]): boolean {
    // Old headers name a column twice, in English and Chinese.
    const names = cells.map(
      (cell) =>
        cell
          .replace(/^\uFEFF/, '')
          .split('/')[0]
          ?.trim()
          .toLowerCase() ?? '',
    );
    const { cells: known, mayLack } = this.#format;
    if (!names.some((name) => known.includes(name))) return false;
    const places = known.map((name) => names.indexOf(name));
    const lacking = known.filter((name, index) => places[index] === -1 && mayLack?.includes(name) !== true);
    if (lacking.length > 0)
      throw dumpError(
        this.#fileName,
        `its header lacks ${lacking.join(', ')}: it is no file of ${this.#format.id}`,
      );
    // Where all stand as the format lists them, no list has to be made of them for each row.
    const isAsListed = cells.length === places.length && places.every((place, index) => place === index);
    this.#places = isAsListed ? undefined : places;
    this.#width = cells.length;
    return true;
  }

  #takeRow(cells: readonly string[]): BadKind | undefined {
    const slot = this.#slot;
    slot.symbol = undefined;
    slot.series = '';
    slot.key = Number.NaN;
    slot.isMicroseconds = slot.isJittered = false;
    slot.values.fill(Number.NaN);
    const bad = this.#format.read(this.#places?.map((place) => cells[place]) ?? cells, slot, this.#file);
    const own = this.#file.venueSymbol;
    const venueSymbol = slot.symbol ?? own;
    // Rows that are not wanted are told apart first: what is wrong with them is nobody's business.
    if (own === undefined && venueSymbol !== undefined && !this.#wants(venueSymbol)) {
      this.unwanted += 1;
      return undefined;
    }
    if (venueSymbol === undefined || (own !== undefined && venueSymbol !== own)) return 'other-symbol';
    if (bad !== undefined) {
      if (Number.isNaN(slot.key)) return bad;
      const known = this.badAtMs.get(venueSymbol);
      if (known !== undefined) known.push(slot.key);
      else if (this.badAtMs.size < MOST_SERIES) this.badAtMs.set(venueSymbol, [slot.key]);
      return bad;
    }
    if (slot.isJittered) this.jittered += 1;
    if (slot.isMicroseconds) this.microseconds += 1;
    this.#rowsOf(venueSymbol, slot.series).add(slot.key, slot.atMs, slot.values);
    return undefined;
  }

  #rowsOf(venueSymbol: string, series: string): LabelledRows {
    const name = `${venueSymbol} ${series}`;
    const known = this.series.get(name);
    if (known !== undefined) return known.rows;
    if (this.series.size >= MOST_SERIES)
      throw dumpError(this.#fileName, `it is about more than ${MOST_SERIES} series, which is refused`);
    const rows = new LabelledRows(this.#format.numbers.length);
    this.series.set(name, { venueSymbol, series, rows });
    return rows;
  }
}
