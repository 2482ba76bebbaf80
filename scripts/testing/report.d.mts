import type Mocha from 'mocha';

export interface LayerResult {
  passed: number;
  failed: number;
  skipped: number;
  failedNames: string[];
  skippedNames: string[];
  /** `file: full title`. */
  passedNames: string[];
}

export const ALIVE: 'alive';
export function emptyResult(): LayerResult;
export function failedResult(name: string, detail: string): LayerResult;
export function collect(
  mocha: typeof Mocha,
  runner: Mocha.Runner,
  output: { write: (text: string) => void; relative: (file: string) => string },
): LayerResult;
