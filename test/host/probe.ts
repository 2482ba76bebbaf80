/* What tests inside the editor can see of the extension from outside it. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import type { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';

// The module itself and not a copy of what it exports: the class in it is replaced below.
const workerThreads = createRequire(import.meta.filename)('node:worker_threads') as { Worker: typeof Worker };

export const extensionId = 'perpscope.perpscope';

interface Manifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

export function declaredCommands(): readonly string[] {
  const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as Manifest | undefined;
  return (manifest?.contributes?.commands ?? []).map(({ command }) => command);
}

/** How often the simulated exchanges outside of the editor were asked. */
export async function requestsSeen(): Promise<number> {
  const url = process.env['PERPSCOPE_HOST_EXCHANGES'] ?? '';
  const answer = (await (await fetch(url, { headers: { connection: 'close' } })).json()) as {
    requests: number;
  };
  return answer.requests;
}

/** The same, once half a second has brought no further request. */
export async function settledRequests(): Promise<number> {
  let before = await requestsSeen();
  await until('requests', async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await requestsSeen();
    const isSettled = now === before;
    before = now;
    return isSettled;
  }, (isSettled) => isSettled); // prettier-ignore
  return before;
}

/** Ports at which this process listens, with all of its threads; where that cannot be seen, those of this thread. */
export function ports(): number {
  if (process.platform !== 'linux')
    return process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const own = new Set(
    readdirSync('/proc/self/fd').map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? '';
      } catch {
        return ''; // It was closed meanwhile.
      }
    }),
  );
  const rows = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/self/net/${name}`, 'utf8').split('\n'));
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter(([, , , state]) => state === '0A');
  return listening.filter((fields) => own.has(fields[9] ?? '')).length;
}

const threads = new Set<Worker>();
// The extension asks the module for the class when it starts a thread, and so gets this one.
workerThreads.Worker = class extends workerThreads.Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    if (!/engineWorker/.test(String(args[0]))) return;
    threads.add(this);
    this.once('exit', () => void threads.delete(this));
  }
};

/** Threads of the engine that run, oldest first. */
export function engineThreads(): readonly Worker[] {
  return [...threads];
}

/** Simulated markets that run: each has a folder of pipes. */
export function markets(): number {
  return readdirSync(tmpdir()).filter((name) => /^perpscope-\w{6}$/.test(name)).length;
}

/** Whether the history's database has been loaded into the thread that all extensions share: only the engine does that. */
export function hasLoadedEngine(): boolean {
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  return moduleLoadList.some((name) => /\bsqlite$/.test(name));
}

let reads = 0;

/** The regime report as the extension would show it now; a query of its own keeps the editor from answering out of its cache. */
export async function reportText(asset = 'BTC'): Promise<string> {
  reads += 1;
  const uri = vscode.Uri.from({
    scheme: 'perpscope-report',
    path: `/${asset} regime.md`,
    query: String(reads),
  });
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

/** Changes a setting of the user, or takes it away. */
export async function set(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('perpscope').update(key, value, vscode.ConfigurationTarget.Global);
}

export function setting<T>(key: string): T | undefined {
  return vscode.workspace.getConfiguration('perpscope').get<T>(key);
}

export interface OpenTab {
  readonly label: string;
  readonly column: number;
  readonly isActive: boolean;
  readonly viewType: string | undefined;
}

/** The open tabs, by column. */
export function tabs(): readonly OpenTab[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.map((tab) => ({
      label: tab.label,
      column: group.viewColumn,
      isActive: tab.isActive,
      viewType: tab.input instanceof vscode.TabInputWebview ? tab.input.viewType : undefined,
    })),
  );
}

export const chartTabs = (): readonly OpenTab[] =>
  tabs().filter(({ viewType }) => viewType?.endsWith('perpscope.charts') === true);

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await until(
    'open tabs',
    () => tabs().length,
    (count) => count === 0,
  );
}
