import type { Interceptor } from '../../../src/sources/simulator/interceptor.ts';
import type { SimulatedHost } from '../../../src/sources/simulator/profiles.ts';
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/sources/simulator/server.ts';
import { Door } from './door.ts';
import { RequestFaults, type Fault, type FaultName } from './requestFaults.ts';
import { isSocketFault, type SocketFault, type SocketFaultName } from './socketFaults.ts';
import { StreamFaults } from './streamFaults.ts';

/** A fault of either kind: of answers, or of streams. */
export type AnyFault = FaultName | Fault | SocketFaultName | SocketFault;

export interface FaultySimulatorOptions extends Omit<SimulatorOptions, 'interceptor'> {
  readonly faults?: Readonly<Partial<Record<SimulatedHost, AnyFault>>>;
}

/** Simulated exchanges that can be made to go wrong. */
export interface FaultySimulator extends Simulator {
  /**
   * Makes an exchange go wrong, or right again with undefined. One fault of answers and one of streams (`ws-…`) may
   * hold at the same time.
   */
  setFault(exchange: SimulatedHost, fault: AnyFault | undefined): void;
  /** Resolves once `no-connect` holds, or holds no longer. */
  settled(): Promise<void>;
}

/** Starts simulated exchanges with everything between them and their clients that can go wrong. */
export async function startFaultySimulator(options: FaultySimulatorOptions): Promise<FaultySimulator> {
  const requests = new RequestFaults();
  const streams = new Map<SimulatedHost, StreamFaults>();
  const doors = new Map<SimulatedHost, Door>();
  const interceptor: Interceptor = {
    listening: (exchange, server, place) => void doors.set(exchange, new Door(server, place)),
    request: (call) => requests.answer(call),
    streams(exchange) {
      const faults = new StreamFaults();
      streams.set(exchange, faults);
      return faults;
    },
  };
  const { faults = {}, ...rest } = options;
  const simulator = await startSimulator({ ...rest, interceptor });

  const setFault = (exchange: SimulatedHost, fault: AnyFault | undefined): void => {
    const full = typeof fault === 'string' ? { name: fault } : fault;
    const name = full?.name;
    if (full !== undefined && name !== undefined && isSocketFault(name))
      return streams.get(exchange)?.set(full as SocketFault);
    doors.get(exchange)?.block(name === 'no-connect');
    requests.set(exchange, full as Fault | undefined);
    if (fault === undefined) streams.get(exchange)?.set(undefined);
  };
  const settled = async (): Promise<void> => {
    await Promise.all([...doors.values()].map((door) => door.settled()));
  };
  const close = async (): Promise<void> => {
    await Promise.all([...doors.values()].map((door) => door.release()));
    await simulator.close();
  };

  for (const [exchange, fault] of Object.entries(faults)) setFault(exchange as SimulatedHost, fault);
  await settled();
  return { ...simulator, setFault, settled, close };
}
