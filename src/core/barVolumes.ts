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
    const from = Math.max(0, index - NEIGHBOURS);
    const end = Math.min(values.length - 1, index + NEIGHBOURS);
    if (!isFar(values, index, from, end, step)) return 'plausible';
    const around: number[] = [];
    let [before, after] = [0, 0];
    for (let other = from; other <= end; other += 1) {
      const one = values[other] ?? 0;
      if (other === index || one <= 0) continue;
      around.push(one);
      if (other < index) before += 1;
      else after += 1;
    }
    around.sort((a, b) => a - b);
    const middle = Math.max(around[Math.floor((around.length - 1) / 2)] ?? 0, floor);
    if (value === 0) return around.length >= LEAST && middle >= floor * zero ? 'zero' : 'plausible';
    if (before < LEAST || after < LEAST) return 'plausible';
    const ratio = Math.max(value, floor) / middle;
    return ratio > step || ratio < 1 / step ? 'jump' : 'plausible';
  });
}

/** Whether a value is 0, or far from one of those around it. */
function isFar(values: readonly number[], index: number, from: number, end: number, step: number): boolean {
  const value = values[index] ?? 0;
  if (value === 0) return true;
  for (let other = from; other <= end; other += 1) {
    const one = values[other] ?? 0;
    if (other !== index && one > 0 && (one > value * step || value > one * step)) return true;
  }
  return false;
}
