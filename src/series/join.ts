import type { ExchangeId, InstrumentKey } from '../core/ids.ts';
import { HOUR_MS } from '../core/units.ts';
import type { SeriesKind } from './catalogue.ts';
import type { ColumnsByExchange, StepColumn } from './hours.ts';

/** The values of one stored series of an instrument. */
export interface ValuedPart {
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly column: StepColumn;
  /** Of readings: how far from the label each was read, in ms. Bars stand at their label. */
  readonly awayMs?: Float64Array | undefined;
}

/** An instrument whose newest step lies further back than this, or one step, behind its exchange's newest has ended. */
const ENDED_MS = 2 * HOUR_MS;

/**
 * Joins parts, all on one grid, to one column per exchange. Several parts of an instrument are one line: of readings the
 * one nearest to the label counts, of bars and of equals that of the endpoint last by name. Then instruments are joined
 * as `kind` says, of those that have not ended: amounts add up where all of them are known, so that no step of a sum is
 * that of a contract which came or went; of a price or a ratio the instrument with the most values speaks. Ascending by
 * exchange.
 */
export function joinParts(parts: readonly ValuedPart[], kind: SeriesKind): ColumnsByExchange {
  const lines = linesOf(parts);
  const byExchange = Map.groupBy(lines, ({ exchange }) => exchange);
  const sorted = [...byExchange].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    sorted.map(([exchange, own]) => [exchange, kind === 'adds-up' ? sumOf(own) : speakerOf(own)]),
  );
}

interface Line {
  readonly exchange: ExchangeId;
  readonly column: StepColumn;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** One line per instrument, by name; instruments without a value are left out. */
function linesOf(parts: readonly ValuedPart[]): Line[] {
  const byInstrument = Map.groupBy(parts, ({ instrument }) => instrument);
  const sorted = [...byInstrument].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, own]): Line[] => {
    const [first] = own;
    if (first === undefined) return [];
    const column = own.length === 1 ? first.column : merged(own);
    const extent = extentOf(column.values);
    return extent.count === 0 ? [] : [{ exchange: first.exchange, column, ...extent }];
  });
}

function merged(parts: readonly ValuedPart[]): StepColumn {
  const inOrder = parts.toSorted((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
  const [{ column }] = inOrder as [ValuedPart];
  const values = new Float64Array(column.values.length).fill(Number.NaN);
  const away = new Float64Array(values.length).fill(Infinity);
  for (const part of inOrder) {
    const distances = part.awayMs;
    for (const [at, value] of part.column.values.entries()) {
      const awayMs = distances?.[at] ?? 0;
      if (Number.isNaN(value) || awayMs > (away[at] ?? Infinity)) continue;
      values[at] = value;
      away[at] = awayMs;
    }
  }
  return { ...column, values };
}

function extentOf(values: Float64Array): { first: number; last: number; count: number } {
  let [first, last, count] = [-1, -1, 0];
  for (let at = 0; at < values.length; at += 1) {
    if (Number.isNaN(values[at])) continue;
    if (first < 0) first = at;
    last = at;
    count += 1;
  }
  return { first, last, count };
}

function sumOf(lines: readonly Line[]): StepColumn {
  const [only, ...others] = running(lines) as [Line, ...Line[]];
  if (others.length === 0) return only.column;
  const values = only.column.values.map((value, at) =>
    others.reduce((sum, { column }) => sum + (column.values[at] ?? Number.NaN), value),
  );
  return { ...only.column, values };
}

function speakerOf(lines: readonly Line[]): StepColumn {
  return running(lines).reduce((a, b) => (b.count > a.count ? b : a)).column;
}

/** The lines of instruments that have not ended. */
function running(lines: readonly Line[]): readonly Line[] {
  const newest = lines.reduce((most, { last }) => Math.max(most, last), -1);
  return lines.filter(({ column, last }) => last >= newest - Math.max(1, ENDED_MS / column.stepMs));
}
