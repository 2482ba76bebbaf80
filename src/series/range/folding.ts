import type { Series } from '../catalogue.ts';

/**
 * How shorter steps become a longer one. `first`: the value at the start of it, of what is labelled by its start. Of what
 * is complete at the end of its step: amounts add up (`sum`), and of prices the `highest`, the `lowest` or the `last` one.
 */
export type FoldWay = 'first' | 'sum' | 'highest' | 'lowest' | 'last';

/** Returns how the steps of a series become longer ones. */
export function foldWayOf({ label, kind, fields }: Pick<Series, 'label' | 'kind' | 'fields'>): FoldWay {
  if (label === 'start') return 'first';
  if (kind === 'adds-up') return 'sum';
  if (fields[0] === 'highQuote') return 'highest';
  return fields[0] === 'lowQuote' ? 'lowest' : 'last';
}

/**
 * Returns one value of every `per` values, NaN where what it takes is not there: all of them for a sum, a highest or a lowest
 * one, the first or the last for these. Nothing is made up of a part of a step.
 */
export function folded(values: Float64Array, per: number, way: FoldWay): Float64Array {
  if (per === 1) return values;
  return Float64Array.from({ length: Math.floor(values.length / per) }, (_, step) => {
    const own = values.subarray(step * per, (step + 1) * per);
    switch (way) {
      case 'first':
        return own[0] ?? Number.NaN;
      case 'last':
        return own[per - 1] ?? Number.NaN;
      case 'sum':
        return own.reduce((sum, value) => sum + value, 0);
      case 'highest':
        return own.reduce((most, value) => Math.max(most, value), -Infinity);
      case 'lowest':
        return own.reduce((least, value) => Math.min(least, value), Infinity);
    }
  });
}
