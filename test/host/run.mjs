/**
 * Runs test/host inside a real VS Code: the VS Code server driven by a headless browser, or a downloaded desktop VS Code when
 * PERPSCOPE_TEST_ELECTRON=1. Loads the built extension out of a folder that holds what the VSIX would hold and nothing else.
 */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/bootstrap.mjs';
import { failedResult } from '../../scripts/testing/report.mjs';
import { bundleTests, stageExtension, stageWorkspace } from './stage.mjs';

const glob = 'test/host/**/*.test.ts';
const { values } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });

const result = await run().catch((error) => {
  process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return failedResult('host', 'could not run, see above');
});
process.exitCode = result.failed > 0 ? 1 : 0;
if (process.send !== undefined) process.send(result, () => process.exit());
else process.stdout.write(`${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped\n`);

async function run() {
  const files = globSync(glob, { cwd: root }).sort();
  if (files.length === 0) return failedResult('host', `no test files match ${glob}`);
  if (!existsSync(join(root, 'dist', 'extension.cjs')))
    return failedResult('host', 'dist/extension.cjs is not built');

  const folder = mkdtempSync(join(tmpdir(), 'perpscope-host-'));
  try {
    const reportFile = join(folder, 'report.json');
    const job = {
      folder,
      workspace: stageWorkspace(join(folder, 'workspace')),
      extension: await stageExtension(join(folder, 'extension')),
      tests: await bundleTests(files),
      settings: { 'perpscope.dataSource': 'simulated' },
      env: { PERPSCOPE_HOST_REPORT: reportFile, PERPSCOPE_HOST_GREP: values.grep ?? '' },
    };
    mkdirSync(job.workspace, { recursive: true });
    const { runInEditor } =
      process.env['PERPSCOPE_TEST_ELECTRON'] === '1'
        ? await import('./electron.mjs')
        : await import('./server.mjs');
    const log = await runInEditor(job);
    if (!existsSync(reportFile)) {
      process.stdout.write(`${log.trim()}\n`);
      return failedResult('host', 'the editor ended without a report, its log is above');
    }
    const report = JSON.parse(readFileSync(reportFile, 'utf8'));
    process.stdout.write(report.output);
    const { passed, failed, skipped } = report.result;
    if (passed + failed + skipped > 0 || values.grep !== undefined) return report.result;
    return failedResult('host', `${files.length} test files hold no test`);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
