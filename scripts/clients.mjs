/**
 * `npm run clients`: clients of other authors against the simulated exchanges (test/clients). They are a package of their own, installed
 * here when they are missing: no part of the product and none of `npm test`. `CLIENTS_SEED`, `CLIENTS_SCENARIO` and `CLIENTS_SECONDS` by
 * environment.
 */
import { join } from 'node:path';
import { ensureInstalled, exitWith, node24, root, runForwarding } from './bootstrap.mjs';

const folder = join(root, 'test/clients');

try {
  ensureInstalled();
  ensureInstalled(folder);
  const built = await runForwarding(node24(), [join(root, 'esbuild.mjs')], { cwd: root });
  process.exitCode = built === 0 ? await runForwarding(node24(), [join(folder, 'run.mjs')]) : built;
} catch (error) {
  exitWith(error);
}
