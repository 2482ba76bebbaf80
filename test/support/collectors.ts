import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from '../../src/core/ids.ts';
import type { HistoryStore, LeaseRow } from '../../src/store/historyStore.ts';
import { openSqliteStore } from '../../src/store/sqliteStore.ts';
import { startPerpscope } from './commandLine.ts';

/** What `collect --json` prints of a round. */
export interface CollectedLine {
  readonly asOfMs: number;
  readonly isHere: boolean;
  readonly assets: readonly {
    readonly asset: string;
    readonly label?: string;
    readonly coverage: { readonly fresh: number; readonly of: number };
  }[];
}

/** A process that runs `collect`, with what it has printed. */
export interface CollectingProcess {
  readonly child: ChildProcess;
  readonly lines: CollectedLine[];
  readonly errors: string[];
  readonly ended: Promise<number | null>;
}

/** Starts `perpscope collect` on the store of a folder, against the addresses of an endpoints file. */
export function startCollector(folder: string, endpoints: string): CollectingProcess {
  const store = join(folder, 'h.sqlite');
  const args = ['collect', '--json', '--assets', 'BTC', '--every', '15'];
  const child = startPerpscope([...args, '--store', store, '--endpoints', endpoints]);
  const lines: CollectedLine[] = [];
  const errors: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part) as CollectedLine);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => void errors.push(text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, lines, errors, ended };
}

/** Opens the history that the processes of a folder share, once they have begun it: its file is named after their market. */
export async function historyIn(folder: string, source: DataSource): Promise<HistoryStore> {
  const isIt =
    source === 'live' ? /^h\.at-[0-9a-f]{12}\.sqlite$/u : /^h\.simulated\.at-[0-9a-f]{12}\.sqlite$/u;
  for (;;) {
    const file = readdirSync(folder).find((name) => isIt.test(name));
    if (file !== undefined) return openSqliteStore(join(folder, file), { source, isPatient: true });
    await pause(50);
  }
}

/** Resolves with the lease once it is as wanted; rejects where it is not within `ms`. */
export async function leaseWhere(
  store: HistoryStore,
  isWanted: (lease: LeaseRow | undefined) => boolean,
  ms: number,
): Promise<{ readonly lease: LeaseRow | undefined; readonly afterMs: number }> {
  const startMs = performance.now();
  for (;;) {
    const lease = await store.lease();
    const afterMs = performance.now() - startMs;
    if (isWanted(lease)) return { lease, afterMs };
    if (afterMs > ms)
      throw new Error(`after ${Math.round(afterMs)} ms the lease is ${JSON.stringify(lease)}`);
    await pause(100);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
