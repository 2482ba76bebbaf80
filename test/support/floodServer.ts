import { systemClock } from '../../src/core/clock.ts';
import { createStreamWire, serveWire } from './streamWire.ts';

/**
 * A process of its own that pushes trades of the made-up exchange: `node floodServer.ts EVERY_MS`, a trade per topic
 * every so many ms. Prints its address; ends when its input does.
 */
const tradeEveryMs = Number(process.argv[2] ?? 2);
const running = await serveWire(createStreamWire({ tradeEveryMs }), systemClock, 25);
process.stdout.write(`${running.url}\n`);
process.stdin.resume();
process.stdin.on('end', () => void running.close().then(() => process.exit(0)));
