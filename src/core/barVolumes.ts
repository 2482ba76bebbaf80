import type { Limits, Verdict } from './levels.ts';

/** Bars on each side that a volume is held against. */
const NEIGHBOURS = 5;
/** Fewer of them on a side tell nothing: at the newest end a new level may begin. */
const LEAST = 2;

/**
 * Judges volumes of bars in the order of their times. Volume has no level: it grows twentyfold within an hour and falls
 * back. So each is held against the middle of the bars around it, and set apart only beyond `step` times that. A 0 is one
 * only in a market whose bars around it, two at least, are worth at least `zero` floors; bars without a trade must not
 * be given.
 */
export function judgeBarVolumes(values: readonly number[], { step, floor, zero }: Limits): Verdict[] {
  return values.map((value, index) => {
    const around: number[] = [];
    let [before, after, isFar] = [0, 0, value === 0];
    const end = Math.min(values.length - 1, index + NEIGHBOURS);
    for (let other = Math.max(0, index - NEIGHBOURS); other <= end; other += 1) {
      const one = values[other] ?? 0;
      if (other === index || one <= 0) continue;
      around.push(one);
      if (other < index) before += 1;
      else after += 1;
      isFar ||= one > value * step || value > one * step;
    }
    if (!isFar) return 'plausible';
    around.sort((a, b) => a - b);
    const middle = Math.max(around[Math.floor((around.length - 1) / 2)] ?? 0, floor);
    if (value === 0) return around.length >= LEAST && middle >= floor * zero ? 'zero' : 'plausible';
    if (before < LEAST || after < LEAST) return 'plausible';
    const ratio = Math.max(value, floor) / middle;
    return ratio > step || ratio < 1 / step ? 'jump' : 'plausible';
  });
}
