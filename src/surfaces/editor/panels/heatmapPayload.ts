import { PerpscopeError } from '../../../core/errors.ts';
import type { Asset } from '../../../core/ids.ts';
import { HOUR_MS } from '../../../core/units.ts';
import {
  leadingFunding,
  SETTLED_COLUMN_MS,
  settledColumns,
  stepChanges,
  type EvenColumns,
} from '../../../market/heatmapCells.ts';
import type { LinesWish, ShownLine, SourcedLines } from '../../../market/shownLines.ts';
import type { MarketState } from '../../../market/snapshot.ts';
import type { HeatmapPayload, HeatmapRow, HeatmapWish } from '../../protocol/heatmaps.ts';
import { aggregateWords } from './aggregateWords.ts';
import { apartNotes, fullest, sumNotes, type CardDeps } from './cardPayload.ts';

export interface HeatmapDeps extends CardDeps {
  /** The assets that are followed, in the order of their rows. */
  readonly assets: readonly Asset[];
  /** The market now, for whose funding speaks for an asset. */
  readonly state: Pick<MarketState, 'snapshot'>;
  readonly nowMs: number;
}

/** A row with its cells: column `i` starts at `firstMs + i × stepMs`. */
interface MadeRow extends HeatmapRow {
  readonly firstMs: number;
  readonly cells: Float64Array;
}

/** What a card is made of; rows without a number are left out and named. */
interface Made extends Pick<HeatmapPayload, 'source' | 'stepMs'> {
  readonly rows: readonly MadeRow[];
  readonly notes: readonly string[];
}

type Stretch = Pick<HeatmapWish, 'asset' | 'stepMs' | 'fromMs' | 'toMs'>;
type Make = (stretch: Stretch, deps: HeatmapDeps, signal: AbortSignal) => Promise<Made>;

const MAKERS: Readonly<Record<HeatmapWish['card'], Make>> = {
  'open-interest-change': changeByExchange,
  'open-interest-change-assets': changeByAsset,
  'funding-assets': fundingByAsset,
};

/**
 * Returns the cells of a heatmap card over the time that a panel asks for. Errors as those of the lines, and `engine` where the source
 * of the numbers changed meanwhile.
 */
export async function heatmapPayload(
  { card, ...stretch }: HeatmapWish,
  deps: HeatmapDeps,
  signal: AbortSignal,
): Promise<HeatmapPayload> {
  const { source, stepMs, rows: made, notes } = await MAKERS[card](stretch, deps, signal);
  const rows = made.filter(({ cells }) => cells.some(isKnown));
  const firstMs = rows.length === 0 ? stretch.fromMs : Math.min(...rows.map((row) => row.firstMs));
  const endMs = Math.max(firstMs, ...rows.map((row) => row.firstMs + row.cells.length * stepMs));
  const columns = Math.round((endMs - firstMs) / stepMs);
  const values = new Float64Array(rows.length * columns).fill(Number.NaN);
  for (const [at, row] of rows.entries())
    values.set(row.cells, at * columns + Math.round((row.firstMs - firstMs) / stepMs));
  return {
    ...{ card, asset: stretch.asset, source, stepMs, firstMs, columns, values },
    rows: rows.map(({ id, label }) => ({ id, label })),
    notes: [
      ...notes,
      ...made.filter((row) => !rows.includes(row)).map(({ label }) => `${label}: no step of this time is known at both ends.`),
    ],
  }; // prettier-ignore
}

const LEVELS = ['open-interest'] as const;

function changeRow({ firstMs, values }: ShownLine, row: HeatmapRow): MadeRow {
  return { ...row, firstMs, cells: stepChanges(values) };
}

async function changeByExchange(
  stretch: Stretch,
  { lines: read, nameOf, placeOf }: HeatmapDeps,
  signal: AbortSignal,
): Promise<Made> {
  const { source, stepMs, lines, sums, apart } = await fullest({ ...stretch, series: LEVELS }, read, signal);
  const sum = lines.find(({ id }) => id === 'aggregate');
  const own = lines.filter((line) => line !== sum).sort((a, b) => placeOf(a.id) - placeOf(b.id));
  const label = `Aggregate of ${sums[0]?.exchanges.length ?? 0}`;
  return {
    ...{ source, stepMs },
    rows: [
      ...(sum === undefined ? [] : [changeRow(sum, { id: 'aggregate', label })]),
      ...own.map((line) => changeRow(line, { id: line.id, label: nameOf(line.id) })),
    ],
    notes: [...sumNotes(sum === undefined ? undefined : sums[0], nameOf), ...apartNotes(apart)],
  };
}

/** By the hour at least: five minutes are there of what a back-fill brought, of one asset and not of another. */
async function changeByAsset(stretch: Stretch, deps: HeatmapDeps, signal: AbortSignal): Promise<Made> {
  const wish = { ...stretch, series: LEVELS, stepMs: Math.max(HOUR_MS, stretch.stepMs) };
  const { read, source } = await ofAssets(wish, deps, signal);
  const made = read.map(({ asset, lines, sums }): { row?: MadeRow; notes: readonly string[] } => {
    const sum = lines.find(({ id }) => id === 'aggregate');
    if (sum !== undefined)
      return { row: changeRow(sum, { id: asset, label: asset }), notes: sums.map((one) => `${asset}: ${sumWords(one, deps.nameOf)}.`) };
    const [one] = lines;
    return { notes: [one === undefined ? nothingOf(asset) : `${asset}: no aggregate of two exchanges or more can be made of this time.`] };
  }); // prettier-ignore
  return {
    ...{ source, stepMs: wish.stepMs },
    rows: made.flatMap(({ row }) => row ?? []),
    notes: [...made.flatMap(({ notes }) => notes), ...apartNotes(apartIn(read))],
  };
}

/** By eight hours at least, as the heatmap of exchanges: the settlements of one exchange, since their mean over exchanges is of now alone. */
async function fundingByAsset(stretch: Stretch, deps: HeatmapDeps, signal: AbortSignal): Promise<Made> {
  const stepMs = Math.max(SETTLED_COLUMN_MS, stretch.stepMs);
  const firstMs = Math.floor(stretch.fromMs / stepMs) * stepMs;
  const columns = Math.ceil((stretch.toMs - firstMs) / stepMs);
  // Whole columns: the mean of a part of one would be another number.
  const toMs = firstMs + columns * stepMs + 1;
  const wish = { ...stretch, series: ['funding'] as const, stepMs: HOUR_MS, fromMs: firstMs, toMs };
  const { read, source } = await ofAssets(wish, deps, signal);
  const { snapshot } = deps.state;
  const others: string[] = [];
  const rows = read.flatMap(({ asset, lines }): MadeRow[] => {
    const known = lines
      .map((line) => ({ id: line.id, cells: settled(line, { firstMs, stepMs, columns }) }))
      .filter(({ cells }) => cells.some(isKnown))
      .sort((a, b) => deps.placeOf(a.id) - deps.placeOf(b.id));
    const leading = leadingFunding(snapshot?.assets.find((one) => one.asset === asset), deps.nowMs);
    const row = known.find(({ id }) => id === leading) ?? known[0];
    if (row === undefined) return [];
    if (row.id !== leading) others.push(asset);
    return [{ id: asset, label: `${asset}, ${deps.nameOf(row.id)}`, firstMs, cells: row.cells }];
  }); // prettier-ignore
  const absent = read.filter(({ asset }) => rows.every(({ id }) => id !== asset));
  return {
    ...{ source, stepMs, rows: trimmed(rows, stepMs) },
    notes: [
      'Of each asset the exchange with the largest open interest now; no mean over exchanges is kept.',
      ...(others.length === 0 ? [] : [`${others.join(', ')}: another exchange, since that one has no settlement of this time or is not known now.`]),
      ...absent.map(({ asset }) => nothingOf(asset)),
      ...apartNotes(apartIn(read)),
    ],
  }; // prettier-ignore
}

/** Whom a sum is of, and who is left out of it and why, in one line. */
function sumWords(
  { exchanges, share, leftOut }: SourcedLines['sums'][number],
  nameOf: CardDeps['nameOf'],
): string {
  const out = [...Map.groupBy(leftOut, ({ reason }) => reason)].map(
    ([reason, own]) => `${own.map(({ exchange }) => nameOf(exchange)).join(', ')} (${reason})`,
  );
  return [
    aggregateWords(exchanges, share, nameOf),
    ...(out.length === 0 ? [] : [`not in it: ${out.join('; ')}`]),
  ].join('; ');
}

/** The yearly rates of an exchange by column. */
function settled({ firstMs, beside }: ShownLine, columns: EvenColumns): Float64Array {
  const perYear = beside?.['fundingRatePerYear'] ?? new Float64Array();
  const times = Float64Array.from(perYear, (_, at) => firstMs + at * HOUR_MS);
  return settledColumns(times, perYear, columns);
}

const isKnown = (value: number): boolean => !Number.isNaN(value);
const nothingOf = (asset: Asset): string => `${asset}: nothing is kept of this time.`;

interface ReadAsset extends SourcedLines {
  readonly asset: Asset;
}

const apartIn = (read: readonly ReadAsset[]): number => read.reduce((sum, { apart }) => sum + apart, 0);

/** Asset by asset, so that the engine is free between two of them. */
async function ofAssets(
  wish: LinesWish,
  { assets, lines }: HeatmapDeps,
  signal: AbortSignal,
): Promise<{ readonly read: readonly ReadAsset[]; readonly source: SourcedLines['source'] }> {
  const read: ReadAsset[] = [];
  for (const asset of assets) read.push({ asset, ...(await lines({ ...wish, asset }, signal)) });
  const [source, ...more] = new Set(read.map((one) => one.source));
  if (source === undefined || more.length > 0)
    throw new PerpscopeError('engine', 'the source of the numbers has just changed');
  return { read, source };
}

/** Without the columns before the first number of any row and after the last. */
function trimmed(rows: readonly MadeRow[], stepMs: number): MadeRow[] {
  const from = Math.min(...rows.map(({ cells }) => cells.findIndex(isKnown)));
  const to = Math.max(...rows.map(({ cells }) => cells.findLastIndex(isKnown))) + 1;
  return rows.map((row) => ({
    ...row,
    firstMs: row.firstMs + from * stepMs,
    cells: row.cells.subarray(from, to),
  }));
}
