import { columnRows, decodeColumnInto, decodePlacesInto, encodeColumn } from './columnCodec.ts';
import { sealOf } from './seal.ts';
import type { SeriesRows } from './seriesRows.ts';

/** What a part of a block belongs to. It is part of the part's checksum: a part of another block is no part of this one. */
export interface BlockName {
  readonly seriesId: number;
  readonly stepMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: number;
}

/** Thrown for a part that is not what was written. */
export class DamagedBlockError extends Error {}

/** What a part begins with: its checksum (u32), then the length of what follows (u32). */
const PREFIX_BYTES = 8;
/** The name under which times, receipts and rests stand; no field is called so. */
const FRAME = '';
const UTF8 = new TextDecoder();

function nameOf({ seriesId, stepMs, fromMs, toMs, rows }: BlockName, field: string): string {
  return `${seriesId}/${stepMs}/${fromMs}/${toMs}/${rows}/${field}`;
}

/** Writes what a part begins with into the bytes that are left for it. */
function seal(name: BlockName, field: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sealOf(bytes.subarray(PREFIX_BYTES), sealOf(nameOf(name, field))), true);
  view.setUint32(4, bytes.length - PREFIX_BYTES, true);
  return bytes;
}

function open(name: BlockName, field: string, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined || bytes.length < PREFIX_BYTES) throw new DamagedBlockError('a part is missing');
  // Columns of doubles are read in place.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const body = aligned.subarray(PREFIX_BYTES);
  const view = new DataView(aligned.buffer, aligned.byteOffset);
  const isSound =
    view.getUint32(4, true) === body.length &&
    view.getUint32(0, true) === sealOf(body, sealOf(nameOf(name, field)));
  if (!isSound) throw new DamagedBlockError('the checksum of a part is wrong');
  return body;
}

/** Returns the part with the values of one field. */
export function encodeField(name: BlockName, field: string, values: Float64Array): Uint8Array {
  return seal(name, field, encodeColumn(values, PREFIX_BYTES));
}

function openField(name: BlockName, field: string, bytes: Uint8Array | undefined): Uint8Array {
  const body = open(name, field, bytes);
  if (columnRows(body) !== name.rows) throw new DamagedBlockError('a part has other rows');
  return body;
}

/** Writes the values of a field into `target` from `offset` on. Throws a DamagedBlockError. */
export function decodeFieldInto(
  name: BlockName,
  field: string,
  bytes: Uint8Array | undefined,
  target: Float64Array,
  offset: number,
): void {
  decodeColumnInto(openField(name, field, bytes), target, offset);
}

/** As `decodeFieldInto`, of some rows alone. */
export function decodeFieldPlacesInto(
  name: BlockName,
  field: string,
  bytes: Uint8Array | undefined,
  places: readonly number[],
  target: Float64Array,
  offset: number,
): void {
  decodePlacesInto(openField(name, field, bytes), places, target, offset);
}

type Frame = Pick<SeriesRows, 'atMs' | 'receivedAtMs' | 'rests' | 'restOf'>;

/** Returns the part with times, receipts and rests: four lengths (u32), the two columns, and JSON of texts and runs. */
export function encodeFrame(name: BlockName, { atMs, receivedAtMs, rests, restOf }: Frame): Uint8Array {
  const runs: number[] = [];
  for (let from = 0, to = 0; from < restOf.length; from = to) {
    const place = restOf[from] ?? 0;
    while (to < restOf.length && restOf[to] === place) to += 1;
    runs.push(place, to - from);
  }
  const used = [...new Set(runs.filter((_, index) => index % 2 === 0))];
  const renamed = runs.map((value, index) => (index % 2 === 0 ? used.indexOf(value) : value));
  const text = new TextEncoder().encode(
    JSON.stringify({ rests: used.map((place) => rests[place] ?? '{}'), runs: renamed }),
  );
  const [times, receipts] = [encodeColumn(atMs), encodeColumn(receivedAtMs)];
  const lengths = Uint32Array.of(times.length, receipts.length, text.length, 0);
  const pieces = [new Uint8Array(lengths.buffer), times, receipts, text];
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, PREFIX_BYTES));
  let at = PREFIX_BYTES;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return seal(name, FRAME, bytes);
}

/** What a frame holds: its two columns as they are written, and what rows hold beside numbers. */
export interface OpenFrame {
  readonly times: Uint8Array;
  readonly receipts: Uint8Array;
  readonly rests: readonly string[];
  /** Place in `rests` and number of rows in turn. */
  readonly runs: readonly number[];
  readonly bytes: number;
}

/** Returns what a frame holds. Throws a DamagedBlockError. */
export function openFrame(name: BlockName, bytes: Uint8Array | undefined): OpenFrame {
  const body = open(name, FRAME, bytes);
  const view = new DataView(body.buffer, body.byteOffset);
  const [times, receipts] = [view.getUint32(0, true), view.getUint32(4, true)];
  const piece = (from: number, length: number): Uint8Array => body.subarray(from, from + length);
  if (columnRows(piece(16, times)) !== name.rows) throw new DamagedBlockError('a block has other rows');
  const text = UTF8.decode(piece(16 + times + receipts, view.getUint32(8, true)));
  const { rests, runs } = JSON.parse(text) as { readonly rests: string[]; readonly runs: number[] };
  return {
    times: piece(16, times),
    receipts: piece(16 + times, receipts),
    rests,
    runs,
    bytes: body.length,
  };
}

/** Writes times and receipts of a frame into columns from `offset` on. */
export function decodeFrameInto(
  { times, receipts }: OpenFrame,
  { atMs, receivedAtMs }: Pick<SeriesRows, 'atMs' | 'receivedAtMs'>,
  offset: number,
): void {
  decodeColumnInto(times, atMs, offset);
  decodeColumnInto(receipts, receivedAtMs, offset);
}
