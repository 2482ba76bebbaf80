import type { JudgedHour } from '../src/analysis/timeline/judgedHours.ts';
import { endOfHour } from '../src/analysis/noise/track.ts';
import { DAY_MS, HOUR_MS } from '../src/core/units.ts';
import { staysOf } from './flicker.ts';
import type { JudgedSeries } from './series.ts';
import { barsTable, table, type Bar } from './words.ts';

/** What happened on days that are remembered. */
const DAYS: readonly {
  readonly day: string;
  readonly days?: number;
  readonly what: string;
  readonly forced?: string;
}[] = [
  { day: '2024-07-05', what: 'fall, longs flushed', forced: 'long-squeeze' },
  { day: '2024-07-08', what: 'fall and rebound' },
  { day: '2024-07-15', days: 2, what: 'rise over two days' },
  { day: '2024-07-29', what: 'high with new longs, then a fall' },
  { day: '2024-08-01', days: 4, what: 'fall on new shorts' },
  { day: '2024-08-05', what: 'crash', forced: 'long-squeeze' },
  { day: '2024-08-06', what: 'rebound' },
  { day: '2024-08-08', what: 'rise of 12.7 % with shorts flushed', forced: 'short-squeeze' },
];
/** From here on data show a forced move: a move of two usual days with liquidations of its side. */
const MOVE = 2;
const FORCE = 1;

/** What was said on the days of BTC that are remembered, and how soon forced moves were named. */
export function eventsTest(btc: JudgedSeries | undefined): {
  readonly bars: readonly Bar[];
  readonly text: string;
} {
  if (btc === undefined) return { bars: [], text: '' };
  const bars = DAYS.flatMap(({ day, forced }): Bar[] => {
    if (forced === undefined) return [];
    const own = hoursOf(btc, day, 1);
    const data = own.find((hour) => showsForce(hour, forced === 'long-squeeze' ? -1 : 1));
    const named = own.find(({ line }) => line.label === forced);
    const late = data && named && named.index - data.index;
    return [
      {
        what: `${day}: ${forced} named after the data show it`,
        measured:
          data === undefined
            ? 'the data do not show it'
            : named === undefined
              ? 'not named'
              : `${Math.max(0, late ?? 0)} h (at ${clock(btc, named)})`,
        ...{ bar: 'within 1 h', isMet: late !== undefined && late <= 1 },
      },
    ];
  });
  const rows = DAYS.map(({ day, days = 1, what }) => {
    const own = hoursOf(btc, day, days);
    const stays = staysOf(own.map(({ line }) => `${line.isWeak ? 'weak ' : ''}${line.label}`));
    return [day, what, stays.map(({ label, hours }) => `${label} ${hours} h`).join(', ')];
  });
  return {
    bars,
    text: `${barsTable(bars)}\n\n${table(['Day (UTC)', 'What happened', 'What was said, one after another'], rows)}`,
  };
}

function hoursOf({ hours, track }: JudgedSeries, day: string, days: number): JudgedHour[] {
  const fromMs = Date.parse(`${day}T00:00:00Z`);
  return hours.filter(({ index }) => {
    const startMs = endOfHour(track, index) - HOUR_MS;
    return startMs >= fromMs && startMs < fromMs + days * DAY_MS;
  });
}

function showsForce({ measured: { move } }: JudgedHour, side: 1 | -1): boolean {
  return (
    move !== undefined && side * move.price >= MOVE && side * move.forceSide > 0 && move.forceSize >= FORCE
  );
}

const clock = ({ track }: JudgedSeries, { index }: JudgedHour): string =>
  `${new Date(endOfHour(track, index)).toISOString().slice(11, 16)}`;
