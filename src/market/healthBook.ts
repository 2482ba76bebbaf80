import { isFreshAt, isReading } from '../analysis/metrics/freshness.ts';
import type { DataSource, ExchangeId } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import { failuresOf } from '../sources/collect/round.ts';
import type { StreamStatus } from '../sources/collect/streams/streamStatus.ts';
import { latenciesOf, openWords } from './exchangeSnapshots.ts';
import { newestRows } from './latestObservations.ts';
import type { ExchangeHealth, HealthState, LastError } from './health.ts';
import { SideBook, type SideFinding } from './sideBook.ts';

/** What is remembered of an exchange over its answers. */
export interface HealthEntry {
  /** How often what was not used, by cause. */
  readonly drops: ReadonlyMap<string, number>;
  readonly newestAtMs?: number;
  readonly lastError?: LastError;
}

interface Entry extends HealthEntry {
  /** The last answer; its rows are not kept. */
  readonly result: ExchangeResult;
}

/** Causes of drops that are kept apart; codes are a closed list, so that this is never reached. */
const MAX_CAUSES = 50;

/** Remembers how exchanges answered, refresh by refresh. Bounded by exchanges times causes. */
export class HealthBook {
  readonly #entries = new Map<ExchangeId, Entry>();
  /** Evidence that another window has gathered. */
  #toldSides: Readonly<Record<ExchangeId, readonly SideFinding[]>> = {};
  /** Evidence of how open interest counts sides. */
  readonly sides = new SideBook();

  /** Takes in one refresh's results. `nowMs` is when its errors count as seen. */
  record(results: readonly ExchangeResult[], nowMs: number): void {
    for (const result of results) {
      this.sides.record(result);
      const before = this.#entries.get(result.exchange);
      const drops = new Map(before?.drops);
      const causes = [
        ...result.issues.map(({ code, count = 1 }) => ({ cause: code, count })),
        ...failuresOf(result).map(({ error }) => ({ cause: error.code, count: 1 })),
      ];
      for (const { cause, count } of causes)
        if (drops.has(cause) || drops.size < MAX_CAUSES) drops.set(cause, (drops.get(cause) ?? 0) + count);
      const failure = failuresOf(result).at(-1)?.error;
      const lastError =
        failure === undefined
          ? before?.lastError
          : { code: failure.code, message: failure.message, atMs: nowMs };
      const newestAtMs = newestOfReadings(newestRows(result.observations, nowMs)) ?? before?.newestAtMs;
      this.#entries.set(result.exchange, {
        result: { ...result, observations: [] },
        drops,
        ...(newestAtMs === undefined ? {} : { newestAtMs }),
        ...(lastError === undefined ? {} : { lastError }),
      });
    }
  }

  /** What is remembered of an exchange, for other windows; undefined where it was not asked yet. */
  entryOf(exchange: ExchangeId): HealthEntry | undefined {
    const entry = this.#entries.get(exchange);
    if (entry === undefined) return undefined;
    const { result: _result, ...remembered } = entry;
    return remembered;
  }

  /** Takes over what another window remembers of an exchange. */
  adopt(result: ExchangeResult, entry: HealthEntry): void {
    this.#entries.set(result.exchange, { ...entry, result });
  }

  /** Takes over what another window has found of how open interest counts sides. */
  adoptSides(sides: Readonly<Record<ExchangeId, readonly SideFinding[]>>): void {
    this.#toldSides = sides;
  }

  /** What is known of how an exchange counts sides, here and elsewhere: of each endpoint and check the newest finding. */
  sidesOf(exchange: ExchangeId): readonly SideFinding[] {
    const findings = new Map<string, SideFinding>();
    for (const finding of [...(this.#toldSides[exchange] ?? []), ...this.sides.of(exchange)]) {
      const key = `${finding.endpoint} ${finding.evidence.check} ${finding.stated}`;
      if ((findings.get(key)?.atMs ?? 0) <= finding.atMs) findings.set(key, finding);
    }
    return [...findings.values()];
  }

  /** Takes in what streams push: a number is as young as its newest reading, however it came. */
  observe(source: DataSource, rows: readonly Observation[]): void {
    for (const [exchange, own] of Map.groupBy(rows, (row) => row.exchange)) {
      const entry = this.#entries.get(exchange);
      const newestAtMs = newestOfReadings(own);
      if (entry?.result.isSimulated !== (source === 'simulated') || newestAtMs === undefined) continue;
      if (newestAtMs > (entry.newestAtMs ?? 0)) this.#entries.set(exchange, { ...entry, newestAtMs });
    }
  }

  /** What is known of one exchange. */
  of(
    exchange: ExchangeId,
    displayName: string,
    streams: readonly StreamStatus[],
    nowMs: number,
  ): ExchangeHealth {
    const entry = this.#entries.get(exchange);
    if (entry === undefined) {
      const none = {
        answered: 0,
        failed: 0,
        budgets: [],
        drops: {},
        notListed: [],
        streams,
        sideEvidence: [],
      };
      return { exchange, displayName, state: 'waiting', explanation: 'not asked yet', ...none };
    }
    const { result, drops, newestAtMs, lastError } = entry;
    const judged = judge(result);
    // What answered well when it was asked grows stale while nobody asks.
    const isOld = newestAtMs === undefined || !isFreshAt(newestAtMs, nowMs);
    const isGood = judged.state === 'fresh' || judged.state === 'partial';
    const { state, explanation } =
      isGood && isOld
        ? { state: 'stale' as const, explanation: 'Its newest number is older than 5 minutes.' }
        : judged;
    return {
      exchange,
      displayName,
      state,
      ...(explanation === undefined ? {} : { explanation }),
      ...latenciesOf(result),
      askedAtMs: result.startedAtMs,
      answered: result.answered,
      failed: failuresOf(result).length,
      ...(newestAtMs === undefined ? {} : { newestAtMs }),
      budgets: result.budgets,
      drops: Object.fromEntries([...drops].sort()),
      notListed: result.notListed,
      ...(lastError === undefined ? {} : { lastError }),
      ...(result.nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs: result.nextAttemptAtMs }),
      streams,
      sideEvidence: this.sidesOf(exchange),
    };
  }
}

function newestOfReadings(observations: readonly Observation[]): number | undefined {
  const readings = observations.filter((one) => isReading(one) && one.market === undefined);
  return readings.reduce<number | undefined>(
    (newest, { atMs }) => (newest === undefined || atMs > newest ? atMs : newest),
    undefined,
  );
}

const EXPLANATIONS: Readonly<Partial<Record<HealthState, string>>> = {
  'geo-blocked':
    'It does not serve this region (HTTP 451 or 403). Switch it off in perpscope.exchanges; the others are not affected.',
  limited: 'It asked to be left alone for a while. Nothing is sent before that time.',
};

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

function judge(result: ExchangeResult): { state: HealthState; explanation?: string } {
  const codes = new Set(
    result.failures.flatMap(({ host, error }) => (host === undefined ? [error.code] : [])),
  );
  const explained = (state: HealthState, fallback?: string): { state: HealthState; explanation?: string } => {
    const explanation = EXPLANATIONS[state] ?? fallback;
    return explanation === undefined ? { state } : { state, explanation };
  };
  const first = result.failures[0];
  if (codes.has('geo-blocked')) return explained('geo-blocked');
  if (codes.has('rate-limited') || result.nextAttemptAtMs !== undefined) return explained('limited');
  if (first === undefined) return { state: 'fresh' };
  const count = result.failures.length;
  if (result.answered === 0) return explained('failed', first.error.message);
  if (failuresOf(result).length === 0)
    return explained('partial', `${sentence(openWords(result.failures))}.`);
  return explained(
    'partial',
    `${count === 1 ? 'One request' : `${count} requests`} failed, first ${first.poll}.`,
  );
}
