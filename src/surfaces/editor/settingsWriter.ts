import * as vscode from 'vscode';
import { scopeOf } from './settings.ts';
import { placeOf, type Place } from './settingPlace.ts';

const TARGETS: Readonly<Record<Place, vscode.ConfigurationTarget>> = {
  folder: vscode.ConfigurationTarget.WorkspaceFolder,
  workspace: vscode.ConfigurationTarget.Workspace,
  user: vscode.ConfigurationTarget.Global,
};

/**
 * Writes a setting where its value comes from, so that the change is one: the workspace folder, the workspace, else the
 * user; what belongs to the machine goes to the machine. What only one workspace can mean names its `place`. All commands write
 * through here.
 */
export async function writeSetting(key: string, value: unknown, place?: Place): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('perpscope');
  const own = place ?? placeOf(configuration.inspect(key) ?? {}, scopeOf(key));
  await configuration.update(key, value, TARGETS[own]);
}
