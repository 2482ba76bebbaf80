import { NOTHING_BESIDE, type Beside } from '../core/beside.ts';
import type { ExchangeId, InstrumentKey } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import { HOUR_MS } from '../core/units.ts';
import type { AssetBook } from './assetBook.ts';
import type { KnownToday, ReadingPoints, SettledFunding } from './assetSeries.ts';
import type { HeldPart } from './heldPart.ts';
import { LISTS, listName, POINT_LISTS, type List, type PointListName } from './lists.ts';
import type { PointPart } from './points.ts';
import { settledFunding } from './settledFunding.ts';
import { siftParts } from './siftParts.ts';

/** What of the held columns may be counted. */
export interface CountedParts {
  readonly lists: ReadonlyMap<string, readonly HeldPart[]>;
  readonly settledFunding: readonly SettledFunding[];
  readonly readings: {
    readonly prices: readonly ReadingPoints[];
    readonly runningFunding: readonly ReadingPoints[];
    readonly openInterest: readonly ReadingPoints[];
  };
  readonly apart: number;
}

const BARS = listName('open-interest', `bar-${HOUR_MS}`);
const NOW = listName('open-interest', 'now');
const LAST = listName('candle', `last-${HOUR_MS}`);

/** Sums and scores are of perpetuals; dated futures stand beside them, and of spot pairs only the flow is looked at. */
const isWanted = (list: List, { shared }: HeldPart): boolean =>
  shared['market'] === undefined || (shared['market'] === 'spot' && list.kind === 'taker-volume');

/** Returns what of the held columns may be counted at `nowMs`; see `AssetSeries`. */
export function countedParts(
  book: AssetBook,
  nowMs: number,
  { beside = NOTHING_BESIDE, sidesOf = () => undefined }: KnownToday,
): CountedParts {
  const emptied = emptiedMarkets(book.parts(LAST));
  const known: Beside = {
    levelOf: (instrument, quantity) => beside.levelOf(instrument, quantity),
    isEmpty: (instrument) => beside.isEmpty(instrument) ?? emptied.get(instrument),
  };
  // Two series of one instrument, of bars and of readings, would be one line with a step in it.
  const withBars = new Set(book.parts(BARS).map(({ instrument }) => instrument));
  let apart = 0;
  const lists = LISTS.map((list) => {
    const name = listName(list.kind, list.facet);
    const held = book
      .parts(name)
      .filter((part) => isWanted(list, part) && !(name === NOW && withBars.has(part.instrument)))
      .map((part) => (list.kind === 'candle' ? withoutCutOff(part, nowMs) : part));
    // Of all accounts and settled rates nothing has a level.
    const sifted = siftParts(list.kind, held, known, HELD);
    apart += sifted.apart;
    return [name, sifted.parts.map((part) => withSides(part, sidesOf))] as const;
  });
  const points = (name: PointListName): readonly PointPart[] => {
    const own = book.points(name, nowMs).filter(({ shared }) => shared['market'] === undefined);
    const sifted = siftParts(POINT_LISTS[name].kind, own, known, POINTS);
    apart += sifted.apart;
    return sifted.parts;
  };
  const then = (['openInterestWeek', 'openInterestDay', 'openInterestHour'] as const).flatMap(points);
  const readings = {
    prices: points('prices'),
    runningFunding: points('runningFunding'),
    openInterest: then.map((part) => withSides(part, sidesOf)),
  };
  return { lists: new Map(lists), settledFunding: settledFunding(points('settledFunding')), readings, apart };
}

const HELD = {
  timeAt: ({ firstMs, stepMs, readAtMs }: HeldPart, at: number): number => {
    const readMs = readAtMs[at] ?? Number.NaN;
    return Number.isNaN(readMs) ? firstMs + at * stepMs : readMs;
  },
  withColumns: (part: HeldPart, columns: HeldPart['columns']): HeldPart => ({ ...part, columns }),
};

const POINTS = {
  timeAt: ({ atMs }: PointPart, at: number): number => atMs[at] ?? Number.NaN,
  withColumns: (part: PointPart, columns: PointPart['columns']): PointPart => ({ ...part, columns }),
};

/** Without the bars that are over by now and were last seen while they ran: their close and volume are those of a part. */
function withoutCutOff(part: HeldPart, nowMs: number): HeldPart {
  const { firstMs, stepMs, receivedAtMs } = part;
  const cutOff: number[] = [];
  for (let at = 0; at < receivedAtMs.length; at += 1) {
    const endMs = firstMs + (at + 1) * stepMs;
    if (endMs <= nowMs && (receivedAtMs[at] ?? endMs) < endMs) cutOff.push(at);
  }
  if (cutOff.length === 0) return part;
  const before = withoutBars.get(part);
  if (before?.count === cutOff.length) return before.part;
  const without = (column: Float64Array): Float64Array => {
    const copy = column.slice();
    for (const at of cutOff) copy[at] = Number.NaN;
    return copy;
  };
  const columns = Object.entries(part.columns).map(([name, column]) => [name, without(column)]);
  const rest = {
    ...part,
    receivedAtMs: without(receivedAtMs),
    columns: Object.fromEntries(columns) as Record<string, Float64Array>,
  };
  withoutBars.set(part, { count: cutOff.length, part: rest });
  return rest;
}

/** As time goes by more bars of a part are over, and none less. */
const withoutBars = new WeakMap<HeldPart, { readonly count: number; readonly part: HeldPart }>();

/**
 * Rows keep what was known when they were stored. One that was `unverified` then would be taken as is beside newer ones
 * that are halved, and the series would fall by half on the day the verdict came, without a position closed.
 */
function withSides<P extends Pick<HeldPart, 'exchange' | 'shared'>>(
  part: P,
  sidesOf: (exchange: ExchangeId) => OpenInterest['sides'] | undefined,
): P {
  if (part.shared['sides'] !== 'unverified') return part;
  const sides = sidesOf(part.exchange);
  if (sides === undefined) return part;
  const before = sided.get(part) as P | undefined;
  if (before?.shared['sides'] === sides) return before;
  const own = { ...part, shared: { ...part.shared, sides } };
  sided.set(part, own);
  return own;
}

/** The same part again, so that what was made of it need not be made again. */
const sided = new WeakMap<object, Pick<HeldPart, 'shared'>>();

/** So many of the newest bars without a trade say that nobody trades. */
const SILENT_BARS = 3;

/** As `emptiedMarkets` of core, from columns of bars. */
function emptiedMarkets(parts: readonly HeldPart[]): Map<InstrumentKey, boolean> {
  const emptied = new Map<InstrumentKey, boolean>();
  for (const [instrument, own] of Map.groupBy(parts, (part) => part.instrument)) {
    const newest = own
      .flatMap(newestVolumes)
      .sort((a, b) => b.atMs - a.atMs)
      .slice(0, SILENT_BARS);
    if (newest.length === 0) continue;
    emptied.set(instrument, newest.length === SILENT_BARS && newest.every(({ isTraded }) => !isTraded));
  }
  return emptied;
}

function newestVolumes({ firstMs, stepMs, columns }: HeldPart): { atMs: number; isTraded: boolean }[] {
  const [coins, dollars] = [columns['volumeBase'], columns['volumeUsd']];
  const found: { atMs: number; isTraded: boolean }[] = [];
  for (let at = (coins?.length ?? 0) - 1; at >= 0 && found.length < SILENT_BARS; at -= 1) {
    const [base, usd] = [coins?.[at] ?? Number.NaN, dollars?.[at] ?? Number.NaN];
    if (Number.isNaN(base) && Number.isNaN(usd)) continue;
    found.push({ atMs: firstMs + at * stepMs, isTraded: base > 0 || usd > 0 });
  }
  return found;
}

/** Until when the newest row of an exchange tells: the end of its bar, or of the part that was seen of it; a reading's own time. */
export function toldUntil(
  { lists, settledFunding, readings }: CountedParts,
  exchange: ExchangeId,
): number | undefined {
  let newest = -Infinity;
  for (const list of LISTS)
    for (const part of lists.get(listName(list.kind, list.facet)) ?? [])
      if (part.exchange === exchange) newest = Math.max(newest, newestOf(part, list));
  for (const part of [
    ...settledFunding,
    ...readings.prices,
    ...readings.runningFunding,
    ...readings.openInterest,
  ])
    if (part.exchange === exchange) newest = Math.max(newest, part.atMs.at(-1) ?? -Infinity);
  return newest === -Infinity ? undefined : newest;
}

const FLOWS: ReadonlySet<string> = new Set(['candle', 'taker-volume', 'liquidation-volume']);

function newestOf(part: HeldPart, { kind, stepMs }: List): number {
  const at = part.receivedAtMs.findLastIndex((value) => !Number.isNaN(value));
  if (at < 0) return -Infinity;
  const labelMs = part.firstMs + at * part.stepMs;
  const receivedAtMs = part.receivedAtMs[at] ?? labelMs;
  if (FLOWS.has(kind)) return Math.min(labelMs + stepMs, receivedAtMs);
  const readMs = part.readAtMs[at] ?? Number.NaN;
  // Of a roll-up only the label is known, which may be half an hour after the reading.
  return Number.isNaN(readMs) ? Math.min(labelMs, receivedAtMs) : readMs;
}
