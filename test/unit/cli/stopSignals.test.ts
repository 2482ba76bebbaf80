import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'mocha';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../../src/cli/stopSignals.ts')).href;

/** A process that does not end although it is asked to; resolves with the signal that ended it. */
async function endOf(graceMs: number, signals: readonly NodeJS.Signals[]): Promise<unknown> {
  const script = `
    const { stopOnSignals } = await import(${JSON.stringify(MODULE)});
    stopOnSignals(() => process.stdout.write('asked'), ${graceMs});
    setInterval(() => undefined, 1_000);
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
  const ended = once(child, 'exit');
  try {
    for (const signal of signals) {
      await once(child.stdout, 'data');
      child.kill(signal);
    }
    const [, by] = (await ended) as [unknown, unknown];
    return by;
  } finally {
    child.kill('SIGKILL');
  }
}

describe('signals that end a command', () => {
  it('end it at once at the second, whichever it is', async () => {
    assert.equal(await endOf(3_600_000, ['SIGTERM', 'SIGINT']), 'SIGINT');
    assert.equal(await endOf(3_600_000, ['SIGINT', 'SIGINT']), 'SIGINT');
  });

  it('end it some time after the first where it does not stop', async () => {
    assert.equal(await endOf(20, ['SIGTERM']), 'SIGTERM');
  });
});
