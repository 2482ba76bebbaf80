import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '../../../core/clock.ts';
import { createSimulatedMarket, type SimulatedMarket } from '../market.ts';
import { listenAt, portPlaces } from '../place.ts';
import { SIMULATED_HEADER } from '../wire/shared.ts';
import { createBinanceDumps } from './binanceHost.ts';
import { DUMP_HOSTS, type DefectMode, type DumpFile, type DumpHost, type DumpHostId } from './dumpHost.ts';
import { isInstead, sendBody, spoiled, type Later } from './faultyAnswers.ts';
import { FileStock } from './fileStock.ts';
import { createGateDumps } from './gateHost.ts';
import { createHyperliquidDumps } from './hyperliquidHost.ts';
import { createOkxDumps } from './okxHost.ts';
import { fileAnswer, listingAnswer, noSuchKey, storageError, type StorageAnswer } from './storageAnswers.ts';
import { FaultSwitches, type DumpFault, type SetDumpFault } from './switches.ts';
import type { DumpDefects } from './table.ts';

export interface DumpServerOptions {
  /** What the files are about: a market, or seed, scenario and anchor of one, which make the same. */
  readonly market: SimulatedMarket | Parameters<typeof createSimulatedMarket>[0];
  /** What is published by now. Lateness and dripping run on the machine's own time. */
  readonly clock: Clock;
  /** 0 (any free ports), or the port of the first host; the others follow it. */
  readonly port?: number;
  /** Whether rows have the defects of the real files (`as-published` unless stated) or none. */
  readonly defects?: DefectMode;
  readonly faults?: readonly SetDumpFault[];
}

/** One request that reached a host of files. */
export interface DumpRequest {
  readonly host: DumpHostId;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly atMs: number;
}

/** Hosts of public dump files on 127.0.0.1. */
export interface DumpServer {
  /** Base addresses by host: what stands under `dumps` in an endpoints file. */
  readonly addresses: Readonly<Record<DumpHostId, string>>;
  /** The answers so far, oldest first; the last 10,000 are kept. */
  readonly requests: readonly DumpRequest[];
  /** From now on a file has other rows, another ETag and another checksum. Throws for a path that is no file. */
  reissue(path: string): void;
  /** Makes answers go wrong; the fault that was set last comes first. */
  setFault(at: string | RegExp, fault: DumpFault, times?: number): void;
  clearFaults(): void;
  /** What is wrong with the rows of the issue that is served. Throws for a path that is no file. */
  defectsOf(path: string): DumpDefects;
  /** The bytes that are served. Rejects for a path that is no file. */
  bytesOf(path: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

const MAX_REQUESTS = 10_000;
const CHECKSUM = '.CHECKSUM';

/** Starts one listener for each host of public dump files. */
export async function startDumpServer(options: DumpServerOptions): Promise<DumpServer> {
  const { clock, port = 0, defects = 'as-published', faults = [] } = options;
  const market = 'bar' in options.market ? options.market : createSimulatedMarket(options.market);
  const hosts: readonly DumpHost[] = [
    createBinanceDumps(market, defects),
    createOkxDumps(market),
    createGateDumps(market),
    createHyperliquidDumps(market, defects),
  ];
  const stock = new FileStock();
  const switches = new FaultSwitches();
  for (const fault of faults) switches.set(fault);
  const requests: DumpRequest[] = [];
  const servers: Server[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const later: Later = (run, afterMs) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, afterMs);
    timers.add(timer);
  };

  const answerTo = async (
    host: DumpHost,
    path: string,
    query: URLSearchParams,
    asked: IncomingMessage['headers'],
  ): Promise<StorageAnswer> => {
    const nowMs = clock.nowMs();
    if (path === '/' && host.list !== undefined) return listing(host, query, nowMs);
    const isChecksum = path.endsWith(CHECKSUM);
    const file = host.find(isChecksum ? path.slice(0, -CHECKSUM.length) : path, nowMs);
    if (file === undefined || file.publishedMs > nowMs || (isChecksum && !file.hasChecksum))
      return noSuchKey(path);
    const modifiedMs = stock.modifiedMs(file);
    if (!isChecksum) return fileAnswer(await stock.bytesOf(file), { ...file, modifiedMs }, asked);
    const line = Buffer.from(await stock.checksumOf(file));
    return fileAnswer(line, { contentType: 'binary/octet-stream', modifiedMs }, asked);
  };

  const listing = (host: DumpHost, query: URLSearchParams, nowMs: number): StorageAnswer => {
    const prefix = query.get('prefix') ?? '';
    const { folders = [], files = [] } = host.list?.(prefix, nowMs) ?? {};
    const published = files.flatMap((key) => {
      const file = host.find(`/${key}`, nowMs);
      if (file === undefined || file.publishedMs > nowMs) return [];
      const modifiedMs = stock.modifiedMs(file);
      return [key, ...(file.hasChecksum ? [`${key}${CHECKSUM}`] : [])].map((one) => ({
        key: one,
        modifiedMs,
      }));
    });
    return listingAnswer(prefix, { folders, files: published }, query.get('marker') ?? '');
  };

  const handle = (host: DumpHost) => (message: IncomingMessage, response: ServerResponse) => {
    // Not `new URL`: it throws on paths like `//`, and a client's mistake must not end the server.
    const [path = '/', search = ''] = (message.url ?? '/').split('?', 2);
    const method = message.method ?? 'GET';
    const fault = switches.take(path);
    const isTaken = method === 'GET' || method === 'HEAD';
    const made =
      isTaken && !isInstead(fault)
        ? answerTo(host, path, new URLSearchParams(search), message.headers)
        : Promise.resolve(storageError(405, 'MethodNotAllowed', 'The method is not allowed.', path));
    made.then(
      (answer) => {
        const whole = spoiled(answer, fault, path);
        const atMs = clock.nowMs();
        requests.push({ host: host.id, method, path, status: whole.status, atMs });
        if (requests.length > MAX_REQUESTS) requests.shift();
        const headers = {
          ...whole.headers,
          date: new Date(atMs).toUTCString(),
          [SIMULATED_HEADER]: '1',
        };
        sendBody(response, { ...whole, headers }, fault, later);
      },
      () => response.destroy(),
    );
  };

  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    await Promise.all(
      servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
  };

  const fileAt = (path: string): DumpFile => {
    for (const host of hosts) {
      const file = host.find(path, clock.nowMs());
      if (file !== undefined) return file;
    }
    throw new Error(`no host of dump files has ${path}`);
  };

  const addresses: Partial<Record<DumpHostId, string>> = {};
  try {
    const places = portPlaces(port);
    for (const [index, id] of DUMP_HOSTS.entries()) {
      const host = hosts.find((one) => one.id === id);
      if (host === undefined) continue;
      const server = createServer(handle(host));
      const place = await listenAt(server, places.of(index));
      servers.push(server);
      if ('port' in place) addresses[id] = `http://${place.host}:${place.port}`;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    addresses: addresses as Record<DumpHostId, string>,
    requests,
    reissue: (path) => stock.reissue(fileAt(path).path, clock.nowMs()),
    setFault: (at, fault, times) => switches.set({ at, fault, ...(times === undefined ? {} : { times }) }),
    clearFaults: () => switches.clear(),
    defectsOf: (path) => fileAt(path).defects(stock.issueOf(path)),
    bytesOf: async (path) => stock.bytesOf(fileAt(path)),
    close,
  };
}
