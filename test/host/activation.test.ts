import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  declaredCommands,
  engineThreads,
  extensionId,
  hasLoadedEngine,
  markets,
  ports,
  reportText,
  requestsSeen,
} from './probe.ts';

/** A window in which Perpscope was used before starts by itself after 1.5 s; a new one must not start at all. */
const QUIET_MS = 2_000;

describe('the extension in a real editor', () => {
  let registered: readonly string[] = [];

  before(async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `${extensionId} is not installed`);
    await extension.activate();
    registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('perpscope.'));
  });

  it('activates without an error and exports its version', () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.equal(extension?.isActive, true);
    assert.deepEqual(extension?.exports, { apiVersion: 1 });
  });

  it('asks no exchange, listens nowhere and loads no engine before it is used', async () => {
    const listening = ports();
    assert.match(await reportText(), /No numbers have been read yet/);
    // The absence of something has no event to wait for: this is the time in which it would have come.
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    assert.equal(await requestsSeen(), 0);
    assert.deepEqual([ports(), markets()], [listening, 0]);
    assert.deepEqual([hasLoadedEngine(), engineThreads().length], [false, 0]);
    assert.match(await reportText(), /No numbers have been read yet/);
  });

  it('starts the engine and asks the exchanges when it is told to, and not in the thread of all extensions', async () => {
    await vscode.commands.executeCommand('perpscope.refresh');
    assert.deepEqual([hasLoadedEngine(), engineThreads().length], [false, 1]);
    assert.ok((await requestsSeen()) > 50);
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
