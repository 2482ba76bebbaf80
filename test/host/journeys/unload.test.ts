import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

interface Left {
  readonly connections: number;
  readonly left: readonly {
    readonly resources: readonly string[];
    readonly listeners: number;
    readonly commands: number;
    readonly heapMb: number;
  }[];
}

/** Uses the built extension in a process without an editor, which ends by itself only if nothing keeps it alive. */
async function unloaded(mode: 'use' | 'idle', times: number, timeoutMs: number): Promise<Left> {
  const stub = join(ROOT, 'test/host/stubEditor.cjs');
  const args = ['--expose-gc', stub, join(ROOT, 'dist/extension.cjs'), mode, String(times)];
  const { stdout } = await run(process.execPath, args, { timeout: timeoutMs, maxBuffer: 1e7 });
  return JSON.parse(stdout) as Left;
}

describe('the built extension, deactivated', () => {
  it('leaves nothing behind that keeps a process alive, after the market was read', async () => {
    const { connections, left } = await unloaded('use', 2, 45_000);
    assert.ok(connections > 10, 'the market was read');
    assert.deepEqual(left.map(({ listeners, commands }) => [listeners, commands]), [[0, 0], [0, 0]]); // prettier-ignore
  });

  it('connects nowhere and stays as small as it was over two hundred starts and ends', async () => {
    const { connections, left } = await unloaded('idle', 200, 30_000);
    assert.equal(connections, 0);
    assert.deepEqual(left.at(-1)?.resources, []);
    assert.equal(left.at(-1)?.listeners, 0);
    const growth = (left.at(-1)?.heapMb ?? Number.NaN) - (left[20]?.heapMb ?? Number.NaN);
    assert.ok(growth < 0.5, `the heap grew by ${growth.toFixed(2)} MB`);
  });
});
