/** Puts together what the editor is to load: the tests as one bundle, the extension as shipped, and a workspace that tests may change. */
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../../scripts/bootstrap.mjs';

/** @param {readonly string[]} files @returns {Promise<string>} a CommonJS module that exports run() */
export async function bundleTests(files) {
  const { build } = await import('esbuild');
  const outfile = join(root, 'out', 'test', 'host', 'index.cjs');
  const entries = files.map(
    (file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)})`,
  );
  const contents = `import { runInHost } from './test/support/hostRunner.ts';
export function run() { return runInHost({ ${entries.join(', ')} }); }`;
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    logLevel: 'error',
  });
  return outfile;
}

/** @param {string} target @returns {Promise<string>} the folder, filled with the files that a VSIX would hold */
export async function stageExtension(target) {
  const { listFiles, PackageManager } = await import('@vscode/vsce');
  for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
  return target;
}

/** @param {string} target @returns {string} a copy of the sample workspace */
export function stageWorkspace(target) {
  cpSync(join(root, 'sample'), target, { recursive: true });
  return target;
}
