import { jsonLine } from '../core/outsideText.ts';
import { readNumber, type Arguments } from './arguments.ts';
import { startSimulatedExchanges } from './simulatedExchanges.ts';
import type { CommandIo } from './commandIo.ts';

/** `perpscope simulate`: the simulated exchanges and their public files on loopback until stopped; prints their endpoints file. */
export async function simulateCommand(args: Arguments, io: CommandIo): Promise<number> {
  const port = readNumber('port', args.values['port'], { min: 0, max: 65_530 }) ?? 0;
  const latencyMs = readNumber('latency', args.values['latency'], { min: 0, max: 60_000 }) ?? 0;
  const simulator = await startSimulatedExchanges(args, io.clock, { port, latencyMs });
  io.write(`${jsonLine(simulator.endpoints)}\n`);
  io.note(`SIMULATED market, scenario ${simulator.scenario}, seed ${simulator.seed}; stop with Ctrl-C`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.close();
  return 0;
}
