import type { Beside } from './beside.ts';
import { emptiedMarkets } from './emptiedMarkets.ts';
import type { IssueCode } from './issue.ts';
import { isReachable, longestStep, type Anchor, type Judged } from './levels.ts';
import { judgeSeries, SeriesCut, seriesOf, type Series } from './levelSeries.ts';
import type { Observation } from './observation.ts';
import { PriceBook } from './priceBook.ts';
import {
  amountPairs,
  behaviourOf,
  leveledFields,
  numberAt,
  withoutFields,
  type Quantity,
} from './quantities.ts';
import { DAY_MS } from './units.ts';

/** A row, or a field of one, that is no measurement. */
export interface Apart {
  readonly row: Observation;
  readonly field: string;
  readonly value: number;
  readonly quantity: Quantity;
  readonly code: Extract<IssueCode, 'placeholder-zero' | 'implausible-jump' | 'contradiction'>;
  /** `contested`: the level is not known. `undecided`: the row was kept, see `Sifted`. */
  readonly because: 'neighbours' | 'empty-unproved' | 'bar' | 'pair' | 'contested' | 'undecided';
}

export interface Sifted {
  /** What may be counted, in the order given: the rows themselves where nothing is left out; rows that lost a field are copies without it. */
  readonly kept: readonly Observation[];
  readonly apart: readonly Apart[];
  /** Series that hold two scales with nothing to tell which is right: one entry for each, its rows were not judged. */
  readonly undecided: readonly Apart[];
}

const NOTHING: Beside = { levelOf: () => undefined, isEmpty: () => undefined };

/**
 * Tells measurements from what their neighbours, the level known beside them or their own other fields contradict by
 * orders of magnitude: zeros where the market is not empty, slips of unit, coins and dollars that state an impossible
 * price. A market that really empties is told from a placeholder by its volume (nothing is traded any more) or by
 * having become small before; a crash by its steps, which stay possible for the time between them. `isStrict`: series
 * that nothing tells right from wrong are set apart too, instead of being kept for a later judgement. `series`: those of
 * the rows, where the caller has cut them already.
 */
export function siftRows(
  rows: readonly Observation[],
  beside: Beside = NOTHING,
  {
    isStrict = false,
    series: cut,
  }: { readonly isStrict?: boolean; readonly series?: readonly Series[] } = {},
): Sifted {
  const emptied = emptiedMarkets(rows);
  const isEmpty = ({ instrument, quantity, values }: Series): boolean => {
    // The volume of the day is no witness for itself.
    if (quantity.includes('volume')) return false;
    // Of an answer by itself a 0 is what the exchange states; who counts it must know more.
    const isAlone = beside === NOTHING && values.every((value) => value === 0);
    return beside.isEmpty(instrument) ?? emptied.get(instrument) ?? isAlone;
  };
  const prices = new PriceBook(rows, beside);
  const drops = new Drops(rows);
  markBars(rows, drops);
  for (const whole of cut ?? seriesOf(rows)) {
    // A bar whose price is wrong is no neighbour for the volume of others.
    const series = whole.quantity.startsWith('bar-') ? withoutDropped(whole, drops) : whole;
    const level = levelFor(series, beside, prices);
    if (level === 'contested') {
      if (isStrict || !series.isHistory)
        for (const at of series.at) drops.add(at, series, 'implausible-jump', 'contested');
      continue;
    }
    const evidence = { anchor: level, isEmpty: isEmpty(series) };
    const judged = judgeSeries(series, evidence, prices.of(series.instrument));
    drops.addJudged(series, judged, level !== undefined);
    if (isStrict && judged.isUndecided)
      for (const at of series.at) drops.add(at, series, 'implausible-jump', 'undecided');
  }
  markPrices(rows, drops);
  for (const series of impliedPrices(rows, drops)) {
    const level = levelFor(series, beside, prices);
    if (level === 'contested') continue;
    const { verdicts } = judgeSeries(series, { anchor: level }, undefined);
    for (const [index, at] of series.at.entries()) if (verdicts[index] === 'jump') drops.addPair(at, series);
  }
  return drops.sifted();
}

function levelFor(series: Series, beside: Beside, prices: PriceBook): Anchor | 'contested' | undefined {
  if (!behaviourOf(series.quantity).isSteady) return undefined;
  const known = beside.levelOf(series.instrument, series.quantity);
  if (series.quantity !== 'price') return isOutdated(series, known) ? undefined : known;
  if (known !== undefined) return known;
  return prices.consensusOf(series.instrument);
}

function withoutDropped(series: Series, drops: Drops): Series {
  if (!series.at.some((at) => drops.has(at, 'closeQuote'))) return series;
  const keep = <T>(list: readonly T[]): T[] =>
    list.filter((_, index) => !drops.has(series.at[index] ?? -1, 'closeQuote'));
  return { ...series, at: keep(series.at), timesMs: keep(series.timesMs), values: keep(series.values) };
}

/** What was traded on a day says nothing about another. */
const isOutdated = ({ quantity, timesMs }: Series, level: Anchor | 'contested' | undefined): boolean =>
  quantity.startsWith('volume') && typeof level === 'object' && (timesMs.at(-1) ?? 0) - level.atMs > DAY_MS;

/** The prices that amounts in coins and dollars state, of the rows in which both still stand. */
function impliedPrices(rows: readonly Observation[], drops: Drops): Series[] {
  const cut = new SeriesCut();
  for (const [at, row] of rows.entries()) {
    for (const [base, usd] of amountPairs(row)) {
      const [coins, dollars] = [numberAt(row, base), numberAt(row, usd)];
      if (coins === undefined || dollars === undefined || drops.has(at, base) || drops.has(at, usd)) continue;
      if (coins > 0 && dollars > 0)
        cut.push(row, { field: `${base} ${usd}`, quantity: 'price', value: dollars / coins, at });
      // A stated 0 beside an amount of the same thing is no zero.
      else if (coins > 0 || dollars > 0) drops.addFalseZero(at, coins > 0 ? usd : base);
    }
  }
  return cut.series();
}

/** Sets apart both of two prices of one moment that are not of one thing, where nothing has told which of them is right. */
function markPrices(rows: readonly Observation[], drops: Drops): void {
  const limits = { ...behaviourOf('price'), floor: 0 };
  for (const [at, row] of rows.entries()) {
    if (row.kind !== 'mark-price') continue;
    const prices = leveledFields(row).flatMap(([field]) => {
      const value = drops.has(at, field) ? undefined : numberAt(row, field);
      return value === undefined ? [] : [{ field, value, atMs: row.atMs }];
    });
    const [one, other] = prices;
    if (prices.length !== 2 || one === undefined || other === undefined) continue;
    if (isReachable(one, other, limits)) continue;
    for (const { field } of prices) drops.add(at, { field, quantity: 'price' }, 'contradiction', 'contested');
  }
}

/** Sets apart bars whose high and low no market reaches within one bar. */
function markBars(rows: readonly Observation[], drops: Drops): void {
  const pace = behaviourOf('price');
  for (const [at, row] of rows.entries()) {
    if (row.kind !== 'candle') continue;
    if (Math.log(row.highQuote / row.lowQuote) > longestStep(pace, row.barMs)) drops.addBar(at);
  }
}

/** What was found wrong, by row and field. */
class Drops {
  readonly #rows: readonly Observation[];
  readonly #fields = new Map<number, Set<string>>();
  readonly #apart: Apart[] = [];
  readonly #undecided: Apart[] = [];

  constructor(rows: readonly Observation[]) {
    this.#rows = rows;
  }

  has(at: number, field: string): boolean {
    return this.#fields.get(at)?.has(field) ?? false;
  }

  add(
    at: number,
    series: Pick<Series, 'field' | 'quantity'>,
    code: Apart['code'],
    because: Apart['because'],
  ): void {
    const row = this.#rows[at];
    if (row === undefined || this.has(at, series.field)) return;
    this.#note(at, series.field);
    this.#apart.push(this.#entry(row, series, code, because));
  }

  addJudged(series: Series, { verdicts, isUndecided }: Judged, hasLevel: boolean): void {
    const isUnproved = !hasLevel && series.values.every((value) => value === 0);
    for (const [index, at] of series.at.entries()) {
      if (verdicts[index] === 'zero')
        this.add(at, series, 'placeholder-zero', isUnproved ? 'empty-unproved' : 'neighbours');
      if (verdicts[index] === 'jump') this.add(at, series, 'implausible-jump', 'neighbours');
    }
    const newest = this.#rows[series.at.at(-1) ?? -1];
    if (isUndecided && newest !== undefined)
      this.#undecided.push(this.#entry(newest, series, 'implausible-jump', 'undecided'));
  }

  addBar(at: number): void {
    this.add(at, { field: 'closeQuote', quantity: 'price' }, 'implausible-jump', 'bar');
  }

  addFalseZero(at: number, field: string): void {
    this.add(at, { field, quantity: 'price' }, 'placeholder-zero', 'pair');
  }

  addPair(at: number, series: Series): void {
    for (const field of series.field.split(' '))
      this.add(at, { field, quantity: 'price' }, 'contradiction', 'pair');
  }

  sifted(): Sifted {
    if (this.#fields.size === 0) return { kept: this.#rows, apart: this.#apart, undecided: this.#undecided };
    const kept: Observation[] = [];
    for (const [at, row] of this.#rows.entries()) {
      const fields = this.#fields.get(at);
      const rest = fields === undefined ? row : withoutFields(row, fields);
      if (rest !== undefined) kept.push(rest);
    }
    return { kept, apart: this.#apart, undecided: this.#undecided };
  }

  #note(at: number, field: string): void {
    const own = this.#fields.get(at) ?? new Set<string>();
    this.#fields.set(at, own);
    own.add(field);
  }

  #entry(
    row: Observation,
    { field, quantity }: Pick<Series, 'field' | 'quantity'>,
    code: Apart['code'],
    because: Apart['because'],
  ): Apart {
    return { row, field, value: numberAt(row, field) ?? 0, quantity, code, because };
  }
}
