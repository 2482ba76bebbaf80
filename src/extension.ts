import * as vscode from 'vscode';
import { DisposableStore } from './core/disposable.ts';
import type { Logger } from './core/logger.ts';
import { noticeText } from './core/outsideText.ts';
import type { KeptEngineDeps } from './compose/keptEngine.ts';
import { SecretKeys } from './surfaces/editor/apiKeys.ts';
import { registerCommands } from './surfaces/editor/commands.ts';
import { HealthTree } from './surfaces/editor/healthTree.ts';
import { channelLogger } from './surfaces/editor/log.ts';
import { MarketSession, type Engine } from './surfaces/editor/marketSession.ts';
import { MarketsTree } from './surfaces/editor/marketsTree.ts';
import { PromptPause } from './surfaces/editor/promptPause.ts';
import { ReportPreview } from './surfaces/editor/reportPreview.ts';
import { PANEL_TYPE } from './surfaces/editor/panels/panelType.ts';
import type { Settings } from './surfaces/editor/settings.ts';
import { StatusBar } from './surfaces/editor/statusBar.ts';
import type { ChartPanels } from './surfaces/editor/panels/chartPanels.ts';

let session: MarketSession | undefined;

/**
 * Composition root of the editor. Registers what the manifest declares and returns; the engine (network, store,
 * schemas) and the panels are loaded at first use. ADR 0008.
 */
export function activate(context: vscode.ExtensionContext): { readonly apiVersion: 1 } {
  const owned = new DisposableStore();
  context.subscriptions.push(owned);
  const log = owned.add(vscode.window.createOutputChannel('Perpscope', { log: true }));
  const logger = channelLogger(log);
  session = owned.add(
    new MarketSession({
      startEngine: (settings, transportState, signal) =>
        startEngine(settings, { transportState, signal }, context, logger),
      logger,
      memento: context.globalState,
    }),
  );
  const running = session;
  let panels: Promise<ChartPanels> | undefined;
  const loadPanels = (): Promise<ChartPanels> => {
    panels ??= import('./surfaces/editor/panels/chartPanels.ts').then(({ ChartPanels: Panels }) =>
      owned.add(new Panels({ session: running, extensionUri: context.extensionUri, logger })),
    );
    return panels;
  };
  const pause = owned.add(new PromptPause());
  const tree = owned.add(new MarketsTree(running, context.workspaceState, pause));
  const reports = owned.add(new ReportPreview(running, logger));
  owned.add(new HealthTree(running, pause));
  owned.add(new StatusBar(running));
  owned.add(
    registerCommands({
      session: running,
      tree,
      pause,
      reports,
      keys: new SecretKeys(context.secrets),
      keyedProviders: async () =>
        (await import('./compose/hostEngine.ts')).hostedProviders(editorSide(context, logger)),
      log,
      logger,
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      showCharts: async (asset, chart) => (await loadPanels()).show(asset, chart),
    }),
  );
  owned.add(
    vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, {
      deserializeWebviewPanel: async (panel, kept: unknown) => (await loadPanels()).restore(panel, kept),
    }),
  );
  void vscode.commands.executeCommand('setContext', 'perpscope.phase', 'idle');
  if (running.hasBeenUsed) {
    const timer = setTimeout(() => void running.refresh('lately'), 1_500);
    owned.add({ dispose: () => clearTimeout(timer) });
  }
  return { apiVersion: 1 };
}

/** Ends what runs and closes the history before the editor ends the process. */
export function deactivate(): Promise<void> {
  const ending = session?.stop() ?? Promise.resolve();
  session = undefined;
  return ending;
}

/** What an engine needs of the editor, wherever it runs. */
function editorSide(context: vscode.ExtensionContext, logger: Logger) {
  return {
    file: vscode.Uri.joinPath(context.extensionUri, 'dist', 'engineWorker.cjs').fsPath,
    logger,
    keys: new SecretKeys(context.secrets),
    onNotice: (notice: string) => void vscode.window.showWarningMessage(noticeText(notice)),
  };
}

/** Starts the engine in a thread of its own: nothing of it runs in the thread that all extensions share. ADR 0030. */
async function startEngine(
  settings: Settings,
  earlier: Pick<KeptEngineDeps, 'transportState' | 'signal'>,
  context: vscode.ExtensionContext,
  logger: Logger,
): Promise<Engine> {
  const { hostEngine } = await import('./compose/hostEngine.ts');
  const http = vscode.workspace.getConfiguration('http');
  const proxy = http.get<string>('proxy') ?? '';
  const noProxy = http.get<string[]>('noProxy') ?? [];
  const isSimulated = settings.dataSource === 'simulated';
  return hostEngine({
    ...editorSide(context, logger),
    params: {
      storePath: vscode.Uri.joinPath(context.globalStorageUri, 'history.sqlite').fsPath,
      proxy: {
        ...(proxy === '' ? {} : { proxy }),
        noProxy,
        strictSsl: http.get<boolean>('proxyStrictSSL') ?? true,
        systemCertificates: http.get<boolean>('systemCertificates') ?? true,
      },
      ...(settings.contextCsv === '' ? {} : { contextCsv: settings.contextCsv }),
      ...(isSimulated
        ? { simulator: { seed: settings.simulatorSeed, scenario: settings.simulatorScenario } }
        : { endpoints: settings.endpoints, endpointsFrom: 'perpscope.endpoints' }),
    },
    keepMonths: () => session?.settings.keepMonths ?? settings.keepMonths,
    rules: () => (session?.settings ?? settings).rules,
    ...earlier,
    source: settings.dataSource,
  });
}
