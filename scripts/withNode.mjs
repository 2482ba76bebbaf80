/** `node scripts/withNode.mjs FILE ARGS`: runs FILE under Node 24, installing dependencies first when they are missing. */
import { resolve } from 'node:path';
import { ensureInstalled, exitWith, node24, runForwarding, SetupError } from './bootstrap.mjs';

try {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) throw new SetupError('USAGE: node scripts/withNode.mjs FILE [ARGS]');
  ensureInstalled();
  process.exitCode = await runForwarding(node24(), [resolve(file), ...args]);
} catch (error) {
  exitWith(error);
}
