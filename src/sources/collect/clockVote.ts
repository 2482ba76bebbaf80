import type { ExchangeId } from '../../core/ids.ts';

/** What one source says of how far the exchanges' time is ahead of the clock here: between `lowMs` and `highMs`. */
export interface ClockWitness {
  /** Absent for the clock here, which says 0. */
  readonly exchange?: ExchangeId;
  readonly lowMs: number;
  readonly highMs: number;
  /** The best guess. */
  readonly offsetMs: number;
  /** A `Date` header says it to the second; the time of a price only that it is no earlier. */
  readonly isExact: boolean;
}

export interface ClockVerdict {
  /** To be added to the clock here; 0 where that is right, or nothing better is known. */
  readonly offsetMs: number;
  /** The exchanges that say so. */
  readonly exchanges: number;
}

/**
 * Returns the offset that most witnesses agree on (Marzullo's intersection of intervals). The clock here is one of
 * them: it stands unless more witnesses contradict it together than stand by it, and where others are split.
 */
export function clockVote(witnesses: readonly ClockWitness[]): ClockVerdict {
  const machine: ClockWitness = { lowMs: 0, highMs: 0, offsetMs: 0, isExact: true };
  const all = [...witnesses, machine];
  // The most overlapping intervals share the low edge of one of them.
  const camps = all.map(({ lowMs }) => all.filter((one) => one.lowMs <= lowMs && lowMs <= one.highMs));
  const most = Math.max(...camps.map((camp) => camp.length));
  const best = camps.filter((camp) => camp.length === most);
  const own = best.find((camp) => camp.includes(machine));
  const [first = [machine]] = best;
  const isSplit = best.some((camp) => !camp.some((one) => first.includes(one)));
  if (own !== undefined || isSplit) return { offsetMs: 0, exchanges: exchangesOf(own ?? []) };
  const exact = first.filter((one) => one.isExact);
  const offsets = (exact.length > 0 ? exact : first).map((one) => one.offsetMs);
  return { offsetMs: Math.round(middleOf(offsets) ?? 0), exchanges: exchangesOf(first) };
}

const exchangesOf = (camp: readonly ClockWitness[]): number =>
  new Set(camp.flatMap(({ exchange }) => exchange ?? [])).size;

/** Returns the middle one of some numbers, the lower of two; a single wrong one changes nothing. */
export function middleOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
