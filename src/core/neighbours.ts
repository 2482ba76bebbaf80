import type { Beside } from './beside.ts';
import { isChunk, rowsOf, type Chunk } from './chunk.ts';
import { emptiedMarkets } from './emptiedMarkets.ts';
import type { IssueCode } from './issue.ts';
import { isReachable, longestStep, type Anchor, type Judged } from './levels.ts';
import { judgeSeries, SeriesCut, seriesOf } from './levelSeries.ts';
import type { Series, SeriesName } from './series.ts';
import type { Observation } from './observation.ts';
import { Places, type Part } from './places.ts';
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

export interface Sifted<P extends Part = Observation> {
  /**
   * What may be counted, in the order given: the rows themselves where nothing is left out; rows that lost a field are copies
   * without it, which have left their chunk.
   */
  readonly kept: readonly P[];
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
export function siftRows<P extends Part>(
  rows: readonly P[],
  beside: Beside = NOTHING,
  {
    isStrict = false,
    series: cut,
  }: { readonly isStrict?: boolean; readonly series?: readonly Series[] } = {},
): Sifted<P> {
  const places = new Places(rows);
  const emptied = emptiedMarkets(rows);
  const isEmpty = ({ instrument, quantity, range }: Series): boolean => {
    // The volume of the day is no witness for itself.
    if (quantity.includes('volume')) return false;
    // Of an answer by itself a 0 is what the exchange states; who counts it must know more.
    const isAlone = beside === NOTHING && range.highest === 0 && range.lowest === 0;
    return beside.isEmpty(instrument) ?? emptied.get(instrument) ?? isAlone;
  };
  const prices = new PriceBook(rows, beside);
  const drops = new Drops(places);
  markBars(places, drops);
  for (const whole of cut ?? seriesOf(places)) {
    // A bar whose price is wrong is no neighbour for the volume of others.
    const series = whole.quantity.startsWith('bar-') ? withoutDropped(whole, drops) : whole;
    const level = levelFor(series, beside, prices);
    if (level === 'contested') {
      if (isStrict || !series.isHistory)
        for (const at of series.at) drops.add(at, series, 'implausible-jump', 'contested');
      continue;
    }
    const evidence = { anchor: level, isEmpty: isEmpty(series) };
    const judged = judgeSeries(series, evidence, () => prices.of(series.instrument));
    drops.addJudged(series, judged, level !== undefined);
    if (isStrict && judged.isUndecided)
      for (const at of series.at) drops.add(at, series, 'implausible-jump', 'undecided');
  }
  markPrices(places, drops);
  for (const series of impliedPrices(places, drops)) {
    const level = levelFor(series, beside, prices);
    if (level === 'contested') continue;
    const { verdicts } = judgeSeries(series, { anchor: level });
    if (verdicts.length === 0) continue;
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

function withoutDropped(series: Series, drops: Drops<Part>): Series {
  const isOut = (at: number): boolean => drops.has(at, 'closeQuote');
  return drops.isEmpty || !series.at.some(isOut) ? series : series.without(isOut);
}

/** What was traded on a day says nothing about another. */
const isOutdated = ({ quantity, newestMs }: Series, level: Anchor | 'contested' | undefined): boolean =>
  quantity.startsWith('volume') && typeof level === 'object' && newestMs - level.atMs > DAY_MS;

/** The prices that amounts in coins and dollars state, of the rows in which both still stand. */
function impliedPrices(places: Places, drops: Drops<Part>): Series[] {
  const cut = new SeriesCut();
  places.each((part, first) => {
    const own = isChunk(part) ? part.shared : part;
    for (const [base, usd] of amountPairs(own)) {
      const field = `${base} ${usd}`;
      if (isChunk(part)) {
        const column = impliedColumn(part, base, usd, first, drops);
        if (column !== undefined) cut.pushColumn(part, { field, quantity: 'price', column, first });
        continue;
      }
      const implied = impliedBy(numberAt(part, base), numberAt(part, usd), first, [base, usd], drops);
      if (implied !== undefined) cut.push(part, { field, quantity: 'price', value: implied, at: first });
    }
  });
  return cut.series();
}

/** The price that one row states; a stated 0 beside an amount of the same thing is no zero, and set apart. */
function impliedBy(
  coins: number | undefined,
  dollars: number | undefined,
  at: number,
  [base, usd]: readonly [string, string],
  drops: Drops<Part>,
): number | undefined {
  if (coins === undefined || dollars === undefined || drops.has(at, base) || drops.has(at, usd))
    return undefined;
  if (coins > 0 && dollars > 0) return dollars / coins;
  if (coins > 0 || dollars > 0) drops.addFalseZero(at, coins > 0 ? usd : base);
  return undefined;
}

function impliedColumn(
  { columns }: Chunk,
  base: string,
  usd: string,
  first: number,
  drops: Drops<Part>,
): Float64Array | undefined {
  const [coins, dollars] = [columns[base], columns[usd]];
  if (coins === undefined || dollars === undefined) return undefined;
  const prices = new Float64Array(coins.length);
  // What is found here is of the row at hand alone.
  const isUndoubted = drops.isEmpty;
  for (let at = 0; at < prices.length; at += 1) {
    const own = coins[at] ?? Number.NaN;
    const other = dollars[at] ?? Number.NaN;
    if (own > 0 && other > 0 && isUndoubted) prices[at] = other / own;
    else if (Number.isNaN(own) || Number.isNaN(other)) prices[at] = Number.NaN;
    else prices[at] = impliedBy(own, other, first + at, [base, usd], drops) ?? Number.NaN;
  }
  return prices;
}

/** Sets apart both of two prices of one moment that are not of one thing, where nothing has told which of them is right. */
function markPrices(places: Places, drops: Drops<Part>): void {
  places.each((part, first) => {
    if ((isChunk(part) ? part.shared : part).kind !== 'mark-price') return;
    const rows = isChunk(part) ? rowsOf(part) : [part];
    for (const [index, row] of rows.entries()) markMoment(row, first + index, drops);
  });
}

function markMoment(row: Observation, at: number, drops: Drops<Part>): void {
  const limits = { ...behaviourOf('price'), floor: 0 };
  const prices = leveledFields(row).flatMap(([field]) => {
    const value = drops.has(at, field) ? undefined : numberAt(row, field);
    return value === undefined ? [] : [{ field, value, atMs: row.atMs }];
  });
  const [one, other] = prices;
  if (prices.length !== 2 || one === undefined || other === undefined) return;
  if (isReachable(one, other, limits)) return;
  for (const { field } of prices) drops.add(at, { field, quantity: 'price' }, 'contradiction', 'contested');
}

/** Sets apart bars whose high and low no market reaches within one bar. */
function markBars(places: Places, drops: Drops<Part>): void {
  const pace = behaviourOf('price');
  const isWide = (high: number, low: number, barMs: number): boolean =>
    Math.log(high / low) > longestStep(pace, barMs);
  places.each((part, first) => {
    if (!isChunk(part)) {
      if (part.kind === 'candle' && isWide(part.highQuote, part.lowQuote, part.barMs)) drops.addBar(first);
      return;
    }
    if (part.shared.kind !== 'candle') return;
    const { highQuote: high, lowQuote: low } = part.columns;
    for (let at = 0; at < part.atMs.length; at += 1) {
      const most = high?.[at] ?? Number.NaN;
      const least = low?.[at] ?? Number.NaN;
      // No bar is too wide below one step, whatever its length; what is near the line is left to the logarithm.
      if (most > least * pace.step * 0.999 && isWide(most, least, part.shared['barMs'] as number))
        drops.addBar(first + at);
    }
  });
}

/** What was found wrong, by row and field. */
class Drops<P extends Part> {
  readonly #places: Places<P>;
  readonly #fields = new Map<number, Set<string>>();
  readonly #apart: Apart[] = [];
  readonly #undecided: Apart[] = [];

  constructor(places: Places<P>) {
    this.#places = places;
  }

  /** Whether nothing has been found. */
  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  has(at: number, field: string): boolean {
    return this.#fields.get(at)?.has(field) ?? false;
  }

  add(
    at: number,
    series: Pick<SeriesName, 'field' | 'quantity'>,
    code: Apart['code'],
    because: Apart['because'],
  ): void {
    const row = this.has(at, series.field) ? undefined : this.#places.rowAt(at);
    if (row === undefined) return;
    this.#note(at, series.field);
    this.#apart.push(this.#entry(row, series, code, because));
  }

  addJudged(series: Series, { verdicts, isUndecided }: Judged, hasLevel: boolean): void {
    for (const [index, at] of verdicts.length === 0 ? [] : series.at.entries()) {
      const verdict = verdicts[index];
      if (verdict === 'zero') {
        const isUnproved = !hasLevel && series.values.every((value) => value === 0);
        this.add(at, series, 'placeholder-zero', isUnproved ? 'empty-unproved' : 'neighbours');
      }
      if (verdict === 'jump') this.add(at, series, 'implausible-jump', 'neighbours');
    }
    const newest = isUndecided ? this.#places.rowAt(series.at.at(-1) ?? -1) : undefined;
    if (newest !== undefined)
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

  sifted(): Sifted<P> {
    const places = this.#places;
    const kept = this.isEmpty
      ? places.parts
      : places.with(new Set(this.#fields.keys()), (row, at) =>
          withoutFields(row, this.#fields.get(at) ?? new Set()),
        );
    return { kept, apart: this.#apart, undecided: this.#undecided };
  }

  #note(at: number, field: string): void {
    const own = this.#fields.get(at) ?? new Set<string>();
    this.#fields.set(at, own);
    own.add(field);
  }

  #entry(
    row: Observation,
    { field, quantity }: Pick<SeriesName, 'field' | 'quantity'>,
    code: Apart['code'],
    because: Apart['because'],
  ): Apart {
    return { row, field, value: numberAt(row, field) ?? 0, quantity, code, because };
  }
}
