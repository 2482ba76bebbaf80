import type { PathBar } from '../analysis/heatmap/barPath.ts';

/**
 * Returns a function that runs what costs much once for the very same input and keeps the outcomes of the `most` inputs that were
 * asked for last. What it returns is shared: it must not be written to, nor given away.
 */
export function keptRuns<Input, Outcome>(
  run: (input: Input) => Outcome,
  isSame: (one: Input, other: Input) => boolean,
  most: number,
): (input: Input) => Outcome {
  const kept: { readonly input: Input; readonly outcome: Outcome }[] = [];
  return (input) => {
    const before = kept.findIndex((one) => isSame(one.input, input));
    const [found] = before < 0 ? [] : kept.splice(before, 1);
    const own = found ?? { input, outcome: run(input) };
    kept.unshift(own);
    kept.length = Math.min(kept.length, most);
    return own.outcome;
  };
}

/** Returns whether bars state the same, number by number. */
export function isSameBars<Bar extends PathBar>(one: readonly Bar[], other: readonly Bar[]): boolean {
  const names = Object.keys(one[0] ?? {}) as (keyof Bar)[];
  return (
    one.length === other.length &&
    one.every((bar, at) => names.every((name) => Object.is(bar[name], other[at]?.[name])))
  );
}
