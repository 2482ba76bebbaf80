import * as vscode from 'vscode';
import { isOfMachine } from './settings.ts';
import { placeOf, type Place } from './settingPlace.ts';

const TARGETS: Readonly<Record<Place, vscode.ConfigurationTarget>> = {
  folder: vscode.ConfigurationTarget.WorkspaceFolder,
  workspace: vscode.ConfigurationTarget.Workspace,
  user: vscode.ConfigurationTarget.Global,
};

/**
 * Writes a setting where its value comes from, so that the change is one: the workspace folder, the workspace, else the
 * user; what belongs to the machine goes to the machine. All commands write through here.
 */
export async function writeSetting(key: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('perpscope', scopeOf());
  const place = placeOf(configuration.inspect(key) ?? {}, isOfMachine(key));
  await configuration.update(key, value, TARGETS[place]);
}

/** With one folder its settings are the workspace's; with several none speaks for the window. */
function scopeOf(): vscode.Uri | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length === 1 ? folders[0]?.uri : undefined;
}
