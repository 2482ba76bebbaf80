import { DAY_MS } from '../../../core/units.ts';
import { streamOf, uniformAt } from '../random.ts';
import type { DumpPeriod } from './periods.ts';
import { NO_DEFECTS, type DumpDefects } from './table.ts';

/** Which defects rows of a kind of file have. Of all files a later issue states some rows otherwise. */
export interface DefectProfile {
  /** The spacing of rows in ms, and how far after it the first one stands. */
  readonly stepMs: number;
  readonly offsetMs?: number;
  /** Rows are missing and stand twice. */
  readonly hasHoles?: boolean;
  readonly hasJitter?: boolean;
  /** Columns beside the label that may be without a number. */
  readonly absentColumns?: readonly number[];
}

/** How many days of a hundred have each, and at most how many rows of theirs. */
const CHANCES = { missing: 0.2, repeated: 0.3, jittered: 0.4, absent: 0.15 } as const;
const MOST = { missing: 8, repeated: 3, jittered: 12, absent: 3, revised: 3 } as const;
/** A day of fewer rows would lose too much of itself. */
const LEAST_ROWS = 24;

/**
 * Returns the defects of a file, made from a seed and a name day by day, so that the file of a month has those of its days.
 * No row has two. A later issue has its holes filled and its repeats gone, and states up to three rows of a day otherwise.
 */
export function drawDefects(
  seed: number,
  name: string,
  { fromMs, toMs }: DumpPeriod,
  profile: DefectProfile,
  issue: number,
): DumpDefects {
  const { hasHoles, hasJitter, absentColumns } = profile;
  const isClean = issue === 0 && hasHoles !== true && hasJitter !== true && absentColumns === undefined;
  if (isClean) return NO_DEFECTS;
  const days: DumpDefects[] = [];
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS)
    days.push(dayOf(streamOf(seed, `defects/${name}/${dayMs}/${issue}`), dayMs, profile, issue));
  return {
    missing: days.flatMap((day) => day.missing),
    repeated: days.flatMap((day) => day.repeated),
    jittered: days.flatMap((day) => day.jittered),
    absent: days.flatMap((day) => day.absent),
    revised: days.flatMap((day) => day.revised),
  };
}

function dayOf(
  stream: number,
  dayMs: number,
  { stepMs, offsetMs = 0, hasHoles = false, hasJitter = false, absentColumns = [] }: DefectProfile,
  issue: number,
): DumpDefects {
  let drawn = 0;
  const draw = (): number => uniformAt(stream, (drawn += 1));
  const below = (most: number): number => Math.floor(draw() * most);
  const rows = DAY_MS / stepMs;
  const free = new Set(Array.from({ length: rows }, (_, index) => dayMs + offsetMs + index * stepMs));
  const take = (count: number): number[] =>
    Array.from({ length: Math.min(count, free.size) }, () => {
      const atMs = [...free][below(free.size)] ?? dayMs;
      free.delete(atMs);
      return atMs;
    });
  const some = (kind: keyof typeof CHANCES, isPossible: boolean): number[] =>
    draw() < CHANCES[kind] && isPossible && rows >= LEAST_ROWS ? take(1 + below(MOST[kind])) : [];
  const isFirst = issue === 0;
  const missing = some('missing', hasHoles && isFirst)
    .slice(0, 1)
    .map((first) => {
      const end = Math.min(dayMs + offsetMs + DAY_MS, first + (1 + below(MOST.missing)) * stepMs);
      for (let atMs = first; atMs < end; atMs += stepMs) free.delete(atMs);
      return { fromMs: first, toMs: end };
    });
  return {
    missing,
    repeated: some('repeated', hasHoles && isFirst),
    jittered: some('jittered', hasJitter),
    absent: some('absent', absentColumns.length > 0 && isFirst).map((atMs) => ({
      atMs,
      column: absentColumns[below(absentColumns.length)] ?? 0,
      text: draw() < 0.5 ? '' : 'NaN',
    })),
    revised: isFirst ? [] : take(MOST.revised),
  };
}
