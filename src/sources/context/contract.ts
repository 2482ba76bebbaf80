import type { ContextMetric, ContextUnit, ContextValue } from '../../core/contextValue.ts';
import type { Asset } from '../../core/ids.ts';
import type { Issue } from '../../core/issue.ts';
import type { Field } from '../exchanges/kit/field.ts';

/** One GET request as data; `path` starts with `/` and is joined to the provider's base address. */
export interface ContextRequestSpec {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What a `map` may know besides the payload. */
export interface ContextMapScope {
  readonly provider: string;
  /** `GET /path`, without the query. */
  readonly endpoint: string;
  /** The query and the variables of the path template. */
  readonly params: Readonly<Record<string, string>>;
  readonly receivedAtMs: number;
  report(issue: Issue): void;
}

/** What is fetched about one or several assets, or about the market as a whole. Data and pure functions, like a poll. */
export interface ContextRequest<P = unknown> {
  /** Stable id, `provider/name`. */
  readonly id: string;
  readonly docsUrl: string;
  /** Path template; `{name}` matches one segment. */
  readonly path: string;
  readonly yields: readonly ContextMetric[];
  /** How often it is asked, in ms. */
  readonly cadenceMs: number;
  /** A value that speaks of a moment longer ago is stale, in ms. */
  readonly freshForMs: number;
  /** Cost against the provider's limits. */
  readonly weight: number;
  readonly format?: 'text';
  /** For providers that answer several things under one path: whether an answer to this query is this request's. */
  accepts?(query: Readonly<Record<string, string>>): boolean;
  /** The requests for these assets; none where it does not apply to them. */
  specs(scope: { readonly assets: readonly Asset[]; readonly nowMs: number }): readonly ContextRequestSpec[];
  /** Names only the fields used. */
  readonly schema: Field<P>;
  /** Pure. Bad rows become issues; it never throws on what the schema let through. */
  map(payload: P, scope: ContextMapScope): ContextValue[];
}

/** How a provider wants its key, and what people are told about it. The key itself is never part of this. */
export interface KeyDescription {
  /** Environment variable that may hold it. */
  readonly environment: string;
  /** The header that carries it; never the address, which proxies and servers write into their logs. */
  readonly header: string;
  readonly prefix?: string;
  /** Where a key can be had. */
  readonly signUpUrl: string;
}

/** A source of numbers that are no exchange's. Everything known about it is here; nothing is fetched by it. */
export interface ContextProvider {
  readonly id: string;
  readonly displayName: string;
  readonly docsUrl: string;
  readonly baseUrl: string;
  readonly limits: readonly { readonly weight: number; readonly windowMs: number }[];
  /** What its numbers add, as the end of "adds …". */
  readonly adds: string;
  /** Absent where none is needed. */
  readonly key?: KeyDescription;
  readonly requests: readonly ContextRequest<never>[];
  /** The provider's own error in a body of any status; undefined for a normal answer. */
  rejection(body: unknown): ContextRejection | undefined;
}

export interface ContextRejection {
  readonly code: string;
  readonly message: string;
  readonly kind: 'rejected' | 'rate-limited' | 'key-refused';
}

/** Types a request's payload from its schema. */
export function defineContextRequest<P>(request: ContextRequest<P>): ContextRequest<never> {
  return request as unknown as ContextRequest<never>;
}

const UNITS: Readonly<Record<ContextMetric, ContextUnit>> = {
  'fear-greed': 'score',
  'market-cap-usd': 'usd',
  'circulating-supply-base': 'base',
  'equity-index': 'points',
  'dollar-index': 'points',
  'exchange-inflow-base': 'base',
  'miner-outflow-base': 'base',
  'taker-buy-sell-ratio': 'ratio',
  'estimated-leverage-ratio': 'ratio',
  'etf-net-flow-usd': 'usd',
  'aggregated-open-interest-usd': 'usd',
  'long-liquidations-usd': 'usd',
  'short-liquidations-usd': 'usd',
};

/** Returns a value of a metric, in the metric's unit, with where it came from. */
export function contextValue(
  scope: ContextMapScope,
  metric: ContextMetric,
  value: number,
  fields: Partial<Pick<ContextValue, 'asset' | 'atMs' | 'barMs' | 'label' | 'scope'>>,
): ContextValue {
  const { atMs, ...rest } = fields;
  return {
    kind: 'context',
    provider: scope.provider,
    metric,
    ...rest,
    ...(atMs === undefined ? { atMs: scope.receivedAtMs, atBasis: 'received' as const } : { atMs }),
    receivedAtMs: scope.receivedAtMs,
    unit: UNITS[metric],
    value,
    endpoint: scope.endpoint,
  };
}

/** Returns whether a bar lies wholly before the moment of receipt: the sum of a running bar is only part of it. */
export function hasBarEnded(atMs: number, barMs: number, scope: ContextMapScope, delayMs = 0): boolean {
  return atMs + barMs + delayMs <= scope.receivedAtMs;
}

/** Metrics that may be below zero; of all others a negative number is a fault of the source. */
const SIGNED: ReadonlySet<ContextMetric> = new Set(['etf-net-flow-usd']);

/** Returns why a value cannot be true, or undefined. */
export function whyImpossibleContext({
  metric,
  value,
  atMs,
  receivedAtMs,
}: ContextValue): string | undefined {
  if (!Number.isFinite(value)) return `${metric} is not finite`;
  if (value < 0 && !SIGNED.has(metric)) return `${metric} is negative (${value})`;
  if (metric === 'fear-greed' && value > 100) return `fear-greed is ${value}, its scale ends at 100`;
  const isSize = ['market-cap-usd', 'circulating-supply-base', 'equity-index', 'dollar-index'].includes(
    metric,
  );
  if (isSize && value === 0) return `${metric} is 0`;
  // A day may be dated ahead of ours in the east; more than that is another unit of time or another field.
  if (atMs > receivedAtMs + 2 * 86_400_000) return `${metric} speaks of a time ahead (${atMs})`;
  return undefined;
}
