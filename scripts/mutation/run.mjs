/** Runs the tests against each planted fault, several at once, each in a process of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

const startAllowanceMs = 30_000;
const slowdown = 4;
/** A test file that takes longer comes after all others: most faults fall to a quick one. */
const quickMs = 1000;
/** A fault can make a loop without an end: it must not outlive the run, nor take the machine's memory. */
const memoryMb = 1024;
/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

/**
 * The tests without a fault: all must pass, and their times say how long a run with a fault may take.
 * @param {{ root: string; cacheFolder: string; tests: readonly string[]; timeoutMs: number }} options
 * @returns {Promise<Record<string, number>>} milliseconds of each test file
 */
export async function baseline({ root, cacheFolder, tests, timeoutMs }) {
  const { failed, milliseconds } = await runTests({
    root,
    cacheFolder,
    order: { tests, timeoutMs },
    limitMs: 600_000,
  });
  if (failed !== undefined)
    throw new Error(`${failed.test} fails without a fault: ${failed.title}: ${failed.message}`);
  return milliseconds;
}

/**
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.cacheFolder
 * @param {readonly import('./operators.d.mts').Mutant[]} options.mutants
 * @param {(file: string) => string[]} options.testsOf
 * @param {Record<string, number>} options.milliseconds
 * @param {number} options.timeoutMs
 * @param {number} options.jobs
 * @param {(outcome: import('./run.d.mts').Outcome) => void} options.onOutcome in the order in which they end
 */
export async function runMutants({
  root,
  cacheFolder,
  mutants,
  testsOf,
  milliseconds,
  timeoutMs,
  jobs,
  onOutcome,
}) {
  const waiting = mutants.values();
  const work = async () => {
    for (const mutant of waiting) onOutcome({ mutant, ...(await tryOne(mutant)) });
  };
  const tryOne = async (mutant) => {
    const tests = quickFirst(testsOf(mutant.file), milliseconds);
    if (tests.length === 0) return { verdict: 'survived', by: 'no test reaches the file' };
    const quietMs = tests.reduce((sum, test) => sum + (milliseconds[test] ?? 0), 0);
    const { file, text } = mutant;
    const order = { tests, file, text, timeoutMs };
    const { failed } = await runTests({
      root,
      cacheFolder,
      order,
      limitMs: startAllowanceMs + slowdown * quietMs,
    });
    if (failed === undefined) return { verdict: 'survived', by: `${tests.length} test files` };
    if (!failed.parses) return { verdict: 'unusable', by: failed.message };
    return { verdict: 'caught', by: `${failed.test}: ${failed.title}` };
  };
  await Promise.all(Array.from({ length: jobs }, work));
}

function quickFirst(tests, milliseconds) {
  const isSlow = (test) => (milliseconds[test] ?? 0) > quickMs;
  return [...tests.filter((test) => !isSlow(test)), ...tests.filter(isSlow)];
}

function runTests({ root, cacheFolder, order, limitMs }) {
  return new Promise((resolve, reject) => {
    const child = fork(join(root, 'scripts/mutation/child.mjs'), {
      cwd: root,
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${memoryMb}`],
      env: { ...process.env, NODE_COMPILE_CACHE: cacheFolder },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    const limit = setTimeout(
      () => end({ failed: { test: 'the run', title: 'ends in time', message: '', parses: true } }),
      limitMs,
    );
    const end = (result) => {
      clearTimeout(limit);
      children.delete(child);
      child.kill('SIGKILL');
      resolve(result);
    };
    child.once('error', reject);
    child.once('message', end);
    child.once('exit', (code) =>
      end({ failed: { test: 'the process', title: `lives (exit ${code})`, message: '', parses: true } }),
    );
    child.send({ root, ...order });
  });
}
