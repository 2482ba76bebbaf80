import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';

const launcher = join(import.meta.dirname, '../../../scripts/cliLauncher.mjs');

describe('the launcher of the command line', () => {
  let folder = '';
  let old = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-launcher-'));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'dist/cliMain.cjs'),
      `console.log(JSON.stringify({ args: process.argv.slice(2), version: process.version }));
       if (process.argv.includes('wait')) setTimeout(() => {}, 20000); else process.exitCode = 3;`,
    );
    cpSync(launcher, join(folder, 'dist/cli.js'));
    // A preloaded module that makes this Node look like an old one, without having one.
    old = join(folder, 'old.cjs');
    writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '20.19.0' });");
  });

  after(() => rmSync(folder, { recursive: true }));

  const run = (args: readonly string[], ...nodeArgs: readonly string[]) =>
    spawn(process.execPath, [...nodeArgs, join(folder, 'dist/cli.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const finish = async (child: ReturnType<typeof run>) => {
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  };

  it('runs the bundle in its own process where Node is new enough, and keeps its exit code', async () => {
    const { code, output } = await finish(run(['regime', '--asset', 'BTC']));
    assert.deepEqual(JSON.parse(output), { args: ['regime', '--asset', 'BTC'], version: process.version });
    assert.equal(code, 3);
  });

  it('says which Node is needed where none is found', async () => {
    const { code, output } = await finish(run([], '--require', old));
    assert.match(
      output,
      /^perpscope: CONFIG: Node 22\.19 or newer is needed, this is v\S+, install it or run npm ci\n$/,
    );
    assert.equal(code, 1);
  });

  it('hands over to the Node that npm installed, with arguments, exit code and signals', async () => {
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    const node = join(folder, 'node_modules/.bin/node');
    writeFileSync(node, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
    chmodSync(node, 0o755);
    const { code, output } = await finish(run(['regime'], '--require', old));
    assert.equal(code, 3);
    assert.deepEqual((JSON.parse(output) as { args: string[] }).args, ['regime']);

    const waiting = run(['wait'], '--require', old);
    await once(waiting.stdout, 'data');
    waiting.kill('SIGTERM');
    assert.equal((await finish(waiting)).code, 143);
  });
});
