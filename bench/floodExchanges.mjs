/**
 * Simulated exchanges that push as much as they are told to: `node floodExchanges.mjs LATENCY_MS`. Writes their addresses as a line of
 * JSON. Lines of its input: `flood N` makes them push N messages a second together, `calm` ends that and writes how many were sent in
 * how long. Ends with its input.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { systemClock } from '../src/core/clock.ts';
import { createEngine } from '../src/engine.ts';
import { silentLogger } from '../src/core/logger.ts';
import { startFaultySimulator } from '../test/support/faults/faultySimulator.ts';

const ADJUST_MS = 500;

let sent = 0;
const { write } = Socket.prototype;
/** A message is a text or a binary frame of a web socket, whose first byte says so. */
Socket.prototype.write = function (/** @type {any[]} */ ...args) {
  const [chunk] = args;
  if (Buffer.isBuffer(chunk) && (chunk[0] === 0x81 || chunk[0] === 0x82)) sent += 1;
  return write.apply(this, /** @type {any} */ (args));
};

const simulator = await startFaultySimulator({
  seed: 1,
  scenario: 'spot-led-rally',
  clock: systemClock,
  latencyMs: Number(process.argv[2] ?? 0),
});
// The market is computed when it is first asked for; a real exchange has it ready.
const engine = await createEngine({ logger: silentLogger, endpoints: simulator.endpoints });
await engine.market.refresh({ assets: ['BTC', 'ETH'] });
await engine.dispose();
process.stdout.write(`${JSON.stringify(simulator.endpoints)}\n`);

/** @type {NodeJS.Timeout | undefined} */
let timer;
let startedAt = 0;
let perSocket = 0;

/** @param {number} perSecond */
function flood(perSecond) {
  const busy = [...simulator.sockets].filter(([, { connections }]) => connections > 0);
  const connections = busy.reduce((sum, [, one]) => sum + one.connections, 0);
  perSocket = perSecond / Math.max(1, connections);
  const set = () => {
    for (const [id] of busy) simulator.setFault(id, { name: 'ws-flood', perSecond: perSocket });
  };
  set();
  sent = 0;
  startedAt = performance.now();
  let before = { sent: 0, at: startedAt };
  timer = setInterval(() => {
    // Sockets on which nothing has happened repeat nothing: the others make up for them.
    const now = { sent, at: performance.now() };
    const rate = ((now.sent - before.sent) * 1_000) / (now.at - before.at);
    before = now;
    const wanted = (perSecond * (now.at - startedAt + 2 * ADJUST_MS)) / 1_000 - sent;
    const next = wanted / ((2 * ADJUST_MS) / 1_000);
    perSocket = Math.min(4 * perSecond, Math.max(1, rate > 0 ? perSocket * (next / rate) : perSocket * 2));
    set();
  }, ADJUST_MS);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [word, count = '0'] = line.split(' ');
  if (word === 'flood') flood(Number(count));
  else if (word === 'calm') {
    clearInterval(timer);
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const [id] of simulator.sockets) simulator.setFault(id, undefined);
    process.stdout.write(`${JSON.stringify({ sent, seconds })}\n`);
  }
}
await simulator.close();
process.exit();
