import { existsSync, writeFileSync } from 'node:fs';
import { exchangeName } from '../core/exchangeNames.ts';
import { isPerpscopeError, PerpscopeError, toPerpscopeError } from '../core/errors.ts';
import type { Asset, DataSource, ExchangeId } from '../core/ids.ts';
import type { Instrument } from '../core/instrument.ts';
import { inTurn } from '../core/inTurn.ts';
import { jsonLine, quoted } from '../core/outsideText.ts';
import { MINUTE_MS, SECOND_MS } from '../core/units.ts';
import { endpointIds } from '../engine.ts';
import { coinMarginedFiles } from '../sources/backfill/binanceFiles.ts';
import { coinMarginedAssets } from '../sources/backfill/coinMarginedAssets.ts';
import { compareSources } from '../sources/backfill/compareSources.ts';
import { DoneLog } from '../sources/backfill/doneLog.ts';
import { estimateOf, type Estimate } from '../sources/backfill/estimate.ts';
import { ExchangeDesk, limitsOf } from '../sources/backfill/exchangeDesk.ts';
import { fileSources } from '../sources/backfill/fileSources.ts';
import type { FileSource } from '../sources/backfill/fileSource.ts';
import { FileSpool } from '../sources/backfill/fileSpool.ts';
import { exchangeOf, planBackfill, type BackfillPlan, type NotToBeHad } from '../sources/backfill/plan.ts';
import { LANES, runBackfill, type ChainResult } from '../sources/backfill/runBackfill.ts';
import { deepPages, notByPage } from '../sources/exchanges/deepRegistry.ts';
import { adapterOf, exchangeAdapters } from '../sources/exchanges/registry.ts';
import { parseEndpoints, readEndpoints, type Endpoints } from '../sources/transport/endpoints.ts';
import { createHttpClient } from '../sources/transport/httpClient.ts';
import type { HistoryStore } from '../store/historyStore.ts';
import { openSqliteStore } from '../store/sqliteStore.ts';
import { pausesPathFor, spoolPathFor, storePathFor } from '../store/storePath.ts';
import type { Arguments } from './arguments.ts';
import { readAsked, type Asked } from './backfill/asked.ts';
import { planLine, progressLine, resultLine } from './backfill/backfillLines.ts';
import { planText } from './backfill/planText.ts';
import { startSimulatedExchanges, type SimulatedExchanges } from './simulatedExchanges.ts';
import { progressText, resultText } from './backfill/resultText.ts';
import type { CommandIo } from './commandIo.ts';
import { readExchanges } from './engineFor.ts';
import { readStorePath } from './storePath.ts';

/** A file may take so long on a slow line. */
const ATTEMPT_MS = 2 * MINUTE_MS;
/** Of what has not been measured yet. */
const USUAL_LATENCY_MS = 150;
const TOLD_EVERY_MS = SECOND_MS / 2;

/**
 * `perpscope backfill`: fetches older history from what exchanges give without a key, into the history that `--store` names. Says
 * what it will cost before it starts; `--dry-run` ends there. Returns the exit code: 3 where something is left or failed.
 */
export async function backfillCommand(args: Arguments, io: CommandIo): Promise<number> {
  const { clock } = io;
  const lost = new AbortController();
  const signal = AbortSignal.any([io.signal, lost.signal]);
  const asked = readAsked(args, clock.nowMs());
  const chosen = readExchanges(args.values['exchanges']);
  const path = readStorePath(args.values['store']);
  const isDryRun = args.flags.has('dry-run');
  if (path === undefined && !isDryRun)
    throw new PerpscopeError(
      'usage',
      'backfill writes into a history: add --store FILE, or --dry-run to look only',
    );
  const simulated = args.flags.has('simulated') ? await startSimulatedExchanges(args, clock) : undefined;
  const endpoints = await endpointsOf(simulated, args.values['endpoints']);
  const http = createHttpClient({
    ...{ clock, attemptTimeoutMs: ATTEMPT_MS },
    // Where an exchange asks to be left alone, whoever collects on this history leaves it alone, and the other way round.
    ...(path === undefined ? {} : { pausesFile: pausesPathFor(path) }),
  });
  let store: Awaited<ReturnType<typeof openSqliteStore>> | undefined;
  try {
    const adapters = exchangeAdapters.filter(({ id }) => chosen?.includes(id) !== false);
    const desks = new Map(
      adapters.map((adapter) => {
        const own = endpoints.get(adapter.id);
        const deps = { adapter, http, clock, ...(own === undefined ? {} : { endpoints: own }) };
        return [adapter.id, new ExchangeDesk(deps)] as const;
      }),
    );
    const { instruments, source } = await listAll(desks, asked.assets, io);
    if (source === undefined) return 1;
    // The files of a simulated market are named after it, as those that `collect` keeps are.
    const market = simulated === undefined ? undefined : `${simulated.scenario}-${simulated.seed}`;
    const storeFile = path === undefined ? undefined : storePathFor(path, source, market);
    if (storeFile !== undefined && (!isDryRun || existsSync(storeFile)))
      store = await openSqliteStore(storeFile, {
        source,
        // Nothing is dropped while another process has the file: what was fetched waits, and a file that is lost ends the run.
        mostWaitingRows: Number.POSITIVE_INFINITY,
        onNotice(notice, { isHistoryLost }) {
          if (!isHistoryLost) return io.note(notice);
          io.fail('store', notice);
          lost.abort();
        },
      });
    const log = store === undefined ? undefined : await DoneLog.read(store);
    const coin = asked.isCoinMargined ? await coinMargined(desks.get('binance'), asked, signal) : undefined;
    const found = planBackfill({
      ...{
        ...asked,
        instruments,
        pages: deepPages,
        files: [...fileSources, ...(coin?.files ?? [])],
        notByPage,
      },
      isDone: (key, unit) => log?.isDone(key, unit) ?? false,
    });
    const plan = { ...found, notToBeHad: [...found.notToBeHad, ...(coin?.notToBeHad ?? [])] };
    const estimate = estimated(plan, desks);
    const mark = source === 'simulated' ? 'SIMULATED market\n' : '';
    const isJson = args.flags.has('json');
    io.write(
      isJson ? `${jsonLine(planLine(plan, estimate, source))}\n` : `${mark}${planText(plan, estimate)}`,
    );
    writeReport(args.values['out'], `${mark}${planText(plan, estimate)}`);
    if (isDryRun || store === undefined || log === undefined) return 0;
    const spool = new FileSpool(spoolPathFor(store.file));
    const results = await run(plan, { store, log, spool, desks, signal }, args, io);
    await store.settle();
    const keys = [...new Set(plan.chains.map(({ instrument }) => instrument.key))];
    const range = { fromMs: asked.sinceMs, toMs: asked.untilMs };
    const comparisons = signal.aborted ? [] : await compareSources(store, keys, range);
    const words = resultText(results, comparisons);
    io.write(args.flags.has('json') ? `${jsonLine(resultLine(results, comparisons))}\n` : words);
    writeReport(args.values['out'], `${mark}${planText(plan, estimate)}\n${words}`);
    if (signal.aborted) io.note('stopped; the same command goes on from there');
    return results.every(({ isOver }) => isOver) && instruments.size === desks.size ? 0 : 3;
  } finally {
    io.status?.(undefined);
    await inTurn([() => http.close(), () => store?.close(), () => simulated?.close()]);
  }
}

/** What is had of coin-margined perpetuals, and the assets without one. Nothing where Binance is not asked. */
async function coinMargined(
  desk: ExchangeDesk | undefined,
  { assets, metrics, nowMs }: Asked,
  signal: AbortSignal,
): Promise<{ readonly files: readonly FileSource[]; readonly notToBeHad: readonly NotToBeHad[] }> {
  if (desk === undefined) return { files: [], notToBeHad: [] };
  const listed = await coinMarginedAssets(desk, assets, nowMs, signal);
  const reason = 'it has no coin-margined perpetual.';
  return {
    files: coinMarginedFiles((asset) => listed.has(asset)),
    notToBeHad: assets
      .filter((asset) => !listed.has(asset))
      .flatMap((asset) => metrics.map((metric) => ({ exchange: desk.adapter.id, metric, asset, reason }))),
  };
}

async function endpointsOf(
  simulated: SimulatedExchanges | undefined,
  file: string | undefined,
): Promise<Endpoints> {
  const known = endpointIds();
  if (simulated !== undefined) return parseEndpoints(simulated.endpoints, known, 'endpoints');
  return file === undefined ? new Map() : readEndpoints(file, known);
}

/** Reads all lists. An exchange that cannot be asked is named and left out; so is one that answers for another market than the others. */
async function listAll(
  desks: ReadonlyMap<ExchangeId, ExchangeDesk>,
  assets: readonly Asset[],
  io: CommandIo,
): Promise<{
  readonly instruments: Map<ExchangeId, { readonly asset: Asset; readonly instrument: Instrument }[]>;
  readonly source: DataSource | undefined;
}> {
  const listed = await Promise.all(
    [...desks].map(async ([id, desk]) => ({
      id,
      desk,
      list: await desk.list(assets, io.signal).catch((error: unknown) => toPerpscopeError(error)),
    })),
  );
  const heard = listed.filter(({ list }) => Array.isArray(list));
  const source = heard.some(({ desk }) => desk.source === 'simulated') ? 'simulated' : heard[0]?.desk.source;
  const instruments = new Map<ExchangeId, { readonly asset: Asset; readonly instrument: Instrument }[]>();
  for (const { id, desk, list } of listed) {
    if (isPerpscopeError(list)) io.fail(list.code, list.message);
    else if (desk.source === source) instruments.set(id, list);
    else
      io.fail(
        'config',
        `${exchangeName(id)} answers for another market than the others and is left out; check the endpoints`,
      );
  }
  return { instruments, source };
}

function estimated(plan: BackfillPlan, desks: ReadonlyMap<ExchangeId, ExchangeDesk>): Estimate {
  const latencies = new Map([...desks].map(([id, desk]) => [id, desk.takeLatencyMs()] as const));
  return estimateOf(plan, {
    lanes: LANES,
    latencyMs: (exchange) => latencies.get(exchange) ?? USUAL_LATENCY_MS,
    limitsOf(source) {
      const adapter = adapterOf(exchangeOf(source));
      return adapter === undefined ? [] : limitsOf(adapter, source);
    },
  });
}

/** Writes what was told as a file, where one is wanted. Errors: `config` where it cannot be written. */
function writeReport(file: string | undefined, text: string): void {
  if (file === undefined) return;
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new PerpscopeError('config', `${quoted(file)} cannot be written (${code}); check the path`);
  }
}

async function run(
  plan: BackfillPlan,
  deps: {
    readonly signal: AbortSignal;
    readonly store: HistoryStore;
    readonly log: DoneLog;
    readonly spool: FileSpool;
    readonly desks: ReadonlyMap<ExchangeId, ExchangeDesk>;
  },
  args: Arguments,
  io: CommandIo,
): Promise<ChainResult[]> {
  let toldMs = Number.NEGATIVE_INFINITY;
  return runBackfill(plan, {
    ...{ ...deps, clock: io.clock },
    onProgress(progress) {
      const nowMs = io.clock.monotonicMs();
      if (nowMs - toldMs < TOLD_EVERY_MS && progress.units < progress.ofUnits) return;
      toldMs = nowMs;
      if (args.flags.has('json')) io.write(`${jsonLine(progressLine(progress))}\n`);
      io.status?.(progressText(progress));
    },
  });
}
