import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { chartTabs, closeAll, tabs } from './probe.ts';

const openCharts = (): Thenable<unknown> => vscode.commands.executeCommand('perpscope.openCharts');

describe('charts beside a notebook', () => {
  before(async () => {
    await closeAll();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const notebook = await vscode.workspace.openNotebookDocument(
      vscode.Uri.joinPath(folder, 'research.ipynb'),
    );
    await vscode.window.showNotebookDocument(notebook, { viewColumn: vscode.ViewColumn.One });
  });
  after(closeAll);

  const notebookIsActive = (): boolean =>
    vscode.window.activeNotebookEditor?.notebook.uri.path.endsWith('/research.ipynb') === true &&
    vscode.window.tabGroups.activeTabGroup.viewColumn === vscode.ViewColumn.One;

  it('open in the column beside it and leave the notebook active', async () => {
    await openCharts();
    await until('chart tabs', chartTabs, (open) => open.length === 1);
    const tab = chartTabs()[0];
    assert.deepEqual([tab?.label, tab?.column, tab?.isActive], ['BTC Charts', 2, true]);
    assert.ok(notebookIsActive());
  });

  it('are revealed, not opened twice', async () => {
    await openCharts();
    await openCharts();
    assert.equal(chartTabs().length, 1);
    assert.equal(tabs().length, 2);
    assert.ok(notebookIsActive());
  });

  it('stay where they were put when they are called again', async () => {
    await vscode.commands.executeCommand('perpscope.openFundingHeatmap');
    await until('chart tabs', chartTabs, (open) => open.length === 2);
    await openCharts();
    await until('active chart', chartTabs, (open) =>
      open.some((tab) => tab.label === 'BTC Charts' && tab.isActive),
    );
    assert.deepEqual(new Set(chartTabs().map((tab) => tab.column)), new Set([2]));
    assert.ok(notebookIsActive());
  });

  it('open anew after they were closed', async () => {
    const open = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof vscode.TabInputWebview);
    await vscode.window.tabGroups.close(open);
    await until('chart tabs', chartTabs, (left) => left.length === 0);
    await openCharts();
    await until('chart tabs', chartTabs, (again) => again.length === 1);
  });
});
