/**
 * Listens to one mocha run and answers with counts: failing tests are printed in full, passing ones as one line per file.
 * Also runs inside the editor's extension host, so it touches neither the process nor the terminal by itself.
 */
import { format } from 'node:util';

/** @typedef {import('./report.d.mts').LayerResult} LayerResult */

/** What a layer tells the process that started it with each test that ends: how long the whole takes depends on the machine. */
export const ALIVE = 'alive';

/** The end of a run says why each test failed as far as a line holds it; the whole of it stands further up. */
const reasonChars = 300;

/** @returns {LayerResult} */
export function emptyResult() {
  return { passed: 0, failed: 0, skipped: 0, failedNames: [], skippedNames: [], passedNames: [] };
}

/**
 * @param {string} name @param {string} detail
 * @returns {LayerResult}
 */
export function failedResult(name, detail) {
  return { ...emptyResult(), failed: 1, failedNames: [detail === '' ? name : `${name}: ${detail}`] };
}

/**
 * @param {typeof import('mocha')} Mocha the class, passed in because the bundle in the editor gets it at run time
 * @param {import('mocha').Runner} runner
 * @param {{ write: (text: string) => void, relative: (file: string) => string }} output
 * @returns {LayerResult} filled while the run goes on
 */
export function collect(Mocha, runner, { write, relative }) {
  const result = emptyResult();
  /** @type {import('mocha').Test[]} */
  const failures = [];
  /** @type {Map<string, { passed: number, failed: number, skipped: number, ms: number }>} */
  const files = new Map();
  let openFile = '';

  /** @param {{ file?: string | undefined, parent?: import('mocha').Suite | undefined }} test */
  const fileOf = (test) => {
    let suite = test.parent;
    while (suite !== undefined && suite.file === undefined) suite = suite.parent;
    const file = test.file ?? suite?.file;
    return file === undefined ? '(hooks)' : relative(file);
  };
  const closeFile = () => {
    const tally = files.get(openFile);
    if (tally === undefined) return;
    const parts = [`${tally.passed} passed`];
    if (tally.failed > 0) parts.push(`${tally.failed} FAILED`);
    if (tally.skipped > 0) parts.push(`${tally.skipped} skipped`);
    write(`  ${tally.failed > 0 ? 'x' : '.'} ${openFile}: ${parts.join(', ')} (${tally.ms} ms)\n`);
    files.delete(openFile);
    openFile = '';
  };
  /** @param {import('mocha').Test} test @param {'passed' | 'failed' | 'skipped'} outcome */
  const count = (test, outcome) => {
    const file = fileOf(test);
    if (file !== openFile) closeFile();
    openFile = file;
    const tally = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 };
    tally[outcome] += 1;
    tally.ms += test.duration ?? 0;
    files.set(file, tally);
    result[outcome] += 1;
  };

  runner.on('pass', (test) => {
    count(test, 'passed');
    result.passedNames.push(`${fileOf(test)}: ${test.fullTitle()}`);
  });
  runner.on('pending', (test) => {
    count(test, 'skipped');
    result.skippedNames.push(`${fileOf(test)}: ${test.fullTitle()}`);
  });
  runner.on('fail', (test, error) => {
    test.err = error;
    count(test, 'failed');
    failures.push(test);
    const [reason = ''] = String(error?.message ?? error).split('\n');
    result.failedNames.push(`${fileOf(test)}: ${test.fullTitle()} (${reason.slice(0, reasonChars)})`);
  });
  runner.once('end', () => {
    closeFile();
    if (failures.length === 0) return;
    const { Base } = Mocha.reporters;
    const print = Base.consoleLog;
    Base.consoleLog = (...parts) => write(`${format(...parts)}\n`);
    try {
      Base.list(failures);
    } finally {
      Base.consoleLog = print;
    }
  });
  return result;
}
