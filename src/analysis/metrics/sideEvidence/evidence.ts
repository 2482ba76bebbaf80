/**
 * Evidence, from an exchange's own numbers, of whether its open interest counts one side (T contracts are T) or both (longs
 * plus shorts, 2 T). Documentation is silent or wrong too often to rest on it alone.
 */

export type SideCheck = 'even-lots' | 'one-lot' | 'single-fills' | 'change-within-volume' | 'two-statements';

export interface SideEvidence {
  readonly check: SideCheck;
  readonly verdict: 'one' | 'both' | 'undecided';
  /** How many of the values looked at say so. */
  readonly counted: number;
  readonly of: number;
  /** How likely so many would say so by chance if the other convention held; absent where nobody can tell. */
  readonly chance?: number;
  /** One plain sentence without a full stop: what was counted, and what it proves. */
  readonly words: string;
}

/** The words that begin a verdict. */
export function verdictWords(verdict: SideEvidence['verdict']): string {
  if (verdict === 'one') return 'Open interest counts one side';
  return verdict === 'both' ? 'Open interest counts both sides' : 'Undecided';
}

/** A size as lots; undefined where it is no whole number of them, so that the lot is not the one the sizes are made of. */
export function wholeLots(size: number, lot: number): number | undefined {
  const lots = size / lot;
  const whole = Math.round(lots);
  // Sizes are decimal fractions in binary: the error grows with the number of lots, and stays far below one of them.
  const isWhole = lot > 0 && Number.isSafeInteger(whole) && Math.abs(lots - whole) <= 1e-6 + 1e-12 * lots;
  return isWhole ? whole : undefined;
}
