import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ExportedTable } from '../../protocol/payloads.ts';
import { tableAsCsv, tableAsTabs, tableFileName } from '../../protocol/tableText.ts';

/** Puts a table on the clipboard. */
export async function copyTable(table: ExportedTable): Promise<{ readonly rows: number }> {
  await vscode.env.clipboard.writeText(tableAsTabs(table));
  return { rows: table.rows.length };
}

/** Asks for a file, in the workspace's folder unless the user goes elsewhere, and writes a table to it as CSV. */
export async function saveTable(table: ExportedTable): Promise<{ readonly file?: string }> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder, tableFileName(table)),
    filters: { CSV: ['csv'] },
    title: 'Save the numbers as CSV',
  });
  if (target === undefined) return {};
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(tableAsCsv(table)));
  return { file: target.path.slice(target.path.lastIndexOf('/') + 1) };
}
