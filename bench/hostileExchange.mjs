/**
 * Simulated exchanges, of which one can be made hostile: `node hostileExchange.mjs LATENCY_MS EXCHANGE`. Writes the addresses as one line of
 * JSON; each line of standard input names what the exchange does from then on (`well` for nothing) and is repeated once that holds. Ends
 * with its standard input.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { systemClock } from '../src/core/clock.ts';
import { silentLogger } from '../src/core/logger.ts';
import { createEngine } from '../src/engine.ts';
import { startFaultySimulator } from '../test/support/faults/faultySimulator.ts';
import { DOOR_WAYS } from './hostileWays.mjs';

const [latency = '0', hostile = 'bybit'] = process.argv.slice(2);
const exchange = /** @type {'bybit'} */ (hostile);
const simulator = await startFaultySimulator({
  seed: 1,
  scenario: 'spot-led-rally',
  clock: systemClock,
  latencyMs: Number(latency),
});
// The market is computed when it is first asked for; a real exchange has it ready.
const engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
await engine.market.refresh({ assets: ['BTC'] });
await engine.dispose();

let way = 'well';
const behind = simulator.endpoints[exchange];
const door = createServer((request, response) => {
  const forward = () => fetch(`${behind.rest}${request.url ?? '/'}`);
  DOOR_WAYS[way]?.(request, response, forward).catch(() => response.destroy());
});
door.listen(0, '127.0.0.1');
await once(door, 'listening');
const address = door.address();
const rest = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
const own = { ...behind, rest, ...('spot' in behind ? { spot: rest } : {}) };
process.stdout.write(
  `${JSON.stringify({ well: simulator.endpoints, door: { ...simulator.endpoints, [exchange]: own } })}\n`,
);

for await (const line of createInterface({ input: process.stdin })) {
  way = line;
  const isFault = line !== 'well' && !Object.hasOwn(DOOR_WAYS, line);
  simulator.setFault(exchange, isFault ? /** @type {'stall'} */ (line) : undefined);
  await simulator.settled();
  process.stdout.write(`${line}\n`);
}
process.exit();
