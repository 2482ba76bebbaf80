import type { FileRow } from './fileRows.ts';
import type { Layout } from './layouts.ts';
import type { TargetName } from './targets.ts';
import { wrongRow } from './values.ts';

/** What no row can hold together: the first is never above the second. A column was taken for another. */
const NEVER_ABOVE: readonly (readonly [TargetName, TargetName])[] = [
  ['lowQuote', 'openQuote'],
  ['lowQuote', 'closeQuote'],
  ['openQuote', 'highQuote'],
  ['closeQuote', 'highQuote'],
  ['takerBuyBase', 'volumeBase'],
  ['takerBuyUsd', 'volumeUsd'],
];
/** Decimals that were added up differ in their last digits. */
const SLACK = 1e-9;

/** Returns what refuses a row of a layout whose values contradict each other: `usage`. */
export function apartOf({ columns }: Layout): (row: FileRow, values: readonly number[]) => void {
  const placeOf = (name: TargetName): number => columns.findIndex(({ to }) => to === name);
  const checks = NEVER_ABOVE.map(([low, high]) => ({
    low,
    high,
    from: placeOf(low),
    to: placeOf(high),
  })).filter(({ from, to }) => from !== -1 && to !== -1);
  return (row, values) => {
    for (const { low, high, from, to } of checks) {
      const [below, above] = [values[from] ?? Number.NaN, values[to] ?? Number.NaN];
      if (below > above * (1 + SLACK))
        throw wrongRow(
          row,
          `${low} is never above ${high}, here it is ${below} above ${above}; are columns mixed up?`,
        );
    }
  };
}
