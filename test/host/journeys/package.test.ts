import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { before, describe, it } from 'mocha';
import { packagesOf } from '../../../scripts/notices.mjs';
import { prepareSubject } from '../../../scripts/testing/subject.mjs';
import { commandsNotInstalled } from '../../../scripts/vsixReadme.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const ENTRIES = ['src/extension.ts', 'src/engine.ts', 'src/compose/engineWorker.ts', 'src/compose/hostEngine.ts', 'src/surfaces/editor/panels/chartPanels.ts', 'src/sources/simulator/server.ts', 'webview/main.ts']; // prettier-ignore
const run = promisify(execFile);

describe('the installed VSIX', () => {
  let dist = '';
  const read = (...path: string[]): string => readFileSync(join(dist, '..', ...path), 'utf8');

  before(async () => {
    dist = await prepareSubject('vsix');
  });

  it('names every package whose code it holds, with its copyright line', async () => {
    const { metafile } = await build({
      entryPoints: ENTRIES.map((file) => join(ROOT, file)),
      absWorkingDir: ROOT,
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'out',
      platform: 'node',
      external: ['vscode'],
      logLevel: 'error',
    });
    const packages = packagesOf(Object.keys(metafile.inputs));
    assert.ok(packages.includes('undici') && packages.includes('chart.js'));
    const notices = read('dist', 'THIRD-PARTY-NOTICES.txt');
    for (const name of packages) {
      const folder = join(ROOT, 'node_modules', name);
      const file = ['LICENSE', 'LICENSE.md', 'license'].find((one) => existsSync(join(folder, one))) ?? '';
      const copyright = /^.*copyright.*$/im.exec(readFileSync(join(folder, file), 'utf8'))?.[0] ?? '';
      assert.notEqual(copyright, '', name);
      assert.ok(notices.includes(`${name} `) && notices.includes(copyright), `${name}: ${copyright}`);
    }
  });

  for (const page of ['readme.md', 'changelog.md'])
    it(`has a ${page} that needs nothing which is not installed`, () => {
      const text = read(page);
      const links = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:href|src)="([^"]+)"/g)];
      for (const [, inText, inTag] of links) {
        const target = inText ?? inTag ?? '';
        const isFound = target.startsWith('#') || existsSync(join(dist, '..', target));
        assert.ok(isFound || /^https:\/\/(?!example\.invalid)/.test(target), target);
      }
      assert.doesNotMatch(text, /checkout/i);
      assert.deepEqual(commandsNotInstalled(text), []);
    });

  it('loads no simulator and changes nothing of the process before it is asked to', async () => {
    const script = `
      const others = Symbol.for('undici.globalDispatcher.1');
      globalThis[others] = 'of another extension';
      require(${JSON.stringify(join(dist, 'engine.cjs'))});
      process.stdout.write(JSON.stringify({
        dispatcher: globalThis[others],
        files: Object.keys(require.cache).map((file) => require('node:path').basename(file)),
      }));`;
    const { stdout } = await run(process.execPath, ['--no-warnings', '-e', script], { cwd: dirname(dist) });
    assert.deepEqual(JSON.parse(stdout), { dispatcher: 'of another extension', files: ['engine.cjs'] });
  });
});
