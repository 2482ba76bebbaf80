/** Simulated exchanges in this process, and an address that tells how often they were asked: for tests inside the editor. */
import { createServer } from 'node:http';
import { systemClock } from '../../src/core/clock.ts';
import { startSimulator } from '../../src/sources/simulator/server.ts';

export async function startWatchedExchanges() {
  const simulator = await startSimulator({ seed: 3, scenario: 'spot-led-rally', clock: systemClock });
  const counter = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ requests: simulator.requests.length }));
  });
  await new Promise((resolve) => counter.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (counter.address());
  return {
    endpoints: simulator.endpoints,
    countUrl: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      counter.closeAllConnections();
      await new Promise((resolve) => counter.close(resolve));
      await simulator.close();
    },
  };
}
