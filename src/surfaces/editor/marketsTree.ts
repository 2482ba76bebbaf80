import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import type { MarketSession } from './marketSession.ts';
import { marketsTree, type Grouping } from './marketsTreeModel.ts';
import { treeItemOf } from './treeItem.ts';
import type { TreeNode } from './treeNode.ts';

const REDRAW_MS = 30_000;
const GROUPING_KEY = 'perpscope.marketsGrouping';

/** The tree of exchanges and assets. Opening it counts as first use. */
export class MarketsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #session: MarketSession;
  readonly #memento: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #disposables = new DisposableStore();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: MarketSession, memento: vscode.Memento) {
    this.#session = session;
    this.#memento = memento;
    const view = this.#disposables.add(
      vscode.window.createTreeView('perpscope.markets', { treeDataProvider: this, showCollapseAll: true }),
    );
    const describe = (): void => {
      const isSimulated = session.state.source === 'simulated' && session.state.snapshot !== undefined;
      view.message = [
        ...(isSimulated ? ['SIMULATED market: these numbers come from no exchange.'] : []),
        ...session.problems.map((problem) => `Setting not used: ${problem}.`),
      ].join(' ');
    };
    describe();
    let shown = session.state.snapshot;
    this.#disposables.add(
      session.onDidChange((state) => {
        describe();
        // Exchanges are shown as they answer; that they are being asked changes nothing.
        if (state.isRefreshing && state.snapshot !== undefined && state.snapshot === shown) return;
        shown = state.snapshot;
        this.#changed.fire(undefined);
      }),
    );
    this.#disposables.add(
      view.onDidChangeVisibility(({ visible }) => {
        if (visible) void session.ensureNumbers();
      }),
    );
    this.#disposables.add(this.#changed);
    // Ages grow and fresh numbers turn stale while nothing is read.
    const timer = setInterval(() => {
      if (view.visible && session.state.snapshot !== undefined) this.#changed.fire(undefined);
    }, REDRAW_MS);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
  }

  /** Groups by exchange, then by asset, then by exchange again; remembered for the workspace. */
  async toggleGrouping(): Promise<void> {
    await this.#memento.update(GROUPING_KEY, this.#grouping === 'exchange' ? 'asset' : 'exchange');
    this.#changed.fire(undefined);
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...(node?.children ?? marketsTree(this.#session.state, this.#grouping, this.#session.nowMs()))];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItemOf(node);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  get #grouping(): Grouping {
    return this.#memento.get(GROUPING_KEY) === 'asset' ? 'asset' : 'exchange';
  }
}
