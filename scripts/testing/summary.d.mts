import type { LayerResult } from './report.mjs';

export interface Row {
  name: string;
  seconds: number;
  result: LayerResult;
}

export function table(rows: readonly Row[]): string;
export function skippedLines(rows: readonly Row[]): string;
export function lastLine(rows: readonly Row[]): string;
