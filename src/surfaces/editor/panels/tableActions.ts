import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ExportedPicture, ExportedTable, TakenAway } from '../../protocol/payloads.ts';
import { tableAsCsv, tableAsTabs, takenFileName } from '../../protocol/tableText.ts';

/** Puts a table on the clipboard. */
export async function copyTable(table: ExportedTable): Promise<{ readonly rows: number }> {
  await vscode.env.clipboard.writeText(tableAsTabs(table));
  return { rows: table.rows.length };
}

/** Asks for a file and writes a table to it as CSV. Returns the file's name, none where the user thought better of it. */
export function saveTable(table: ExportedTable): Promise<{ readonly file?: string }> {
  return save(table, 'csv', 'Save the numbers as CSV', () => new TextEncoder().encode(tableAsCsv(table)));
}

/** As `saveTable`, a picture of a chart. */
export function savePicture(picture: ExportedPicture): Promise<{ readonly file?: string }> {
  return save(picture, 'png', 'Save the picture as PNG', () => picture.png);
}

/** Asks for a file, in the workspace's folder unless the user goes elsewhere, and writes what it is to hold. */
async function save(
  what: TakenAway,
  ending: 'csv' | 'png',
  title: string,
  content: () => Uint8Array,
): Promise<{ readonly file?: string }> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, takenFileName(what, ending)),
    filters: { [ending.toUpperCase()]: [ending] },
    title,
  });
  if (target === undefined) return {};
  await vscode.workspace.fs.writeFile(target, content());
  return { file: target.path.slice(target.path.lastIndexOf('/') + 1) };
}
