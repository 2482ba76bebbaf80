/**
 * `npm run soak`: ten minutes of 5,000 messages a second and ten seconds of 20,000 from a simulated stream server. Prints what came of
 * it; fails for a lost message or an event loop that was held. `PERPSCOPE_FLOOD_SECONDS` changes the length.
 */
import { reexecUnderNode24 } from './bootstrap.mjs';

await reexecUnderNode24();
const { runFlood } = await import('../test/support/flood.ts');
const seconds = Number(process.env['PERPSCOPE_FLOOD_SECONDS'] ?? 600);
let isGood = true;
for (const run of [
  { seconds, sockets: 10, perSecond: 5_000 },
  { seconds: 10, sockets: 10, perSecond: 20_000 },
]) {
  const result = await runFlood(run);
  isGood &&=
    result.lost === 0 && result.dropped === 0 && result.delayP99Ms < 50 && result.ownDelayMaxMs < 250;
  process.stdout.write(`${JSON.stringify({ ...run, ...result })}\n`);
}
process.exitCode = isGood ? 0 : 1;
