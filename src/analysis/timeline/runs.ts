import { HOUR_MS } from '../../core/units.ts';
import { directionNamed, type Standing } from '../regime/decide.ts';
import { BUILT_IN_RULES } from '../regime/rules.ts';
import type { TimelineLine } from './line.ts';

/**
 * A stretch in which the same was said of a market, epoch ms. It ends where the next one begins, or, before a time that
 * nobody watched and at the end, with its last assessment: what stood after that is not known.
 */
export interface RegimeRun extends Pick<
  TimelineLine,
  'label' | 'family' | 'isWeak' | 'confidence' | 'rarity' | 'rarityBasis'
> {
  readonly fromMs: number;
  readonly toMs: number;
  /** Which way the price goes while it stands. Confidence and rarity are those that it began with. */
  readonly direction: -1 | 0 | 1;
}

/** Who collects asks once an hour at least, and a round takes its time. */
const LONGEST_STEP_MS = 1.25 * HOUR_MS;
/** Steps differ by so much at most: more is a pause. */
const SAME_STEP = 1.25;

/**
 * Returns whether somebody looked as usual between a line and the next: they lie no further apart than `longestPauseMs`, or as far as the
 * lines before or after them, where all hold a step of up to an hour.
 */
function isWatched(lines: readonly TimelineLine[], at: number, longestPauseMs: number): boolean {
  const stepMs = (to: number): number =>
    (lines[to]?.atMs ?? Number.NaN) - (lines[to - 1]?.atMs ?? Number.NaN);
  const own = stepMs(at);
  if (own <= longestPauseMs) return true;
  const isSame = (other: number): boolean => Math.max(own / other, other / own) <= SAME_STEP;
  return own <= LONGEST_STEP_MS && (isSame(stepMs(at - 1)) || isSame(stepMs(at + 1)));
}

/**
 * Returns the runs of equal label, family and weakness in lines of one asset, ascending in time. Where two lines lie further
 * apart than `longestPauseMs`, and no step of up to an hour is held, nobody watched between them: the run ends, and the next one does not
 * begin where it ends.
 */
export function runsOf(lines: readonly TimelineLine[], longestPauseMs: number): RegimeRun[] {
  const runs: RegimeRun[] = [];
  for (const [at, { atMs, label, family, isWeak, confidence, rarity, rarityBasis }] of lines.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && isWatched(lines, at, longestPauseMs)) {
      runs[runs.length - 1] = { ...last, toMs: atMs };
      if (last.label === label && last.family === family && last.isWeak === isWeak) continue;
    }
    const direction = directionNamed({ label, family } as Standing, BUILT_IN_RULES);
    const said = { label, family, isWeak, direction, confidence, rarity, rarityBasis };
    runs.push({ fromMs: atMs, toMs: atMs, ...said });
  }
  return runs;
}
