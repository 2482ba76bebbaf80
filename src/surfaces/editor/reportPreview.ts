import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import { parseAsset } from '../../core/assetName.ts';
import type { Asset } from '../../core/ids.ts';
import type { Logger } from '../../core/logger.ts';
import { healthReport } from '../reports/healthReport.ts';
import { regimeReport } from '../reports/regimeReport.ts';
import { rulesWords } from '../reports/rulesWords.ts';
import type { MarketSession } from './marketSession.ts';
import { reportPlaceholder } from './reportPlaceholder.ts';

const SCHEME = 'perpscope-report';
const HEALTH_PATH = '/Exchange health.md';

/** Reports as read-only Markdown documents, shown in the editor's own preview and kept up to date while open. */
export class ReportPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #session: MarketSession;
  readonly #logger: Logger;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables = new DisposableStore();
  readonly #shown = new Map<string, vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(session: MarketSession, logger: Logger) {
    this.#session = session;
    this.#logger = logger;
    this.#disposables.add(this.#changed);
    this.#disposables.add(vscode.workspace.registerTextDocumentContentProvider(SCHEME, this));
    this.#disposables.add(
      session.onDidChange((state) => {
        if (!state.isRefreshing && state.isPushed !== true)
          this.#update().catch((error: unknown) => this.#logger.warn(`report: ${String(error)}`));
      }),
    );
  }

  /**
   * Renews the reports whose preview is still open. The editor lets go of a document that no text editor shows after
   * some minutes; opening it again makes the preview read it again.
   */
  async #update(): Promise<void> {
    const labels = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    for (const [key, uri] of this.#shown) {
      const name = uri.path.slice(1);
      if (!labels.some((label) => label.includes(name))) this.#shown.delete(key);
      else {
        await vscode.workspace.openTextDocument(uri);
        this.#changed.fire(uri);
      }
    }
  }

  /** Opens the regime report of an asset as a preview, reading the numbers first if there are none. */
  async showRegime(asset: Asset): Promise<void> {
    await this.#session.ensureNumbers();
    await this.#show(vscode.Uri.from({ scheme: SCHEME, path: `/${asset} regime.md` }));
  }

  /** Opens the health of the exchanges as a preview, asking them first if nobody has. */
  async showHealth(): Promise<void> {
    await this.#session.ensureNumbers();
    await this.#show(vscode.Uri.from({ scheme: SCHEME, path: HEALTH_PATH }));
  }

  async #show(uri: vscode.Uri): Promise<void> {
    this.#shown.set(uri.toString(), uri);
    this.#changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string | Promise<string> {
    if (uri.path === HEALTH_PATH) return this.#healthContent();
    const asset = parseAsset(/^\/(.+) regime\.md$/u.exec(uri.path)?.[1] ?? '') ?? '';
    const { state } = this.#session;
    const snapshot = state.snapshot?.assets.find((one) => one.asset === asset);
    const assessment = state.regimes.get(asset);
    if (snapshot === undefined || assessment === undefined) return reportPlaceholder(asset, state);
    const { context, machineClock } = state.snapshot ?? {};
    const nowMs = this.#session.nowMs();
    const ofRules = rulesWords(state, assessment);
    return regimeReport({
      ...{ assessment, snapshot, context, source: state.source, nowMs, machineClock, ofRules },
    });
  }

  async #healthContent(): Promise<string> {
    const health = await this.#session.health();
    if (health !== undefined) return healthReport(health);
    return '# Exchange health\n\nNo exchange has been asked yet. Run **Perpscope: Refresh Now**.\n';
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
