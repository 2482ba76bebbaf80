import type { Layer } from './steps.mjs';

export const requestSuite: { readonly glob: string; readonly leftOut: RegExp };
export const layers: readonly Layer[];
