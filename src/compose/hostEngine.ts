import type { KeyedProvider } from '../sources/context/keys.ts';
import { EngineClient, type ClientDeps } from './engineClient.ts';
import { KeptEngine, type KeptEngineDeps } from './keptEngine.ts';
import { startWorkerThread, type EngineThread, type WorkerOptions } from './workerThread.ts';

/*
 * What the editor loads at first use to have an engine in a thread of its own: a file of its own when built, since
 * compiling it would be a tenth of the activation.
 */

type Hosted = Omit<KeptEngineDeps, 'startThread'> & Pick<WorkerOptions, 'file'>;

/** Starts the engine in a worker of the file named, and keeps it running. As `KeptEngine.start`. */
export function hostEngine({ file, ...deps }: Hosted): Promise<KeptEngine> {
  return KeptEngine.start({ ...deps, startThread: () => threadOf(file, deps) });
}

/**
 * Returns the providers that take a key. Asks a thread that ends afterwards: loading all providers into the editor's
 * thread for their names would hold it up.
 */
export async function hostedProviders({
  file,
  ...deps
}: Omit<ClientDeps, 'thread'> & Pick<WorkerOptions, 'file'>): Promise<readonly KeyedProvider[]> {
  const client = new EngineClient({ ...deps, thread: threadOf(file, deps) });
  try {
    return await client.keyedProviders();
  } finally {
    await client.stop();
  }
}

function threadOf(file: WorkerOptions['file'], { logger }: Pick<ClientDeps, 'logger'>): EngineThread {
  return startWorkerThread({ file, onOutput: (line) => logger.debug(`engine: ${line}`) });
}
