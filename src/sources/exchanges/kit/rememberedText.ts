import { remembered } from '../../../core/remembered.ts';

/** More texts than exchanges list instruments: a stream may name anything, and memory is bounded. */
const MOST_TEXTS = 5_000;

/** Returns a function that makes something of a text once, for texts that come again with every push. */
export function rememberedText<T>(make: (text: string) => T): (text: string) => T {
  return remembered(make, MOST_TEXTS);
}
