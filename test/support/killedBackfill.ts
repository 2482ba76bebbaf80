import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/core/clock.ts';
import { startDumpServer } from '../../src/sources/simulator/dumps/dumpServer.ts';
import { startSimulator } from '../../src/sources/simulator/server.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliEntry } from './subject.ts';

/** Simulated exchanges and hosts of files that note what they are asked, and the command line that asks them. */
export interface BackfillRig {
  /** Every request since the last call, as `exchange METHOD path?query body`. */
  takeRequests(): string[];
  /**
   * Runs `perpscope backfill --json`; killed (SIGKILL) once the exchanges were asked so often. Returns the lines it wrote and its exit
   * code, null where it was killed.
   */
  run(
    args: readonly string[],
    killAfter?: number,
  ): Promise<{ readonly code: number | null; readonly lines: readonly Line[]; readonly said: string }>;
  /** From now on a file has other rows and another checksum. */
  reissue(path: string): void;
  close(): Promise<void>;
}

/** Tells which pages and files are asked for again. Their times stand in what is asked; a checksum goes with its file. */
export class AskedPages {
  readonly #asked = new Set<string>();

  /** Returns what of these requests was asked for before, a list for each source and symbol, and notes all of them. */
  again(requests: readonly string[]): string[][] {
    const pages = requests.filter((one) => TIME.test(one) && !one.endsWith('.CHECKSUM'));
    const repeated = pages.filter((one) => this.#asked.has(one));
    for (const one of pages) this.#asked.add(one);
    return [...Map.groupBy(repeated, (one) => one.replaceAll(TIMES, '#')).values()];
  }
}

const LOOK_MS = 5;
const TIME = /\d{10,13}|\d{4}-?\d{2}(?:-\d{2})?/;
const TIMES = new RegExp(TIME, 'g');

type Line = Readonly<Record<string, unknown>>;

/** Starts a market with its exchanges and files in this process. `folder` takes the endpoints file. */
export async function startBackfillRig(folder: string, seed: number, latencyMs = 0): Promise<BackfillRig> {
  const clock = systemClock;
  const market = { seed, scenario: 'calm', anchorMs: clock.nowMs() } as const;
  let requests: string[] = [];
  let onRequest: (() => void) | undefined;
  const note = (text: string): void => {
    requests.push(text);
    onRequest?.();
  };
  const open = new Set<Socket>();
  const dumps = await startDumpServer({ market, clock });
  const simulator = await startSimulator({
    ...{ ...market, clock, latencyMs, dumps: dumps.addresses },
    interceptor: {
      listening: (_exchange, server) => {
        server.on('connection', (socket: Socket) => {
          open.add(socket);
          socket.once('close', () => open.delete(socket));
        });
      },
      request: ({ wire, request: { method = 'GET', path, query, body } }) => {
        const text = `${wire.id} ${method} ${path}?${new URLSearchParams(query).toString()}`;
        note(body === undefined ? text : `${text} ${JSON.stringify(body)}`);
        return false;
      },
    },
  });
  const endpoints = join(folder, 'endpoints.json');
  writeFileSync(endpoints, JSON.stringify(simulator.endpoints));
  let filesSeen = 0;
  return {
    takeRequests() {
      const files = dumps.requests
        .slice(filesSeen)
        .map(({ host, method, path }) => `${host} ${method} ${path}`);
      filesSeen = dumps.requests.length;
      const taken = [...requests, ...files];
      requests = [];
      return taken;
    },
    run(args, killAfter = Number.POSITIVE_INFINITY) {
      const child = spawn(
        process.execPath,
        [
          '--disable-warning=ExperimentalWarning',
          cliEntry,
          'backfill',
          ...args,
          '--endpoints',
          endpoints,
          '--json',
        ],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const filesBefore = dumps.requests.length;
      let asked = 0;
      const killWhereDue = (): void => {
        if (asked + dumps.requests.length - filesBefore >= killAfter) child.kill('SIGKILL');
      };
      onRequest = () => {
        asked += 1;
        killWhereDue();
      };
      // Hosts of files tell nobody when they are asked.
      const looking = setInterval(killWhereDue, LOOK_MS);
      const lines: Line[] = [];
      let said = '';
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line));
      child.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text));
      return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => {
          onRequest = undefined;
          clearInterval(looking);
          // What the process had sent before its end is read before its connections close: it belongs to this run.
          const closed = [...open].map((socket) => once(socket, 'close'));
          void Promise.all(closed).then(() => resolve({ code, lines, said }), reject);
        });
      });
    },
    reissue: (path) => dumps.reissue(path),
    close: async () => {
      await Promise.all([simulator.close(), dumps.close()]);
    },
  };
}
