import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { closeAll, reportText, requestsSeen, set, settledRequests } from './probe.ts';
import { createRulesFile, forgetRulesFile, rulesFile } from './rulesFileSteps.ts';

const write = (text: string): Thenable<void> =>
  vscode.workspace.fs.writeFile(rulesFile(), new TextEncoder().encode(text));
const shows = (what: RegExp): Promise<string> => until('report', reportText, (text) => what.test(text));

describe('a rules file', () => {
  before(async () => {
    // Between two refreshes of the timer, so that what is judged anew is not judged by a refresh.
    await set('refreshSeconds', 600);
    await vscode.commands.executeCommand('perpscope.refresh');
  });
  after(async () => {
    await set('refreshSeconds', undefined);
    await forgetRulesFile();
    await closeAll();
  });

  it('is written with the built-in rules, right by the schema, and judges once that is wished', async () => {
    await createRulesFile();
    await shows(/Rules mine\/1\./);
    const diagnostics = vscode.languages.getDiagnostics(rulesFile());
    assert.deepEqual(diagnostics.map(({ message }) => message), []); // prettier-ignore
  });

  it('is completed and explained by its schema', async () => {
    await write('{\n  "version": "mine/2",\n  "extends": "built-in",\n  "dwellHours": "x",\n  \n}');
    const document = await vscode.workspace.openTextDocument(rulesFile());
    await until('language', () => document.languageId, (id) => id === 'jsonc'); // prettier-ignore
    const messages = (): string[] =>
      vscode.languages.getDiagnostics(rulesFile()).map(({ message }) => message);
    await until('diagnostics', messages, (all) => all.some((one) => /"number"/.test(one)));
    const at = new vscode.Position(4, 2);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>('vscode.executeCompletionItemProvider', rulesFile(), at); // prettier-ignore
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const key of ['names', 'clear', 'fallBackHours'])
      assert.ok(labels.some((label) => label.includes(key)), labels.join()); // prettier-ignore
  });

  it('that is faulty changes nothing, and says so; set right, it judges at once and asks nobody', async () => {
    const text = await shows(
      /The rules from mine\\?\.perpscope-rules\\?\.json of .* are in force; the file has an error: .*:4:17: dwellHours: expected a number, found "x"/,
    );
    assert.match(text, /Rules mine\/1\./);
    const asked = await settledRequests();
    await write('{ "version": "mine/3", "extends": "built-in" }');
    assert.doesNotMatch(await shows(/Rules mine\/3\./), /has an error/);
    assert.equal(await requestsSeen(), asked);
  });

  it('gives way to level and margin of the settings', async () => {
    await set('regime.level', 0.7);
    await shows(/Rules mine\/3, level 0\.7\./);
    await set('regime.level', undefined);
    await shows(/Rules mine\/3\./);
  });
});
