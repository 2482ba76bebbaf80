import type { JudgedSeries } from './series.ts';
import { barsTable, type Bar } from './words.ts';

/** The label changes a day and the flips back that an asset may have. */
const MOST_CHANGES: Readonly<Record<string, number>> = { BTC: 1.2, SOL: 1.6 };
const MOST_FLIPS = 6;
const FLIP_DAYS = 56;
const FLIP_HOURS = 3;

/** A label and how many hours it stood. */
export interface Stay {
  readonly label: string;
  readonly hours: number;
}

/** Returns labels one after another, each with how long it stood. */
export function staysOf(labels: readonly string[]): Stay[] {
  const stays: Stay[] = [];
  for (const label of labels) {
    const last = stays.at(-1);
    if (last?.label === label) stays[stays.length - 1] = { label, hours: last.hours + 1 };
    else stays.push({ label, hours: 1 });
  }
  return stays;
}

/** Returns how many labels stood for at most three hours between two stays of one other label. */
export function flipsOf(stays: readonly Stay[]): number {
  return stays.filter(
    ({ hours }, at) => hours <= FLIP_HOURS && at > 0 && stays[at - 1]?.label === stays[at + 1]?.label,
  ).length;
}

/** How restless labels are. The first hours, of which no usual size is known, are left out. */
export function flickerTest(real: readonly JudgedSeries[]): {
  readonly bars: readonly Bar[];
  readonly text: string;
} {
  const bars = real.flatMap(({ asset, hours }): Bar[] => {
    const judged = hours.filter(({ measured }) => measured.usual !== undefined);
    const stays = staysOf(judged.map(({ line }) => line.label));
    const days = judged.length / 24;
    const changes = (stays.length - 1) / days;
    const flips = flipsOf(stays);
    const mostFlips = (MOST_FLIPS * days) / FLIP_DAYS;
    const most = MOST_CHANGES[asset] ?? Number.NaN;
    const middle = stays.map((stay) => stay.hours).sort((a, b) => a - b)[stays.length >> 1] ?? 0;
    return [
      {
        what: `${asset}: label changes a day (median stay ${middle} h)`,
        ...{ measured: changes.toFixed(2), bar: `at most ${most}`, isMet: changes <= most },
      },
      {
        what: `${asset}: flips of up to ${FLIP_HOURS} h and back, in ${days.toFixed(0)} days`,
        ...{ measured: String(flips), bar: `at most ${mostFlips.toFixed(1)} (six in ${FLIP_DAYS} days)` },
        isMet: flips <= mostFlips,
      },
    ];
  });
  return { bars, text: barsTable(bars) };
}
