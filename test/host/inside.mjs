/**
 * Runs test/host/*.test.ts inside the extension host of a real VS Code: the VS Code server driven by a headless browser, or a downloaded
 * desktop VS Code when PERPSCOPE_TEST_ELECTRON=1. Loads the built extension out of a folder that holds what the VSIX would hold and
 * nothing else. The exchanges are simulated ones in this process, so that every request of the editor is seen from outside.
 */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/bootstrap.mjs';
import { failedResult } from '../../scripts/testing/report.mjs';
import { startWatchedExchanges } from './exchanges.mjs';
import { bundleTests, stageExtension, stageWorkspace } from './stage.mjs';

const glob = 'test/host/*.test.ts';

/** @param {string} [grep] @returns {Promise<import('../../scripts/testing/report.mjs').LayerResult>} */
export async function runInside(grep) {
  const files = globSync(glob, { cwd: root }).sort();
  if (files.length === 0) return failedResult('host', `no test files match ${glob}`);
  if (!existsSync(join(root, 'dist', 'extension.cjs')))
    return failedResult('host', 'dist/extension.cjs is not built');

  const folder = mkdtempSync(join(tmpdir(), 'perpscope-host-'));
  const exchanges = await startWatchedExchanges();
  try {
    const reportFile = join(folder, 'report.json');
    // The simulated market of an engine keeps its pipes in a temporary folder: here its comings and goings can be seen.
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const job = {
      folder,
      workspace: stageWorkspace(join(folder, 'workspace')),
      extension: await stageExtension(join(folder, 'extension')),
      tests: await bundleTests(files),
      settings: { 'perpscope.dataSource': 'live', 'perpscope.endpoints': exchanges.endpoints },
      env: {
        PERPSCOPE_HOST_REPORT: reportFile,
        PERPSCOPE_HOST_GREP: grep ?? '',
        PERPSCOPE_HOST_EXCHANGES: exchanges.countUrl,
        TMPDIR: temporary,
      },
    };
    const { runInEditor } =
      process.env['PERPSCOPE_TEST_ELECTRON'] === '1'
        ? await import('./electron.mjs')
        : await import('./server.mjs');
    const { log, popups } = await runInEditor(job);
    if (!existsSync(reportFile)) {
      process.stdout.write(`${log.trim()}\n`);
      return failedResult('host', 'the editor ended without a report, its log is above');
    }
    const { output, result } = JSON.parse(readFileSync(reportFile, 'utf8'));
    process.stdout.write(output);
    // A command that fails says so in a message of the editor; nothing else tells.
    for (const popup of popups.filter((text) => text.includes('Perpscope'))) {
      result.failed += 1;
      result.failedNames.push(`a message popped up during the tests: ${popup}`);
      process.stdout.write(`  x ${result.failedNames.at(-1)}\n`);
    }
    if (result.passed + result.failed + result.skipped > 0 || grep !== undefined) return result;
    return failedResult('host', `${files.length} test files hold no test`);
  } finally {
    await exchanges.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
