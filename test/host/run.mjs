/**
 * The host layer: tests inside the extension host of a real VS Code (test/host/*.test.ts), then journeys through its workbench from
 * outside (test/host/journeys). Flags: `--grep TEXT` and `--part inside|journeys`.
 */
import { parseArgs } from 'node:util';
import { emptyResult, failedResult } from '../../scripts/testing/report.mjs';
import { runInside } from './inside.mjs';
import { runJourneys } from './journeys.mjs';

const parts = { inside: runInside, journeys: runJourneys };
const { values } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' }, part: { type: 'string', multiple: true } },
});

const result = emptyResult();
for (const [name, run] of Object.entries(parts)) {
  if (values.part !== undefined && !values.part.includes(name)) continue;
  const one = await run(values.grep).catch((error) => {
    process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return failedResult('host', `${name} could not run, see above`);
  });
  for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) result[key] += one[key];
  result.failedNames.push(...one.failedNames);
  result.skippedNames.push(...one.skippedNames);
}
process.exitCode = result.failed > 0 ? 1 : 0;
if (process.send !== undefined) process.send(result, () => process.exit());
else process.stdout.write(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped\n`);
