/** Runs test/host/journeys in this process: they drive a workbench with the packaged extension through a headless browser. */
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import Mocha from 'mocha';
import { root } from '../../scripts/bootstrap.mjs';
import { stretchLimits } from '../../scripts/testing/pace.mjs';
import { ALIVE, collect, emptyResult, failedResult } from '../../scripts/testing/report.mjs';

const glob = 'test/host/journeys/*.test.ts';

/** @param {string} [grep] @returns {Promise<import('../../scripts/testing/report.mjs').LayerResult>} */
export async function runJourneys(grep) {
  const files = globSync(glob, { cwd: root }).sort();
  if (files.length === 0) return failedResult('host', `no test files match ${glob}`);
  if (process.env['PERPSCOPE_TEST_ELECTRON'] === '1') {
    // Where a desktop editor is tested, the server is not installed as well.
    return {
      ...emptyResult(),
      skipped: files.length,
      skippedNames: files.map((file) => `${file}: needs the VS Code server`),
    };
  }
  const mocha = new Mocha({
    timeout: 60_000,
    slow: 60_000,
    forbidOnly: true,
    reporter: class {},
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of files) mocha.addFile(join(root, file));
  await mocha.loadFilesAsync();
  stretchLimits(mocha.suite);
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve(result));
    runner.on('test end', () => void process.send?.(ALIVE));
    const result = collect(Mocha, runner, {
      write: (text) => void process.stdout.write(text),
      relative: (file) => relative(root, file),
    });
  });
}
