import type { Rows } from '../core/chunk.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Observation } from '../core/observation.ts';
import { MINUTE_MS } from '../core/units.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { ExchangeAdapter } from '../sources/exchanges/contract.ts';
import { aggregateAsset } from './aggregate.ts';
import { exchangeSnapshot, statusAt, waitingSnapshot } from './exchangeSnapshots.ts';
import { LatestObservations } from './latestObservations.ts';
import { unlistedOf } from './listing.ts';
import type { AssetSnapshot, ExchangeSnapshot } from './snapshot.ts';

/** What a snapshot is of. */
export interface SnapshotScope {
  readonly source: DataSource;
  readonly assets: readonly Asset[];
  /** The chosen exchanges, in the order in which they are shown. */
  readonly exchanges: readonly ExchangeId[];
}

/** An exchange's last answer and what it was asked about. */
interface Answer {
  readonly result: ExchangeResult;
  /** Absent where nobody had answered yet. */
  readonly source: DataSource | undefined;
  readonly assets: readonly Asset[];
}

interface Made {
  readonly result: ExchangeResult;
  readonly version: number;
  readonly madeAtMs: number;
  readonly snapshot: ExchangeSnapshot;
}

/** An exchange of which nothing is new is shown as it was for so long: a share of a year moves less than its last digit. */
const STANDS_MS = MINUTE_MS;

/** What exchanges answered last and have pushed since, and the snapshot that follows from it at any moment. */
export class LiveSnapshot {
  readonly #adapters: ReadonlyMap<ExchangeId, ExchangeAdapter>;
  readonly #latest: Record<DataSource, LatestObservations> = {
    live: new LatestObservations(),
    simulated: new LatestObservations(),
  };
  readonly #answers = new Map<ExchangeId, Answer>();
  /** The parts of the last snapshot, by exchange and asset. */
  #made = new Map<string, Made>();

  constructor(adapters: readonly ExchangeAdapter[]) {
    this.#adapters = new Map(adapters.map((adapter) => [adapter.id, adapter]));
  }

  /** Takes in an exchange's answer about the assets. `source`: the round's, absent where nobody has answered. */
  answered(
    source: DataSource | undefined,
    result: ExchangeResult,
    assets: readonly Asset[],
    nowMs: number,
  ): void {
    // Rows are told once, and what is newest of them is remembered; months of history would stay in memory with them.
    this.#answers.set(result.exchange, { result: { ...result, observations: [] }, source, assets });
    if (source !== undefined) this.pushed(source, result.observations, nowMs);
  }

  /** Takes in rows of any order. */
  pushed(source: DataSource, rows: Rows, nowMs: number): void {
    this.#latest[source].add(rows, nowMs);
  }

  /** Returns the newest bars that have ended, of what an exchange's answer follows. */
  endedBars(source: DataSource, { tracked }: ExchangeResult): Observation[] {
    return tracked.flatMap(({ instrument }) => this.#latest[source].endedBars(instrument.key));
  }

  /** Returns the last answers of the exchanges as far as they are of the source. */
  answersOf({ source, exchanges }: Pick<SnapshotScope, 'source' | 'exchanges'>): ExchangeResult[] {
    return exchanges.flatMap((exchange) => {
      const answer = this.#answers.get(exchange);
      return answer === undefined || (answer.source ?? source) !== source ? [] : [answer.result];
    });
  }

  /**
   * Returns the assets as they stand. An exchange that did not answer about an asset yet is `waiting`; one of which
   * nothing is new keeps its object.
   */
  assets(scope: SnapshotScope, nowMs: number): AssetSnapshot[] {
    const made = new Map<string, Made>();
    const answers = this.answersOf(scope);
    const assets = scope.assets.map((asset): AssetSnapshot => {
      const exchanges = scope.exchanges.flatMap((exchange): ExchangeSnapshot[] => {
        const adapter = this.#adapters.get(exchange);
        return adapter === undefined ? [] : [this.#exchange(adapter, asset, scope.source, made, nowMs)];
      });
      const aggregate = aggregateAsset(asset, exchanges, nowMs);
      // Who has not answered may list it.
      const isKnown = exchanges.every(({ status }) => status !== 'waiting');
      const unlisted = isKnown ? unlistedOf(asset, answers, this.#adapters.size) : undefined;
      return { asset, exchanges, aggregate, ...(unlisted === undefined ? {} : { unlisted }) };
    });
    this.#made = made;
    return assets;
  }

  #exchange(
    adapter: ExchangeAdapter,
    asset: Asset,
    source: DataSource,
    made: Map<string, Made>,
    nowMs: number,
  ): ExchangeSnapshot {
    const answer = this.#answers.get(adapter.id);
    if (answer === undefined || (answer.source ?? source) !== source || !answer.assets.includes(asset))
      return waitingSnapshot(adapter);
    const { result } = answer;
    const latest = this.#latest[source];
    const instruments = result.tracked.filter((one) => one.asset === asset);
    const version = instruments.reduce((sum, one) => sum + latest.versionOf(one.instrument.key), 0);
    const key = `${source} ${adapter.id} ${asset}`;
    const before = this.#made.get(key);
    if (before?.result === result && before.version === version && stands(before, nowMs)) {
      made.set(key, before);
      return before.snapshot;
    }
    const snapshot = exchangeSnapshot(adapter, asset, result, latest, nowMs);
    made.set(key, { result, version, madeAtMs: nowMs, snapshot });
    return snapshot;
  }
}

function stands({ madeAtMs, snapshot }: Made, nowMs: number): boolean {
  const isRecent = nowMs >= madeAtMs && nowMs - madeAtMs <= STANDS_MS;
  return isRecent && statusAt(snapshot, nowMs) === snapshot.status;
}
