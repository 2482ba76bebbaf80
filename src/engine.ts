import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from './core/clock.ts';
import { systemClock } from './core/clock.ts';
import { inTurn } from './core/inTurn.ts';
import type { Asset, DataSource } from './core/ids.ts';
import { firstKeyOf, type KeySource } from './core/keySource.ts';
import type { Logger } from './core/logger.ts';
import { lineLogger } from './core/outsideText.ts';
import { redactingLogger, Redactor } from './core/redact.ts';
import { DAY_MS } from './core/units.ts';
import type { ChartsWish } from './market/charts.ts';
import { Market } from './market/market.ts';
import type { RulesChoice } from './market/rulesChoice.ts';
import { RulesInForce } from './market/rulesInForce.ts';
import { shareHistory } from './market/shareHistory.ts';
import { shownCharts, type SourcedCharts } from './market/shownCharts.ts';
import type { SourcedLines } from './market/shownLines.ts';
import type { LinesWish } from './series/range/seriesLines.ts';
import { followedStore, SeriesBook } from './series/seriesBook.ts';
import { Collector } from './sources/collect/collector.ts';
import { ContextCollector } from './sources/collect/contextCollector.ts';
import { waysOf } from './sources/collect/ways.ts';
import type { EarlierStreams } from './sources/collect/streams/earlierStreams.ts';
import { HeldStreams } from './sources/collect/streams/heldStreams.ts';
import { MarketTime } from './sources/collect/marketTime.ts';
import { environmentKeys, keyedProviders, type KeyedProvider } from './sources/context/keys.ts';
import { contextProviders } from './sources/context/registry.ts';
import { startStreams, type Streams } from './sources/collect/streams/startStreams.ts';
import type { StreamHubStatus } from './sources/collect/streams/streamStatus.ts';
import type { ExchangeAdapter } from './sources/exchanges/contract.ts';
import { ListCorrections } from './sources/exchanges/listCorrections.ts';
import { exchangeAdapters } from './sources/exchanges/registry.ts';
import { parseEndpoints, type Endpoints } from './sources/transport/endpoints.ts';
import { createHttpClient } from './sources/transport/httpClient.ts';
import type { HttpClient } from './sources/transport/httpClient.ts';
import { proxyHost, type ProxySettings } from './sources/transport/proxy.ts';
import type { Simulator } from './sources/simulator/server.ts';
import { isScenarioName, SCENARIO_NAMES } from './sources/simulator/scenarioNames.ts';
import { nearest } from './core/nearest.ts';
import { PerpscopeError } from './core/errors.ts';
import { createMemoryStore } from './store/memoryStore.ts';
import type { HistoryStore } from './store/historyStore.ts';
import { openSqliteStore } from './store/sqliteStore.ts';
import { makeFolder } from './store/makeFolder.ts';
import type { KeepMonths } from './core/keepMonths.ts';
import { pausesPathFor, storePathFor } from './store/storePath.ts';

/**
 * The clients that the engine asks with. Built, this file is the one that ships: the tests of requests ask with the
 * clients that it holds. ADR 0022.
 */
export { createHttpClient } from './sources/transport/httpClient.ts';
export { createWebSocketClient } from './sources/transport/webSocketClient.ts';

export interface EngineOptions {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly adapters?: readonly ExchangeAdapter[];
  /** Addresses that replace the exchanges' own: the content of an endpoints file. */
  readonly endpoints?: unknown;
  /** Where they come from, for messages: a file's name or the setting's. */
  readonly endpointsFrom?: string;
  /** Starts a simulated market in this process, at no port, and reads it instead of the exchanges. */
  readonly simulator?: { readonly seed: number; readonly scenario: string };
  /** The history's file; absent = in memory, gone with the process. */
  readonly storePath?: string;
  /**
   * Several processes keep the history of `storePath`, and one of them collects for all: what this one is called there.
   * Absent: it collects for itself.
   */
  readonly share?: 'window' | 'collect';
  /** Who starts one engine after another for the same window says that it is one: the next goes on without waiting. */
  readonly shareId?: string;
  /** Months of history to keep, asked for whenever it is pruned: on opening and once a day. */
  readonly keepMonths?: () => KeepMonths;
  /** What an earlier engine said about pauses that exchanges asked for; see `transportState`. */
  readonly transportState?: unknown;
  readonly proxy?: ProxySettings;
  /** Keys of context providers besides those in environment variables. */
  readonly keys?: KeySource;
  /** The user's file of daily levels (docs/context.md); `PERPSCOPE_CONTEXT_CSV` where none is given. */
  readonly contextCsv?: string;
  /** The rules that regimes are judged by; the built-in ones unless stated. A file is followed. */
  readonly rules?: RulesChoice;
  /** Where keys and the file's path are looked up; the process's environment unless stated. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether what exchanges push is received as well, from the first refresh on. */
  readonly streams?: boolean;
  /** Something the user should be told once, for example a damaged history that was set aside. */
  readonly onNotice?: (notice: string, about: { readonly isHistoryLost: boolean }) => void;
}

/** The running graph, without any surface. */
export interface Engine {
  readonly market: Market;
  readonly adapters: readonly ExchangeAdapter[];
  /** The charts that are asked for and no others, as columns that belong to whoever asked, and the source they came from. */
  charts(request: ChartsWish & { readonly asset: Asset }): Promise<SourcedCharts>;
  /** Series over any time; see `shownLines`. */
  lines(wish: LinesWish, signal: AbortSignal): Promise<SourcedLines>;
  /** Judges by other rules from now on, and what stands anew. Resolves once a file was read; never rejects. */
  chooseRules(choice: RulesChoice): Promise<void>;
  /** The health of the streams; undefined where they are not received. */
  streamStatus(): StreamHubStatus | undefined;
  /** Returns a text without any key that was used until now. */
  redact(text: string): string;
  /** Plain data: until when which host must be left alone. For the next engine, so that a restart breaks no pause. */
  transportState(): unknown;
  dispose(): Promise<void>;
}

/** The ids that an endpoints file may name: exchanges and context providers. */
export function endpointIds(adapters: readonly ExchangeAdapter[] = exchangeAdapters): string[] {
  return [...adapters, ...contextProviders].map(({ id }) => id);
}

/** The context providers that take a key, for choosing one. */
export function contextKeys(): KeyedProvider[] {
  return keyedProviders(contextProviders);
}

/** Returns a scenario's name if there is one; errors: `usage`, naming the nearest. */
export function scenarioNamed(name: string): (typeof SCENARIO_NAMES)[number] {
  if (isScenarioName(name)) return name;
  const hint = nearest(name, SCENARIO_NAMES);
  const help = hint === undefined ? `known: ${SCENARIO_NAMES.join(', ')}` : `did you mean "${hint}"`;
  throw new PerpscopeError('usage', `unknown scenario "${name}"; ${help}`);
}

/** Builds sources, store, analysis and market, and wires them; surfaces are added by the composition roots. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { clock = systemClock } = options;
  const redactor = new Redactor();
  const redact = (text: string): string => redactor.redact(text);
  const logger = redactingLogger(lineLogger(options.logger), redactor);
  const simulator =
    options.simulator === undefined ? undefined : await startSimulated(options.simulator, clock);
  const pipes = simulator === undefined ? {} : { pipes: simulator.pipes };
  // In the simulated market no real exchange is asked, not even one that the simulator does not know.
  const adapters = (options.adapters ?? exchangeAdapters).filter(
    (adapter) => simulator === undefined || adapter.id in simulator.endpoints,
  );
  const ids = adapters.map((adapter) => adapter.id);
  const endpoints = parseEndpoints(
    simulator?.endpoints ?? options.endpoints ?? {},
    // Of the simulator also what is not read, for example exchanges that the caller left out.
    [...endpointIds(adapters), ...Object.keys(simulator?.endpoints ?? {})],
    options.endpointsFrom ?? 'endpoints',
  );
  const baseUrls = Object.fromEntries(ids.map((id) => [id, endpoints.get(id)?.rest]));
  const pausesFile = simulator === undefined ? pausesFileOf(options) : undefined;
  const http = createHttpClient({
    clock,
    ...pipes,
    ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
    ...(pausesFile === undefined ? {} : { pausesFile }),
    redact,
  });
  http.restore(options.transportState);
  const stores = new Map<DataSource, Promise<HistoryStore>>();
  const storeOf = (source: DataSource): Promise<HistoryStore> => {
    const open = stores.get(source) ?? openStore(source, options).then((store) => followedStore(store, book));
    stores.set(source, open);
    return open;
  };
  const book = new SeriesBook(storeOf);
  const hostUrls = Object.fromEntries(
    ids.map((id) => {
      const { spot, dumps } = endpoints.get(id) ?? {};
      return [id, { ...(spot === undefined ? {} : { spot }), ...(dumps === undefined ? {} : { dumps }) }];
    }),
  );
  let streams: HeldStreams | undefined;
  const corrections = new ListCorrections();
  const time = new MarketTime(clock);
  const expectedSource: DataSource = simulator === undefined ? 'live' : 'simulated';
  const shared =
    options.share === undefined || options.storePath === undefined
      ? undefined
      : shareHistory({
          ...{ clock, logger, storeOf, http, source: expectedSource, as: options.share },
          ...(options.shareId === undefined ? {} : { id: options.shareId }),
          market: marketNameOf(options),
          onRole: (role) => {
            if (role === 'follower') void streams?.stop();
          },
        });
  // What asks and writes does so only while this process is the one that collects.
  const held = { http: shared?.http ?? http, storeOf: shared?.storeOf ?? storeOf };
  const collector = new Collector({
    ...{ adapters, baseUrls, hostUrls, ...held, clock, time, logger, expectedSource, corrections },
    onCollected: (collected) => streams?.onCollected(collected),
  });
  const isReplaced = simulator !== undefined || ids.some((id) => endpoints.has(id));
  const context = contextCollectorOf({ options, endpoints, isReplaced, ...held, redactor });
  const ways = new Map(
    adapters.map((one) => [
      one.id,
      waysOf(one, endpoints.get(one.id), (url) => proxyHost(url, options.proxy ?? {}, process.env)),
    ]),
  );
  const rules: RulesInForce = new RulesInForce({
    clock,
    warn: (line) => logger.warn(line),
    onDidChange: () => market.rejudge(),
  });
  const market: Market = new Market({
    ...{ rules, collector, context, adapters, storeOf, book, clock, time, logger, expectedSource },
    levelsOf: (source) => collector.gate.book(source),
    streamStatus: () => streams?.status()?.streams ?? [],
    waysOf: (id) => ways.get(id) ?? [],
    onChosen: (exchanges) => streams?.choose(exchanges),
    ...(shared === undefined ? {} : { desk: shared.desk }),
    // What others collect tells the levels that stored rows are held against, as what is collected here does.
    onFollowed: (source, rows) => void collector.gate.sift(source, rows),
  });
  await rules.start(options.rules ?? {});
  const startHeld = (earlier: EarlierStreams | undefined): Streams =>
    startStreams({
      ...{ adapters, endpoints, ...held, clock, time, logger, corrections, ...pipes },
      ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
      ...(earlier === undefined ? {} : { earlier }),
      rowGate: collector.gate,
      backfill: (exchange, poll, instruments) => collector.backfill(exchange, poll, instruments),
      onObservations: (source, rows) => market.observe(source, rows),
      onFills: (source, windows) => market.observeFills(source, windows),
      isFollowed: () => market.isFollowed,
    });
  if (options.streams === true)
    streams = new HeldStreams({
      start: startHeld,
      onFailed: (error) => logger.warn(`streams could not be started or ended: ${String(error)}`),
      ...(shared === undefined ? {} : { earlier: () => shared.earlierStreams() }),
      mayRun: () => shared?.lease.role !== 'follower',
    });
  const pruneDaily = createPruner(options, time, () => [...stores.values()]);
  market.onDidChange((state) => {
    if (state.phase === 'ready' && !state.isRefreshing && shared?.lease.isHeld !== false) pruneDaily();
  });
  return {
    market,
    adapters,
    charts: (request) => shownCharts({ market, storeOf, adapters }, request),
    // A file of its own when built: who looks at the newest days alone never loads it.
    lines: async (wish, signal) =>
      (await import('./market/shownLines.ts')).shownLines({ market, storeOf, adapters }, wish, signal),
    chooseRules: (choice) => rules.choose(choice),
    streamStatus: () => streams?.status(),
    redact,
    transportState: () => http.snapshot(),
    async dispose() {
      market.dispose();
      rules.dispose();
      collector.close();
      // In this order, and all of it: others wait for the lease, and a file that stays open cannot be moved.
      await inTurn([
        () => streams?.stop(),
        () => http.close(),
        // What was under way may still write.
        () => context.settled(),
        () => shared?.desk.dispose(),
        () => simulator?.close(),
        // Those too that were opened meanwhile.
        () => inTurn([...stores.values()].map((store) => async () => (await store).close())),
      ]);
    },
  };
}

/** Returns what tells the market of one process from that of another: who asks elsewhere is no collector for this one. */
function marketNameOf({ simulator, endpoints }: EngineOptions): string {
  if (simulator !== undefined) return `simulated ${simulator.scenario} ${simulator.seed}`;
  const replaced = JSON.stringify(endpoints ?? {});
  return replaced === '{}'
    ? 'live'
    : `at ${createHash('sha256').update(replaced).digest('hex').slice(0, 12)}`;
}

/** Returns what the files of a shared history are named after; undefined for the exchanges' own market, or for one process alone. */
function sharedMarketOf(options: EngineOptions): string | undefined {
  const market = marketNameOf(options);
  if (options.share === undefined || market === 'live') return undefined;
  return market.replace(/^simulated /u, '').replaceAll(' ', '-');
}

/** The simulator is a file of its own when built: who reads the exchanges never loads it. ADR 0022. */
async function startSimulated(
  { seed, scenario }: NonNullable<EngineOptions['simulator']>,
  clock: Clock,
): Promise<Simulator> {
  const name = scenarioNamed(scenario);
  const { startSimulator } = await import('./sources/simulator/server.ts');
  return startSimulator({ seed, scenario: name, clock, listenAt: 'pipes' });
}

const MAX_CSV_BYTES = 4 * 1_048_576;

/** Context beside the exchanges. Where these are simulated or replaced, only providers that are replaced too are asked. */
function contextCollectorOf(parts: {
  readonly options: EngineOptions;
  readonly endpoints: Endpoints;
  readonly isReplaced: boolean;
  readonly http: HttpClient;
  readonly redactor: Redactor;
  readonly storeOf: (source: DataSource) => Promise<HistoryStore>;
}): ContextCollector {
  const { options, endpoints, isReplaced, http, redactor, storeOf } = parts;
  const { logger, clock = systemClock, keys, environment = process.env } = options;
  const fromEnvironment = environmentKeys(contextProviders, environment);
  const file = [options.contextCsv, environment['PERPSCOPE_CONTEXT_CSV']].find(
    (path) => path !== undefined && path.trim() !== '',
  );
  return new ContextCollector({
    providers: contextProviders,
    addressOf: ({ id, baseUrl }) => endpoints.get(id)?.rest ?? (isReplaced ? undefined : baseUrl),
    http,
    clock,
    logger,
    keys: keys === undefined ? fromEnvironment : firstKeyOf(fromEnvironment, keys),
    redactor,
    storeOf,
    ...(file === undefined ? {} : { readUserFile: () => readBounded(file.trim()) }),
  });
}

async function readBounded(file: string): Promise<string> {
  if ((await stat(file)).size > MAX_CSV_BYTES)
    throw new PerpscopeError('config', `it is larger than ${MAX_CSV_BYTES / 1_048_576} MiB`);
  return readFile(file, 'utf8');
}

/** Returns a function that deletes what is older than `keepMonths`, at its first call and then at most once a day. */
function createPruner(
  { keepMonths, logger }: EngineOptions,
  time: Pick<Clock, 'nowMs'>,
  stores: () => readonly Promise<HistoryStore>[],
): () => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = time.nowMs();
    if (keepMonths === undefined || nowMs - lastMs < DAY_MS) return;
    lastMs = nowMs;
    const before = Object.fromEntries(
      Object.entries(keepMonths()).map(([resolution, months]) => [resolution, nowMs - months * 31 * DAY_MS]),
    );
    for (const store of stores()) {
      store
        .then((open) => open.prune(before))
        .catch((error: unknown) => logger.warn(`history was not pruned: ${String(error)}`));
    }
  };
}

/** Where pauses are shared with other windows and kept for the next start: beside the history, if there is one. */
function pausesFileOf({ storePath }: EngineOptions): string | undefined {
  if (storePath === undefined) return undefined;
  const file = pausesPathFor(storePath);
  try {
    makeFolder(dirname(file));
  } catch {
    // Pauses are then this process's own.
  }
  return file;
}

async function openStore(source: DataSource, options: EngineOptions): Promise<HistoryStore> {
  const { storePath, logger, onNotice } = options;
  if (storePath === undefined) return createMemoryStore(source);
  try {
    const file = storePathFor(storePath, source, sharedMarketOf(options));
    const say: EngineOptions['onNotice'] = (notice, about) => {
      logger.warn(notice);
      onNotice?.(notice, about);
    };
    const store = await openSqliteStore(file, { source, isPatient: true, onNotice: say });
    if (store.notice !== undefined) say(store.notice, { isHistoryLost: false });
    return store;
  } catch (error) {
    // The work goes on without a history on disk; the numbers of this session are still right.
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn(`history on disk cannot be used, this session keeps it in memory: ${reason}`);
    onNotice?.(`Perpscope cannot use its history on disk and keeps it in memory: ${reason}`, {
      isHistoryLost: true,
    });
    return createMemoryStore(source);
  }
}
