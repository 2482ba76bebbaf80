/** A notebook and a kernel that runs it: what stands below its cells is what they gave. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './bootstrap.mjs';
import { pythonWith } from './python.mjs';

const RUN = `
import sys, nbformat
from nbclient import NotebookClient
from os.path import dirname
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": dirname(sys.argv[1])}}).execute()
nbformat.write(notebook, sys.argv[1])
`;

/** Returns a folder with a notebook of that name, which has one line of text and no cell of code. @param {string} name */
export function emptyNotebook(name) {
  const folder = mkdtempSync(join(tmpdir(), 'perpscope-notebook-'));
  const source = ['**Perpscope: Insert Notebook Cell** put the cell below here.'];
  const cells = [{ cell_type: 'markdown', id: 'text', metadata: {}, source }];
  const kernelspec = { display_name: 'Python 3', language: 'python', name: 'python3' };
  const metadata = { kernelspec, language_info: { name: 'python' } };
  writeFileSync(join(folder, name), JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  return folder;
}

/** The Python that has what runs notebooks; undefined where none has. */
export const notebookPython = () => pythonWith('nbclient', 'ipykernel', 'pandas');

/**
 * Runs all cells of a notebook in a kernel and writes what they give into it. Throws where a cell fails, or no Python has nbclient,
 * ipykernel and pandas (Debian: python3-nbclient, python3-ipykernel, python3-pandas).
 * @param {string} file @param {NodeJS.ProcessEnv} [env]
 */
export function executeNotebook(file, env = {}) {
  const python = notebookPython();
  if (python === undefined) throw new SetupError('SETUP: no Python here has nbclient, ipykernel and pandas');
  const { status, stderr } = spawnSync(python, ['-c', RUN, file], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`the notebook failed: ${stderr}`);
}
