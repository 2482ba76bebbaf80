import type { NoiseBook } from '../noise/noiseBook.ts';
import type { Track } from '../noise/track.ts';
import type { RegimeAssessment } from '../regime/assessment.ts';
import type { RuleSet } from '../regime/ruleTypes.ts';
import { judgeHour } from './judgeHour.ts';
import { lineOf, type TimelineLine } from './line.ts';
import { Measure, type Measured } from './measured.ts';

/** An hour as it was judged, with what the judgement rests on. */
export interface JudgedHour {
  readonly index: number;
  readonly assessment: RegimeAssessment;
  readonly measured: Measured;
  readonly line: TimelineLine;
}

/**
 * Judges the hours of a track one after another, each from what was known when it had ended, and what stood before it. An
 * hour without a price is passed over: there is nothing to say of it. The built-in rules judge unless others are given.
 */
export function* judgedHours(track: Track, noise?: NoiseBook, rules?: RuleSet): Generator<JudgedHour> {
  const measure = new Measure(track, noise);
  let previous: RegimeAssessment | undefined;
  for (let index = 0; index < track.close.length; index += 1) {
    if (Number.isNaN(track.close[index])) continue;
    const measured = measure.at(index);
    const assessment = judgeHour(track, index, { previous, measured, rules });
    previous = assessment;
    const line = lineOf(track.asset, assessment.asOfMs, assessment);
    yield { index, assessment, measured, line };
  }
}
