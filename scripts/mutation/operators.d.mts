/** One planted fault. */
export interface Mutant {
  /** Relative to the repository, with forward slashes. */
  file: string;
  line: number;
  /** `listed`, or the general kind: comparison, arithmetic, logic, constant, sign, choice, filter, fallback. */
  kind: string;
  from: string;
  to: string;
  /** Of a listed fault: the wrong number that it would show. */
  why?: string;
  /** The whole file with the fault in it. */
  text: string;
}

export function mutantsOf(file: string, text: string): Mutant[];
