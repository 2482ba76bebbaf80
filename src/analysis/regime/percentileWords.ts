const ORDINALS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const RULES = new Intl.PluralRules('en-US', { type: 'ordinal' });

/** Returns a percentile, 0..100, as 98.9th percentile: three digits at most, and `th` behind every fraction. */
export function percentileWords(percentile: number): string {
  return `${ordinal(percentile)} percentile`;
}

/** Returns a rank as 1st, 22nd, 98.9th. */
export function ordinal(rank: number): string {
  const three = Number(rank.toPrecision(3));
  // Only what nothing is above is at 100.
  const rounded = three === 100 && rank < 100 ? 99.9 : Number.isFinite(three) ? three : rank;
  const suffix = Number.isInteger(rounded) ? ORDINALS[RULES.select(rounded)] : undefined;
  return `${rounded}${suffix ?? 'th'}`;
}
