import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { setting, tabs } from './probe.ts';

/** What tests do with a rules file in the workspace. */

const NAME = 'mine.perpscope-rules.json';
const run = (id: string): Thenable<unknown> => vscode.commands.executeCommand(id);

/** The rules file in the folder that is open. */
export function rulesFile(): vscode.Uri {
  return vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, NAME);
}

/** Runs the command, waits for the file to be open and takes the offer to judge by it. */
export async function createRulesFile(): Promise<void> {
  let isDone = false;
  const done = run('perpscope.createRulesFile').then(() => (isDone = true));
  await until('tabs', tabs, (open) => open.some(({ label }) => label === NAME));
  while (!isDone) {
    await run('notification.acceptPrimaryAction');
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  await until('setting', () => setting('regime.rulesFile'), (value) => value === NAME); // prettier-ignore
}

/** Takes setting and file away. */
export async function forgetRulesFile(): Promise<void> {
  const { Workspace } = vscode.ConfigurationTarget;
  await vscode.workspace.getConfiguration('perpscope').update('regime.rulesFile', undefined, Workspace);
  await run('workbench.action.closeAllEditors');
  await vscode.workspace.fs.delete(rulesFile());
}
