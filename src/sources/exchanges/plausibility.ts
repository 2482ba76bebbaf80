import { isChunk, keepRows, rowAt, type Chunk } from '../../core/chunk.ts';
import type { MarginTiers, Observation } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { MapContext } from './mapContext.ts';

/** No exchange lets a rate come near 20 % per interval; a value beyond is a percentage or a mistake. */
const MAX_FUNDING_PER_INTERVAL = 0.2;
/** Further from its index no future trades; beyond it the two prices are not of the same thing. */
const MAX_BASIS_FRACTION = 0.5;
const MIN_TIME_MS = Date.UTC(2010, 0, 1);
const MAX_TIME_MS = Date.UTC(2101, 0, 1);

/** Whether a time in epoch ms is one at which an exchange can have spoken. */
export const isPossibleTime = (atMs: number): boolean => atMs >= MIN_TIME_MS && atMs < MAX_TIME_MS;

type Rule = 'any' | 'positive' | 'not-negative' | 'share' | 'time';

/** What a field's name says about its values. Names are few and end with their unit. */
function ruleOf(key: string): Rule {
  // The time of receipt is this machine's, not the exchange's.
  if (key === 'basisQuote' || key === 'receivedAtMs') return 'any';
  if (key.endsWith('Quote')) return 'positive';
  if (key.endsWith('Share')) return 'share';
  if (/(?:Base|Usd|Contracts|Ratio|levels)$/.test(key)) return 'not-negative';
  return /(?:^a|A)tMs$/.test(key) ? 'time' : 'any';
}

/** Why a field cannot have a value. */
function whyNot(key: string, value: number, rule: Rule): string | undefined {
  if (!Number.isFinite(value)) return `${key} is not finite`;
  if (rule === 'any') return undefined;
  if (rule === 'positive' && value <= 0) return `${key} is ${value}, a price is above zero`;
  if (rule === 'not-negative' && value < 0) return `${key} is ${value}, an amount is not negative`;
  if (rule === 'share' && (value < 0 || value > 1)) return `${key} is ${value}, a share is a fraction of 1`;
  return rule === 'time' && !isPossibleTime(value) ? `${key} is not a possible time` : undefined;
}

/** Why a row, or what is listed, cannot be true by the names of its numbers. */
function whyNoNumber(row: object): string | undefined {
  // A plain loop over the fields that a row has: this runs for every row of every answer.
  for (const name in row) {
    const value: unknown = row[name as keyof typeof row];
    if (typeof value !== 'number') continue;
    const bounds = boundsOf(name);
    if (value >= bounds[0] && value <= bounds[1]) continue;
    const isOurs = name === 'atMs' && (row as Observation).atBasis === 'received';
    const reason = whyNot(name, value, isOurs ? 'any' : ruleOf(name));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Returns why an observation cannot be true, or undefined. Holds for every exchange, so adapters need not repeat it. */
export function whyImpossible(observation: Observation): string | undefined {
  const reason = whyNoNumber(observation);
  if (reason !== undefined) return reason;
  switch (observation.kind) {
    case 'funding-rate': {
      const { fundingRatePerInterval: rate, intervalMs } = observation;
      if (Math.abs(rate) > MAX_FUNDING_PER_INTERVAL)
        return `a funding rate of ${rate} per interval is not possible`;
      const isInterval = intervalMs >= HOUR_MS && intervalMs <= DAY_MS;
      return isInterval ? undefined : `a funding interval of ${intervalMs} ms is not possible`;
    }
    case 'candle': {
      const { openQuote, highQuote, lowQuote, closeQuote } = observation;
      const isOrdered =
        highQuote >= Math.max(openQuote, closeQuote) && lowQuote <= Math.min(openQuote, closeQuote);
      return isOrdered ? undefined : 'the high or low of the bar contradicts its open and close';
    }
    case 'basis':
      return Math.abs(observation.basisFraction ?? 0) > MAX_BASIS_FRACTION
        ? `a basis of ${observation.basisFraction} of the index is not possible`
        : undefined;
    case 'margin-tiers':
      return whyNoTiers(observation);
    default:
      return undefined;
  }
}

/**
 * As `whyImpossible`, for rows in columns: returns the chunk without the rows that cannot be true, undefined where none is
 * left. Each of them is told in the same words as if it had come alone.
 */
export function withoutImpossible(chunk: Chunk, tell: (reason: string) => void): Chunk | undefined {
  if (isPossibleThroughout(chunk)) return chunk;
  const isPossible = Array.from(chunk.atMs, (_, index) => {
    const reason = whyImpossible(rowAt(chunk, index));
    if (reason !== undefined) tell(reason);
    return reason === undefined;
  });
  const kept = keepRows(chunk, (index) => isPossible[index] === true);
  return kept.atMs.length === 0 ? undefined : kept;
}

/** Whether no row of a chunk can be at fault: looks at whole columns, and leaves it to `whyImpossible` to say what is wrong. */
function isPossibleThroughout({ shared, atMs, columns }: Chunk): boolean {
  if (!isWithin(atMs, MIN_TIME_MS, MAX_TIME_MS - 1)) return false;
  for (const name in columns) {
    const column = columns[name];
    if (column === undefined) continue;
    const [least, most] = boundsOf(name);
    if (!isWithin(column, least, most)) return false;
  }
  // What the rows share is a row's own as well.
  const last = atMs.length - 1;
  if (shared.kind === 'funding-rate') return isPossibleFunding(columns, shared) && whyImpossible(rowAt({ shared, atMs, columns }, last)) === undefined; // prettier-ignore
  if (shared.kind === 'candle' && !areOrdered(columns)) return false;
  if (
    shared.kind === 'basis' &&
    columns['basisFraction']?.some((one) => Math.abs(one) > MAX_BASIS_FRACTION) === true
  )
    return false;
  return last < 0 || whyImpossible(rowAt({ shared, atMs, columns }, last)) === undefined;
}

/** Whether no value lies beyond two bounds; NaN, which is none, does not. */
function isWithin(column: Float64Array, least: number, most: number): boolean {
  for (let at = 0; at < column.length; at += 1) {
    const value = column[at] ?? Number.NaN;
    if (value < least || value > most) return false;
  }
  return true;
}

const BOUNDS = new Map<string, readonly [least: number, most: number]>();

/** The values that a field's name allows, both ends included. */
function boundsOf(name: string): readonly [least: number, most: number] {
  let bounds = BOUNDS.get(name);
  if (bounds === undefined) BOUNDS.set(name, (bounds = boundsBy(ruleOf(name))));
  return bounds;
}

function boundsBy(rule: Rule): readonly [least: number, most: number] {
  switch (rule) {
    case 'positive':
      return [Number.MIN_VALUE, Number.MAX_VALUE];
    case 'not-negative':
      return [0, Number.MAX_VALUE];
    case 'share':
      return [0, 1];
    case 'time':
      return [MIN_TIME_MS, MAX_TIME_MS - 1];
    case 'any':
      return [-Number.MAX_VALUE, Number.MAX_VALUE];
  }
}

function isPossibleFunding(columns: Chunk['columns'], shared: Chunk['shared']): boolean {
  const rates = columns['fundingRatePerInterval'];
  if (rates === undefined || !areAllWithin(rates, -MAX_FUNDING_PER_INTERVAL, MAX_FUNDING_PER_INTERVAL))
    return false;
  return areAllWithin(columns['intervalMs'] ?? [shared['intervalMs'] as number], HOUR_MS, DAY_MS);
}

/** As `isWithin`, of what no row may lack: NaN does not fit. */
function areAllWithin(column: ArrayLike<number>, least: number, most: number): boolean {
  for (let at = 0; at < column.length; at += 1) {
    const value = column[at] ?? Number.NaN;
    if (!(value >= least && value <= most)) return false;
  }
  return true;
}

function areOrdered({ openQuote, highQuote, lowQuote, closeQuote }: Chunk['columns']): boolean {
  if (
    openQuote === undefined ||
    highQuote === undefined ||
    lowQuote === undefined ||
    closeQuote === undefined
  )
    return false;
  for (let at = 0; at < highQuote.length; at += 1) {
    // No lists of two: this runs for every bar.
    const high = highQuote[at] ?? NaN;
    const low = lowQuote[at] ?? NaN;
    const open = openQuote[at] ?? NaN;
    const close = closeQuote[at] ?? NaN;
    if (!(high >= open && high >= close && low <= open && low <= close)) return false;
  }
  return true;
}

/** Returns the rows that can be true, observations or what is listed; the others are reported. */
export function plausibleOf<R extends object>(rows: readonly R[], context: Pick<MapContext, 'report'>): R[] {
  const tell = (reason: string): void =>
    context.report({ code: 'implausible', path: '', message: `${reason}; it was dropped` });
  const kept: R[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] as R;
    const part = row as unknown as Observation | Chunk;
    // The time of an observation is a number, that of a chunk a column; what is listed has none.
    const isSingle = typeof part.atMs === 'number' || 'endpoint' in part;
    if (!isSingle && isChunk(part)) {
      const chunk = withoutImpossible(part, tell);
      if (chunk !== undefined) kept.push(chunk as unknown as R);
      continue;
    }
    const reason = isSingle ? whyImpossible(part as Observation) : whyNoNumber(row);
    if (reason === undefined) kept.push(row);
    else tell(reason);
  }
  return kept;
}

/** Tiers ascend, and the margin that a tier keeps is part of a position. */
function whyNoTiers({ tiers }: MarginTiers): string | undefined {
  if (tiers.length === 0) return 'a table of margin without a tier says nothing';
  for (const [index, tier] of tiers.entries()) {
    const numbers = [
      tier.from,
      tier.to ?? tier.from,
      tier.maintenanceMarginRate,
      tier.initialMarginRate ?? 0,
    ];
    if (!numbers.every((value) => Number.isFinite(value) && value >= 0))
      return 'a tier is not finite or negative';
    if (tier.maintenanceMarginRate > 1)
      return `a maintenance margin of ${tier.maintenanceMarginRate} is not possible`;
    if (tier.to !== undefined && tier.to <= tier.from) return 'a tier ends before it begins';
    const before = tiers[index - 1];
    if (before !== undefined && tier.from <= before.from) return 'the tiers do not ascend';
  }
  return undefined;
}
