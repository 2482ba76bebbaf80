import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

interface Left {
  readonly connections: number;
  /** Threads of the engine that were started. */
  readonly started: number;
  readonly left: readonly {
    readonly resources: readonly string[];
    readonly listeners: number;
    /** Threads of the engine that still run. */
    readonly threads: number;
    /** What the status bar said before the end. */
    readonly status: string;
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
    const { connections, started, left } = await unloaded('use', 2, 45_000);
    assert.equal(started, 2);
    for (const { status } of left) assert.match(status, /SIMULATED BTC .*funding/, 'the market was read');
    assert.equal(connections, 0, 'and the editor’s own thread connected nowhere');
    assert.deepEqual(left.map(({ listeners, commands, threads }) => [listeners, commands, threads]), [[0, 0, 0], [0, 0, 0]]); // prettier-ignore
  });

  it('connects nowhere, starts no thread and stays as small as it was over two hundred starts and ends', async () => {
    const { connections, started, left } = await unloaded('idle', 200, 30_000);
    assert.deepEqual([connections, started], [0, 0]);
    assert.deepEqual(left.at(-1)?.resources, []);
    assert.deepEqual([left.at(-1)?.listeners, left.at(-1)?.threads], [0, 0]);
    const growth = (left.at(-1)?.heapMb ?? Number.NaN) - (left[20]?.heapMb ?? Number.NaN);
    assert.ok(growth < 0.5, `the heap grew by ${growth.toFixed(2)} MB`);
  });
});
