import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { until } from '../support/until.ts';
import { chartTabs, closeAll, declaredCommands, markets, reportText, requestsSeen, set, setting, tabs } from './probe.ts'; // prettier-ignore
import { createRulesFile, forgetRulesFile } from './rulesFileSteps.ts';

const run = (id: string): Thenable<unknown> => vscode.commands.executeCommand(id);
const labels = (): string[] => tabs().map(({ label }) => label);

/** Every command, with what a user would see of it. A failing command also pops up a message, which fails the run. */
const EFFECTS: Readonly<Record<string, () => Promise<void>>> = {
  'perpscope.useSimulatedMarket': async () => {
    const before = markets();
    await run('perpscope.useSimulatedMarket');
    assert.equal(setting('dataSource'), 'simulated');
    await until('markets', markets, (count) => count > before);
    await until('report', reportText, (text) => text.includes('SIMULATED'));
  },
  'perpscope.refresh': async () => {
    await run('perpscope.refresh');
    assert.match(await reportText(), /SIMULATED/);
  },
  'perpscope.showRegimeReport': async () => {
    await run('perpscope.showRegimeReport');
    await until('tabs', labels, (open) => open.some((label) => label.includes('BTC regime')));
  },
  'perpscope.openCharts': () => opens('perpscope.openCharts', 'BTC Charts'),
  'perpscope.openOpenInterestChart': () => opens('perpscope.openOpenInterestChart', 'BTC Open interest'),
  'perpscope.openFundingHeatmap': () => opens('perpscope.openFundingHeatmap', 'BTC Funding heatmap'),
  'perpscope.openLiquidationHeatmap': () =>
    opens('perpscope.openLiquidationHeatmap', 'BTC Liquidation heatmap'),
  'perpscope.openRegimeTimeline': () => opens('perpscope.openRegimeTimeline', 'BTC Regime timeline'),
  'perpscope.selectAsset': async () => {
    await set('statusBar.asset', 'ETH');
    let isDone = false;
    const done = run('perpscope.selectAsset').then(() => (isDone = true));
    // The list opens in the editor's own time; its first row is BTC.
    while (!isDone) {
      await run('workbench.action.acceptSelectedQuickOpenItem');
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    assert.equal(setting('statusBar.asset'), 'BTC');
  },
  'perpscope.showInStatusBar': async () => {
    await run('perpscope.showInStatusBar');
    assert.equal(setting('statusBar.asset'), 'BTC');
  },
  'perpscope.openChartsOf': () => opens('perpscope.openChartsOf', 'BTC Charts'),
  'perpscope.copyValue': async () => {
    // What a row gives is seen from outside, in the journeys; without a row nothing is copied over what was there.
    await vscode.env.clipboard.writeText('kept');
    await run('perpscope.copyValue');
    assert.equal(await vscode.env.clipboard.readText(), 'kept');
  },
  'perpscope.toggleMarketsGrouping': async () => {
    await run('perpscope.markets.focus');
    await run('perpscope.toggleMarketsGrouping');
    await run('perpscope.toggleMarketsGrouping');
  },
  'perpscope.setApiKey': async () => {
    let isDone = false;
    const done = run('perpscope.setApiKey').then(() => (isDone = true));
    // Leaving the list sets nothing; what choosing does is tested without an editor.
    while (!isDone) {
      await run('workbench.action.closeQuickOpen');
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  },
  'perpscope.backfillHistory': async () => {
    let isDone = false;
    const done = run('perpscope.backfillHistory').then(() => (isDone = true));
    // Leaving the list fetches nothing; a whole back-fill is seen from outside, in the journeys.
    while (!isDone) {
      await run('workbench.action.closeQuickOpen');
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  },
  // What becomes of the file is in rulesFile.test.ts.
  'perpscope.createRulesFile': async () => {
    await createRulesFile();
    await forgetRulesFile();
  },
  'perpscope.insertNotebookCell': async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.joinPath(folder, 'research.ipynb')); // prettier-ignore
    await vscode.window.showNotebookDocument(notebook);
    const before = notebook.cellCount;
    await run('perpscope.insertNotebookCell');
    assert.equal(notebook.cellCount, before + 1);
    const cell = notebook.getCells().find((one) => one.document.getText().startsWith('# Perpscope'));
    assert.ok(cell?.kind === vscode.NotebookCellKind.Code && cell.document.languageId === 'python');
    assert.match(cell.document.getText(), /SIMULATED: open interest in coins.* Query [0-9a-f]{12}\n/);
    const [, written = ''] = /sys\.path\.append\((.+)\)/.exec(cell.document.getText()) ?? [];
    const reader = vscode.Uri.joinPath(vscode.Uri.file(JSON.parse(written) as string), 'perpscope.py');
    assert.ok((await vscode.workspace.fs.stat(reader)).size > 10_000, 'the reader lies where the cell looks');
    await run('workbench.action.revertAndCloseActiveEditor');
  },
  'perpscope.copyAsPython': async () => {
    await vscode.commands.executeCommand('perpscope.copyAsPython', {
      asset: 'ETH',
      chart: 'funding-heatmap',
    });
    const text = await vscode.env.clipboard.readText();
    assert.match(text, /perpscope\.series\("ETH", "funding", since="30d", step="1h", simulated=True\)/);
  },
  'perpscope.showExchangeHealth': async () => {
    await run('perpscope.showExchangeHealth');
    await until('tabs', labels, (open) => open.some((label) => label.includes('Exchange health')));
  },
  'perpscope.showLog': async () => {
    await run('perpscope.showLog');
    const names = (): string[] => vscode.workspace.textDocuments.map(({ uri }) => uri.toString());
    await until('documents', names, (open) => open.some((uri) => /^output:.*perpscope/i.test(uri)));
  },
  'perpscope.useLiveData': async () => {
    const [before, asked] = [markets(), await requestsSeen()];
    await run('perpscope.useLiveData');
    assert.equal(setting('dataSource'), 'live');
    await until('markets', markets, (count) => count < before);
    await until('requests', requestsSeen, (count) => count > asked);
  },
};

async function opens(id: string, label: string): Promise<void> {
  await run(id);
  await until(
    'tabs',
    () => chartTabs().map((tab) => tab.label),
    (open) => open.includes(label),
  );
}

describe('commands', () => {
  before(closeAll);
  after(async () => {
    await closeAll();
    await run('workbench.action.closePanel');
    await set('statusBar.asset', undefined);
  });

  it('are all run here', () => {
    assert.deepEqual(Object.keys(EFFECTS).sort(), [...declaredCommands()].sort());
  });

  for (const [id, hasEffect] of Object.entries(EFFECTS)) it(`${id} does what it says`, hasEffect);
});

describe('the regime report', () => {
  it('carries its mark, the coverage, and a unit on its numbers', async () => {
    await run('perpscope.refresh');
    const text = await reportText();
    assert.match(text, /SIMULATED/);
    assert.match(text, /9 of 9 exchanges/);
    assert.match(text, /\d BTC\b/);
    assert.match(text, /\$\d/);
    assert.match(text, /\d %/);
    for (const name of ['Binance', 'OKX', 'Bybit', 'Bitget', 'Gate']) assert.ok(text.includes(name), name);
    assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/);
  });

  it('says so where an asset has not been read', async () => {
    assert.match(await reportText('DOGE'), /No numbers have been read yet/);
  });

  it('does not take markup from its address', async () => {
    assert.doesNotMatch(await reportText('<img src=x>'), /<img/);
  });
});
