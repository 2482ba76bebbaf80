import { jsonLine } from '../core/outsideText.ts';
import { scenarioNamed } from '../engine.ts';
import { readNumber, type Arguments } from './arguments.ts';
import type { CommandIo } from './commandIo.ts';
import { DEFAULT_SCENARIO } from './engineFor.ts';

/** `perpscope simulate`: the simulated exchanges on loopback until stopped; prints their endpoints file. */
export async function simulateCommand(args: Arguments, io: CommandIo): Promise<number> {
  const seed = readNumber('seed', args.values['seed'], { min: 0, max: 2 ** 31 - 1 }) ?? 1;
  const scenario = scenarioNamed(args.values['scenario'] ?? DEFAULT_SCENARIO);
  const port = readNumber('port', args.values['port'], { min: 0, max: 65_530 }) ?? 0;
  const latencyMs = readNumber('latency', args.values['latency'], { min: 0, max: 60_000 }) ?? 0;
  const { startSimulator } = await import('../sources/simulator/server.ts');
  const simulator = await startSimulator({ seed, scenario, clock: io.clock, port, latencyMs });
  io.write(`${jsonLine(simulator.endpoints)}\n`);
  io.note(`SIMULATED market, scenario ${scenario}, seed ${seed}; stop with Ctrl-C`);
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await simulator.close();
  return 0;
}
