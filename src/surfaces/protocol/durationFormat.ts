/** Lengths of time as text: the same in tree, status bar, report, terminal and charts. Pure, without Node and the editor. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Returns a length of time in its two largest units: 12 s, 2 min, 3 h 5 min, 7 d; below two days in hours (27 h). What is
 * below zero is 0 s.
 */
export function durationText(ms: number): string {
  const left = Math.max(0, ms);
  if (left < MINUTE_MS) return `${Math.floor(left / SECOND_MS)} s`;
  if (left < HOUR_MS) return `${Math.floor(left / MINUTE_MS)} min`;
  if (left < 2 * DAY_MS) return pair(left, HOUR_MS, 'h', MINUTE_MS, 'min');
  return pair(left, DAY_MS, 'd', HOUR_MS, 'h');
}

function pair(ms: number, unit: number, name: string, lower: number, lowerName: string): string {
  const whole = Math.floor(ms / unit);
  const rest = Math.floor((ms % unit) / lower);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${lowerName}`;
}
