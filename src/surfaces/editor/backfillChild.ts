import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One JSON line of `perpscope backfill --json`; `words` say it in one line of text, the command line's own. */
export type BackfillLine = Readonly<Record<string, unknown>> & {
  readonly type?: unknown;
  readonly words: string;
};

export interface BackfillChild {
  /** The command line's file. */
  readonly cli: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  onLine(line: BackfillLine): void;
}

/**
 * Runs `perpscope backfill` in a process of its own: a fetch of hours takes nothing from the editor, and what it wrote stays
 * where the process ends. Returns its exit code and what it said on standard error; aborting asks it to end in good order.
 */
export function runBackfillChild(
  child: BackfillChild,
): Promise<{ readonly code: number; readonly said: string }> {
  const { cli, args, env, signal, onLine } = child;
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; said: string }>();
  const process_ = spawn(process.execPath, [cli, 'backfill', ...args, '--json'], {
    // The editor's own program is a Node with this.
    env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  process_.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  createInterface({ input: process_.stdout }).on('line', (line) => {
    try {
      onLine(JSON.parse(line) as BackfillLine);
    } catch {
      said += `${line}\n`;
    }
  });
  const stop = (): void => void process_.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  process_.once('error', reject);
  process_.once('close', (code) => {
    signal.removeEventListener('abort', stop);
    resolve({ code: code ?? 1, said: said.trim() });
  });
  return promise;
}
