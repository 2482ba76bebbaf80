import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { pythonCell } from './notebookCellText.ts';

/** What of the editor's side a cell needs: where the extension and its history are, and whether numbers are simulated. */
export interface CellPlace {
  readonly extensionUri: vscode.Uri;
  readonly storageUri: vscode.Uri;
  readonly isSimulated: boolean;
}

/**
 * Puts a cell with the query of a row, a chart or an asset below the selected one of the active notebook, or copies it. Throws where
 * no notebook is active to put it into.
 */
export async function writeCell(
  to: 'insert' | 'copy',
  asset: string,
  about: string | undefined,
  place: CellPlace,
): Promise<void> {
  const editor = vscode.window.activeNotebookEditor;
  if (to === 'insert' && editor === undefined)
    throw new Error('no notebook is open to put a cell into; open one and select a cell');
  const text = await cellOf(asset, about, place);
  if (to === 'copy' || editor === undefined) return vscode.env.clipboard.writeText(text);
  const at = Math.min(editor.selection.end, editor.notebook.cellCount);
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
  const edit = new vscode.WorkspaceEdit();
  edit.set(editor.notebook.uri, [vscode.NotebookEdit.insertCells(at, [cell])]);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('the notebook cannot be changed');
}

/** The reader is laid beside the history each time, so that it is the one of the Perpscope that writes it, whatever was updated. */
async function cellOf(asset: string, about: string | undefined, place: CellPlace): Promise<string> {
  const { extensionUri, storageUri, isSimulated } = place;
  const reader = vscode.Uri.joinPath(storageUri, 'python');
  const { fs } = vscode.workspace;
  await fs.createDirectory(storageUri);
  await fs.copy(vscode.Uri.joinPath(extensionUri, 'python'), reader, { overwrite: true });
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
  return pythonCell({ asset, about, folder: reader.fsPath, isSimulated }, hashOf);
}
