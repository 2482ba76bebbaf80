import type { Chunk } from '../../core/chunk.ts';
import type { ContextValue } from '../../core/contextValue.ts';
import type { Asset, ExchangeId } from '../../core/ids.ts';
import { quoted } from '../../core/outsideText.ts';
import { formatDuration, formatUtc } from '../../surfaces/reports/format.ts';
import type { FileRow } from './fileRows.ts';
import type { Layout } from './layouts.ts';
import { groupsOf, momentOf, momentsOf, sharedOf, type Moments, type RowGroup } from './rowGroups.ts';
import { apartOf } from './togetherInRow.ts';
import { Tally } from './tally.ts';
import { intervalOf, subjectOf, timeOf, valueOf, wrongRow } from './values.ts';

/** More instruments than any exchange lists: a column of something else was taken for symbols. */
const MOST_SERIES = 2_000;
const VENUE = /^[\w.-]{1,40}$/;

export interface ImportPlan {
  readonly layout: Layout;
  readonly exchange: ExchangeId;
  /** The asset that was asked for; rows of others are passed over. */
  readonly asset: Asset | undefined;
  readonly endpoint: string;
  readonly receivedAtMs: number;
  readonly nowMs: number;
}

/** Rows of one instrument that wait, and where its file stands. */
interface OwnSeries {
  readonly names: { exchange: ExchangeId; symbol: string; asset: Asset; market: 'spot' | undefined };
  readonly waiting: { atMs: number[]; values: number[][] }[];
  lastMs: number;
  lastValues: readonly number[];
  /** 1: times ascend, -1: they descend; 0 until the second row. */
  direction: number;
}

/** Makes rows of the store from rows of a file, and counts what it sees. Memory is bounded by who drains it. */
export class ImportedRows {
  readonly tally: Tally;
  readonly #plan: ImportPlan;
  readonly #groups: readonly RowGroup[];
  /** Of each group the places of its columns, and of each column its group. */
  readonly #places: readonly (readonly number[])[];
  readonly #groupOf: readonly RowGroup[];
  readonly #refuseApart: ReturnType<typeof apartOf>;
  readonly #series = new Map<string, OwnSeries>();
  #waiting = 0;

  constructor(plan: ImportPlan) {
    this.#plan = plan;
    const { columns } = plan.layout;
    this.#groups = groupsOf(plan.layout);
    this.#places = this.#groups.map((group) => group.columns.map((column) => columns.indexOf(column)));
    this.#groupOf = columns.flatMap(
      (column) => this.#groups.find((group) => group.columns.includes(column)) ?? [],
    );
    this.#refuseApart = apartOf(plan.layout);
    this.tally = new Tally(plan.layout);
  }

  /** How many rows wait to be drained. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes a row in. Errors: `usage`, with its place and what was expected there. */
  take(row: FileRow): void {
    const { layout, asset, nowMs } = this.#plan;
    this.tally.rows += 1;
    const subject = subjectOf(row, layout, asset);
    if (asset !== undefined && subject.asset !== asset) {
      this.tally.others += 1;
      return;
    }
    const moments = this.#moments(row);
    const values = layout.columns.map((column) => valueOf(row, column));
    this.#refuseApart(row, values);
    const series = this.#seriesOf(row, subject);
    if (!this.#isNext(row, series, moments, values)) return;
    if (moments.rowMs > nowMs || moments.endMs > nowMs) {
      this.tally.running += 1;
      return;
    }
    const intervalMs = intervalOf(row, layout);
    const isKept = this.#groups
      .map((group, at) => this.#keep(series, group, at, moments, values, intervalMs))
      .some(Boolean);
    if (isKept) this.tally.kept += 1;
    layout.columns.forEach((column, at) => {
      const isEmpty = column.isNoneWhereEmpty === true && row.text(column.column) === '';
      const group = this.#groupOf[at];
      if (group !== undefined)
        this.tally.value(at, momentOf(group, moments), values[at] ?? Number.NaN, isEmpty);
    });
  }

  /** Forgets what waits: of a file that is only looked at. */
  discard(): void {
    for (const series of this.#series.values())
      for (const waiting of series.waiting) waiting.atMs.length = waiting.values.length = 0;
    this.#waiting = 0;
  }

  /** Gives away what waits. */
  drain(): { readonly chunks: Chunk[]; readonly context: ContextValue[] } {
    const [chunks, context]: [Chunk[], ContextValue[]] = [[], []];
    for (const series of this.#series.values())
      this.#groups.forEach((group, at) => {
        const chunk = this.#chunkOf(series, group, at);
        if (chunk === undefined) return;
        if (group.kind === 'context') context.push(...this.#contextOf(chunk));
        else chunks.push(chunk);
      });
    this.#waiting = 0;
    return { chunks, context };
  }

  #moments(row: FileRow): Moments {
    const { layout } = this.#plan;
    const moments = momentsOf(timeOf(row, layout), layout);
    const { barMs } = layout;
    if (barMs !== undefined && moments.startMs % barMs !== 0)
      throw wrongRow(
        row,
        `bars of ${formatDuration(barMs)} start at whole multiples of it in UTC, this one at ${formatUtc(moments.startMs)}; is the time local?`,
      );
    return moments;
  }

  #seriesOf(row: FileRow, subject: { asset: Asset; symbol: string }): OwnSeries {
    const { layout, exchange } = this.#plan;
    const venue = layout.venue === undefined ? undefined : (row.text(layout.venue) ?? '');
    if (venue !== undefined && !VENUE.test(venue))
      throw wrongRow(row, `${layout.venue ?? ''} is the name of an exchange, not ${quoted(venue)}`);
    const symbol = venue === undefined ? subject.symbol : `${venue}/${subject.symbol}`;
    const known = this.#series.get(symbol);
    if (known !== undefined) return known;
    if (this.#series.size >= MOST_SERIES)
      throw wrongRow(row, `at most ${MOST_SERIES} instruments are expected in a file`);
    const series: OwnSeries = {
      names: { exchange, symbol, asset: subject.asset, market: layout.market },
      waiting: this.#groups.map(() => ({ atMs: [], values: [] })),
      ...{ lastMs: Number.NaN, lastValues: [], direction: 0 },
    };
    this.#series.set(symbol, series);
    this.tally.series += 1;
    return series;
  }

  /** Whether a row is new. One that stands twice is counted; with other values, or out of order, it is refused. */
  #isNext(row: FileRow, series: OwnSeries, moments: Moments, values: readonly number[]): boolean {
    const { layout } = this.#plan;
    const atMs = layout.barMs === undefined ? moments.rowMs : moments.startMs;
    const stepMs = atMs - series.lastMs;
    if (stepMs === 0) {
      if (!values.every((value, at) => Object.is(value, series.lastValues[at])))
        throw wrongRow(row, `${formatUtc(atMs)} stands twice, with different values`);
      this.tally.repeat(row.where);
      return false;
    }
    const direction = Math.sign(stepMs) || 0;
    if (series.direction !== 0 && direction !== series.direction)
      throw wrongRow(
        row,
        `times ${series.direction > 0 ? 'ascend' : 'descend'} in this file, but ${formatUtc(atMs)} comes after ${formatUtc(series.lastMs)}`,
      );
    if (direction !== 0) {
      series.direction = direction;
      this.tally.step(Math.min(atMs, series.lastMs), Math.abs(stepMs), intervalOf(row, layout));
    }
    series.lastMs = atMs;
    series.lastValues = values;
    return true;
  }

  #keep(
    series: OwnSeries,
    group: RowGroup,
    at: number,
    moments: Moments,
    values: readonly number[],
    intervalMs: number,
  ): boolean {
    const own = (this.#places[at] ?? []).map((place) => values[place] ?? Number.NaN);
    const waiting = series.waiting[at];
    if (waiting === undefined || own.every((value) => Number.isNaN(value))) return false;
    waiting.atMs.push(momentOf(group, moments));
    waiting.values.push(group.kind === 'funding-rate' ? [...own, intervalMs] : own);
    this.#waiting += 1;
    return true;
  }

  #chunkOf(series: OwnSeries, group: RowGroup, at: number): Chunk | undefined {
    const waiting = series.waiting[at];
    if (waiting === undefined || waiting.atMs.length === 0) return undefined;
    const { atMs, values } = waiting;
    series.waiting[at] = { atMs: [], values: [] };
    if (series.direction < 0) {
      atMs.reverse();
      values.reverse();
    }
    const names = this.#fieldsOf(group);
    return {
      shared: sharedOf(group, series.names, this.#plan),
      atMs: Float64Array.from(atMs),
      columns: Object.fromEntries(names.map((name, place) => [name, columnOf(values, place)])),
    };
  }

  #fieldsOf(group: RowGroup): string[] {
    const fields = group.columns.map(({ to }) => this.tally.targetOf(to).field);
    return group.kind === 'funding-rate' ? [...fields, 'intervalMs'] : fields;
  }

  #contextOf({ shared, atMs, columns }: Chunk): ContextValue[] {
    const { barMs } = this.#plan.layout;
    return Array.from(atMs, (one, row) => ({
      kind: 'context',
      provider: shared.exchange,
      metric: 'fear-greed',
      unit: 'score',
      value: columns['value']?.[row] ?? Number.NaN,
      atMs: one,
      receivedAtMs: shared.receivedAtMs,
      ...(barMs === undefined ? {} : { barMs }),
      endpoint: shared.endpoint,
    }));
  }
}

/** A loop: this is run for every value of a file. */
function columnOf(rows: readonly (readonly number[])[], place: number): Float64Array {
  const column = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row += 1) column[row] = rows[row]?.[place] ?? Number.NaN;
  return column;
}
