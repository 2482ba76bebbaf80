import { instrumentKey } from '../../core/ids.ts';
import type { Instrument } from '../../core/instrument.ts';
import type { Observation, Provenance } from '../../core/observation.ts';
import type { ZodType } from 'zod';
import type { ExchangeAdapter, MapContext } from './contract.ts';
import { decodeRow } from './decodeRow.ts';
import { namesOf, subjectOf, type Subject } from './kit/subject.ts';

export { subjectOf, type Subject };

/** Returns the provenance of a row at an event time; without one, the time of receipt, and marked so. */
export function provenance(context: MapContext, subject: Subject, atMs: number | undefined): Provenance {
  const names = namesOf(context, subject);
  return atMs === undefined
    ? { ...names, atMs: context.receivedAtMs, atBasis: 'received' }
    : { ...names, atMs };
}

/** Drops the keys whose value is undefined, so that "not reported" is an absent key. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}

type Loose<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };
type LooseFields<O> = O extends Observation ? Loose<Omit<O, keyof Provenance>> : never;

/** Builds one observation: provenance plus its own fields; fields that are undefined are left out. */
export function observe(
  { exchange, receivedAtMs, endpoint }: MapContext,
  { venueSymbol, baseAsset, instrument, market }: Subject,
  atMs: number | undefined,
  fields: LooseFields<Observation>,
): Observation {
  const key = instrument?.key ?? instrumentKey(exchange, venueSymbol, market === 'spot' ? 'spot' : undefined);
  const row: Record<string, unknown> = {
    exchange,
    venueSymbol,
    baseAsset,
    instrument: key,
    atMs: atMs ?? receivedAtMs,
    receivedAtMs,
    endpoint,
    kind: fields.kind,
  };
  if (market !== undefined) row['market'] = market;
  if (atMs === undefined) row['atBasis'] = 'received';
  // A plain loop: this runs for every pushed message.
  for (const name in fields) {
    const value: unknown = fields[name as keyof typeof fields];
    if (value !== undefined) row[name] = value;
  }
  return row as unknown as Observation;
}

/**
 * Decodes rows one by one and maps each that decodes and is about the requested instrument. `symbolIn` reads the
 * symbol a row names (undefined where rows name none), `requested` is the symbol asked for, `path` locates the list.
 */
export function mapRows<T>(
  adapter: Pick<ExchangeAdapter, 'parseSymbol'>,
  context: MapContext,
  list: readonly unknown[],
  schema: ZodType<T>,
  where: { path: string; requested: string | undefined; symbolIn: (row: T) => string | undefined },
  map: (row: T, subject: Subject, path: string) => readonly Observation[],
): Observation[] {
  return list.flatMap((raw, index) => {
    const path = `${where.path}[${index}]`;
    const row = decodeRow(raw, schema, path, context);
    if (row === undefined) return [];
    const subject = subjectOf(adapter, context, where.symbolIn(row), where.requested, path);
    return subject === undefined ? [] : map(row, subject, path);
  });
}

/** Returns the smallest spacing of times in ms, the bar length of a list that does not name it. */
export function smallestSpacing(timesMs: readonly number[]): number | undefined {
  const sorted = [...new Set(timesMs)].sort((a, b) => a - b);
  const spacings = sorted.slice(1).map((time, index) => time - (sorted[index] ?? time));
  return spacings.length === 0 ? undefined : Math.min(...spacings);
}

/**
 * Converts a number of contracts into coins by the instrument's contract size. Inverse contracts (size in quote
 * currency) need a price from the same payload. Undefined where the size or the price is not known.
 */
export function contractsToBase(
  contracts: number | undefined,
  instrument: Instrument | undefined,
  priceQuote: number | undefined,
): number | undefined {
  if (contracts === undefined || instrument === undefined) return undefined;
  const { amount, unit } = instrument.contractSize;
  if (unit === 'base') return contracts * amount;
  return priceQuote === undefined || priceQuote <= 0 ? undefined : (contracts * amount) / priceQuote;
}

/** A stated 0 beside another amount of the same thing is no zero: exchanges fill what they do not compute with 0. */
export const unlessFalseZero = (
  stated: number | undefined,
  beside: number | undefined,
): number | undefined => (stated === 0 && beside !== 0 ? undefined : stated);

/** Contracts that pay no funding (dated, pre-market) state "0" without a settlement: no rate, not a rate of zero. */
export const isNoFunding = (rate: number, settlesAtMs: number | undefined): boolean =>
  rate === 0 && settlesAtMs === undefined;

/** Reports that contracts stay contracts because the contract size is not known. */
export function reportUnknownSize(context: MapContext, subject: Subject, path: string): void {
  context.report({
    code: 'unknown-instrument',
    path,
    message: `the contract size of ${subject.venueSymbol} is not known; contracts were not converted`,
  });
}
