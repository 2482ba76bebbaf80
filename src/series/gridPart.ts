import { AHEAD_TOLERANCE_MS } from '../core/clock.ts';
import type { ExchangeId, InstrumentKey } from '../core/ids.ts';
import { DAY_MS, HOUR_MS } from '../core/units.ts';
import { HISTORY_WINDOW_MS } from './assetBook.ts';
import type { SeriesPart } from './assetSeries.ts';
import type { Series } from './catalogue.ts';
import { lastLabelOf, type HeldPart } from './heldPart.ts';
import { stepOf, type StepColumn } from './hours.ts';

interface Grid {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly length: number;
}

/**
 * Returns the steps that columns of an exchange stand on: by the hour the same for all, by the day as the exchange's own days
 * begin (of the newest part, where they differ); where it has none, as those of UTC, which shorter bars are read at.
 */
export function gridOf(parts: readonly HeldPart[], { stepMs }: Series, nowMs: number): Grid {
  if (stepMs === HOUR_MS) {
    const firstMs = Math.ceil((nowMs - HISTORY_WINDOW_MS) / stepMs) * stepMs;
    const lastMs = stepOf(nowMs) + stepMs;
    return { firstMs, stepMs, length: (lastMs - firstMs) / stepMs + 1 };
  }
  const ofDays = parts.filter(({ shared }) => shared['barMs'] === stepMs);
  const phase =
    (ofDays.length > 0 ? ofDays : parts).reduce((a, b) => (lastLabelOf(b) > lastLabelOf(a) ? b : a)).firstMs %
    DAY_MS;
  const own = parts.filter(({ firstMs }) => firstMs % DAY_MS === phase);
  const firstMs = own.reduce((least, part) => Math.min(least, part.firstMs), Infinity);
  const lastMs = own.reduce((most, part) => Math.max(most, lastLabelOf(part)), firstMs);
  return { firstMs, stepMs, length: (lastMs - firstMs) / stepMs + 1 };
}

/** Returns a part's values on a grid; nothing where it stands between its steps or has none. */
export function partOn(grid: Grid, part: HeldPart, series: Series, nowMs: number): readonly SeriesPart[] {
  const isReading = !('barMs' in part.shared);
  // A bar that runs has no close and no volume yet; and no bar is there before it begins.
  const untilMs = series.label === 'end' ? nowMs - grid.stepMs : nowMs + AHEAD_TOLERANCE_MS;
  const steps = Math.floor((untilMs - grid.firstMs) / grid.stepMs) + 1;
  const end = isReading ? grid.length : Math.min(grid.length, steps);
  const own = laidOut.get(part) ?? new Map<Series, LaidOut>();
  laidOut.set(part, own);
  const before = own.get(series);
  if (before?.grid.firstMs === grid.firstMs && before.grid.length === grid.length && before.end === end)
    return before.parts;
  const parts = newPartOn(grid, part, series, end);
  own.set(series, { grid, end, parts });
  return parts;
}

interface LaidOut {
  readonly grid: Grid;
  readonly end: number;
  readonly parts: readonly SeriesPart[];
}

/** Parts are never written to, so that one which stands on the same steps as before is the same: most are, for an hour. */
const laidOut = new WeakMap<HeldPart, Map<Series, LaidOut>>();

function newPartOn(grid: Grid, part: HeldPart, series: Series, end: number): SeriesPart[] {
  const offset = (grid.firstMs - part.firstMs) / grid.stepMs;
  const values = Number.isInteger(offset) ? series.values(part) : undefined;
  if (values === undefined) return [];
  const column = onGrid(values, offset, grid.length, end);
  if (column.every(Number.isNaN)) return [];
  return [new PartOnGrid(part, { firstMs: grid.firstMs, stepMs: grid.stepMs, values: column }, offset, end)];
}

/** A part of a series; when its values were received is laid out when it is asked for. */
class PartOnGrid implements SeriesPart {
  readonly exchange: ExchangeId;
  readonly instrument: InstrumentKey;
  readonly endpoint: string;
  readonly shared: SeriesPart['shared'];
  readonly column: StepColumn;
  readonly #layOut: () => Float64Array;
  #receivedAtMs: Float64Array | undefined;

  constructor(part: HeldPart, column: StepColumn, offset: number, end: number) {
    this.exchange = part.exchange;
    this.instrument = part.instrument;
    this.endpoint = part.endpoint;
    this.shared = part.shared;
    this.column = column;
    this.#layOut = () => onGrid(part.receivedAtMs, offset, column.values.length, end);
  }

  get receivedAtMs(): Float64Array {
    return (this.#receivedAtMs ??= this.#layOut());
  }

  get awayMs(): Float64Array | undefined {
    const { firstMs, stepMs } = this.column;
    const { barMs = 0 } = this.shared;
    // Where the bar of a step is there as well it counts.
    if (barMs !== 0) return barMs === stepMs ? undefined : this.column.values.map(() => 1);
    return this.receivedAtMs.map((received, at) => Math.abs(received - (firstMs + at * stepMs)));
  }
}

/** A column from place `offset` on, as far as place `end` of a grid of `length` steps; the rest are gaps. */
function onGrid(column: Float64Array, offset: number, length: number, end: number): Float64Array {
  const first = Math.max(0, -offset);
  const last = Math.max(first, Math.min(end, column.length - offset));
  const laid = new Float64Array(length);
  laid.fill(Number.NaN, 0, Math.min(first, length));
  laid.fill(Number.NaN, Math.min(last, length));
  if (last > first) laid.set(column.subarray(first + offset, last + offset), first);
  return laid;
}
