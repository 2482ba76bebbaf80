import type { ExchangeId } from '../../core/ids.ts';
import type { RateLimit } from '../exchanges/contract.ts';
import {
  exchangeOf,
  isFiles,
  metricsOf,
  type BackfillPlan,
  type BackfillSource,
  type Chain,
} from './plan.ts';

/** What a plan costs. `requests` is exact while nothing has to be asked twice; bytes and time are estimates. */
export interface Estimate {
  readonly requests: number;
  readonly bytes: number;
  readonly rows: number;
  readonly timeMs: number;
}

/** What is assumed of the way to the exchanges. */
export interface Pace {
  /** From asking to the last byte of a page, ms, by exchange. */
  latencyMs(exchange: ExchangeId): number;
  limitsOf(
    source: BackfillSource,
  ): readonly { readonly scope: string; readonly limits: readonly RateLimit[]; readonly weight: number }[];
  /** So many chains of an exchange are fetched at a time. */
  readonly lanes: number;
}

/** A row of a page is about so long as text, and takes so long to read and to store. */
const ROW_BYTES = 90;
const ROW_MS = 0.006;
const REQUEST_MS = 3;
/** A digest and the name of its file. */
const CHECKSUM_BYTES = 100;

/** Returns how many requests a unit of a source takes: of a file also its checksum and the question where it lies. */
export function requestsOf(source: BackfillSource): number {
  if (!isFiles(source)) return 1;
  return 1 + Number(source.hasChecksums) + Number(source.links !== undefined);
}

/** Estimates a plan. Exchanges are asked at the same time; what they answer is read and stored one after the other. */
export function estimateOf(plan: BackfillPlan, pace: Pace): Estimate {
  let [requests, bytes, rows] = [0, 0, 0];
  for (const { source, units, checks } of plan.chains) {
    requests += units.length * requestsOf(source) + checks.length;
    bytes += checks.length * CHECKSUM_BYTES;
    for (const unit of units) {
      const own = rowsIn(source, unit.toMs - unit.fromMs);
      rows += own;
      bytes += isFiles(source) ? source.typicalBytes : own * ROW_BYTES;
    }
  }
  const byExchange = Map.groupBy(plan.chains, ({ source }) => exchangeOf(source));
  const waits = [...byExchange].map(([exchange, chains]) => timeOf(exchange, chains, pace));
  return { requests, bytes, rows, timeMs: Math.max(0, ...waits, requests * REQUEST_MS + rows * ROW_MS) };
}

/** Settlements come every eight hours as a rule; a source of theirs names the shortest interval there is. */
function rowsIn(source: BackfillSource, lengthMs: number): number {
  const isFunding = metricsOf(source)[0] === 'funding';
  return Math.ceil(lengthMs / source.stepMs / (isFunding ? 8 : 1));
}

function timeOf(exchange: ExchangeId, chains: readonly Chain[], pace: Pace): number {
  const used = new Map<string, { limits: readonly RateLimit[]; weight: number }>();
  const lanes = Array.from({ length: pace.lanes }, () => 0);
  for (const { source, units, checks } of chains) {
    for (const { scope, limits, weight } of pace.limitsOf(source)) {
      const before = used.get(scope)?.weight ?? 0;
      used.set(scope, { limits, weight: before + weight * units.length + checks.length });
    }
    // Each chain goes to the lane that is free first.
    const free = lanes.indexOf(Math.min(...lanes));
    lanes[free] = (lanes[free] ?? 0) + (units.length + checks.length) * pace.latencyMs(exchange);
  }
  const waits = [...used.values()].flatMap(({ limits, weight }) =>
    limits.map((limit) => Math.max(0, Math.ceil(weight / limit.weight) - 1) * limit.windowMs),
  );
  return Math.max(...lanes, ...waits);
}
