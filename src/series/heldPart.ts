import type { ExchangeId, InstrumentKey } from '../core/ids.ts';
import type { StoredColumns } from '../store/historyStore.ts';
import { endsBetween } from '../store/row.ts';
import { runMsOf } from '../store/stepWays.ts';
import { labelOfReading, stepOf } from './hours.ts';
import type { Incoming } from './incoming.ts';
import type { List } from './lists.ts';

/**
 * One stored series on the grid of its step: place `i` is the step `firstMs + i × stepMs`. Never written to: what is new
 * makes a new part, so that whoever reads one keeps what was read.
 */
export interface HeldPart {
  readonly key: string;
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly shared: StoredColumns['shared'];
  readonly firstMs: number;
  readonly stepMs: number;
  /** NaN where there is no row. */
  readonly receivedAtMs: Float64Array;
  /** Of readings their own time; NaN where only the label is known. */
  readonly readAtMs: Float64Array;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** How the rows stand in time: at their own times, or at labels, as the store's roll-ups have them. */
export type Timing = 'own-times' | 'labels';

/** What became of rows that were taken in. */
export interface Applied {
  readonly part: HeldPart;
  /** A reading came for a step of which it is not known when its reading was read. */
  readonly isUnsure: boolean;
}

/**
 * Returns a part with further rows of its series, as a store keeps them: a bar that was received later takes the
 * place of the one before if it states something else, or is the first to know that it has ended; of readings the one nearest to the label counts, of equals the one
 * received later. Rows before `fromMs` are left out. `siblings` are the other parts of the same instrument and endpoint.
 */
export function withRows(
  part: HeldPart | undefined,
  rows: Incoming,
  list: List,
  timing: Timing,
  fromMs: number,
): Applied | undefined {
  const labels = labelsOf(rows, list, timing);
  // An exchange's days may begin at another hour than midnight: they stay where they are. What fits into no step is none.
  const phase = timing === 'labels' ? 0 : (part?.firstMs ?? labels[0] ?? 0) % list.stepMs;
  const isKept = (label: number): boolean => label >= fromMs && label % list.stepMs === phase;
  let [first, last] = [Infinity, -Infinity];
  for (const label of labels)
    if (isKept(label)) [first, last] = [Math.min(first, label), Math.max(last, label)];
  if (first > last) return part === undefined ? undefined : { part, isUnsure: false };
  const grown = grownPart(part, rows, list, first, last, fromMs);
  let isUnsure = false;
  for (const [row, label] of labels.entries()) {
    if (!isKept(label)) continue;
    const at = (label - grown.firstMs) / list.stepMs;
    const verdict = list.isReading
      ? ofReading(grown, at, rows, row, label, timing)
      : ofBar(grown, at, rows, row, runMsOf(list));
    if (verdict === 'unsure') isUnsure = true;
    if (verdict === 'takes its place') write(grown, at, rows, row, timing === 'own-times');
  }
  return { part: grown, isUnsure };
}

/** Returns a part without the steps that are stated by newer rows of another part of the same instrument and endpoint. */
export function withoutReplaced(part: HeldPart, newer: HeldPart): HeldPart {
  const offset = (newer.firstMs - part.firstMs) / part.stepMs;
  const replaced: number[] = [];
  for (const [at, receivedAtMs] of newer.receivedAtMs.entries()) {
    const own = part.receivedAtMs[at + offset];
    if (own !== undefined && own < receivedAtMs) replaced.push(at + offset);
  }
  return without(part, replaced);
}

function without(part: HeldPart, places: readonly number[]): HeldPart {
  if (places.length === 0) return part;
  const copy = copyOf(part);
  for (const at of places) for (const column of allOf(copy)) column[at] = Number.NaN;
  return copy;
}

/** The two parts of one instrument and endpoint, each without the steps that the other one stands for. */
export interface Settled {
  readonly parts: readonly [HeldPart, HeldPart];
  /** Both have a reading of a step, and of one it is not known when it was read. */
  readonly isUnsure: boolean;
}

/**
 * Returns two parts of readings of the same instrument and endpoint, of which one counts a step, as in the store's
 * roll-ups: the nearest to the label, whatever it says beside its numbers. Of equal ones that of `newest` has come last.
 */
export function nearerOf(before: HeldPart, newest: HeldPart): Settled {
  const offset = (newest.firstMs - before.firstMs) / before.stepMs;
  const [lostBefore, lostNewest]: [number[], number[]] = [[], []];
  let isUnsure = false;
  for (let at = Math.max(0, -offset); at < newest.receivedAtMs.length; at += 1) {
    const [one, other] = [readingAt(before, at + offset), readingAt(newest, at)];
    if (one === undefined || other === undefined) continue;
    if (Number.isNaN(one.atMs) || Number.isNaN(other.atMs)) isUnsure = true;
    // Until the step is read anew, what the store has chosen stays.
    const isOther = !Number.isNaN(one.atMs) && standsFor(other, one, newest.firstMs + at * newest.stepMs);
    if (isOther) lostBefore.push(at + offset);
    else lostNewest.push(at);
  }
  return { parts: [without(before, lostBefore), without(newest, lostNewest)], isUnsure };
}

/** Returns the label of the last place with a row. */
export function lastLabelOf({ firstMs, stepMs, receivedAtMs }: HeldPart): number {
  return firstMs + receivedAtMs.findLastIndex((value) => !Number.isNaN(value)) * stepMs;
}

/** Returns a part without the steps before `fromMs`. */
export function trimmed(part: HeldPart, fromMs: number): HeldPart {
  const steps = Math.floor((fromMs - part.firstMs) / part.stepMs);
  if (steps <= 0) return part;
  const cut = (column: Float64Array): Float64Array => column.slice(steps);
  return mapped({ ...part, firstMs: part.firstMs + steps * part.stepMs }, cut);
}

function labelsOf(rows: Incoming, { isReading, stepMs }: List, timing: Timing): Float64Array {
  if (timing === 'labels') return rows.atMs;
  return rows.atMs.map((atMs) => (isReading ? labelOfReading(atMs, stepMs) : stepOf(atMs)));
}

type Verdict = 'takes its place' | 'stays out' | 'unsure';

function ofBar(part: HeldPart, at: number, rows: Incoming, row: number, runMs: number): Verdict {
  const receivedAtMs = part.receivedAtMs[at] ?? Number.NaN;
  if (Number.isNaN(receivedAtMs)) return 'takes its place';
  const laterMs = rows.receivedAtMs[row] ?? 0;
  const isNew = (): boolean =>
    !statesTheSame(part, at, rows, row) || endsBetween(rows.atMs[row] ?? 0, runMs, receivedAtMs, laterMs);
  return laterMs > receivedAtMs && isNew() ? 'takes its place' : 'stays out';
}

function ofReading(
  part: HeldPart,
  at: number,
  rows: Incoming,
  row: number,
  label: number,
  timing: Timing,
): Verdict {
  const receivedAtMs = part.receivedAtMs[at] ?? Number.NaN;
  if (Number.isNaN(receivedAtMs) || timing === 'labels') return 'takes its place';
  const before = part.readAtMs[at] ?? Number.NaN;
  if (Number.isNaN(before)) return 'unsure';
  const reading = { atMs: rows.atMs[row] ?? 0, receivedAtMs: rows.receivedAtMs[row] ?? 0 };
  if (reading.atMs === before) return ofBar(part, at, rows, row, 0);
  return standsFor(reading, { atMs: before, receivedAtMs }, label) ? 'takes its place' : 'stays out';
}

interface Reading {
  readonly atMs: number;
  readonly receivedAtMs: number;
}

function readingAt({ receivedAtMs, readAtMs }: HeldPart, at: number): Reading | undefined {
  const received = receivedAtMs[at] ?? Number.NaN;
  return Number.isNaN(received) ? undefined : { atMs: readAtMs[at] ?? Number.NaN, receivedAtMs: received };
}

/**
 * Whether a reading stands for a step instead of another one, as in the store: the nearest to its label; of equally near
 * ones the one received later, then the one of later; of two of one time the first one, unless the second was received later.
 */
function standsFor(reading: Reading, before: Reading, label: number): boolean {
  const [away, awayBefore] = [Math.abs(reading.atMs - label), Math.abs(before.atMs - label)];
  if (away !== awayBefore) return away < awayBefore;
  if (reading.receivedAtMs !== before.receivedAtMs) return reading.receivedAtMs > before.receivedAtMs;
  return reading.atMs > before.atMs;
}

function statesTheSame(part: HeldPart, at: number, rows: Incoming, row: number): boolean {
  return Object.entries(part.columns).every(([name, column]) =>
    Object.is(column[at] ?? Number.NaN, rows.columns[name]?.[row] ?? Number.NaN),
  );
}

function write(part: HeldPart, at: number, rows: Incoming, row: number, isOwnTime: boolean): void {
  part.receivedAtMs[at] = rows.receivedAtMs[row] ?? Number.NaN;
  part.readAtMs[at] = isOwnTime ? (rows.atMs[row] ?? Number.NaN) : Number.NaN;
  for (const name in part.columns) {
    const column = part.columns[name];
    if (column !== undefined) column[at] = rows.columns[name]?.[row] ?? Number.NaN;
  }
}

/** A copy that reaches over the steps from `first` to `last` as well, and not further back than `fromMs`. */
function grownPart(
  part: HeldPart | undefined,
  { key, exchange, instrument, endpoint, shared }: Incoming,
  { stepMs, fields }: List,
  first: number,
  last: number,
  fromMs: number,
): HeldPart {
  if (part === undefined) {
    const empty = (): Float64Array => new Float64Array((last - first) / stepMs + 1).fill(Number.NaN);
    const columns = Object.fromEntries(fields.map((name) => [name, empty()]));
    const names = { key, exchange, instrument, endpoint, shared };
    return { ...names, firstMs: first, stepMs, receivedAtMs: empty(), readAtMs: empty(), columns };
  }
  const kept = trimmed(part, fromMs);
  const firstMs = Math.min(first, kept.firstMs);
  const before = (kept.firstMs - firstMs) / stepMs;
  const length = Math.max((last - firstMs) / stepMs + 1, before + kept.receivedAtMs.length);
  return mapped({ ...kept, firstMs }, (column) => {
    const copy = new Float64Array(length).fill(Number.NaN);
    copy.set(column, before);
    return copy;
  });
}

const copyOf = (part: HeldPart): HeldPart => mapped(part, (column) => column.slice());

const allOf = ({ receivedAtMs, readAtMs, columns }: HeldPart): Float64Array[] => [
  ...[receivedAtMs, readAtMs],
  ...Object.values(columns),
];

function mapped(part: HeldPart, change: (column: Float64Array) => Float64Array): HeldPart {
  const columns = Object.entries(part.columns).map(([name, column]) => [name, change(column)]);
  return {
    ...part,
    receivedAtMs: change(part.receivedAtMs),
    readAtMs: change(part.readAtMs),
    columns: Object.fromEntries(columns) as Record<string, Float64Array>,
  };
}
