import type { Row } from './summary.mjs';

export interface Layer {
  readonly name: string;
  readonly glob: string;
  readonly script: string;
  readonly network: 'refused' | 'allowed';
  readonly timeoutMs: number;
  readonly silenceMs: number;
  readonly subject?: 'dist' | 'vsix';
  readonly leftOut?: RegExp;
  readonly lane?: 1 | 2;
  readonly isAlone?: true;
}

export function runChecks(names?: readonly string[]): Promise<Row[]>;
export function stagesOf(layers: readonly Layer[]): Layer[][][];
export function runStage(stage: readonly Layer[][], grep: string | undefined): Promise<Row[]>;
export function runLayer(
  layer: Layer,
  grep: string | undefined,
  how?: { readonly isHeld: boolean },
): Promise<Row & { readonly output: string }>;
