import { isChunk, keepRows, rowAt, type Chunk } from '../../core/chunk.ts';
import type { MarginTiers, Observation, ObservationKind } from '../../core/observation.ts';
import { DAY_MS, HOUR_MS } from '../../core/units.ts';
import type { NumberName } from './kit/columns.ts';
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
// The time of receipt is this machine's, not the exchange's.
const RULES = new Map<string, Rule>([
  ['basisQuote', 'any'],
  ['receivedAtMs', 'any'],
]);

/** What a field's name says about its values. Names are few and end with their unit. */
function ruleOf(key: string): Rule {
  const known = RULES.get(key);
  if (known !== undefined) return known;
  const rule = /Quote$/.test(key)
    ? 'positive'
    : /Share$/.test(key)
      ? 'share'
      : /(?:Base|Usd|Contracts|Ratio|levels)$/.test(key)
        ? 'not-negative'
        : /(?:^a|A)tMs$/.test(key)
          ? 'time'
          : 'any';
  RULES.set(key, rule);
  return rule;
}

type Names<K extends ObservationKind> = Readonly<Record<NumberName<K>, true>>;

/** All fields that hold numbers, by kind; besides them every row has two times. */
const NUMBERS: { readonly [K in ObservationKind]: Names<K> } = {
  'open-interest': { openInterestBase: true, openInterestUsd: true, openInterestContracts: true, barMs: true },
  'funding-rate': { fundingRatePerInterval: true, intervalMs: true, settlesAtMs: true, cap: true, floor: true },
  'mark-price': { markPriceQuote: true, indexPriceQuote: true, lastPriceQuote: true, midPriceQuote: true },
  volume: { windowMs: true, volumeBase: true, volumeUsd: true, volumeContracts: true },
  candle: {
    barMs: true, openQuote: true, highQuote: true, lowQuote: true, closeQuote: true,
    volumeBase: true, volumeUsd: true, takerBuyBase: true, takerBuyUsd: true,
  },
  'long-short-ratio': { longShortRatio: true, longShare: true, shortShare: true, barMs: true },
  'taker-volume': {
    barMs: true, takerBuyBase: true, takerSellBase: true, takerBuyUsd: true, takerSellUsd: true,
    takerBuyContracts: true, takerSellContracts: true, takerBuySellRatio: true,
  },
  depth: {
    bandFraction: true, midPriceQuote: true, bidUsd: true, askUsd: true, bidBase: true, askBase: true,
    bidContracts: true, askContracts: true, levels: true,
  },
  liquidation: { priceQuote: true, sizeBase: true, sizeContracts: true, notionalUsd: true },
  'liquidation-volume': {
    barMs: true, longLiquidatedBase: true, shortLiquidatedBase: true, longLiquidatedUsd: true, shortLiquidatedUsd: true,
  },
  trade: { priceQuote: true, sizeBase: true, sizeContracts: true, notionalUsd: true },
  basis: {
    basisFraction: true, basisQuote: true, futuresPriceQuote: true, indexPriceQuote: true, annualisedFraction: true, barMs: true,
  },
  'margin-tiers': {},
}; // prettier-ignore

interface CheckedNumber {
  readonly key: string;
  readonly rule: Rule;
}

const CHECKED = new Map<ObservationKind, readonly CheckedNumber[]>();

function numbersOf(kind: ObservationKind): readonly CheckedNumber[] {
  let checked = CHECKED.get(kind);
  if (checked === undefined) {
    const names = ['atMs', 'receivedAtMs', ...Object.keys(NUMBERS[kind])];
    checked = names.map((key) => ({ key, rule: ruleOf(key) }));
    CHECKED.set(kind, checked);
  }
  return checked;
}

/** Why a field cannot have a value; what is no number may be anything. */
function whyNot(key: string, value: unknown, rule: Rule): string | undefined {
  if (typeof value !== 'number') return undefined;
  if (!Number.isFinite(value)) return `${key} is not finite`;
  if (rule === 'any') return undefined;
  if (rule === 'positive' && value <= 0) return `${key} is ${value}, a price is above zero`;
  if (rule === 'not-negative' && value < 0) return `${key} is ${value}, an amount is not negative`;
  if (rule === 'share' && (value < 0 || value > 1)) return `${key} is ${value}, a share is a fraction of 1`;
  return rule === 'time' && !isPossibleTime(value) ? `${key} is not a possible time` : undefined;
}

/** Why what is listed cannot be true, by the names of its fields. */
function whyListedWrongly(row: object): string | undefined {
  for (const [key, value] of Object.entries(row)) {
    const reason = whyNot(key, value, ruleOf(key));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Returns why an observation cannot be true, or undefined. Holds for every exchange, so adapters need not repeat it. */
export function whyImpossible(observation: Observation): string | undefined {
  return (
    (areNumbersWithin(observation) ? undefined : whyNoNumber(observation)) ?? whyContradictory(observation)
  );
}

/** Whether all numbers that a row has lie within the bounds of their names: so it is with nearly every row of every answer. */
function areNumbersWithin(observation: Observation): boolean {
  for (const name in observation) {
    const value: unknown = observation[name as keyof Observation];
    if (typeof value !== 'number') continue;
    const bounds = BOUNDS.get(name) ?? keptBounds(name);
    if (!(value >= bounds[0] && value <= bounds[1])) return false;
  }
  return true;
}

const BOUNDS = new Map<string, readonly [least: number, most: number]>();

function keptBounds(name: string): readonly [least: number, most: number] {
  const bounds = boundsOf(name);
  BOUNDS.set(name, bounds);
  return bounds;
}

function whyNoNumber(observation: Observation): string | undefined {
  const checked = numbersOf(observation.kind);
  for (let index = 0; index < checked.length; index += 1) {
    const { key, rule } = checked[index] as CheckedNumber;
    const isOurs = key === 'atMs' && observation.atBasis === 'received';
    const reason = whyNot(key, observation[key as keyof Observation], isOurs ? 'any' : rule);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Why the values of a row cannot be true together. */
function whyContradictory(observation: Observation): string | undefined {
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

/** The values that a field's name allows, both ends included. */
function boundsOf(name: string): readonly [least: number, most: number] {
  switch (ruleOf(name)) {
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
  if (rates === undefined || rates.some((rate) => !(Math.abs(rate) <= MAX_FUNDING_PER_INTERVAL)))
    return false;
  const intervals = columns['intervalMs'] ?? [shared['intervalMs'] as number];
  return intervals.every((intervalMs) => intervalMs >= HOUR_MS && intervalMs <= DAY_MS);
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
    const [high, low] = [highQuote[at] ?? NaN, lowQuote[at] ?? NaN];
    const [open, close] = [openQuote[at] ?? NaN, closeQuote[at] ?? NaN];
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
    const reason = isSingle ? whyImpossible(part as Observation) : whyListedWrongly(row);
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
