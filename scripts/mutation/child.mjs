/**
 * Runs test files one after another until one fails, with the text of one source file replaced as it is loaded. The order comes over
 * the process channel: `{ root, tests, file?, text?, timeoutMs }`; the answer is `{ failed?, milliseconds }`.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import { refuseNetwork } from '../testing/refuseNetwork.mjs';

process.once('message', (order) => void runInOrder(order));

async function runInOrder({ root, tests, file, text, timeoutMs }) {
  refuseNetwork();
  if (file !== undefined) replaceText(pathToFileURL(join(root, file)).href, text);
  const milliseconds = {};
  for (const test of tests) {
    const startedAt = performance.now();
    const failed = await failureOf(join(root, test), timeoutMs);
    milliseconds[test] = performance.now() - startedAt;
    if (failed !== undefined) return answer({ failed: { test, ...failed }, milliseconds });
  }
  answer({ milliseconds });
}

function replaceText(url, text) {
  registerHooks({
    load(loaded, context, nextLoad) {
      const result = nextLoad(loaded, context);
      return loaded === url ? { ...result, source: text } : result;
    },
  });
}

/** The first failing test of a file; a file that cannot be loaded fails as `loads`. */
async function failureOf(path, timeoutMs) {
  const mocha = new Mocha({ timeout: timeoutMs, bail: true, reporter: class {} });
  mocha.addFile(path);
  try {
    await mocha.loadFilesAsync();
  } catch (error) {
    return { title: 'loads', message: String(error), parses: !(error instanceof SyntaxError) };
  }
  return new Promise((resolve) => {
    let failure;
    mocha
      .run(() => {
        mocha.dispose();
        resolve(failure);
      })
      .on('fail', (test, error) => {
        failure ??= { title: test.fullTitle(), message: String(error?.message ?? error), parses: true };
      });
  });
}

/** Timers and handles that a broken program leaves behind are not waited for. */
function answer(message) {
  process.send(message, () => process.exit(0));
}
