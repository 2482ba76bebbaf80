import * as vscode from 'vscode';
import type { Asset } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import { noticeText } from '../../core/outsideText.ts';
import type { ChartKind } from '../protocol/payloads.ts';
import { setApiKey, type KeyPrompts, type KeyedProvider, type SecretKeys } from './apiKeys.ts';
import type { MarketSession } from './marketSession.ts';
import type { MarketsTree } from './marketsTree.ts';
import type { PromptPause } from './promptPause.ts';
import type { ReportPreview } from './reportPreview.ts';
import { writeSetting } from './settingsWriter.ts';
import type { TreeNode } from './treeNode.ts';

export interface CommandDeps {
  readonly session: MarketSession;
  readonly tree: MarketsTree;
  readonly pause: PromptPause;
  readonly reports: ReportPreview;
  readonly showCharts: (asset: string, chart: ChartKind | 'all') => Promise<void>;
  readonly keys: SecretKeys;
  /** Loaded when somebody wants to set a key. */
  readonly keyedProviders: () => Promise<readonly KeyedProvider[]>;
  readonly log: vscode.LogOutputChannel;
  readonly logger: Logger;
  /** Where the extension is installed. */
  readonly extensionUri: vscode.Uri;
  /** Where its history is. */
  readonly storageUri: vscode.Uri;
}

/** Every command the extension offers, by id. The manifest declares the same ones. */
export function commandTable(
  deps: CommandDeps,
): Readonly<Record<string, (handle?: unknown) => Promise<unknown>>> {
  const { session, tree, pause, reports, showCharts, log } = deps;
  const asset = (): Asset => session.settings.statusBarAsset;
  /** Of the row whose menu was used. */
  const assetOf = (handle: unknown): Asset => tree.rowOf(handle)?.asset ?? asset();
  /** Of the row or the chart panel whose menu was used, as one cell of Python. */
  const cell = async (to: 'insert' | 'copy', handle: unknown): Promise<void> => {
    const { writeCell } = await import('./notebookCell.ts');
    const { extensionUri, storageUri } = deps;
    const isSimulated = session.settings.dataSource === 'simulated';
    const row = tree.rowOf(handle);
    const about = row === undefined ? chartOf(handle) : { asset: row.asset, chart: row.id };
    await writeCell(to, about?.asset ?? asset(), about?.chart, { extensionUri, storageUri, isSimulated });
  };
  return {
    'perpscope.showRegimeReport': () => reports.showRegime(asset()),
    'perpscope.openCharts': () => showCharts(asset(), 'all'),
    'perpscope.openOpenInterestChart': () => showCharts(asset(), 'open-interest'),
    'perpscope.openFundingHeatmap': () => showCharts(asset(), 'funding-heatmap'),
    'perpscope.openLiquidationHeatmap': () => showCharts(asset(), 'liquidation-heatmap'),
    'perpscope.openRegimeTimeline': () => showCharts(asset(), 'regime-timeline'),
    'perpscope.selectAsset': async () => {
      pause.begin();
      const { chooseAsset } = await import('./assetPicker.ts');
      const chosen = await chooseAsset(session);
      if (chosen !== undefined) await showInStatusBar(session, chosen);
    },
    'perpscope.copyValue': (handle) => copyValue(tree.rowOf(handle)),
    'perpscope.openChartsOf': (handle) => showCharts(assetOf(handle), 'all'),
    'perpscope.showInStatusBar': (handle) => showInStatusBar(session, assetOf(handle)),
    'perpscope.refresh': () => session.refresh(),
    'perpscope.useLiveData': () => useSource(session, 'live'),
    'perpscope.useSimulatedMarket': () => useSource(session, 'simulated'),
    'perpscope.toggleMarketsGrouping': () => tree.toggleGrouping(),
    'perpscope.showExchangeHealth': () => reports.showHealth(),
    'perpscope.setApiKey': async () => {
      const prompts = (): KeyPrompts => {
        pause.begin();
        return vscode.window;
      };
      if (await setApiKey(deps.keys, await deps.keyedProviders(), prompts)) await session.refresh();
    },
    'perpscope.createRulesFile': async () => {
      const { createRulesFile } = await import('./createRulesFile.ts');
      await createRulesFile(deps.extensionUri, writeSetting);
    },
    'perpscope.backfillHistory': async () => {
      const { backfillHistory } = await import('./backfillHistory.ts');
      pause.begin();
      // What an engine has read of the history before does not hold what was fetched.
      const onFetched = async (): Promise<void> => {
        await session.stop();
        await session.refresh();
      };
      await backfillHistory({ ...deps, settings: session.settings, onFetched });
    },
    'perpscope.insertNotebookCell': (handle) => cell('insert', handle),
    'perpscope.copyAsPython': (handle) => cell('copy', handle),
    'perpscope.showLog': () => Promise.resolve(log.show(true)),
  };
}

/** Registers the table; what a command throws is logged once and shown in one sentence. */
export function registerCommands(deps: CommandDeps): vscode.Disposable {
  const registered = Object.entries(commandTable(deps)).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (handle?: unknown) => {
      try {
        await run(handle);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        deps.logger.error(`${id} failed: ${reason}`);
        void vscode.window.showErrorMessage(noticeText(`Perpscope: ${reason}`));
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

/** What the page of a chart panel says of itself where its menu was used. */
function chartOf(context: unknown): { readonly asset?: string; readonly chart?: string } | undefined {
  const { asset, chart } = (context ?? {}) as Readonly<Record<string, unknown>>;
  return typeof asset === 'string' && typeof chart === 'string' ? { asset, chart } : undefined;
}

/** Changes the machine's setting; the session restarts on it. Without a change it only refreshes. */
async function useSource(session: MarketSession, source: 'live' | 'simulated'): Promise<void> {
  // What is written, not what is used: a mistyped word is replaced too.
  if (vscode.workspace.getConfiguration('perpscope').get('dataSource') !== source)
    await writeSetting('dataSource', source);
  await session.refresh();
}

async function showInStatusBar(session: MarketSession, asset: Asset): Promise<void> {
  await writeSetting('statusBar.asset', asset);
  await session.refresh();
}

/** Of a row without a number there is nothing to copy, and its menu does not offer it. */
async function copyValue(row: TreeNode | undefined): Promise<void> {
  if (row?.copied !== undefined) await vscode.env.clipboard.writeText(row.copied);
}
