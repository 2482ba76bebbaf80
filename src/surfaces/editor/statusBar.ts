import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import type { MarketSession } from './marketSession.ts';
import { statusView } from './statusModel.ts';

const REDRAW_MS = 30_000;

/** The one status item: asset, regime, the chosen figures. Redrawn on change and as its numbers age; follows the streams while its window has the focus. */
export class StatusBar implements vscode.Disposable {
  readonly #disposables = new DisposableStore();
  #watching: vscode.Disposable | undefined;

  constructor(session: MarketSession) {
    const item = this.#disposables.add(
      vscode.window.createStatusBarItem('perpscope.regime', vscode.StatusBarAlignment.Left, 50),
    );
    item.name = 'Perpscope regime';
    item.command = 'perpscope.showRegimeReport';
    let shown = '';
    const draw = (): void => {
      const view = statusView(
        session.state,
        session.settings.statusBarAsset,
        session.nowMs(),
        session.problems,
        session.settings.statusBarShow,
      );
      // What is set anew is drawn anew, also where it is the same: an open hover would flicker.
      const all = JSON.stringify(view);
      if (all === shown) return;
      shown = all;
      item.text = view.text;
      const tooltip = new vscode.MarkdownString(view.tooltip);
      tooltip.isTrusted = false;
      tooltip.supportHtml = false;
      item.tooltip = tooltip;
      item.accessibilityInformation = { label: view.accessibleText };
      item.backgroundColor =
        view.tone === 'warning' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    };
    draw();
    item.show();
    this.#disposables.add(session.onDidChange(draw));
    const follow = ({ focused }: vscode.WindowState): void => {
      this.#watching?.dispose();
      this.#watching = focused ? session.watch() : undefined;
    };
    follow(vscode.window.state);
    this.#disposables.add(vscode.window.onDidChangeWindowState(follow));
    const timer = setInterval(draw, REDRAW_MS);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
  }

  dispose(): void {
    this.#watching?.dispose();
    this.#disposables.dispose();
  }
}
