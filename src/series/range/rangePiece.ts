import { NOTHING_BESIDE } from '../../core/beside.ts';
import { isImported, type ExchangeId, type InstrumentKey } from '../../core/ids.ts';
import { mayLevelBarsRun } from '../../core/levelBars.ts';
import type { OpenInterest } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { StoredColumns } from '../../store/historyStore.ts';
import { barMsOf, runMsOf } from '../../store/stepWays.ts';
import { countOf, labelOfReading } from '../hours.ts';
import { joinParts, type ValuedPart } from '../join.ts';
import { LISTS } from '../lists.ts';
import { siftParts, type TimedColumns } from '../siftParts.ts';
import { folded, foldWayOf } from './folding.ts';
import { FIVE_MINUTES_MS, type RangeQuery, type RangeStore } from './rangeQuery.ts';
import { apartName, rangeSeriesOf, type RangeSeries } from './rangeSeries.ts';

/** One instrument's values of a piece of a range, one a step; bars and readings apart, and feeds that are never joined. */
export interface PieceLine {
  readonly key: string;
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  /** Where an exchange has several lines that are never joined: its feed, or when its future expires. */
  readonly feed: string | undefined;
  readonly isReading: boolean;
  readonly values: Float64Array;
  /** What the rows of the values state beside them, where the series has such. */
  readonly beside: readonly Float64Array[];
}

/** What an endpoint gave of an instrument in a piece. Labels are those of the steps that it was read in. */
export interface PieceSource {
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly venueSymbol: string;
  readonly endpoint: string;
  readonly isReading: boolean;
  readonly sides: OpenInterest['sides'] | undefined;
  readonly values: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface Piece {
  readonly firstMs: number;
  readonly lines: readonly PieceLine[];
  readonly sources: readonly PieceSource[];
  /** Values that neighbours contradict. */
  readonly apart: number;
}

/** What a series is made of: rows of one facet, on a grid of their own, `per` steps of which are one of the series. */
interface Source {
  readonly facet: string;
  readonly stepMs: number;
  readonly per: number;
  readonly isReading: boolean;
  /** Bars of less than a step: where the bar of a step is there as well it counts. */
  readonly isShorter: boolean;
  /** Asked for by the step: the store makes it, as it does for the charts. */
  readonly isRolled: boolean;
}

interface Laid extends TimedColumns {
  readonly exchange: ExchangeId;
  readonly firstMs: number;
  readonly stepMs: number;
}

/** Beyond both ends so much is read, so that what stands there has neighbours too. */
const MARGIN_MS = DAY_MS;
const ACCESS = {
  timeAt: ({ firstMs, stepMs }: Laid, at: number): number => firstMs + at * stepMs,
  withColumns: (part: Laid, columns: Laid['columns']): Laid => ({ ...part, columns }),
};

/**
 * Reads `steps` steps of a range from the one labelled `firstMs` on. What the live market leaves out of its history is left
 * out: dated futures, bars that were cut off while they ran, and what neighbours contradict.
 */
export async function readPiece(
  store: RangeStore,
  query: RangeQuery,
  firstMs: number,
  steps: number,
): Promise<Piece> {
  const series = rangeSeriesOf(query.id);
  // Days are made of hours; only what is a day already is read as one.
  const baseMs = Math.min(query.stepMs, series.stepMs);
  const perStep = query.stepMs / baseMs;
  const length = steps * perStep;
  const parts: LinePart[] = [];
  const sources: PieceSource[] = [];
  let apart = 0;
  for (const source of sourcesOf(series, baseMs)) {
    const laid = await laidOut(store, query, series, source, firstMs, firstMs + length * baseMs);
    const sifted = siftParts(series.observation, laid, NOTHING_BESIDE, ACCESS);
    for (const part of sifted.parts) {
      const shared = withSides(part, query);
      const own = (values: Float64Array | undefined): Float64Array =>
        inner(values, part, source, series, firstMs, length);
      const labelMs = (at: number): number => ACCESS.timeAt(part, at);
      const valuesOf = ({ columns }: Laid): Float64Array => own(series.values({ shared, columns }, labelMs));
      const values = valuesOf(part);
      const whole = laid.find((one) => one.shared === part.shared);
      if (whole !== undefined && whole !== part)
        apart += countOf({ values: valuesOf(whole) }) - countOf({ values });
      if (countOf({ values }) === 0) continue;
      const { exchange, instrument, endpoint } = part;
      const feed = apartName(series, shared);
      const besides = series.beside;
      const beside = besides?.values({ shared, columns: part.columns }).map(own) ?? [];
      const awayMs = besides !== undefined ? new Float64Array(length).fill(besides.behind({ shared, columns: {} })) : source.isReading ? awayOf(part, firstMs, length) : source.isShorter ? new Float64Array(length).fill(1) : undefined; // prettier-ignore
      const column = { firstMs, stepMs: baseMs, values };
      parts.push({
        exchange,
        instrument,
        endpoint,
        feed,
        column,
        awayMs,
        beside,
        isReading: source.isReading,
      });
      sources.push({
        ...{ exchange, instrument, endpoint, venueSymbol: String(shared['venueSymbol']) },
        ...{ isReading: source.isReading, sides: shared['sides'] as PieceSource['sides'], values: countOf({ values }) }, // prettier-ignore
        firstMs: firstMs + values.findIndex((value) => !Number.isNaN(value)) * baseMs,
        lastMs: firstMs + values.findLastIndex((value) => !Number.isNaN(value)) * baseMs,
      });
    }
  }
  const groups = Map.groupBy(parts, ({ instrument, feed, isReading }) =>
    [instrument, isReading ? 'readings' : 'bars', ...(feed === undefined ? [] : [feed])].join(' '),
  );
  const lines = [...groups].flatMap(([key, own]): PieceLine[] => {
    const [first] = own;
    const values = first === undefined ? undefined : joinParts(own, 'level').get(first.exchange)?.values;
    if (first === undefined || values === undefined) return [];
    const { exchange, instrument, feed, isReading } = first;
    const days = folded(values, perStep, foldWayOf(series));
    const beside = series.beside === undefined ? [] : besideOf(own, length);
    return [{ key, exchange, instrument, isReading, feed, values: days, beside }]; // prettier-ignore
  });
  return { firstMs, lines, sources, apart };
}

interface LinePart extends ValuedPart {
  readonly feed: string | undefined;
  readonly isReading: boolean;
  readonly beside: readonly Float64Array[];
}

/** What the very rows state beside their values that count of an instrument: places are joined instead of values. */
function besideOf(parts: readonly LinePart[], length: number): Float64Array[] {
  const places = parts.map((part, index) => {
    const values = part.column.values.map((value, at) => (Number.isNaN(value) ? value : index * length + at));
    return { ...part, column: { ...part.column, values } };
  });
  const [joined] = joinParts(places, 'level').values();
  const pick = (column: number): Float64Array =>
    Float64Array.from(joined?.values ?? [], (place) => parts[Math.floor(place / length)]?.beside[column]?.[place % length] ?? Number.NaN); // prettier-ignore
  return (parts[0]?.beside ?? []).map((_, column) => pick(column));
}

/** Bars of the step first; where an instrument has none, those of five minutes and, apart from both, readings. */
function sourcesOf({ facet, stepMs, observation, hasReadings }: RangeSeries, baseMs: number): Source[] {
  const facetOf = (ms: number): string => facet.replace(String(stepMs), String(ms));
  const isReading = barMsOf(observation, facet) === undefined;
  const bars = { stepMs: baseMs, per: 1, isReading, isShorter: false, isRolled: false };
  // The store keeps the nearest reading of each hour; of five minutes every reading is looked at.
  const readings = { ...bars, isReading: true, isRolled: baseMs === HOUR_MS };
  const sources: Source[] = [{ ...(isReading ? readings : bars), facet: facetOf(baseMs) }];
  if (isReading) return sources;
  const finerFacet = LISTS.find((list) => list.kind === observation && list.facet === facetOf(baseMs))?.finerFacet; // prettier-ignore
  if (finerFacet !== undefined)
    sources.push({ ...bars, facet: finerFacet, isShorter: true, isRolled: true });
  else if (baseMs === HOUR_MS)
    sources.push({ ...bars, facet: facetOf(FIVE_MINUTES_MS), stepMs: FIVE_MINUTES_MS, per: HOUR_MS / FIVE_MINUTES_MS, isShorter: true }); // prettier-ignore
  if (hasReadings === true) sources.push({ ...readings, facet: 'now' });
  return sources;
}

async function laidOut(
  store: RangeStore,
  { asset, nowMs, knownAtMs, exchanges = [] }: RangeQuery,
  series: RangeSeries,
  { facet, stepMs, isReading, isShorter, isRolled }: Source,
  fromMs: number,
  toMs: number,
): Promise<Laid[]> {
  const { observation, market } = series;
  const fields = LISTS.find(({ kind }) => kind === observation)?.fields ?? series.fields;
  const grid = { firstMs: fromMs - MARGIN_MS, stepMs, length: (toMs - fromMs + 2 * MARGIN_MS) / stepMs };
  const early = isReading && !isRolled ? stepMs / 2 : 0;
  const asked = {
    ...{ kind: observation, baseAsset: asset, facet, fields },
    ...{ fromMs: grid.firstMs - early, toMs: toMs + MARGIN_MS - early },
    ...(isRolled ? { stepMs } : {}),
    ...(knownAtMs === undefined ? {} : { knownAtMs }),
  };
  const stored = (await store.columns(asked)).filter(({ shared }) => !isImported(shared.exchange));
  for (const exchange of exchanges.filter(isImported)) stored.push(...(await store.columns({ ...asked, exchange }))); // prettier-ignore
  const ownRunMs = runMsOf({ kind: observation, facet });
  const runMs = series.label === 'end' ? stepMs : ownRunMs;
  // What stood at a moment no shorter bar says that may say another one.
  const isOther = (exchange: ExchangeId): boolean => isShorter && ownRunMs === 0 && mayLevelBarsRun(exchange);
  return stored
    .filter(({ shared }) => (shared['market'] ?? 'perpetual') === market && !isOther(shared.exchange))
    .map((one) => {
      const laid = onGrid(one, grid, isReading);
      return isReading ? upTo(laid, nowMs) : withoutRunning(laid, series.label === 'end', runMs, nowMs);
    });
}

function onGrid(
  { shared, atMs, receivedAtMs, columns }: StoredColumns,
  grid: { readonly firstMs: number; readonly stepMs: number; readonly length: number },
  isReading: boolean,
): Laid {
  const empty = (): Float64Array => new Float64Array(grid.length).fill(Number.NaN);
  const laid = Object.fromEntries(Object.keys(columns).map((name) => [name, empty()]));
  const [received, away] = [empty(), new Float64Array(grid.length).fill(Infinity)];
  const pairs = Object.entries(laid).flatMap(([name, column]) => {
    const stored = columns[name];
    return stored === undefined ? [] : [[column, stored] as const];
  });
  const even = isReading ? undefined : evenPlace(atMs, grid);
  if (even !== undefined) {
    received.set(receivedAtMs, even);
    for (const [column, stored] of pairs) column.set(stored, even);
  }
  for (let row = even === undefined ? 0 : atMs.length; row < atMs.length; row += 1) {
    const own = atMs[row] ?? 0;
    const label = isReading ? labelOfReading(own, grid.stepMs) : own;
    const place = (label - grid.firstMs) / grid.stepMs;
    // A bar that begins between two steps (a day of another time zone) is none of theirs.
    if (!Number.isInteger(place) || place < 0 || place >= grid.length) continue;
    if (Math.abs(own - label) > (away[place] ?? Infinity)) continue;
    away[place] = Math.abs(own - label);
    received[place] = receivedAtMs[row] ?? Number.NaN;
    for (const [column, stored] of pairs) column[place] = stored[row] ?? Number.NaN;
  }
  const { exchange, instrument, endpoint } = shared;
  return { exchange, instrument, endpoint, shared, firstMs: grid.firstMs, stepMs: grid.stepMs, receivedAtMs: received, columns: laid }; // prettier-ignore
}

/** Where rows stand in a grid that they fill step by step; undefined where they do not. */
function evenPlace(
  atMs: Float64Array,
  { firstMs, stepMs, length }: { readonly firstMs: number; readonly stepMs: number; readonly length: number },
): number | undefined {
  const start = atMs[0] ?? Number.NaN;
  const place = (start - firstMs) / stepMs;
  if (!Number.isInteger(place) || place < 0 || place + atMs.length > length) return undefined;
  for (let row = 1; row < atMs.length; row += 1) if (atMs[row] !== start + row * stepMs) return undefined;
  return place;
}

/** Without labels that lie ahead. */
const upTo = (part: Laid, nowMs: number): Laid => without(part, (labelMs) => labelMs > nowMs);

/** Without bars that were cut off while they ran, that are still ahead or, of what is complete at its end only, that run. */
function withoutRunning(part: Laid, isOfEnd: boolean, runMs: number, nowMs: number): Laid {
  return without(part, (labelMs, receivedAtMs) => {
    const endMs = labelMs + runMs;
    if (labelMs > nowMs || (isOfEnd && endMs > nowMs)) return true;
    return runMs > 0 && endMs <= nowMs && receivedAtMs < endMs;
  });
}

function without(part: Laid, isOut: (labelMs: number, receivedAtMs: number) => boolean): Laid {
  const { firstMs, stepMs, receivedAtMs, columns } = part;
  const all = [receivedAtMs, ...Object.values(columns)];
  for (let at = 0; at < receivedAtMs.length; at += 1) {
    const received = receivedAtMs[at] ?? Number.NaN;
    if (Number.isNaN(received) || !isOut(firstMs + at * stepMs, received)) continue;
    for (const column of all) column[at] = Number.NaN;
  }
  return part;
}

function withSides({ exchange, shared }: Laid, { sidesOf }: RangeQuery): StoredColumns['shared'] {
  if (shared['sides'] !== 'unverified') return shared;
  const sides = sidesOf?.(exchange);
  return sides === undefined ? shared : { ...shared, sides };
}

/** The values between the margins, on the grid of the series. */
function inner(
  values: Float64Array | undefined,
  { firstMs: laidMs, stepMs }: Laid,
  { per }: Source,
  series: RangeSeries,
  firstMs: number,
  length: number,
): Float64Array {
  if (values === undefined) return new Float64Array(length).fill(Number.NaN);
  const from = (firstMs - laidMs) / stepMs;
  return folded(values.subarray(from, from + length * per), per, foldWayOf(series));
}

/** How far from its label each reading was received, as the live market's history has it. */
function awayOf(
  { receivedAtMs, firstMs: laidMs, stepMs }: Laid,
  firstMs: number,
  length: number,
): Float64Array {
  // prettier-ignore
  const from = (firstMs - laidMs) / stepMs;
  return receivedAtMs
    .subarray(from, from + length)
    .map((received, at) => Math.abs(received - (firstMs + at * stepMs)));
}
