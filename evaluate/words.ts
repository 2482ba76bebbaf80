import type { JudgedHour } from '../src/analysis/timeline/judgedHours.ts';

/** Figures as the page shows them. */

export const percent = (share: number, digits = 1): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : 'n/a';

/** Returns the share of a list that something is true of; NaN of an empty one. */
export function shareOf<T>(list: readonly T[], isTrue: (one: T) => boolean): number {
  return list.filter(isTrue).length / list.length;
}

/** Returns the mean of a list; NaN of an empty one. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** A row of figures against what they have to be. */
export interface Bar {
  readonly what: string;
  readonly measured: string;
  readonly bar: string;
  readonly isMet: boolean;
}

/** Returns a table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Returns the rows of figures as a table. */
export function barsTable(bars: readonly Bar[]): string {
  const rows = bars.map(({ what, measured, bar, isMet }) => [
    what,
    measured,
    bar,
    isMet ? 'kept' : 'NOT KEPT',
  ]);
  return table(['What', 'Measured', 'Bar', ''], rows);
}

/** Whether a name was given that is meant to be acted on. */
export const isNamed = ({ line }: JudgedHour): boolean =>
  line.label !== 'neutral' && line.label !== 'unknown' && !line.isWeak;

/** The move of the last 24 hours in usual days; NaN where it is not known. */
export const moveOf = ({ measured }: JudgedHour): number => measured.move?.price ?? Number.NaN;
