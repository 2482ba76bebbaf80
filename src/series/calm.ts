import type { Beside } from '../core/beside.ts';
import type { InstrumentKey } from '../core/ids.ts';
import type { Observation, ObservationKind } from '../core/observation.ts';
import { amountPairs, behaviourOf, leveledFields, type Quantity } from '../core/quantities.ts';

/**
 * Whether columns are so even that no judge of neighbours (core/neighbours.ts) would set anything of them apart: no zero,
 * and the highest value within one step of the lowest and of the level known beside them. It says yes only where the judge
 * would keep all; where it says no, the judge is asked.
 */

/** Rows as columns, of one stored series. */
export interface JudgedColumns {
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** What never changes of columns that are never written to. */
interface Facts {
  readonly ranges: ReadonlyMap<string, Range>;
  /** By the names of two fields that state one amount: the prices that follow. */
  readonly implied: ReadonlyMap<string, Range>;
  /** The largest high over low of a bar. */
  readonly widestBar: number;
}

interface Range {
  readonly lowest: number;
  readonly highest: number;
  /** Holds a 0, or a 0 beside an amount of the same thing. */
  readonly hasZero: boolean;
}

/** Room for rounding: what is on the line is left to the judge. */
const NEARLY = 1 - 1e-9;
const NOTHING: Range = { lowest: Infinity, highest: -Infinity, hasZero: false };
const known = new WeakMap<JudgedColumns, Facts>();

/** Returns whether nothing in the columns of an instrument, all of one kind, can be set apart. */
export function isCalm(
  kind: ObservationKind,
  instrument: InstrumentKey,
  parts: readonly JudgedColumns[],
  beside: Beside,
): boolean {
  const facts = parts.map((part) => factsOf(kind, part));
  const { step } = behaviourOf('price');
  if (facts.some(({ widestBar }) => widestBar > step * NEARLY)) return false;
  const prices: Range[] = [];
  for (const [field, quantity] of fieldsOf(kind)) {
    const range = together(facts.map(({ ranges }) => ranges.get(field) ?? NOTHING));
    if (quantity === 'price') prices.push(range);
    else if (!isEven(range, instrument, quantity, beside)) return false;
  }
  const implied = facts.flatMap((one) => [...one.implied.values()]);
  return (
    isEven(together(prices), instrument, 'price', beside) &&
    implied.every((range) => isEven(range, instrument, 'price', beside))
  );
}

function isEven(range: Range, instrument: InstrumentKey, quantity: Quantity, beside: Beside): boolean {
  if (range.hasZero) return false;
  if (range.highest < range.lowest) return true;
  const { step, isSteady } = behaviourOf(quantity);
  const level = isSteady ? beside.levelOf(instrument, quantity) : undefined;
  if (level === 'contested' || (level !== undefined && !(level.value > 0))) return false;
  const highest = Math.max(range.highest, level?.value ?? range.highest);
  const lowest = Math.min(range.lowest, level?.value ?? range.lowest);
  return highest <= lowest * step * NEARLY;
}

function together(ranges: readonly Range[]): Range {
  return ranges.reduce(
    (a, b) => ({
      lowest: Math.min(a.lowest, b.lowest),
      highest: Math.max(a.highest, b.highest),
      hasZero: a.hasZero || b.hasZero,
    }),
    NOTHING,
  );
}

const fieldsOf = (kind: ObservationKind): ReturnType<typeof leveledFields> =>
  leveledFields({ kind } as Observation);

function factsOf(kind: ObservationKind, part: JudgedColumns): Facts {
  let facts = known.get(part);
  if (facts === undefined) known.set(part, (facts = newFacts(kind, part)));
  return facts;
}

function newFacts(kind: ObservationKind, { columns }: JudgedColumns): Facts {
  const { highQuote: high, lowQuote: low } = columns;
  const isSilent = (at: number): boolean => high !== undefined && high[at] === low?.[at];
  const ranges = fieldsOf(kind).map(([field, quantity]) => {
    // A bar without a trade has one price and no volume: that is true, and no neighbour for others.
    const mayBeZero = quantity.startsWith('bar-') ? isSilent : () => false;
    return [field, rangeOf(columns[field], mayBeZero)] as const;
  });
  const implied = amountPairs({ kind } as Observation).flatMap(([base, usd]) => {
    const [coins, dollars] = [columns[base], columns[usd]];
    return coins === undefined || dollars === undefined
      ? []
      : [[base, impliedRange(coins, dollars)] as const];
  });
  let widestBar = 1;
  if (high !== undefined && low !== undefined)
    for (let at = 0; at < high.length; at += 1) widestBar = Math.max(widestBar, ratio(high[at], low[at]));
  return { ranges: new Map(ranges), implied: new Map(implied), widestBar };
}

/** NaN, of a bar that is not there, as 1: it is no wide one. */
function ratio(high = Number.NaN, low = Number.NaN): number {
  const value = high / low;
  return Number.isNaN(value) ? 1 : value;
}

function rangeOf(column: Float64Array | undefined, mayBeZero: (at: number) => boolean): Range {
  let [lowest, highest, hasZero] = [Infinity, -Infinity, false];
  for (let at = 0; at < (column?.length ?? 0); at += 1) {
    const value = column?.[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (value === 0 && mayBeZero(at)) continue;
    if (!(value > 0)) hasZero = true;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return { lowest, highest, hasZero };
}

function impliedRange(coins: Float64Array, dollars: Float64Array): Range {
  let [lowest, highest, hasZero] = [Infinity, -Infinity, false];
  for (let at = 0; at < coins.length; at += 1) {
    const [base, usd] = [coins[at] ?? Number.NaN, dollars[at] ?? Number.NaN];
    if (Number.isNaN(base) || Number.isNaN(usd) || (base <= 0 && usd <= 0)) continue;
    if (base <= 0 || usd <= 0) {
      hasZero = true;
      continue;
    }
    const price = usd / base;
    if (price < lowest) lowest = price;
    if (price > highest) highest = price;
  }
  return { lowest, highest, hasZero };
}
