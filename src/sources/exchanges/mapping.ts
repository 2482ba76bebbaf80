import { instrumentKey } from '../../core/ids.ts';
import type { Observation, Provenance } from '../../core/observation.ts';
import type { MapContext } from './contract.ts';
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
  // Once it has expired no list tells any more when it did: its prices say so themselves.
  if (fields.kind === 'mark-price' && market === 'dated-future' && instrument?.expiresAtMs !== undefined)
    row['expiresAtMs'] = instrument.expiresAtMs;
  // A plain loop: this runs for every pushed message.
  for (const name in fields) {
    const value: unknown = fields[name as keyof typeof fields];
    if (value !== undefined) row[name] = value;
  }
  return row as unknown as Observation;
}

/** A stated 0 beside another amount of the same thing is no zero: exchanges fill what they do not compute with 0. */
export const unlessFalseZero = (stated: number | undefined, beside: number | undefined): number | undefined =>
  stated === 0 && beside !== 0 ? undefined : stated;

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
