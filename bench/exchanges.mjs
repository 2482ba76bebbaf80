/** Simulated exchanges for a bench: `node exchanges.mjs LATENCY_MS [STALLED]`. Writes their addresses; ends with its standard input. */
import { systemClock } from '../src/core/clock.ts';
import { startFaultySimulator } from '../test/support/faults/faultySimulator.ts';

const [latency = '0', stalled = ''] = process.argv.slice(2);
const simulator = await startFaultySimulator({
  seed: 1,
  scenario: 'spot-led-rally',
  clock: systemClock,
  latencyMs: Number(latency),
});
// The market is computed when it is first asked for; a real exchange has it ready.
const warmUp = process.argv[4] !== 'cold';
if (warmUp) {
  const { createEngine } = await import('../src/engine.ts');
  const { silentLogger } = await import('../src/core/logger.ts');
  const engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
  await engine.market.refresh({ assets: ['BTC', 'ETH'] });
  await engine.dispose();
}
if (stalled !== '') simulator.setFault(/** @type {'gate'} */ (stalled), 'stall');
process.stdout.write(`${JSON.stringify(simulator.endpoints)}\n`);
process.stdin.resume();
process.stdin.once('end', () => void simulator.close().then(() => process.exit()));
