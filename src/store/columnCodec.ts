/**
 * One column of numbers as bytes, exact to the bit. NaN stands for an absent value. Layout, little-endian, docs/store.md:
 * form, exponent, width and whether values are absent (a byte each), rows (u32), first (f64); then, where values are
 * absent, a bit per row (1 = present) up to a multiple of 8 bytes; then what the form says.
 */

/** All present values are the first. */
const SAME = 0;
/** Value i is first + i × step; the step follows as f64. */
const EVEN = 1;
/** Value i is an integer over 10 ^ exponent; first is the first integer, then differences of `width` bytes follow. */
const DELTAS = 2;
/** The values themselves, f64. */
const DOUBLES = 3;

const HEADER_BYTES = 16;
const MOST_DECIMALS = 15;
const POWERS = Float64Array.from({ length: MOST_DECIMALS + 1 }, (_, index) => Number(`1e${index}`));

interface Decimals {
  exponent: number;
  /** The smallest and the greatest difference of two neighbours. */
  lowest: number;
  highest: number;
}

/**
 * Returns the bytes of a column behind `reserved` bytes (a multiple of 8) that are the caller's. Values are finite, or NaN
 * where absent.
 */
export function encodeColumn(values: Float64Array, reserved = 0): Uint8Array<ArrayBuffer> {
  const present = presentOf(values);
  const bitmapBytes = present === values ? 0 : Math.ceil(values.length / 64) * 8;
  const bytes = encodePresent(present, reserved, reserved + HEADER_BYTES + bitmapBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(reserved + 3, present === values ? 0 : 1);
  view.setUint32(reserved + 4, values.length, true);
  if (bitmapBytes > 0) writeBitmap(values, bytes.subarray(reserved + HEADER_BYTES));
  return bytes;
}

function writeBitmap(values: Float64Array, bitmap: Uint8Array): void {
  for (let row = 0; row < values.length; row += 1)
    if (values[row] === values[row]) bitmap[row >> 3] = (bitmap[row >> 3] ?? 0) | (1 << (row & 7));
}

/** Returns how many rows a column has. */
export function columnRows(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(4, true);
}

/** Writes the values of a column into `target` from `offset` on; throws a RangeError where the bytes are no column. */
export function decodeColumnInto(bytes: Uint8Array, target: Float64Array, offset: number): void {
  const view = viewOf(bytes);
  const rows = view.getUint32(4, true);
  const out = target.subarray(offset, offset + rows);
  if (out.length !== rows) throw new RangeError('a column is longer than its block');
  if (view.getUint8(3) === 0) return decodePresent(bytes, view, HEADER_BYTES, out);
  const count = (row: number): number => ((bytes[HEADER_BYTES + (row >> 3)] ?? 0) >> (row & 7)) & 1;
  let present = 0;
  for (let row = 0; row < rows; row += 1) present += count(row);
  const packed = new Float64Array(present);
  decodePresent(bytes, view, HEADER_BYTES + Math.ceil(rows / 64) * 8, packed);
  for (let row = 0, at = 0; row < rows; row += 1)
    out[row] = count(row) === 1 ? (packed[at++] ?? Number.NaN) : Number.NaN;
}

/** Writes the values of some rows, ascending, into `target` from `offset` on; cheaper than all of them. */
export function decodePlacesInto(
  bytes: Uint8Array,
  places: readonly number[],
  target: Float64Array,
  offset: number,
): void {
  const view = viewOf(bytes);
  if (view.getUint8(0) === DELTAS && view.getUint8(3) === 0 && view.getUint8(2) !== 6)
    return decodeDeltaPlaces(bytes, view, places, target, offset);
  const values = decodeColumn(bytes);
  places.forEach((place, index) => (target[offset + index] = values[place] ?? Number.NaN));
}

function decodeDeltaPlaces(
  bytes: Uint8Array,
  view: DataView,
  places: readonly number[],
  target: Float64Array,
  offset: number,
): void {
  const power = POWERS[bytes[1] ?? 0] ?? 1;
  const from = bytes.byteOffset + HEADER_BYTES;
  const low = deltasIn(bytes.buffer, from, bytes[2] ?? 0, view.getUint32(4, true) - 1);
  let integer = view.getFloat64(8, true);
  let row = 0;
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0;
    for (; row < place; row += 1) integer += low[row] ?? 0;
    target[offset + index] = integer / power;
  }
}

/** Returns the values of a column. */
export function decodeColumn(bytes: Uint8Array): Float64Array {
  const values = new Float64Array(columnRows(bytes));
  decodeColumnInto(bytes, values, 0);
  return values;
}

/** The column itself where no value is absent. */
function presentOf(values: Float64Array): Float64Array {
  for (let row = 0; row < values.length; row += 1)
    if (values[row] !== values[row]) return values.filter((value) => value === value);
  return values;
}

function encodePresent(values: Float64Array, at: number, start: number): Uint8Array<ArrayBuffer> {
  const first = values[0] ?? 0;
  const second = values[1] ?? first;
  if (isSame(values)) return begin(SAME, at, start, 0, first);
  const step = second - first;
  if (isEven(values, first, step)) {
    const bytes = begin(EVEN, at, start, 8, first);
    new DataView(bytes.buffer).setFloat64(start, step, true);
    return bytes;
  }
  const decimals = decimalsOf(values);
  const packed = decimals && encodeDeltas(decimals, values.length, at, start);
  if (packed !== undefined) return packed;
  const bytes = begin(DOUBLES, at, start, values.length * 8, 0);
  new Float64Array(bytes.buffer, start).set(values);
  return bytes;
}

function begin(
  form: number,
  at: number,
  start: number,
  length: number,
  first: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(start + Math.ceil(length / 8) * 8);
  bytes[at] = form;
  new DataView(bytes.buffer).setFloat64(at + 8, first, true);
  return bytes;
}

function isSame(values: Float64Array): boolean {
  const first = values[0];
  for (let row = 1; row < values.length; row += 1) if (!Object.is(values[row], first)) return false;
  return true;
}

/** What is decoded is the same expression, so that equal here is equal there. */
function isEven(values: Float64Array, first: number, step: number): boolean {
  for (let row = 0; row < values.length; row += 1)
    if (!Object.is(values[row], first + row * step)) return false;
  return true;
}

/** Integers of the column that is encoded: one piece of memory for all, because columns are encoded one after the other. */
let integers = new Float64Array(4_096);

/**
 * The values as integers over one power of ten, as exchanges write them. A quotient of two integers below 2^53 is the
 * number nearest to the decimal, which is what its text was read as; whatever differs in a bit goes as it is.
 */
function decimalsOf(values: Float64Array): Decimals | undefined {
  if (integers.length < values.length) integers = new Float64Array(2 * values.length);
  const decimals: Decimals = { exponent: 0, lowest: 0, highest: 0 };
  for (;;) {
    const failed = firstNotExact(values, decimals);
    if (failed === -1) return decimals;
    const value = values[failed] ?? 0;
    do decimals.exponent += 1;
    while (decimals.exponent <= MOST_DECIMALS && !isExact(value, POWERS[decimals.exponent] ?? 1));
    if (decimals.exponent > MOST_DECIMALS) return undefined;
  }
}

function isExact(value: number, power: number): boolean {
  const integer = Math.round(value * power);
  return integer / power === value && Math.abs(integer) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0);
}

/** Fills `integers` and the reach of their differences up to the first value that is no such integer. */
function firstNotExact(values: Float64Array, decimals: Decimals): number {
  const { length } = values;
  const power = POWERS[decimals.exponent] ?? 1;
  let [lowest, highest] = [0, 0];
  let before = Math.round((values[0] ?? 0) * power);
  for (let row = 0; row < length; row += 1) {
    const value = values[row] ?? 0;
    const integer = Math.round(value * power);
    if (integer / power !== value || integer > 9007199254740991 || integer < -9007199254740991) return row;
    if (integer === 0 && Object.is(value, -0)) return row;
    integers[row] = integer;
    const delta = integer - before;
    if (delta < lowest) lowest = delta;
    if (delta > highest) highest = delta;
    before = integer;
  }
  decimals.lowest = lowest;
  decimals.highest = highest;
  return -1;
}

function encodeDeltas(
  { exponent, lowest, highest }: Decimals,
  rows: number,
  at: number,
  start: number,
): Uint8Array<ArrayBuffer> | undefined {
  const reach = Math.max(highest, -1 - lowest);
  const width = reach < 2 ** 7 ? 1 : reach < 2 ** 15 ? 2 : reach < 2 ** 31 ? 4 : reach < 2 ** 47 ? 6 : 8;
  if (width === 8) return undefined;
  const count = rows - 1;
  const bytes = begin(DELTAS, at, start, count * width, integers[0] ?? 0);
  bytes[at + 1] = exponent;
  bytes[at + 2] = width;
  const low = deltasIn(bytes.buffer, start, width, count);
  for (let row = 0; row < count; row += 1) low[row] = (integers[row + 1] ?? 0) - (integers[row] ?? 0);
  if (width !== 6) return bytes;
  const high = new Int16Array(bytes.buffer, start + count * 4, count);
  for (let row = 0; row < count; row += 1)
    high[row] = Math.floor(((integers[row + 1] ?? 0) - (integers[row] ?? 0)) / 2 ** 32);
  return bytes;
}

type Deltas = Int8Array | Int16Array | Int32Array | Uint32Array;

function deltasIn(buffer: ArrayBufferLike, start: number, width: number, length: number): Deltas {
  if (width === 1) return new Int8Array(buffer, start, length);
  if (width === 2) return new Int16Array(buffer, start, length);
  return width === 4 ? new Int32Array(buffer, start, length) : new Uint32Array(buffer, start, length);
}

function decodePresent(bytes: Uint8Array, view: DataView, start: number, out: Float64Array): void {
  const first = view.getFloat64(8, true);
  switch (view.getUint8(0)) {
    case SAME:
      out.fill(first);
      return;
    case EVEN: {
      const step = view.getFloat64(start, true);
      const { length } = out;
      for (let row = 0; row < length; row += 1) out[row] = first + row * step;
      return;
    }
    case DELTAS:
      decodeDeltas(bytes, start, first, out);
      return;
    case DOUBLES:
      out.set(new Float64Array(bytes.buffer, bytes.byteOffset + start, out.length));
      return;
    default:
      throw new RangeError('a column is of an unknown form');
  }
}

function decodeDeltas(bytes: Uint8Array, start: number, first: number, out: Float64Array): void {
  const power = POWERS[bytes[1] ?? 0] ?? 1;
  const width = bytes[2] ?? 0;
  const count = out.length - 1;
  const from = bytes.byteOffset + start;
  const low = deltasIn(bytes.buffer, from, width, count);
  let integer = first;
  out[0] = integer / power;
  if (width !== 6) {
    // By itself, because it is most of what a chart waits for.
    for (let row = 0; row < count; row += 1) {
      integer += low[row] as number;
      out[row + 1] = integer / power;
    }
    return;
  }
  const high = new Int16Array(bytes.buffer, from + count * 4, count);
  for (let row = 0; row < count; row += 1) {
    integer += (low[row] ?? 0) + (high[row] ?? 0) * 2 ** 32;
    out[row + 1] = integer / power;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length < HEADER_BYTES) throw new RangeError('a column is too short');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
