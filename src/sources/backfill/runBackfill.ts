import type { Clock } from '../../core/clock.ts';
import { isPerpscopeError, PerpscopeError, toPerpscopeError } from '../../core/errors.ts';
import type { ExchangeId } from '../../core/ids.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../core/units.ts';
import type { AppendResult, HistoryStore } from '../../store/historyStore.ts';
import { closeOldGaps } from './closeOldGaps.ts';
import type { DoneLog, DoneUnit } from './doneLog.ts';
import type { ExchangeDesk, FetchedFile } from './exchangeDesk.ts';
import type { FileSource } from './fileSource.ts';
import type { ChainSpool, FileSpool } from './fileSpool.ts';
import {
  exchangeOf,
  isFiles,
  type BackfillPlan,
  type BackfillSource,
  type Chain,
  type Unit,
} from './plan.ts';
import { UnitGroup } from './unitGroup.ts';
import { fileRows, pageRows, type Faults, type UnitContext, type UnitRows } from './unitRows.ts';

/** So many chains of an exchange are fetched at a time. */
export const LANES = 4;
/** A page that cannot be had is asked for so often; a refusal for too many requests is only ever waited out. */
const TRIES = 6;
const FIRST_WAIT_MS = SECOND_MS;
const LONGEST_WAIT_MS = 2 * MINUTE_MS;
/** A file that is not there so long after its period is not going to come. */
const LATE_MS = 14 * DAY_MS;
/** So many units of a source in a row that cannot be read: it is not going to get better. */
const MOST_FAILED = 3;
const PASSING: readonly string[] = ['timeout', 'network', 'http-status'];
/** What ends all chains of an exchange. */
const ENDS_THE_EXCHANGE: readonly string[] = ['geo-blocked', 'config'];

/** How a chain went. */
export interface ChainResult {
  readonly chain: Chain;
  /** Units that were fetched now. */
  fetched: number;
  /** Files that were looked at once more, and those of them that had been issued anew and were fetched again. */
  checked: number;
  readonly issuedAnew: string[];
  failed: number;
  missingFiles: number;
  /** Files that are not there yet. */
  lateFiles: number;
  rows: number;
  inserted: number;
  revised: number;
  holes: number;
  apart: number;
  repeats: number;
  contradictions: number;
  /** Why it stopped, or the newest reason why a unit failed. */
  error?: PerpscopeError;
  isOver: boolean;
}

/** How far all of it is. */
export interface Progress {
  readonly units: number;
  readonly ofUnits: number;
  readonly rows: number;
  readonly requests: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** By the rate so far; absent at the beginning. */
  readonly remainingMs?: number;
}

export interface RunDeps {
  readonly desks: ReadonlyMap<ExchangeId, ExchangeDesk>;
  readonly store: HistoryStore;
  readonly log: DoneLog;
  readonly spool: FileSpool;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** A chain while it is fetched. */
interface Fetching {
  readonly result: ChainResult;
  /** What is fetched and not written yet; of files it lies in the spool meanwhile. */
  readonly group: UnitGroup;
  readonly spool: ChainSpool;
}

/**
 * Fetches a plan: exchanges at the same time, of each some chains, of a chain one unit after the other. Rows are in the store
 * before the journal says so, of files some together: a run that ends anywhere goes on with the unit that it was at. Never
 * rejects for an exchange's sake; what failed is in the results. Rejects with `store` where the history cannot be written.
 */
export async function runBackfill(plan: BackfillPlan, deps: RunDeps): Promise<ChainResult[]> {
  const run = new Run(plan, deps);
  const byExchange = Map.groupBy(run.results, ({ chain }) => exchangeOf(chain.source));
  await Promise.all([...byExchange.values()].map((chains) => run.exchange(chains)));
  deps.spool.end();
  return run.results;
}

class Run {
  readonly results: ChainResult[];
  readonly #deps: RunDeps;
  readonly #startedMs: number;
  readonly #ofUnits: number;
  #unitsOver = 0;
  #rows = 0;

  constructor(plan: BackfillPlan, deps: RunDeps) {
    this.#deps = deps;
    this.#startedMs = deps.clock.monotonicMs();
    this.#ofUnits = plan.chains.reduce((sum, { units, checks }) => sum + units.length + checks.length, 0);
    this.results = plan.chains.map((chain) => ({
      ...{
        chain,
        fetched: 0,
        checked: 0,
        issuedAnew: [],
        failed: 0,
        missingFiles: 0,
        lateFiles: 0,
        rows: 0,
        inserted: 0,
        revised: 0,
      },
      ...{ holes: 0, apart: 0, repeats: 0, contradictions: 0, isOver: false },
    }));
  }

  async exchange(results: readonly ChainResult[]): Promise<void> {
    const waiting = [...results];
    const ended = new AbortController();
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await this.#chain(next, ended);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async #chain(result: ChainResult, ended: AbortController): Promise<void> {
    const spool = this.#deps.spool.of(result.chain.key);
    const fetching: Fetching = { result, group: new UnitGroup(), spool };
    try {
      await this.#units(fetching, ended);
    } finally {
      await this.#store(fetching);
      spool.close();
    }
    if (result.isOver) spool.end();
  }

  async #units(fetching: Fetching, ended: AbortController): Promise<void> {
    const { signal } = this.#deps;
    const { result } = fetching;
    const { checks, units } = result.chain;
    let failedInARow = 0;
    for (const [index, unit] of [...checks, ...units].entries()) {
      if (signal.aborted) return;
      if (ended.signal.aborted) {
        result.error ??= ended.signal.reason as PerpscopeError;
        return;
      }
      try {
        if (index < checks.length) await this.#check(result, unit);
        else await this.#unit(fetching, unit);
        failedInARow = 0;
      } catch (error) {
        const failure = toPerpscopeError(error);
        if (failure.code === 'store') throw failure;
        if (signal.aborted) return;
        result.error = failure;
        result.failed += 1;
        failedInARow += 1;
        if (ENDS_THE_EXCHANGE.includes(failure.code)) ended.abort(failure);
        if (failedInARow >= MOST_FAILED) return;
      }
      this.#unitsOver += 1;
      this.#tell();
    }
    result.isOver = result.failed === 0;
  }

  /**
   * Looks whether a file that was fetched before is another one by now, and fetches it again where it is: from the exchange, whatever
   * the spool has, and into the store before the gaps of the old one are closed.
   */
  async #check(result: ChainResult, unit: Unit): Promise<void> {
    const { store, log, signal } = this.#deps;
    const { source, instrument, key } = result.chain;
    if (!isFiles(source)) return;
    const desk = this.#deskOf(source);
    const issued = await this.#patiently(() => desk.checksum(source, instrument.venueSymbol, unit, signal));
    const { sha256, file: name = key } = log.noted(key, unit) ?? {};
    if (issued !== sha256) {
      const file = issued === undefined ? undefined : await this.#file(source, result.chain, unit);
      if (file?.bytes === undefined)
        throw new PerpscopeError('decode', `${name} was fetched before, and the exchange has it no more`);
      const got = await fileRows(source, file, this.#about(result.chain, unit, log.before(key, unit)));
      await this.#write(result, [got], () =>
        closeOldGaps(store, source, instrument.venueSymbol, unit, got.gaps),
      );
      result.issuedAnew.push(name);
    }
    result.checked += 1;
  }

  async #unit(fetching: Fetching, unit: Unit): Promise<void> {
    const { clock } = this.#deps;
    const { result, group } = fetching;
    const { got, isKept } = await this.#fetched(fetching, unit);
    // A file that is not there yet may only be late: it is asked for again, and its time is no gap until then.
    if (got.done.isMissing === true && clock.nowMs() - unit.toMs < LATE_MS) {
      result.lateFiles += 1;
      return;
    }
    group.add(got);
    // What would have to be asked for again after a kill does not wait.
    if (!isKept || group.isFull) await this.#store(fetching);
  }

  async #store({ result, group, spool }: Fetching): Promise<void> {
    const units = group.take();
    if (units.length === 0) return;
    await this.#write(result, units);
    spool.clear();
    result.fetched += units.length;
  }

  /** `onStored` is called between the rows and the journal: what is noted is not looked at again. */
  async #write(
    result: ChainResult,
    units: readonly UnitRows[],
    onStored?: () => Promise<void>,
  ): Promise<void> {
    const { store, log, clock } = this.#deps;
    const stored = await store.append(units.flatMap(({ rows }) => rows));
    const gaps = units.flatMap((unit) => unit.gaps);
    if (gaps.length > 0) await store.appendGaps(gaps);
    await onStored?.();
    const done = units.map((unit) => unit.done);
    // The rows have come down to the file before the journal says that they are there: both are one writer's, in this order.
    await log.note(result.chain.key, done, clock.nowMs());
    this.#count(result, units, stored);
  }

  #count(result: ChainResult, units: readonly UnitRows[], { inserted, revised }: AppendResult): void {
    result.inserted += inserted;
    result.revised += revised;
    for (const { done, gaps, faults } of units) {
      result.rows += done.rows;
      result.holes += gaps.length;
      result.missingFiles += done.isMissing === true ? 1 : 0;
      for (const name of ['apart', 'repeats', 'contradictions'] as const satisfies readonly (keyof Faults)[])
        result[name] += faults[name];
      this.#rows += done.rows;
    }
  }

  /** Reads a unit; `isKept` where its bytes are in the spool, so that a kill costs nothing. */
  async #fetched(
    { result: { chain }, group, spool }: Fetching,
    unit: Unit,
  ): Promise<{ readonly got: UnitRows; readonly isKept: boolean }> {
    const { log, signal } = this.#deps;
    const { source, instrument, key } = chain;
    const about = this.#about(chain, unit, group.before(unit) ?? log.before(key, unit));
    if (!isFiles(source)) {
      const desk = this.#deskOf(source);
      const answer = await this.#patiently(() => desk.page(source, instrument, unit, signal));
      this.#checkMarket(desk);
      return { got: pageRows(source, answer, about), isKept: false };
    }
    const left = spool.take(unit);
    if (left !== undefined) return { got: await fileRows(source, left, about), isKept: true };
    const file = await this.#file(source, chain, unit);
    const got = await fileRows(source, file, about);
    const { bytes } = file;
    return { got, isKept: bytes !== undefined && spool.keep(unit, { ...file, bytes }) };
  }

  async #file(source: FileSource, { instrument }: Chain, unit: Unit): Promise<FetchedFile> {
    const desk = this.#deskOf(source);
    const { signal } = this.#deps;
    const file = await this.#patiently(() => desk.file(source, instrument.venueSymbol, unit, signal));
    this.#checkMarket(desk);
    return file;
  }

  #about({ source, instrument }: Chain, unit: Unit, before: DoneUnit | undefined): UnitContext {
    const { adapter, instruments } = this.#deskOf(source);
    const { venueSymbol } = instrument;
    return { adapter, instruments, market: this.#deps.store.source, venueSymbol, unit, before };
  }

  #deskOf(source: BackfillSource): ExchangeDesk {
    const desk = this.#deps.desks.get(exchangeOf(source));
    if (desk !== undefined) return desk;
    throw new PerpscopeError('usage', `${exchangeOf(source)} was not asked for its list`);
  }

  /** A history is of one market: nothing of another comes into it. */
  #checkMarket(desk: ExchangeDesk): void {
    const { store } = this.#deps;
    if (desk.source === store.source) return;
    const said =
      desk.source === undefined ? 'some carry the mark of the simulator' : `they are ${desk.source}`;
    throw new PerpscopeError(
      'config',
      `${desk.adapter.displayName}'s answers are not of the ${store.source} market: ${said}; check the endpoints`,
      { exchange: desk.adapter.id },
    );
  }

  /** Asks again where that may help: after a pause that the exchange asks for always, else some times. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#deps;
    for (let tries = 1, waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return await ask();
      } catch (error) {
        if (!isPerpscopeError(error) || signal.aborted) throw error;
        const isLimited = error.code === 'rate-limited';
        if (!isLimited && (!PASSING.includes(error.code) || tries >= TRIES)) throw error;
        if (error.code === 'http-status' && (error.status ?? 0) < 500) throw error;
        if (!isLimited) tries += 1;
        await clock.sleep(Math.max(waitMs, error.retryAfterMs ?? 0), signal);
      }
    }
  }

  #tell(): void {
    const { onProgress, clock, desks } = this.#deps;
    if (onProgress === undefined) return;
    const elapsedMs = clock.monotonicMs() - this.#startedMs;
    const left = this.#ofUnits - this.#unitsOver;
    const sum = (of: 'requests' | 'bytes'): number =>
      [...desks.values()].reduce((all, desk) => all + desk[of], 0);
    onProgress({
      ...{ units: this.#unitsOver, ofUnits: this.#ofUnits, rows: this.#rows, elapsedMs },
      ...{ requests: sum('requests'), bytes: sum('bytes') },
      ...(elapsedMs > 0 && this.#unitsOver > 0 ? { remainingMs: (elapsedMs / this.#unitsOver) * left } : {}),
    });
  }
}
