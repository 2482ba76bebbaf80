import type { Clock } from '../core/clock.ts';
import { scenarioNamed } from '../engine.ts';
import type { Arguments } from './arguments.ts';
import { readSimulation } from './engineFor.ts';

/** Simulated exchanges with their public files, on ports of this machine. */
export interface SimulatedExchanges {
  /** An endpoints file. */
  readonly endpoints: unknown;
  readonly seed: number;
  readonly scenario: string;
  close(): Promise<void>;
}

/** Starts the exchanges of one simulated market and the host of their files; `ports` are free ones where `port` is 0. Errors: `usage`. */
export async function startSimulatedExchanges(
  args: Arguments,
  clock: Clock,
  { port = 0, latencyMs = 0 }: { readonly port?: number; readonly latencyMs?: number } = {},
): Promise<SimulatedExchanges> {
  const { seed, scenario: named } = readSimulation(args);
  const scenario = scenarioNamed(named);
  const { startSimulator } = await import('../sources/simulator/server.ts');
  const { SIMULATED_EXCHANGES, SIMULATED_PROVIDERS } = await import('../sources/simulator/profiles.ts');
  const { startDumpServer } = await import('../sources/simulator/dumps/dumpServer.ts');
  const anchorMs = clock.nowMs();
  // Where ports are stated, the files follow the exchanges and the providers.
  const filesPort = port === 0 ? 0 : port + SIMULATED_EXCHANGES.length + SIMULATED_PROVIDERS.length;
  const dumps = await startDumpServer({ market: { seed, scenario, anchorMs }, clock, port: filesPort });
  const start = { seed, scenario, clock, anchorMs, port, latencyMs, dumps: dumps.addresses };
  const simulator = await startSimulator(start).catch(async (error: unknown) => {
    await dumps.close();
    throw error;
  });
  return {
    ...{ endpoints: simulator.endpoints, seed, scenario },
    close: async () => {
      await Promise.all([simulator.close(), dumps.close()]);
    },
  };
}
