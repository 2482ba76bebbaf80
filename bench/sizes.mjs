/** Sizes of what is shipped. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { root } from '../scripts/bootstrap.mjs';
import { vsixFile } from '../scripts/package.mjs';
import { rounded } from './measure.mjs';

const liveFiles = [
  'dist/extension.cjs',
  'dist/hostEngine.cjs',
  'dist/rpc.cjs',
  'dist/engineWorker.cjs',
  'dist/engine.cjs',
  'dist/httpParser.br',
  'dist/chartPanels.cjs',
];
const hostFiles = [...liveFiles, 'dist/simulator.cjs'];
const limits = {
  'dist/extension.cjs': 105,
  'dist/hostEngine.cjs': undefined,
  'dist/rpc.cjs': undefined,
  'dist/engineWorker.cjs': undefined,
  'dist/engine.cjs': undefined,
  'dist/httpParser.br': undefined,
  'dist/chartPanels.cjs': undefined,
  'dist/simulator.cjs': undefined,
  'dist/chosenRules.cjs': undefined,
  'dist/createRulesFile.cjs': undefined,
  'dist/assetPicker.cjs': undefined,
  'dist/notebookCell.cjs': undefined,
  'dist/webview.js': 240,
  'dist/cliMain.cjs': undefined,
};

/** @returns {Promise<import('./measure.mjs').Row[]>} */
export async function run() {
  const rows = Object.entries(limits).map(([file, limit]) => {
    const content = readFileSync(join(root, file));
    return {
      what: `size of ${file}`,
      value: rounded(content.length / 1_000),
      unit: 'kB',
      ...(limit === undefined ? {} : { limit }),
      beside: `compressed ${rounded(gzipSync(content).length / 1_000)} kB`,
    };
  });
  const together = (/** @type {readonly string[]} */ files) =>
    rounded(files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0) / 1_000);
  const live = { what: 'the host loads with live data', value: together(liveFiles), unit: 'kB' };
  const host = { what: 'the host loads with simulated data', value: together(hostFiles), unit: 'kB' };
  const vsix = { what: 'size of the VSIX', value: rounded(statSync(vsixFile).size / 1_000), unit: 'kB' };
  return [
    ...rows,
    { ...live, limit: 1_000, beside: liveFiles.join(', ') },
    { ...host, limit: 1_140, beside: hostFiles.join(', ') },
    { ...vsix, limit: 1_500, beside: 'everything that is installed' },
  ];
}
