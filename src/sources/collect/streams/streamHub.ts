import type { Clock } from '../../../core/clock.ts';
import type { DataSource, ExchangeId } from '../../../core/ids.ts';
import type { Instrument } from '../../../core/instrument.ts';
import type { Logger } from '../../../core/logger.ts';
import type { Rows } from '../../../core/chunk.ts';
import type { Observation } from '../../../core/observation.ts';
import { SECOND_MS } from '../../../core/units.ts';
import type { HistoryStore } from '../../../store/historyStore.ts';
import type { ExchangeAdapter } from '../../exchanges/contract.ts';
import { ListCorrections } from '../../exchanges/listCorrections.ts';
import type { StreamChannel, StreamSpec } from '../../exchanges/stream.ts';
import type { WebSocketClient } from '../../transport/webSocketClient.ts';
import { MarketTime } from '../marketTime.ts';
import { inMarketTime, rightlyDated } from '../rightlyDated.ts';
import type { CollectedIssue } from '../round.ts';
import { RowGate } from '../rowGate.ts';
import { inSingleCoins } from '../singleCoins.ts';
import { ConnectPacer } from './connectPacer.ts';
import type { EarlierStreams } from './earlierStreams.ts';
import { FillWindows, type FillWindow } from './fillWindows.ts';
import { FrameQueue } from './frameQueue.ts';
import { GapKeeper, type Backfill } from './gapKeeper.ts';
import { Lane, type Followed } from './lane.ts';
import type { Moment } from './laneState.ts';
import { MarketMoves } from './marketMoves.ts';
import { RowQueue } from './rowQueue.ts';
import type { RunnerDeps } from './runnerDeps.ts';
import type { StreamGates } from './sharedGates.ts';
import { judgeSilence } from './silenceWitness.ts';
import { SocketRunner } from './socketRunner.ts';
import type { StreamHubStatus } from './streamStatus.ts';
import { ThrottledLog } from './throttledLog.ts';

export interface StreamHubDeps {
  readonly adapters: readonly ExchangeAdapter[];
  /** The address of a socket without its path; undefined where nothing must be connected. */
  readonly addressOf: (adapter: ExchangeAdapter, spec: StreamSpec) => string | undefined;
  readonly client: Pick<WebSocketClient, 'connect'>;
  readonly gates: StreamGates;
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
  readonly clock: Clock;
  /** The exchanges' time as their answers tell it. Without it the streams tell it alone, and no row is judged by it. */
  readonly time?: MarketTime;
  readonly logger: Logger;
  readonly backfill: Backfill;
  /** What payloads have said against the lists of instruments, shared with those who read the lists. */
  readonly corrections?: ListCorrections;
  /** Whether what comes from a source is wanted; a marked socket among live exchanges is not. */
  readonly isWanted?: (source: DataSource) => boolean;
  /** Batches of what came, at most once a second per source. */
  readonly onObservations?: (source: DataSource, rows: readonly Observation[]) => void;
  /** Lone trades between two statements of open interest. */
  readonly onFills?: (source: DataSource, windows: readonly FillWindow[]) => void;
  /** What rows must pass; shared with the rounds of REST, whose levels judge what is pushed. */
  readonly rowGate?: RowGate;
  /** Of channels that another process received until it ended: until when it had all, by the clock here. */
  readonly earlier?: EarlierStreams;
  /** Whether other windows follow the readings here, see `RowQueue`. */
  readonly isFollowed?: () => boolean;
  readonly random?: () => number;
}

/** Between two looks at everything that depends on time. */
const TICK_MS = SECOND_MS;
/** Wall and monotonic time differ by more than this, or a tick comes so late: the machine slept, or its clock was set. */
const JUMP_MS = 10 * SECOND_MS;
/** What the exchange's history shows within so short a time of its edges may be the feed's own latency. */
const EDGE_MS = 10 * SECOND_MS;

/** Owns the streams of all exchanges: what is followed, the sockets, the way of rows and gaps to the store. */
export class StreamHub {
  readonly #deps: StreamHubDeps;
  readonly #corrections: ListCorrections;
  readonly #pacer: ConnectPacer;
  readonly #frames: FrameQueue;
  readonly #rows: RowQueue;
  readonly #gaps: GapKeeper;
  readonly #moves = new MarketMoves();
  readonly #time: MarketTime;
  readonly #runners = new Map<string, SocketRunner>();
  readonly #fills = new Map<ExchangeId, FillWindows>();
  readonly #gate: RowGate;
  readonly #stopped = new AbortController();
  #ticking: Promise<void> | undefined;
  #lastTick: Moment;

  constructor(deps: StreamHubDeps) {
    this.#deps = deps;
    this.#corrections = deps.corrections ?? new ListCorrections();
    const { clock, logger, storeOf } = deps;
    this.#pacer = new ConnectPacer(clock);
    const log = new ThrottledLog(logger, clock);
    this.#frames = new FrameQueue((error) => log.warn(`a frame could not be read: ${String(error)}`));
    const onObservations = deps.onObservations ?? ((): void => undefined);
    const { isFollowed } = deps;
    const rowDeps = { storeOf, clock, logger, onObservations };
    this.#rows = new RowQueue(isFollowed === undefined ? rowDeps : { ...rowDeps, isFollowed });
    this.#gate = deps.rowGate ?? new RowGate();
    this.#time = deps.time ?? new MarketTime(clock);
    const onRows = (source: DataSource, rows: readonly Observation[]): void => void this.#keep(source, rows);
    this.#gaps = new GapKeeper({ storeOf, clock, logger, backfill: deps.backfill, onRows });
    this.#lastTick = this.#now();
  }

  /**
   * Streams what is about these instruments from now on; exchanges that are not named are left. Sockets whose topics
   * stay the same stay connected.
   */
  follow(byExchange: ReadonlyMap<ExchangeId, readonly Instrument[]>): void {
    if (this.#stopped.signal.aborted) return;
    const wanted = new Set<string>();
    for (const adapter of this.#deps.adapters) {
      const instruments = byExchange.get(adapter.id) ?? [];
      const followed = followedOf(instruments);
      for (const spec of adapter.streams ?? [])
        for (const key of this.#followSocket(adapter, spec, followed)) wanted.add(key);
    }
    for (const [key, runner] of this.#runners) {
      if (wanted.has(key)) continue;
      runner.stop();
      this.#runners.delete(key);
    }
    this.#ticking ??= this.#tick();
  }

  /** Takes note of what other sources say, as a witness of silent channels. */
  observe(rows: Rows): void {
    this.#moves.add(rows, this.#deps.clock.monotonicMs());
  }

  status(): StreamHubStatus {
    const now = this.#now();
    const streams = [...this.#runners.values()].flatMap((runner) => runner.status(now));
    return { asOfMs: now.wallMs, streams, frames: this.#frames.status, rows: this.#rows.status };
  }

  /** Ends all connections and writes what waits. */
  async dispose(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort(new Error('the streams were stopped'));
    for (const runner of this.#runners.values()) runner.stop();
    this.#frames.clear();
    await this.#ticking;
    await this.#gaps.stop();
    // Rows that came while the last batch was written are another batch.
    await this.#rows.flush();
    await this.#rows.flush();
    this.#runners.clear();
  }

  /** Starts, keeps or changes the runners of one socket; returns their keys. */
  #followSocket(adapter: ExchangeAdapter, spec: StreamSpec, followed: Followed): string[] {
    const base = this.#deps.addressOf(adapter, spec);
    if (base === undefined) return [];
    const parts = partsOf(spec, followed.instruments);
    return parts.map((topics, part) => {
      const key = `${adapter.id} ${spec.id} ${part}`;
      const topicsOf = (lane: Lane): readonly string[] => topics.get(lane.channel) ?? [];
      const known = this.#runners.get(key);
      if (known !== undefined) known.follow(followed, topicsOf);
      else this.#runners.set(key, this.#start({ adapter, spec, part, followed, topicsOf, base }));
      return key;
    });
  }

  #start(socket: {
    readonly adapter: ExchangeAdapter;
    readonly spec: StreamSpec;
    readonly part: number;
    readonly followed: Followed;
    readonly topicsOf: (lane: Lane) => readonly string[];
    readonly base: string;
  }): SocketRunner {
    const { adapter, spec, part, followed, topicsOf, base } = socket;
    const { clock, logger, client, gates, random = Math.random } = this.#deps;
    const now = this.#now();
    const fills = this.#fills.get(adapter.id) ?? new FillWindows();
    this.#fills.set(adapter.id, fills);
    const lanes = spec.channels.map((one) => new Lane(adapter, one, part, now, this.#corrections, fills));
    for (const lane of lanes) {
      lane.topics = topicsOf(lane);
      const untilMs = this.#deps.earlier?.take(adapter.id, lane.channel.id, part);
      if (untilMs === undefined) continue;
      const agoMs = Math.max(0, now.wallMs - untilMs);
      lane.resumeAfter({ wallMs: now.wallMs - agoMs, monoMs: now.monoMs - agoMs }, now);
    }
    const host = base.replace(/^ws/, 'http');
    const exchangeTime = (wallMs: number): number | undefined => this.#time.at(adapter.id, wallMs);
    const instrumentsOf = (lane: Lane): readonly Instrument[] =>
      aboutWhat(lane.channel, runner.followed.instruments);
    const deps: RunnerDeps = {
      clock,
      random,
      logger,
      client,
      pacer: this.#pacer,
      frames: this.#frames,
      gate: {
        nextAttemptAtMs: () => gates.nextAttemptAtMs(adapter.id, host),
        pause: (untilMs, refusal) => gates.pause(adapter.id, host, untilMs, refusal),
      },
      onRows: (pushed, isSimulated, lane) => {
        const source = isSimulated ? 'simulated' : 'live';
        const windows = fills.drain();
        if (!this.#isWanted(source)) return lane.refuse('it carries another source than the market shows');
        if (windows.length > 0) this.#deps.onFills?.(source, windows);
        const rows = inSingleCoins(pushed, runner.followed.instruments);
        this.#time.notePrices(adapter.id, rows);
        for (const { code } of this.#keep(source, rows)) lane.count(code);
      },
      onGap: (lane, gap, isSimulated) => {
        const row = { exchange: adapter.id, stream: lane.channel.id, ...gap, backfilled: false };
        const aheadMs = gap.toMs - (exchangeTime(gap.toMs) ?? gap.toMs);
        const source = isSimulated ? 'simulated' : 'live';
        if (!this.#isWanted(source)) return;
        this.#gaps.add(row, source, lane.channel.backfill, instrumentsOf(lane), aheadMs);
      },
      exchangeTime,
      askWitness: (lane, since, othersHaveData) =>
        this.#witness(adapter, lane, instrumentsOf(lane), since, othersHaveData),
    };
    const options = { exchange: adapter.id, spec, url: `${base}${spec.path}`, lanes, followed };
    const runner = new SocketRunner(options, deps);
    runner.start();
    return runner;
  }

  #isWanted(source: DataSource): boolean {
    return this.#deps.isWanted?.(source) ?? true;
  }

  /**
   * Hands rows on in the exchanges' time, without those that are dated ahead of it or that their level contradicts; returns
   * which were dated ahead.
   */
  #keep(source: DataSource, rows: readonly Observation[]): readonly CollectedIssue[] {
    const dated =
      this.#deps.time === undefined
        ? { rows, issues: [] }
        : rightlyDated(inMarketTime(rows, this.#time.offsetMs()), this.#time.nowMs());
    const kept = this.#gate.siftPushed(source, dated.rows);
    this.observe(kept);
    this.#rows.add(source, kept);
    return dated.issues;
  }

  async #witness(
    adapter: ExchangeAdapter,
    lane: Lane,
    instruments: readonly Instrument[],
    since: Moment,
    othersHaveData: boolean | undefined,
  ): Promise<'stale' | 'quiet'> {
    const { backfill } = lane.channel;
    const now = this.#now();
    const silentMs = now.monoMs - since.monoMs;
    const answer =
      backfill === undefined ? undefined : await this.#deps.backfill(adapter.id, backfill, instruments);
    // In the exchange's own time: by a clock that is wrong, events would count that were delivered.
    const nowMs = this.#time.at(adapter.id, now.wallMs) ?? now.wallMs;
    const [fromMs, toMs] = [nowMs - silentMs + EDGE_MS, nowMs - EDGE_MS];
    const events = answer?.rows.filter(
      (row) => lane.channel.yields.includes(row.kind) && row.atMs > fromMs && row.atMs < toMs,
    );
    const keys = instruments.map((one) => one.key);
    const priceMove = this.#moves.moveSince('price', keys, since.monoMs);
    const openInterestMove = this.#moves.moveSince('interest', keys, since.monoMs);
    const { medianPauseMs } = lane;
    return judgeSilence({
      silentMs,
      ...(medianPauseMs === undefined ? {} : { medianPauseMs }),
      ...(events === undefined ? {} : { eventsInHistory: events.length }),
      ...(othersHaveData === undefined ? {} : { othersHaveData }),
      ...(priceMove === undefined ? {} : { priceMove }),
      ...(openInterestMove === undefined ? {} : { openInterestMove }),
    });
  }

  async #tick(): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = this.#stopped;
    this.#lastTick = this.#now();
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const now = this.#now();
      const grown = {
        wallMs: now.wallMs - this.#lastTick.wallMs,
        monoMs: now.monoMs - this.#lastTick.monoMs,
      };
      this.#lastTick = now;
      const isJump = Math.abs(grown.wallMs - grown.monoMs) > JUMP_MS || grown.monoMs > TICK_MS + JUMP_MS;
      if (isJump) logger.info('the machine slept or its clock was set: all streams are connected again');
      for (const runner of this.#runners.values()) {
        if (isJump) runner.wake();
        else runner.tick(now);
      }
      void this.#rows.flush();
      void this.#gaps.flush();
    }
  }

  #now(): Moment {
    return { wallMs: this.#deps.clock.nowMs(), monoMs: this.#deps.clock.monotonicMs() };
  }
}

/** Stand-ins whose contract size is not known are followed, but convert nothing. */
function followedOf(instruments: readonly Instrument[]): Followed {
  const sized = instruments.filter((one) => !Number.isNaN(one.contractSize.amount));
  return {
    instruments,
    table: new Map(sized.map((one) => [one.key, one])),
    keys: new Set(instruments.map((one) => one.key)),
  };
}

function aboutWhat(channel: StreamChannel<never>, instruments: readonly Instrument[]): readonly Instrument[] {
  return instruments.filter((one) => one.kind === (channel.about ?? 'perpetual'));
}

/** Splits the topics of a socket's channels over as many connections as the exchange wants; none without topics. */
function partsOf(
  spec: StreamSpec,
  instruments: readonly Instrument[],
): ReadonlyMap<StreamChannel<never>, readonly string[]>[] {
  const all = spec.channels.flatMap((channel) => {
    const own = aboutWhat(channel, instruments);
    const topics = own.length === 0 ? [] : channel.topics(own);
    return topics.map((topic) => ({ channel, topic }));
  });
  const parts: Map<StreamChannel<never>, string[]>[] = [];
  for (const [index, { channel, topic }] of all.entries()) {
    const part = Math.floor(index / Math.max(1, spec.maxTopicsPerSocket));
    const topics = (parts[part] ??= new Map<StreamChannel<never>, string[]>());
    topics.set(channel, [...(topics.get(channel) ?? []), topic]);
  }
  return parts;
}
