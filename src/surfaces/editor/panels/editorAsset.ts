import * as vscode from 'vscode';
import type { Asset } from '../../../core/ids.ts';
import { namedAsset } from './namedAsset.ts';

/** A cursor that moves on says nothing yet. */
const REST_MS = 250;
/** What the user writes; not what Perpscope or the editor shows. */
const WRITTEN = new Set(['file', 'untitled', 'vscode-remote', 'vscode-notebook-cell', 'vscode-vfs']);
/** This many lines about the cursor are looked through. */
const LINES = 500;

/**
 * Tells the asset that the active editor names at the cursor, of those in `assets`, now and whenever it is another one. In a notebook
 * the cells above the active one belong to its text. Where nothing is named, nothing is told.
 */
export function followEditor(
  assets: () => readonly Asset[],
  onAsset: (asset: Asset) => void,
): vscode.Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !WRITTEN.has(editor.document.uri.scheme)) return;
    const { text, offset } = writtenAt(editor);
    const asset = namedAsset(text, offset, assets());
    if (asset !== undefined) onAsset(asset);
  };
  const lookSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, REST_MS);
  };
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(lookSoon),
    vscode.window.onDidChangeTextEditorSelection(lookSoon),
    { dispose: () => clearTimeout(timer) },
  );
}

function writtenAt({ document, selection }: vscode.TextEditor): { text: string; offset: number } {
  const { active } = selection;
  const start = new vscode.Position(Math.max(0, active.line - LINES), 0);
  const end = new vscode.Position(active.line + LINES, 0);
  const before = document.getText(new vscode.Range(start, active));
  const own = before + document.getText(new vscode.Range(active, end));
  const above = cellsAbove(document);
  return { text: above + own, offset: above.length + before.length };
}

function cellsAbove(document: vscode.TextDocument): string {
  const cells = vscode.window.activeNotebookEditor?.notebook.getCells() ?? [];
  const at = cells.findIndex((cell) => cell.document === document);
  return cells
    .slice(0, Math.max(0, at))
    .map((cell) => `${cell.document.getText()}\n`)
    .join('')
    .slice(-50_000);
}
