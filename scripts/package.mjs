/** `npm run package`: builds the extension and packs it into out/perpscope.vsix, both only when something changed. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, exitWith, node24, reexecUnderNode24, root, SetupError } from './bootstrap.mjs';
import { unlessUnchanged } from './stamp.mjs';
import { vsixReadme } from './vsixReadme.mjs';

export const vsixFile = join(root, 'out', 'perpscope.vsix');

const largestKb = 1500;
const buildInputs = [
  'src',
  'webview',
  'media',
  'package.json',
  'package-lock.json',
  'esbuild.mjs',
  'scripts/cliLauncher.mjs',
  'scripts/notices.mjs',
];
const packageInputs = [
  ...buildInputs,
  'python',
  'dist',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
  'scripts/package.mjs',
  'scripts/vsixReadme.mjs',
];

/** @returns {Promise<boolean>} whether there was something to build */
export function ensureBuilt() {
  return unlessUnchanged({
    stampFile: 'out/build.stamp',
    inputs: buildInputs,
    results: [
      'dist/extension.cjs',
      'dist/engine.cjs',
      'dist/engineWorker.cjs',
      'dist/httpParser.br',
      'dist/hostEngine.cjs',
      'dist/rpc.cjs',
      'dist/chartPanels.cjs',
      'dist/simulator.cjs',
      'dist/chosenRules.cjs',
      'dist/createRulesFile.cjs',
      'dist/assetPicker.cjs',
      'dist/notebookCell.cjs',
      'dist/shownLines.cjs',
      'dist/shownLevels.cjs',
      'dist/cardPayload.cjs',
      'dist/heatmapPayload.cjs',
      'dist/tableActions.cjs',
      'dist/eventsFile.cjs',
      'dist/editorAsset.cjs',
      'dist/backfillHistory.cjs',
      'dist/simulatedFiles.cjs',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/cli.js',
      'dist/cliMain.cjs',
    ],
    work: () => run('the build', ['esbuild.mjs']),
  });
}

/** @returns {Promise<string>} the VSIX, which holds what was built */
export async function ensurePackaged() {
  await ensureBuilt();
  await unlessUnchanged({
    stampFile: 'out/package.stamp',
    inputs: packageInputs,
    results: ['out/perpscope.vsix'],
    work: pack,
  });
  return vsixFile;
}

async function pack() {
  mkdirSync(join(root, 'out'), { recursive: true });
  const vsce = join('node_modules', '@vscode', 'vsce', 'vsce');
  const readme = join('out', 'vsix-readme.md');
  writeFileSync(join(root, readme), vsixReadme(readFileSync(join(root, 'README.md'), 'utf8')));
  const args = ['package', '--no-dependencies', '--no-rewrite-relative-links', '--readme-path', readme];
  args.push('--out', vsixFile);
  await run('vsce', [vsce, ...args]);
  const kb = Math.ceil(statSync(vsixFile).size / 1000);
  process.stderr.write(`perpscope: packaged out/perpscope.vsix, ${kb} kB\n`);
  if (kb > largestKb) throw new SetupError(`PACKAGE: the VSIX has ${kb} kB, ${largestKb} are allowed`);
}

/** @param {string} name @param {readonly string[]} args @returns {Promise<void>} */
function run(name, args) {
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(node24(), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) =>
      reject(new SetupError(`BUILD: ${name} could not be started: ${error.message}`)),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new SetupError(`BUILD: ${name} ended with exit code ${code}\n${output.trim()}`));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    ensureInstalled();
    await reexecUnderNode24();
    await ensurePackaged();
    process.stderr.write(`perpscope: ${vsixFile} holds ${Math.ceil(statSync(vsixFile).size / 1000)} kB\n`);
  } catch (error) {
    exitWith(error);
  }
}
