import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';

const extensionId = 'perpscope.perpscope';

interface Manifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

describe('the extension in a real editor', () => {
  let registered: readonly string[] = [];

  before(async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    await extension.activate();
    registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('perpscope.'));
  });

  it('activates without an error', () => {
    assert.equal(vscode.extensions.getExtension(extensionId)?.isActive, true);
  });

  it('registers every command that the manifest declares', () => {
    const missing = declaredCommands().filter((id) => !registered.includes(id));
    assert.deepEqual(missing, []);
  });

  it('declares every command that it registers', () => {
    // The editor itself registers commands for each view, such as perpscope.markets.focus.
    const ofViews = /^perpscope\.\w+\.(focus|open|removeView|resetViewLocation|toggleVisibility)$/;
    const undeclared = registered.filter((id) => !declaredCommands().includes(id) && !ofViews.test(id));
    assert.deepEqual(undeclared, []);
  });

  it('runs the files that are shipped, not the sources', () => {
    const path = vscode.extensions.getExtension(extensionId)?.extensionPath ?? '';
    assert.match(path, /perpscope-host-/);
  });
});

function declaredCommands(): readonly string[] {
  const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as Manifest | undefined;
  return (manifest?.contributes?.commands ?? []).map(({ command }) => command);
}
