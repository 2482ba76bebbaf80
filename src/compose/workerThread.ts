import { getDefaultResultOrder } from 'node:dns';
import { Worker } from 'node:worker_threads';

/** A thread that an engine runs in, as the editor's side sees it. */
export interface EngineThread {
  /** Sends a message. What is sent after the end goes nowhere. */
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Resolves when the thread has ended for whatever reason: why, in words that go after "the engine ended". */
  readonly ended: Promise<string>;
  /** Ends the thread at once, whatever it does; `ended` tells the reason. */
  end(why?: string): Promise<void>;
}

/** What a thread is told before it runs. */
export interface WorkerSetup {
  /** In which order the addresses of a host name are tried. */
  readonly dnsOrder: ReturnType<typeof getDefaultResultOrder>;
}

export interface WorkerOptions {
  /** The file of the worker. */
  readonly file: string | URL;
  /** Hears what the thread writes to its standard output and error, line by line. */
  readonly onOutput: (line: string) => void;
  /** The thread ends where its objects need more than this, in MiB. */
  readonly memoryMib?: number;
}

/** More than the engine ever needed with six months of nine exchanges; less than what makes a machine of 4 GB swap. */
const MEMORY_MIB = 1_536;

/** Starts a worker thread. It gets the environment of the editor, and none of the flags of its process. */
export function startWorkerThread({ file, onOutput, memoryMib = MEMORY_MIB }: WorkerOptions): EngineThread {
  const setup: WorkerSetup = { dnsOrder: getDefaultResultOrder() };
  // Flags of whole processes, which editors start theirs with, are refused for a thread.
  const { NODE_OPTIONS: _flags, ...env } = process.env;
  const worker = new Worker(file, {
    execArgv: [],
    env,
    stdin: false,
    stdout: true,
    stderr: true,
    workerData: setup,
    resourceLimits: { maxOldGenerationSizeMb: memoryMib },
  });
  for (const stream of [worker.stdout, worker.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() !== '') onOutput(line);
    });
  let why: string | undefined;
  const ended = new Promise<string>((resolve) => {
    worker.once('error', (error) => (why = reasonOf(error)));
    worker.once('exit', (code) => resolve(why ?? `with exit code ${code}`));
  });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => void worker.on('message', listener),
    ended,
    end: async (reason) => {
      why ??= reason;
      await worker.terminate();
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'for want of memory';
  return `by an error: ${String(message ?? error)}`;
}
