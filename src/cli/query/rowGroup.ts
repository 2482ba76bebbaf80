import { hasRow, numbersIn, type RowColumn, type RowPiece, type RowShape } from './rowShape.ts';

/** Rows of one group: so many are held, whatever the length of the range. */
export const GROUP_ROWS = 65_536;

/** What a reader passes a group over by: the least and the greatest value, and how many rows have none. */
export interface ColumnStatistics {
  readonly min_value: bigint | number | string | undefined;
  readonly max_value: bigint | number | string | undefined;
  readonly null_count: bigint;
  readonly nan_count?: bigint;
}

/** A column of a group as the writer takes it. */
export interface GroupColumn {
  readonly name: string;
  readonly data: unknown[] | Float64Array;
  readonly encoding?: 'PLAIN';
  readonly statistics: ColumnStatistics;
}

/** Rows of a Parquet file as columns, held until a group of them is full. Values go from column to column: no row is an object. */
export class RowGroup {
  readonly #columns: readonly RowColumn[];
  readonly #shape: RowShape;
  readonly #onFull: () => void;
  readonly #times: bigint[] = [];
  readonly #exchanges: string[] = [];
  readonly #feeds: string[] = [];
  /** One array for each column of numbers, in their order. */
  readonly #numbers: readonly Float64Array[];
  readonly #named: readonly string[];
  #rows = 0;

  /** `onFull` is called whenever no further row has room, and takes them. */
  constructor(columns: readonly RowColumn[], shape: RowShape, onFull: () => void) {
    this.#columns = columns;
    this.#shape = shape;
    this.#onFull = onFull;
    this.#named = columns.filter(({ type }) => type === 'number').map(({ name }) => name);
    this.#numbers = this.#named.map(() => new Float64Array(GROUP_ROWS));
  }

  /** Takes the rows of a piece, by time, then by line; returns how many there are. */
  add({ firstMs, stepMs, steps, lines }: RowPiece): number {
    const { valueName } = this.#shape;
    const taken = lines.map((line) => ({
      line,
      numbers: this.#named.map((name) => numbersIn(line, name, valueName)),
    }));
    let added = 0;
    for (let at = 0; at < steps; at += 1) {
      // One for all rows of a step: to make one takes longer than the rest of a row.
      const time = BigInt(firstMs + at * stepMs);
      for (const { line, numbers } of taken) {
        if (!hasRow(line, at)) continue;
        const row = this.#rows;
        this.#times[row] = time;
        this.#exchanges[row] = line.exchange;
        this.#feeds[row] = line.feed;
        for (let place = 0; place < numbers.length; place += 1) {
          const data = this.#numbers[place];
          if (data !== undefined) data[row] = numbers[place]?.[at] ?? Number.NaN;
        }
        this.#rows += 1;
        added += 1;
        if (this.#rows === GROUP_ROWS) this.#onFull();
      }
    }
    return added;
  }

  /** Gives away the rows that wait, as columns that hold until the next row comes; none where there are none. */
  take(): GroupColumn[] {
    const rows = this.#rows;
    this.#rows = 0;
    return rows === 0 ? [] : this.#columns.map((column) => this.#columnOf(column, rows));
  }

  #columnOf({ name, type }: RowColumn, rows: number): GroupColumn {
    if (type === 'time') return timesOf(name, this.#times.slice(0, rows));
    if (type === 'number') {
      const data = this.#numbers[this.#named.indexOf(name)] ?? new Float64Array(rows).fill(Number.NaN);
      return numbersOf(name, data.subarray(0, rows));
    }
    if (name === 'source') return textsOf(name, new Array<string>(rows).fill(this.#shape.source));
    return textsOf(name, (name === 'exchange' ? this.#exchanges : this.#feeds).slice(0, rows));
  }
}

/** Times ascend: the first and the last bound them. */
function timesOf(name: string, data: bigint[]): GroupColumn {
  return { name, data, statistics: { min_value: data[0], max_value: data.at(-1), null_count: 0n } };
}

/** Texts in the order of their bytes, as the format wants them; hardly any are different. */
function textsOf(name: string, data: string[]): GroupColumn {
  const texts = Array.from(new Set(data), (text) => ({ text, bytes: Buffer.from(text, 'utf8') }));
  texts.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const statistics = { min_value: texts[0]?.text, max_value: texts.at(-1)?.text, null_count: 0n };
  return { name, data, statistics };
}

/** A dictionary would take -0 for 0. */
function numbersOf(name: string, values: Float64Array): GroupColumn {
  let [least, most, absent] = [Infinity, -Infinity, 0];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) absent += 1;
    else {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  const hasAny = absent < values.length;
  const statistics: ColumnStatistics = {
    // The format wants zeros to bound both of their signs.
    min_value: hasAny ? (least === 0 ? -0 : least) : undefined,
    max_value: hasAny ? (most === 0 ? 0 : most) : undefined,
    ...{ null_count: BigInt(absent), nan_count: 0n },
  };
  return { name, data: absent === 0 ? values : withAbsent(values), encoding: 'PLAIN', statistics };
}

function withAbsent(values: Float64Array): (number | undefined)[] {
  const data = new Array<number | undefined>(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row];
    data[row] = value === value ? value : undefined;
  }
  return data;
}
