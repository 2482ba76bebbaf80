import { knownHole } from './knownHoles.ts';

/** A stretch of a file without rows, epoch ms, `toMs` exclusive. It stays one: nothing is interpolated. */
export interface Hole {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * `contradiction`: rows of its labels say different things; `bad-rows`: rows were there and could not be used; `known`: everybody
   * lacks it (`source` says who reported it); `missing`: nothing more is known.
   */
  readonly cause: 'missing' | 'known' | 'bad-rows' | 'contradiction';
  readonly source?: string;
}

/** What holes are found by. */
export interface Expected {
  readonly format: string;
  readonly symbol: string;
  /** The period of the file. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How far before each row the one before it is due, ms; NaN where nothing is known. */
  readonly stepMs: Float64Array;
  /** Labels whose rows were not kept. */
  readonly badAtMs: readonly number[];
  readonly conflictsAtMs: readonly number[];
}

/** Returns the holes of a series over the whole period of its file, in order of time. `keys` ascend. */
export function holesOf(keys: Float64Array, expected: Expected): Hole[] {
  const { fromMs, toMs, stepMs } = expected;
  const holes: Hole[] = [];
  const add = (from: number, to: number): void => {
    holes.push({ fromMs: from, toMs: to, ...causeOf(from, to, expected) });
  };
  if (keys.length === 0) return [{ fromMs, toMs, ...causeOf(fromMs, toMs, expected) }];
  const first = keys[0] ?? fromMs;
  if (first - fromMs > 0.5 * (stepMs[0] ?? Number.NaN)) add(fromMs, first);
  for (let row = 1; row < keys.length; row += 1) {
    const [before, own, step] = [keys[row - 1] ?? 0, keys[row] ?? 0, stepMs[row] ?? Number.NaN];
    if (own - before > 1.5 * step) add(before + step, own);
  }
  const [last, step] = [keys.at(-1) ?? fromMs, stepMs.at(-1) ?? Number.NaN];
  if (toMs - last > 1.5 * step) add(last + step, toMs);
  return holes;
}

function causeOf(
  fromMs: number,
  toMs: number,
  { format, symbol, badAtMs, conflictsAtMs }: Expected,
): Pick<Hole, 'cause' | 'source'> {
  const isIn = (atMs: number): boolean => atMs >= fromMs && atMs < toMs;
  if (conflictsAtMs.some(isIn)) return { cause: 'contradiction' };
  if (badAtMs.some(isIn)) return { cause: 'bad-rows' };
  const known = knownHole(format, symbol, fromMs, toMs);
  return known === undefined ? { cause: 'missing' } : { cause: 'known', source: known.source };
}
