import * as vscode from 'vscode';
import type { writeSetting } from './settingsWriter.ts';

const NAME = 'mine.perpscope-rules.json';
const USE = 'Judge by It';

/**
 * Writes the built-in rules as a file of the user's own into the first folder that is open, opens it and offers to judge by it. A file that is
 * there already is opened and not written.
 */
export async function createRulesFile(extensionUri: vscode.Uri, write: typeof writeSetting): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) throw new Error('no folder is open to write the rules into; open one first');
  const file = vscode.Uri.joinPath(folder, NAME);
  const { fs } = vscode.workspace;
  const isThere = await fs.stat(file).then(
    () => true,
    () => false,
  );
  if (!isThere) await fs.copy(vscode.Uri.joinPath(extensionUri, 'media', NAME), file);
  await vscode.window.showTextDocument(file);
  const what = isThere ? 'was there already' : 'holds the built-in rules';
  const answer = await vscode.window.showInformationMessage(`${NAME} ${what}.`, USE);
  if (answer === USE) await write('regime.rulesFile', NAME, 'workspace');
}
