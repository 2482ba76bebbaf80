import { HOUR_MS } from './units.ts';

/**
 * How fast a value can change. `step`: the factor within an hour; over longer times it grows with the power `growth` of the
 * hours, so that a collapse over days is no mistake.
 */
export interface Pace {
  readonly step: number;
  readonly growth: number;
}

/**
 * What an amount or a price can do between two rows. `floor`: what lies below it counts as equal to it, since a market of
 * a few dollars can do anything. `zero`: how many floors a market must be worth for a sudden 0 to be doubted.
 */
export interface Limits extends Pace {
  readonly floor: number;
  readonly zero: number;
}

/** A value that is known to be right, at its time. */
export interface Anchor {
  readonly atMs: number;
  readonly value: number;
}

export type Verdict = 'plausible' | 'zero' | 'jump';

export interface Judged {
  /** One for each value. */
  readonly verdicts: readonly Verdict[];
  /** The series holds two levels, and nothing tells which is the right one; the verdicts then judge neither. */
  readonly isUndecided: boolean;
}

/** What the series is judged by, besides itself. */
export interface Evidence {
  readonly anchor?: Anchor | undefined;
  /** Something else says that nothing is traded or held any more: then a 0 is a measurement. */
  readonly isEmpty?: boolean;
}

/** Neighbours on a level. `to` is exclusive. */
interface Run {
  readonly from: number;
  to: number;
  readonly isZero: boolean;
  weight: number;
  rows: number;
}

/** Weight of an anchor, beyond that of any number of rows. */
const CERTAIN = 1e9;
/** Zeros never outvote numbers: they are what is written where there is none. */
const ZERO_WEIGHT = 1e-3;
/** Of a step that is possible only because of the time between. Twice this is more than a row: a single row there and back is a slip. */
const RARE_STEP_COST = 0.6;
/** How many runs back a run looks for its predecessor. */
const LOOK_BACK = 64;
/** So many rows at the newest end may be a slip; more of them may as well be a new scale. */
const MAX_SLIP_ROWS = 24;

/**
 * Judges the values of one series by their neighbours; `timesMs` ascends, values are not negative. The values are cut
 * into runs whose neighbours differ by less than `step`. Of all ways through the runs that make no impossible step, the
 * one that keeps most rows (and the anchor) is taken for the market; what it leaves out are zeros and jumps. Without an
 * anchor, runs at an end are left out only where they are few against the rest: two halves of different scale are
 * undecided.
 */
export function judgeLevels(
  timesMs: readonly number[],
  values: readonly number[],
  limits: Limits,
  { anchor, isEmpty = false }: Evidence = {},
): Judged {
  const line = withAnchor(timesMs, values, limits.floor, anchor);
  const runs = runsOf(line, limits);
  const last = runs.at(-1);
  if (last === undefined || (runs.length === 1 && !last.isZero)) return all(values.length, 'plausible');
  const hasEmptied = isEmpty && last.isZero;
  if (hasEmptied) last.weight = last.rows;
  if (runs.length === 1) return all(values.length, hasEmptied ? 'plausible' : 'zero');
  const chosen = heaviestPath(runs, line, limits, hasEmptied);
  const isUndecided = anchor === undefined && isSplit(runs, chosen, line, limits);
  const hasLevel = hasEmptied || runs.some((run, index) => chosen.has(index) && !run.isZero);
  const verdicts: Verdict[] = [];
  for (const [index, run] of runs.entries()) {
    const isKept = chosen.has(index) && hasLevel;
    const verdict = isKept ? 'plausible' : run.isZero ? 'zero' : isUndecided ? 'plausible' : 'jump';
    for (let at = run.from; at < run.to; at += 1) if (at !== line.anchorAt) verdicts.push(verdict);
  }
  return { verdicts, isUndecided };
}

/** Returns whether a value can have become another one within a time; neither is zero. */
export function isReachable(
  from: Anchor,
  to: Anchor,
  { floor, ...pace }: Pace & Pick<Limits, 'floor'>,
): boolean {
  const change = Math.abs(Math.log(Math.max(from.value, floor) / Math.max(to.value, floor)));
  return change <= longestStep(pace, Math.abs(to.atMs - from.atMs));
}

/** The logarithm of the largest factor by which a value can change within a time. */
export const longestStep = ({ step, growth }: Pace, elapsedMs: number): number =>
  Math.log(step) + growth * Math.log(Math.max(1, elapsedMs / HOUR_MS));

const all = (count: number, verdict: Verdict): Judged => ({
  verdicts: Array.from({ length: count }, () => verdict),
  isUndecided: false,
});

interface Line {
  readonly timesMs: readonly number[];
  /** Logarithms; of what lies below the floor, that of the floor. */
  readonly logs: readonly number[];
  readonly isZero: readonly boolean[];
  readonly anchorAt: number;
}

function withAnchor(
  timesMs: readonly number[],
  values: readonly number[],
  floor: number,
  anchor: Anchor | undefined,
): Line {
  const line = { timesMs: [...timesMs], logs: [] as number[], isZero: [] as boolean[], anchorAt: -1 };
  const least = Math.max(floor, Number.MIN_VALUE);
  for (const value of values) {
    line.logs.push(Math.log(Math.max(value, least)));
    line.isZero.push(value === 0);
  }
  if (anchor === undefined) return line;
  let at = timesMs.length;
  while (at > 0 && (timesMs[at - 1] ?? 0) > anchor.atMs) at -= 1;
  line.timesMs.splice(at, 0, anchor.atMs);
  line.logs.splice(at, 0, Math.log(Math.max(anchor.value, least)));
  line.isZero.splice(at, 0, anchor.value === 0);
  return { ...line, anchorAt: at };
}

function runsOf(line: Line, { step }: Pick<Limits, 'step'>): Run[] {
  const runs: Run[] = [];
  const soft = Math.log(step);
  for (const [index, log] of line.logs.entries()) {
    const isZero = line.isZero[index] === true;
    let run = runs.at(-1);
    const isNear = Math.abs(log - (line.logs[index - 1] ?? log)) <= soft;
    if (run?.isZero !== isZero || !isNear) {
      run = { from: index, to: index, isZero, weight: 0, rows: 0 };
      runs.push(run);
    }
    run.to = index + 1;
    const isAnchor = index === line.anchorAt;
    run.rows += isAnchor ? 0 : 1;
    run.weight += isAnchor ? CERTAIN : isZero ? ZERO_WEIGHT : 1;
  }
  return runs;
}

/** What it costs to go from one run to a later one; undefined where the market cannot have done it. */
function costOf(before: Run, after: Run, line: Line, limits: Limits): number | undefined {
  const change = Math.abs((line.logs[after.from] ?? 0) - (line.logs[before.to - 1] ?? 0));
  if (before.isZero && after.isZero) return 0;
  if (before.isZero || after.isZero) return change <= Math.log(limits.zero) ? 0 : undefined;
  if (change <= Math.log(limits.step)) return 0;
  // Rows between that are left out give the market no time: else leaving more of them out would make any step possible.
  const timeAt = (index: number): number => line.timesMs[index] ?? 0;
  const elapsedMs = Math.max(
    timeAt(before.to) - timeAt(before.to - 1),
    timeAt(after.from) - timeAt(after.from - 1),
  );
  return change <= longestStep(limits, elapsedMs) ? RARE_STEP_COST : undefined;
}

/** Returns the indices of the runs on the way that keeps most. A market that has emptied may end from any level. */
function heaviestPath(runs: readonly Run[], line: Line, limits: Limits, hasEmptied: boolean): Set<number> {
  const best: number[] = [];
  const previous: number[] = [];
  let last = 0;
  for (const [index, run] of runs.entries()) {
    let [gain, from] = [0, -1];
    const isEnd = hasEmptied && index === runs.length - 1;
    for (let other = index - 1; other >= Math.max(0, index - LOOK_BACK); other -= 1) {
      const before = runs[other];
      if (before === undefined) continue;
      const cost = isEnd ? 0 : costOf(before, run, line, limits);
      const sum = (best[other] ?? 0) - (cost ?? Number.POSITIVE_INFINITY);
      if (sum > gain) [gain, from] = [sum, other];
    }
    best.push(gain + run.weight);
    previous.push(from);
    if ((best[index] ?? 0) >= (best[last] ?? 0)) last = index;
  }
  const chosen = new Set<number>();
  for (let at = last; at >= 0; at = previous[at] ?? -1) chosen.add(at);
  return chosen;
}

/** Returns whether what the way leaves out at an end is too much to be a slip. Zeros are no level of their own. */
function isSplit(runs: readonly Run[], chosen: ReadonlySet<number>, line: Line, limits: Limits): boolean {
  const kept = [...chosen];
  const [first, last] = [Math.min(...kept), Math.max(...kept)];
  const others = [...runs.entries()].filter(([index, run]) => !run.isZero && !chosen.has(index));
  const before = others.filter(([index]) => index < first).map(([, run]) => run);
  const after = others.filter(([index]) => index > last).map(([, run]) => run);
  const count = (list: readonly Run[]): number => list.reduce((sum, run) => sum + run.rows, 0);
  const inside = count(runs.filter((run, index) => chosen.has(index) && !run.isZero));
  const [early, late] = [before.at(-1), after[0]];
  // Where both ends are on one level, it may be the middle that has slipped.
  const isBridged =
    early !== undefined && late !== undefined && costOf(early, late, line, limits) !== undefined;
  if (isBridged && (count(before) + count(after)) * 2 > inside) return true;
  return count(before) * 2 > inside || count(after) * 2 > inside || count(after) > MAX_SLIP_ROWS;
}
