import { basisFraction } from '../core/basis.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { LinesSum, SeriesLine } from '../series/range/seriesLines.ts';
import type { ShownLine } from './shownLines.ts';

/** A line without the series that it is made of. */
type Line = Pick<SeriesLine, 'firstMs' | 'values'>;

/**
 * Returns what `of` makes of two lines at each label of the first, from both values at that very label: NaN where one of them has
 * none there, for nothing is carried over from another label.
 */
export function madeOfBoth(
  { firstMs, values }: Line,
  other: Line,
  stepMs: number,
  of: (value: number, otherValue: number) => number,
): Float64Array {
  const ahead = (firstMs - other.firstMs) / stepMs;
  return values.map((value, at) => of(value, other.values[at + ahead] ?? Number.NaN));
}

/** How far perpetuals stand over spot pairs, and of whom that cannot be said. */
export interface OverSpot {
  readonly lines: readonly ShownLine[];
  /** Their prices are in two currencies, or the currency of one is not known. */
  readonly otherQuote: readonly ExchangeId[];
}

/**
 * Returns perpetual / spot − 1 of each exchange, a fraction, of closes of the same step in the same quote currency (definitions.md
 * §4: rate = F/S − 1). A dollar coin against another is no distance of a price: such an exchange has no line.
 */
export function overSpot(
  perpetuals: readonly ShownLine[],
  spots: readonly ShownLine[],
  stepMs: number,
): OverSpot {
  const otherQuote: ExchangeId[] = [];
  const lines = perpetuals.flatMap((line): ShownLine[] => {
    const spot = spots.find(({ id }) => id === line.id);
    if (spot === undefined) return [];
    if (line.quoteAsset === undefined || line.quoteAsset !== spot.quoteAsset) {
      otherQuote.push(line.id);
      return [];
    }
    const of = (value: number, other: number): number => basisFraction(value, other) ?? Number.NaN;
    return [{ ...line, values: madeOfBoth(line, spot, stepMs, of) }];
  });
  return { lines, otherQuote };
}

/** The part of spot in what is traded, and whom it is of. */
export interface SpotShare {
  readonly lines: readonly SeriesLine[];
  /** The exchanges that the aggregate is of, on both sides; none where fewer than two can take part. */
  readonly exchanges: readonly ExchangeId[];
  /** Those that have one of the two alone. */
  readonly oneSided: readonly ExchangeId[];
  /** Those that have both and are not in the aggregate: there are holes in one. */
  readonly leftOut: readonly ExchangeId[];
}

/**
 * Returns spot / (spot + futures) of each exchange that has both, 0..1, as the metric `spot-volume-share` has it, by the step. The
 * aggregate is of the same exchanges on both sides: those that the like-for-like sums of both count. A label at which one side of
 * one of them lacks is a gap.
 */
export function spotShareLines(
  spots: readonly SeriesLine[],
  futures: readonly SeriesLine[],
  sums: readonly LinesSum[],
  stepMs: number,
): SpotShare {
  const isOwn = ({ id }: SeriesLine): boolean => id !== 'aggregate';
  const [spot, future] = [spots.filter(isOwn), futures.filter(isOwn)];
  const ids = (lines: readonly SeriesLine[]): ExchangeId[] => lines.map(({ id }) => id);
  const both = ids(spot).filter((id) => ids(future).includes(id));
  const members = both.filter((id) => sums.length === 2 && sums.every(({ exchanges }) => exchanges.includes(id)));
  const exchanges = members.length > 1 ? members : [];
  const of = (part: number, rest: number): number => part / (part + rest);
  const shareOf = (line: SeriesLine, other: Line | undefined): SeriesLine[] =>
    other === undefined ? [] : [{ ...line, values: madeOfBoth(line, other, stepMs, of) }];
  const sumOf = (lines: readonly SeriesLine[]): SeriesLine | undefined =>
    total(lines.filter(({ id }) => exchanges.includes(id)), stepMs);
  const [spotSum, futureSum] = [sumOf(spot), sumOf(future)];
  return {
    lines: [
      ...spot.flatMap((line) => shareOf(line, future.find(({ id }) => id === line.id))),
      ...(spotSum === undefined ? [] : shareOf({ ...spotSum, id: 'aggregate' }, futureSum)),
    ],
    exchanges,
    oneSided: [...new Set([...ids(spot), ...ids(future)])].filter((id) => !both.includes(id)),
    leftOut: both.filter((id) => !exchanges.includes(id)),
  };
} // prettier-ignore

/** The sum of lines at each label that the first of them has; NaN where one has none. */
function total([first, ...others]: readonly SeriesLine[], stepMs: number): SeriesLine | undefined {
  return others.reduce<SeriesLine | undefined>(
    (sum, line) => sum && { ...sum, values: madeOfBoth(sum, line, stepMs, (value, other) => value + other) },
    first,
  );
}
