import type { ExchangeId, InstrumentKey } from '../../core/ids.ts';
import { HOUR_MS } from '../../core/units.ts';
import type { SeriesKind } from '../catalogue.ts';
import { mayTakePart } from '../sums.ts';
import type { Piece, PieceLine } from './rangePiece.ts';

/** A column of a range: an exchange, or one of its feeds or expiries where these are never joined. */
export interface RangeColumn {
  readonly exchange: ExchangeId;
  readonly feed: string | undefined;
  /** Of a level or a ratio: the one that speaks for its exchange. */
  readonly instrument?: InstrumentKey;
}

/** A column and the lines that it is made of. */
export interface MadeColumn extends RangeColumn {
  readonly members: ReadonlySet<string>;
}

/** An instrument whose newest step lies further back than this, or one step, behind its exchange's newest has ended. */
const ENDED_MS = 2 * HOUR_MS;

interface Extent {
  readonly line: PieceLine;
  lastMs: number;
  count: number;
}

/**
 * Decides over a whole range, seen piece by piece, which instruments speak for their exchange, by the rules of `joinParts`: of
 * those that have not ended all add up, of a level or a ratio the one with the most values speaks. Readings of instruments that
 * have bars are left out.
 */
export class LineBook {
  readonly #extents = new Map<string, Extent>();

  note({ firstMs, lines }: Piece, stepMs: number): void {
    for (const line of lines) {
      const extent = this.#extents.get(line.key) ?? { line, lastMs: -Infinity, count: 0 };
      this.#extents.set(line.key, extent);
      const { values } = line;
      // A loop, as below: this is run for every value of a range.
      for (let at = 0; at < values.length; at += 1) {
        if (Number.isNaN(values[at])) continue;
        extent.lastMs = firstMs + at * stepMs;
        extent.count += 1;
      }
    }
  }

  /** Returns the columns, ascending by exchange and feed. */
  columns(kind: SeriesKind, stepMs: number): MadeColumn[] {
    const known = [...this.#extents.values()].filter(({ count }) => count > 0);
    const withBars = new Set(known.flatMap(({ line }) => (line.isReading ? [] : line.instrument)));
    const counted = known
      .filter(({ line }) => !line.isReading || !withBars.has(line.instrument))
      .sort((a, b) => (a.line.key < b.line.key ? -1 : 1));
    const groups = Map.groupBy(counted, ({ line }) => `${line.exchange} ${line.feed ?? ''}`);
    return [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, own]): MadeColumn[] => {
        const newestMs = own.reduce((most, { lastMs }) => Math.max(most, lastMs), -Infinity);
        const running = own.filter(({ lastMs }) => lastMs >= newestMs - Math.max(stepMs, ENDED_MS));
        const speaker = running.reduce((a, b) => (b.count > a.count ? b : a));
        const members = kind === 'adds-up' ? running : [speaker];
        const { exchange, feed, instrument } = speaker.line;
        const spoken = kind === 'adds-up' ? {} : { instrument };
        return [{ exchange, feed, ...spoken, members: new Set(members.map(({ line }) => line.key)) }];
      });
  }
}

/** Returns the values of a column in a piece: of several instruments the sum where all of them are known. */
export function columnIn({ lines }: Piece, { members }: MadeColumn, steps: number): Float64Array {
  const own = lines.filter(({ key }) => members.has(key));
  const [first, ...others] = own;
  if (first === undefined || own.length < members.size) return new Float64Array(steps).fill(Number.NaN);
  if (others.length === 0) return first.values;
  return first.values.map((value, at) =>
    others.reduce((sum, { values }) => sum + (values[at] ?? Number.NaN), value),
  );
}

/** Returns what stands beside the values of a column, of which one line speaks. */
export function besideIn({ lines }: Piece, { members }: MadeColumn): readonly Float64Array[] {
  return lines.find(({ key }) => members.has(key))?.beside ?? [];
}

/** What has been seen of a column. */
export interface ColumnExtent {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The label of the value before the last. */
  readonly beforeMs: number;
  readonly total: number;
}

export const NO_EXTENT: ColumnExtent = { count: 0, firstMs: Infinity, lastMs: -Infinity, beforeMs: -Infinity, total: 0 }; // prettier-ignore

/** Returns an extent with the values of a further piece. */
export function extended(
  extent: ColumnExtent,
  values: Float64Array,
  firstMs: number,
  stepMs: number,
): ColumnExtent {
  // prettier-ignore
  let { count, firstMs: first, lastMs, beforeMs, total } = extent;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const label = firstMs + at * stepMs;
    if (count === 0) first = label;
    beforeMs = lastMs;
    lastMs = label;
    count += 1;
    total += value;
  }
  return { count, firstMs: first, lastMs, beforeMs, total };
}

/** A sum over exchanges, like for like. */
export interface RangeSum {
  /** The exchanges that are added up, in order; fewer than two are no sum, and nothing is stated. */
  readonly exchanges: readonly ExchangeId[];
  readonly leftOut: readonly { readonly exchange: ExchangeId; readonly reason: string }[];
  /** The part of the usual total that these exchanges hold, 0..1. */
  readonly share: number;
  readonly endMs: number;
}

/**
 * Decides which exchanges are added up from the first label on, as `newestAlignedSum` does: those that have the last step (one
 * before it, where more have that), half of the steps and hardly a hole. No hole is carried on.
 */
export function sumOver(
  columns: readonly (RangeColumn & { readonly extent: ColumnExtent })[],
  stepMs: number,
): RangeSum {
  const firstMs = columns.reduce((least, { extent }) => Math.min(least, extent.firstMs), Infinity);
  const newestMs = columns.reduce((most, { extent }) => Math.max(most, extent.lastMs), -Infinity);
  const reasonAt = (endMs: number, extent: ColumnExtent): string | undefined => {
    const steps = (endMs - firstMs) / stepMs + 1;
    const known = extent.count - (extent.lastMs > endMs ? 1 : 0);
    const span = (endMs - extent.firstMs) / stepMs + 1;
    if (extent.lastMs !== endMs && extent.beforeMs !== endMs) return 'no value at the last step';
    if (known < steps / 2) return 'values of fewer than half of the steps';
    return mayTakePart(known, span, steps / 2) ? undefined : 'too many holes';
  };
  const counted = (endMs: number): number =>
    columns.filter(({ extent }) => reasonAt(endMs, extent) === undefined).length;
  const endMs = counted(newestMs - stepMs) > counted(newestMs) ? newestMs - stepMs : newestMs;
  const usual = (list: typeof columns): number =>
    list.reduce((sum, { extent }) => sum + (extent.count > 0 ? extent.total / extent.count : 0), 0);
  const members = columns.filter(({ extent }) => reasonAt(endMs, extent) === undefined);
  const whole = usual(columns);
  return {
    exchanges: members.map(({ exchange }) => exchange),
    leftOut: columns.flatMap(({ exchange, extent }) => {
      const reason = reasonAt(endMs, extent);
      return reason === undefined ? [] : [{ exchange, reason }];
    }),
    share: whole > 0 ? usual(members) / whole : 1,
    endMs,
  };
}
