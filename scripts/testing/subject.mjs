/** Makes ready what a layer tests in place of the sources. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, SetupError } from '../bootstrap.mjs';
import { installVsix } from '../editorServer.mjs';
import { ensurePackaged } from '../package.mjs';

/** The command line does not come with the VSIX; it is put beside the engine that does, which it loads. */
const commandLine = ['cli.js', 'cliMain.cjs'];

/**
 * @param {'dist' | 'vsix'} subject
 * @returns {Promise<string>} the folder of the built files; an installed VSIX is removed when this process ends
 */
export async function prepareSubject(subject) {
  if (subject === 'dist') return join(root, 'dist');
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-vsix-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const extensions = join(folder, 'extensions');
  await installVsix(await ensurePackaged(), extensions);
  const name = readdirSync(extensions).find((entry) => entry.startsWith('perpscope.perpscope-'));
  if (name === undefined) throw new SetupError(`INSTALL: the editor left no extension in ${extensions}`);
  const dist = join(extensions, name, 'dist');
  for (const file of commandLine) cpSync(join(root, 'dist', file), join(dist, file));
  return dist;
}
