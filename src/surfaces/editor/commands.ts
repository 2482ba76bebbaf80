import * as vscode from 'vscode';
import { ASSET_NAME_RULE, parseAsset } from '../../core/assetName.ts';
import type { Asset } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import { noticeText } from '../../core/outsideText.ts';
import { nearestNames } from '../../core/nearest.ts';
import type { ChartKind } from '../protocol/payloads.ts';
import { setApiKey, type KeyedProvider, type SecretKeys } from './apiKeys.ts';
import type { MarketSession } from './marketSession.ts';
import type { MarketsTree } from './marketsTree.ts';
import type { ReportPreview } from './reportPreview.ts';

export interface CommandDeps {
  readonly session: MarketSession;
  readonly tree: MarketsTree;
  readonly reports: ReportPreview;
  readonly showCharts: (asset: string, chart: ChartKind | 'all') => Promise<void>;
  readonly keys: SecretKeys;
  /** Loaded when somebody wants to set a key. */
  readonly keyedProviders: () => Promise<readonly KeyedProvider[]>;
  readonly log: vscode.LogOutputChannel;
  readonly logger: Logger;
}

/** Every command the extension offers, by id. The manifest declares the same ones. */
export function commandTable(deps: CommandDeps): Readonly<Record<string, () => Promise<unknown>>> {
  const { session, tree, reports, showCharts, log } = deps;
  const asset = (): string => session.settings.statusBarAsset;
  return {
    'perpscope.showRegimeReport': () => reports.showRegime(asset()),
    'perpscope.openCharts': () => showCharts(asset(), 'all'),
    'perpscope.openOpenInterestChart': () => showCharts(asset(), 'open-interest'),
    'perpscope.openFundingHeatmap': () => showCharts(asset(), 'funding-heatmap'),
    'perpscope.openLiquidationHeatmap': () => showCharts(asset(), 'liquidation-heatmap'),
    'perpscope.selectAsset': () => selectAsset(session),
    'perpscope.refresh': () => session.refresh(),
    'perpscope.useLiveData': () => useSource(session, 'live'),
    'perpscope.useSimulatedMarket': () => useSource(session, 'simulated'),
    'perpscope.toggleMarketsGrouping': () => tree.toggleGrouping(),
    'perpscope.showExchangeHealth': () => reports.showHealth(),
    'perpscope.setApiKey': async () => {
      if (await setApiKey(deps.keys, await deps.keyedProviders(), vscode.window)) await session.refresh();
    },
    'perpscope.showLog': () => Promise.resolve(log.show(true)),
  };
}

/** Registers the table; what a command throws is logged once and shown in one sentence. */
export function registerCommands(deps: CommandDeps): vscode.Disposable {
  const registered = Object.entries(commandTable(deps)).map(([id, run]) =>
    vscode.commands.registerCommand(id, async () => {
      try {
        await run();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        deps.logger.error(`${id} failed: ${reason}`);
        void vscode.window.showErrorMessage(noticeText(`Perpscope: ${reason}`));
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}

async function selectAsset(session: MarketSession): Promise<void> {
  const current = session.settings.statusBarAsset;
  const items = session.assets.map((asset) => ({
    label: asset,
    ...(asset === current ? { description: 'shown now' } : {}),
  }));
  const other = { label: 'Another asset…', description: 'any ticker, for example SOL' };
  const listed = await session.listedAssets();
  const rest = listed.filter((asset) => !session.assets.includes(asset)).map((label) => ({ label }));
  const heading = { label: 'Listed', kind: vscode.QuickPickItemKind.Separator };
  const chosen = await vscode.window.showQuickPick([...items, other, heading, ...rest], {
    title: 'Asset in the status bar',
    placeHolder: 'Asset',
  });
  if (chosen === undefined) return;
  const asset = chosen === other ? await askTicker(listed) : chosen.label;
  if (asset === undefined) return;
  await vscode.workspace
    .getConfiguration('perpscope')
    .update('statusBar.asset', asset, vscode.ConfigurationTarget.Global);
  await session.refresh();
}

/** Asks for a ticker. What no exchange lists can still be chosen, since lists may be hours old, with a warning and names like it. */
async function askTicker(listed: readonly Asset[]): Promise<Asset | undefined> {
  const answer = await vscode.window.showInputBox({
    title: 'Asset in the status bar',
    prompt: 'Ticker, for example SOL',
    validateInput: (value) => {
      const asset = parseAsset(value);
      if (asset === undefined) return `Write ${ASSET_NAME_RULE}`;
      if (listed.length === 0 || listed.includes(asset)) return undefined;
      const near = nearestNames(asset, listed, 5);
      const hint = near.length === 0 ? '' : ` Listed: ${near.join(', ')}.`;
      const message = `No exchange that was read lists ${asset}.${hint}`;
      return { message, severity: vscode.InputBoxValidationSeverity.Warning };
    },
  });
  return answer === undefined ? undefined : parseAsset(answer);
}

/** Changes the machine's setting; the session restarts on it. Without a change it only refreshes. */
async function useSource(session: MarketSession, source: 'live' | 'simulated'): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('perpscope');
  // What is written, not what is used: a mistyped word is replaced too.
  if (configuration.get('dataSource') !== source) {
    await configuration.update('dataSource', source, vscode.ConfigurationTarget.Global);
  }
  await session.refresh();
}
