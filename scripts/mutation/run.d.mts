import type { Mutant } from './operators.mjs';

export interface Outcome {
  mutant: Mutant;
  /** `unusable`: the text does not parse, so that nothing is known about the tests. */
  verdict: 'caught' | 'survived' | 'unusable';
  by: string;
}
