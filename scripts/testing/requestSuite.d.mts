import type { Row } from './summary.mjs';

export interface Comparison {
  /** How many tests passed on what. */
  readonly line: string;
  /** Present where a test passed on one subject and not on another. */
  readonly problem?: Row;
}

export function compareSubjects(rows: readonly Row[]): Comparison | undefined;
