import type { InstrumentKey } from './ids.ts';
import type { Anchor } from './levels.ts';
import type { Quantity } from './quantities.ts';

/** What is known of an instrument besides the rows that are judged. */
export interface Beside {
  /** The level of a quantity; `contested` where sources contradict each other and nothing tells which is right. */
  levelOf(instrument: InstrumentKey, quantity: Quantity): Anchor | 'contested' | undefined;
  /** Whether nothing is traded any more; undefined where that is not known. */
  isEmpty(instrument: InstrumentKey): boolean | undefined;
}

/** Nothing is known but the rows themselves. */
export const NOTHING_BESIDE: Beside = { levelOf: () => undefined, isEmpty: () => undefined };
