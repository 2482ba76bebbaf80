import type { DataSource } from '../../src/core/ids.ts';
import { durationText } from '../../src/surfaces/protocol/durationFormat.ts';
import { formatRarity, formatShare } from '../../src/surfaces/protocol/numberFormat.ts';
import type { ExportedCell, RegimeBand, RegimeRun } from '../../src/surfaces/protocol/payloads.ts';
import { familyWords, regimeName } from '../../src/surfaces/protocol/regimeNames.ts';
import { follows } from '../../src/surfaces/protocol/transitions.ts';
import type { HoverText } from './chartText.ts';
import { formatUtc, formatUtcMinute, NO_VALUE } from './format.ts';
import { isWithin, ROWS_PER_PAGE, type TableTwin, type TwinCell } from './table.ts';

/** A stretch of a band: one regime, or a time that nobody watched. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** Absent where nobody watched. */
  readonly run?: RegimeRun;
}

/** What a regime is known by in a picture, beside its colour. */
export interface RegimeMark {
  readonly words: string;
  /** A few letters for where the words have no room: SS for short squeeze. */
  readonly code: string;
  readonly family: string;
  readonly direction: RegimeRun['direction'];
}

export interface RegimeBandModel {
  /** Ascending, up to the last assessment. */
  readonly stretches: readonly Stretch[];
  /** The regimes that the band holds, the latest first. */
  readonly marks: readonly RegimeMark[];
  /** What stands at its end, for who cannot see it. */
  readonly summary: string;
  readonly notes: readonly string[];
  readonly table: TableTwin;
  /** The stretch of a moment, or what was seen within `slackMs` of it; -1 where there is none. */
  indexAt(atMs: number, slackMs?: number): number;
  /** What is said of a stretch; `atMs` is its middle. */
  readout(index: number): (HoverText & { readonly atMs: number }) | undefined;
}

const TITLES = ['From (UTC)', 'To (UTC)', 'Regime', 'Family', 'Price', 'Confidence (%)', 'Seen in noise (%)'];
const DIRECTIONS = { '-1': 'down', '0': 'none', '1': 'up' } as const;
const UNWATCHED = 'Not watched';

/** Returns what a regime is known by. */
export function markOf({ label, family, direction }: RegimeRun): RegimeMark {
  const code = label === 'unknown' ? '?' : label.split(/[ -]/).map((word) => word.charAt(0).toUpperCase()).join(''); // prettier-ignore
  return { words: label, code, family, direction };
}

/** Returns everything that a band of regimes shows. */
export function regimeBandModel(
  { runs, fromMs, longestPauseMs }: RegimeBand,
  asset: string,
  source: DataSource,
): RegimeBandModel {
  const stretches: Stretch[] = [];
  let endMs = fromMs;
  for (const run of runs) {
    if (run.fromMs - endMs > longestPauseMs) stretches.push({ fromMs: endMs, toMs: run.fromMs });
    stretches.push({ fromMs: run.fromMs, toMs: run.toMs, run });
    endMs = run.toMs;
  }
  const marks = new Map<string, RegimeMark>();
  for (const run of runs.toReversed()) {
    const key = `${run.label} ${run.family}`;
    if (!marks.has(key)) marks.set(key, markOf(run));
  }

  function linesOf(run: RegimeRun, index: number): string[] {
    const [before, after] = [stretches[index - 1]?.run, stretches[index + 1]];
    const isSeenToBegin = before !== undefined && follows(run, before);
    const until = formatUtc(run.toMs);
    return [
      ...(run.family === 'unknown' ? [] : [`Family: ${familyWords(run.family)}`]),
      confidenceText(run),
      `Since ${formatUtc(run.fromMs)}${isSeenToBegin ? '' : ' or longer'}`,
      after === undefined
        ? `Still so at ${until}`
        : `Until ${until}${after.run ? '' : ', not watched after'}`,
    ];
  }

  function readout(index: number): (HoverText & { atMs: number }) | undefined {
    const stretch = stretches[index];
    if (!stretch) return undefined;
    const { run, fromMs: startMs, toMs } = stretch;
    const [title, lines] = run
      ? [nameOf(run), linesOf(run, index)]
      : [UNWATCHED, [`From ${formatUtc(startMs)}`, `To ${formatUtc(toMs)}`]];
    return { title, lines, atMs: (startMs + toMs) / 2 };
  }

  const last = readout(stretches.length - 1);
  return {
    stretches,
    marks: [...marks.values()],
    summary: `Regime of ${asset} over time.${source === 'simulated' ? ' Simulated.' : ''} ${last === undefined ? '' : [last.title, ...last.lines].join('. ')}.`,
    notes: [
      'Regime: judged at each refresh and kept as it was judged, an estimate. Confidence and noise are those at the beginning of a stretch.',
      `High in the band: the price rises; low: it falls. Hatched: weak. Empty: not watched, no assessment for more than ${durationText(longestPauseMs)}.`,
    ],
    table: tableOf(stretches, asset),
    indexAt: (atMs, slackMs = 0) => {
      const inside = stretches.findLastIndex((one) => one.fromMs <= atMs && atMs < one.toMs);
      if (stretches[inside]?.run) return inside;
      const isNear = ({ run, fromMs: startMs, toMs }: Stretch): boolean =>
        run !== undefined && startMs - slackMs <= atMs && atMs <= toMs + slackMs;
      const near = stretches.findLastIndex(isNear);
      return near < 0 ? inside : near;
    },
    readout,
  };
}

const nameOf = ({ label, isWeak }: RegimeRun): string => regimeName({ words: label, isWeak });

/** Where nothing is known of the market there is nothing to be sure of: the zero that is kept then is no number. */
function sureness({ label, confidence, rarity }: RegimeRun): Pick<RegimeRun, 'confidence' | 'rarity'> {
  return label === 'unknown' ? { confidence: null, rarity: null } : { confidence, rarity };
}

function confidenceText(run: RegimeRun): string {
  const { confidence, rarity } = sureness(run);
  if (confidence === null) return 'No confidence is given';
  const noise = rarity === null ? '' : `, seen in ${formatRarity(rarity, run.rarityBasis)}`;
  return `Confidence ${formatShare(confidence, 2)}${noise}`;
}

/** One row for each stretch, newest first, those that nobody watched too. */
function tableOf(stretches: readonly Stretch[], asset: string): TableTwin {
  const newestFirst = stretches.toReversed();
  const valuesOf = ({ fromMs, toMs, run }: Stretch): ExportedCell[] => {
    const percent = (share: number | null) => (share === null ? null : Number((share * 100).toFixed(2)));
    const { confidence, rarity } = run ? sureness(run) : { confidence: null, rarity: null };
    return [
      ...[fromMs, toMs, run ? nameOf(run) : UNWATCHED.toLowerCase()],
      run ? familyWords(run.family) : null,
      run ? DIRECTIONS[run.direction] : null,
      ...[percent(confidence), percent(rarity)],
    ];
  };
  const cellOf = (value: ExportedCell, column: number): TwinCell => {
    if (value === null) return { text: NO_VALUE };
    if (typeof value === 'string') return { text: value };
    return column < 2 ? { text: formatUtcMinute(value), value } : { text: String(value), value };
  };
  return {
    pageCount: Math.max(1, Math.ceil(newestFirst.length / ROWS_PER_PAGE)),
    page: (index) => ({
      caption: `Regime of ${asset}`,
      head: TITLES,
      rows: newestFirst
        .slice(index * ROWS_PER_PAGE, (index + 1) * ROWS_PER_PAGE)
        .map((stretch) => valuesOf(stretch).map(cellOf)),
    }),
    whole: (within) => ({
      columns: TITLES.map((title, column) => ({
        title,
        type: column < 2 ? 'time' : column < 5 ? 'text' : 'number',
      })),
      rows: newestFirst.filter(({ fromMs, toMs }) => isWithin(within, fromMs, toMs)).map(valuesOf),
    }),
  };
}
