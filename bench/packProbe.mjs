/** The extension that benches put beside Perpscope, see probe/probe.cjs. */
import { join } from 'node:path';
import { root } from '../scripts/bootstrap.mjs';

/** @param {string} folder @returns {Promise<string>} its VSIX, in that folder */
export async function packProbe(folder) {
  const { createVSIX } = await import('@vscode/vsce');
  const packagePath = join(folder, 'probe.vsix');
  await createVSIX({ cwd: join(root, 'bench', 'probe'), packagePath, dependencies: false, skipLicense: true, allowMissingRepository: true }); // prettier-ignore
  return packagePath;
}
