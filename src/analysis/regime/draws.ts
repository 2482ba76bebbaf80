import { normalFrom, seededRandom } from '../noise/random.ts';
import { ASPECT_NAMES, ASPECTS, type Aspect, type Aspects } from './aspects.ts';

/** Makes up what is not known from what is usual given what is: the same draws for the same inputs. */

/** What the draws are about: the four that go together, and the size of liquidations, which goes with the size of the move. */
const JOINT = ['price', 'flow', 'forceSide', 'positions'] as const satisfies readonly Aspect[];
/** Measured on days of BTC and SOL (binance-btcusdt-1h, binance-solusdt-1h), beyond three usual sizes taken as three. */
const CORRELATIONS: readonly (readonly number[])[] = [
  [1, 0.76, 0.79, 0.23],
  [0.76, 1, 0.77, 0.15],
  [0.79, 0.77, 1, 0.14],
  [0.23, 0.15, 0.14, 1],
];
/** Standard deviations of the same, in robust spreads: tails are heavy, and a share is bounded. */
const DEVIATIONS: readonly number[] = [1.1, 0.95, 0.86, 1.1];
/** Size of liquidations = SIZE_AT_REST + SIZE_PER_MOVE × |price|, with a deviation of 1, all in usual sizes. */
const SIZE_AT_REST = -0.6;
const SIZE_PER_MOVE = 0.8;
/** What is closed by force is a part of open interest: a usual size more of it goes with so much less (BTC and SOL). */
const POSITIONS_PER_FORCE = -0.25;
/** What is further out is taken as this far where others are drawn from it. */
const MOST = 2.5;
const PAIRS = 100;

export interface Draw {
  readonly aspects: Aspects;
  /** How well the draw fits what is known. */
  readonly weight: number;
}

interface Normals {
  readonly joint: readonly number[];
  readonly size: number;
  readonly doubt: Readonly<Record<Aspect, number>>;
}

/** Drawn once. Each stands beside its mirror image, so that long and short are judged alike. */
const NORMALS: readonly Normals[] = normals();

/**
 * Returns 200 ways in which things may stand: what is known within its doubts, and what is not known drawn from what is usual
 * with it. `precision` is how exactly a reading is taken, in usual sizes.
 */
export function drawsOf(known: Aspects, doubts: Aspects, precision = 0): Draw[] {
  const isWhole = [...JOINT, 'forceSize' as const].every((aspect) => known[aspect] !== undefined);
  if (isWhole && precision === 0 && Object.values(doubts).every((doubt) => doubt === 0))
    return [{ aspects: known, weight: 1 }];
  return NORMALS.map((normal) => {
    const aspects: Partial<Record<Aspect, number>> = {};
    for (const aspect of ASPECT_NAMES) {
      const value = known[aspect];
      if (value === undefined) continue;
      aspects[aspect] = value + Math.hypot(doubts[aspect] ?? 0, precision) * normal.doubt[aspect];
    }
    fillJoint(aspects, known, normal);
    const usual = SIZE_AT_REST + SIZE_PER_MOVE * Math.min(MOST, Math.abs(aspects.price ?? 0));
    const isPriceDrawn = known.price === undefined;
    const weight =
      known.forceSize === undefined || !isPriceDrawn
        ? 1
        : Math.exp(-((Math.min(MOST, known.forceSize) - usual) ** 2) / 2);
    aspects.forceSize ??= usual + normal.size;
    return { aspects, weight };
  });
}

/** Draws the unknown of the four one after the other, each from those before it. */
function fillJoint(aspects: Partial<Record<Aspect, number>>, known: Aspects, { joint }: Normals): void {
  const given: number[] = [];
  for (const [index, aspect] of JOINT.entries()) if (known[aspect] !== undefined) given.push(index);
  for (const [index, aspect] of JOINT.entries()) {
    if (known[aspect] !== undefined) continue;
    const { mean, deviation } = conditional(index, given, (other) => {
      const value = aspects[JOINT[other] ?? 'price'] ?? 0;
      return Math.max(-MOST, Math.min(MOST, value)) / (DEVIATIONS[other] ?? 1);
    });
    const closed = aspect === 'positions' ? POSITIONS_PER_FORCE * (known.forceSize ?? 0) : 0;
    aspects[aspect] = (DEVIATIONS[index] ?? 1) * (mean + deviation * (joint[index] ?? 0)) + closed;
    given.push(index);
  }
}

const SOLVED = new Map<string, { readonly weights: readonly number[]; readonly deviation: number }>();

/** Mean and deviation of one given others. The weights only depend on which are given, and are kept. */
function conditional(
  index: number,
  given: readonly number[],
  valueOf: (other: number) => number,
): { mean: number; deviation: number } {
  const key = `${index}|${given.join()}`;
  const correlation = (a: number, b: number): number => CORRELATIONS[a]?.[b] ?? 0;
  let solved = SOLVED.get(key);
  if (solved === undefined) {
    const weights = solve(
      given.map((a) => given.map((b) => correlation(a, b))),
      given.map((a) => correlation(a, index)),
    );
    const explained = given.reduce((sum, a, at) => sum + (weights[at] ?? 0) * correlation(a, index), 0);
    solved = { weights, deviation: Math.sqrt(Math.max(0, 1 - explained)) };
    SOLVED.set(key, solved);
  }
  const { weights, deviation } = solved;
  return { mean: given.reduce((sum, other, at) => sum + (weights[at] ?? 0) * valueOf(other), 0), deviation };
}

/** Solves a small symmetric system by elimination. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    const own = rows[pivot] ?? [];
    const head = own[pivot] ?? 1;
    for (let at = pivot; at <= size; at += 1) own[at] = (own[at] ?? 0) / head;
    for (const [index, row] of rows.entries()) {
      if (index === pivot) continue;
      const factor = row[pivot] ?? 0;
      for (let at = pivot; at <= size; at += 1) row[at] = (row[at] ?? 0) - factor * (own[at] ?? 0);
    }
  }
  return rows.map((row) => row[size] ?? 0);
}

function normals(): Normals[] {
  const normal = normalFrom(seededRandom(10));
  return Array.from({ length: PAIRS }, () => {
    const joint = JOINT.map(normal);
    const size = normal();
    const doubt = Object.fromEntries(ASPECT_NAMES.map((aspect) => [aspect, normal()])) as Record<
      Aspect,
      number
    >;
    const mirrored = Object.fromEntries(
      ASPECT_NAMES.map((aspect) => [aspect, ASPECTS[aspect].isMirrored ? -doubt[aspect] : doubt[aspect]]),
    ) as Record<Aspect, number>;
    const otherSide = JOINT.map((aspect, at) => (ASPECTS[aspect].isMirrored ? -1 : 1) * (joint[at] ?? 0));
    return [
      { joint, size, doubt },
      { joint: otherSide, size, doubt: mirrored },
    ];
  }).flat();
}
