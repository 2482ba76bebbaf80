/**
 * Runs one mocha layer in a process of its own: `node scripts/testing/layer.mjs LAYER [--grep TEXT]`. The counts go to the parent over
 * the process channel; without a parent it prints them.
 */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { root } from '../bootstrap.mjs';
import { layers } from './layers.mjs';
import { ALIVE, collect, emptyResult, failedResult } from './report.mjs';
import { stretchLimits } from './pace.mjs';
import { refuseNetwork } from './refuseNetwork.mjs';
import { prepareSubject } from './subject.mjs';

const openHandleGraceMs = 3000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: 'string' } } });
const layer = layers.find(({ name }) => name === positionals[0]);
if (layer === undefined) throw new Error(`no such layer: ${String(positionals[0])}`);

const files = globSync(layer.glob, { cwd: root }).sort();
if (files.length === 0) finish(failedResult(layer.name, `no test files match ${layer.glob}`));
else await run();

async function run() {
  if (layer.network === 'refused') refuseNetwork();
  const mocha = new Mocha({
    timeout: layer.timeoutMs,
    slow: layer.timeoutMs,
    forbidOnly: true,
    reporter: class {},
    ...(values.grep === undefined ? {} : { grep: values.grep }),
  });
  for (const file of files) mocha.addFile(`${root}/${file}`);
  try {
    if (layer.subject !== undefined) process.env['PERPSCOPE_SUBJECT'] = await prepareSubject(layer.subject);
    await mocha.loadFilesAsync();
    if (layer.leftOut !== undefined) leaveOut(mocha.suite, layer.leftOut);
    stretchLimits(mocha.suite);
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return finish(failedResult(layer.name, 'a test file could not be loaded, see above'));
  }
  let result = emptyResult();
  const runner = mocha.run(() => {
    if (result.passed + result.failed + result.skipped === 0 && values.grep === undefined) {
      result = failedResult(layer.name, `${files.length} test files hold no test`);
    }
    finish(result);
  });
  runner.on('test end', () => void process.send?.(ALIVE));
  result = collect(Mocha, runner, {
    write: (text) => void process.stdout.write(text),
    relative: (file) => relative(root, file),
  });
}

/** @param {import('mocha').Suite} suite @param {RegExp} titles */
function leaveOut(suite, titles) {
  suite.tests = suite.tests.filter((test) => !titles.test(test.fullTitle()));
  for (const inner of suite.suites) leaveOut(inner, titles);
}

/** @param {import('./report.d.mts').LayerResult} result */
function finish(result) {
  process.exitCode = result.failed > 0 ? 1 : 0;
  report(result);
  // A layer that leaves a timer or a socket behind would keep an editor alive as well.
  setTimeout(() => {
    const handles = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|Timeout$/.test(name));
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const left = [...handles, ...timers];
    result.failed += 1;
    result.failedNames.push(
      `${layer?.name}: still busy after the last test: ${left.join(', ') || 'unknown handle'}`,
    );
    process.stdout.write(`  x ${result.failedNames.at(-1)}\n`);
    report(result, () => process.exit(1));
  }, openHandleGraceMs).unref();
}

/** @param {import('./report.d.mts').LayerResult} result @param {() => void} [done] */
function report(result, done = () => {}) {
  if (process.send !== undefined) process.send(result, done);
  else
    process.stdout.write(
      `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped\n`,
      done,
    );
}
