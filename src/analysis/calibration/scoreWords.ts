import { HOUR_MS } from '../../core/units.ts';
import type { LevelScore, TooShort } from './calibrate.ts';

/** Why there is no score: nothing is known of liquidations, or of too few hours. */
export type Unscored = 'no-liquidations' | TooShort;

/** The first thing to know of a picture of levels: in a sentence, whether they foretold more than levels of other times. */
export function scoreWords(scored: LevelScore | Unscored): string {
  if (scored === 'no-liquidations')
    return 'Not scored: the history has no liquidations, so nobody knows whether these levels foretell any.';
  if ('needed' in scored)
    return `Not scored: ${scored.windows} h with liquidations after those that fill the levels, ${scored.needed} are needed.`;
  const { scoredOn, windowMs, score, verdict } = scored;
  const hours = (scoredOn.windows * windowMs) / HOUR_MS;
  const { hitLift, placeboLift, partialRankCorrelation, placebo } = score.mean;
  const numbers = `lift ${decimal(hitLift)} (placebo ${decimal(placeboLift)}), rank correlation ${decimal(partialRankCorrelation)} (placebo ${decimal(placebo)})`;
  return verdict === 'above-placebo'
    ? `Levels foretold liquidations better than chance on ${hours} h of this history: ${numbers}.`
    : `On this history these levels foretold nothing that chance would not: ${numbers} on ${hours} h.`;
}

const decimal = (value: number | undefined): string =>
  value === undefined ? '–' : value.toFixed(2).replace('-', '−');
