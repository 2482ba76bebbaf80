import type { Mutant } from './operators.mjs';

/** One entry of `test/mutations/*.json`. `from` must stand exactly once in the file. */
export interface Listed {
  file: string;
  from: string;
  to: string;
  why: string;
}

export function readListed(root: string): { mutants: Mutant[]; problems: string[] };
export function plantListed(entry: Listed, text: string | undefined): Mutant | string;
