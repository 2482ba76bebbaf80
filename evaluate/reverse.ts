import type { JudgedSeries } from './series.ts';
import { barsTable, moveOf, percent, shareOf, type Bar } from './words.ts';

const RALLIES: ReadonlySet<string> = new Set(['spot-led-rally', 'leverage-led-rally', 'short-squeeze']);
const SELL_OFFS: ReadonlySet<string> = new Set(['long-squeeze', 'illiquid-sell-off', 'new-shorts']);

/** Whether large moves are named, and named the way they went. */
export function reverseTest(real: readonly JudgedSeries[]): {
  readonly bars: readonly Bar[];
  readonly text: string;
} {
  const hours = real.flatMap((one) => one.hours);
  const large = hours.filter(
    (hour) => Math.abs(moveOf(hour)) > 1 && !Number.isNaN(hour.measured.move?.openInterest ?? Number.NaN),
  );
  const unnamed = shareOf(large, ({ line }) => line.label === 'neutral' || line.label === 'unknown');
  const fallen = hours.filter((hour) => RALLIES.has(hour.line.label) && moveOf(hour) < -0.5).length;
  const risen = hours.filter((hour) => SELL_OFFS.has(hour.line.label) && moveOf(hour) > 0.5).length;
  const bars: Bar[] = [
    {
      what: `neutral or unknown, of ${large.length} hours with a 24 h move beyond one usual day and a known change of open interest`,
      ...{ measured: percent(unnamed), bar: 'at most 5 %', isMet: unnamed <= 0.05 },
    },
    {
      what: 'hours of a rally while the last 24 h fell by more than half a usual day',
      ...{ measured: String(fallen), bar: 'none', isMet: fallen === 0 },
    },
    {
      what: 'hours of a sell-off while they rose by as much',
      ...{ measured: String(risen), bar: 'none', isMet: risen === 0 },
    },
  ];
  return { bars, text: barsTable(bars) };
}
