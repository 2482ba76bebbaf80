import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import { healthTree } from './healthTreeModel.ts';
import type { MarketSession } from './marketSession.ts';
import { treeItemOf } from './treeItem.ts';
import type { TreeNode } from './treeNode.ts';

/** Streams change between refreshes: often enough to watch one reconnect. */
const REDRAW_MS = 5_000;

/** The tree of exchanges and how they answer. Looking at it fetches nothing. */
export class HealthTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #session: MarketSession;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #disposables = new DisposableStore();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: MarketSession) {
    this.#session = session;
    this.#disposables.add(this.#changed);
    const view = this.#disposables.add(
      vscode.window.createTreeView('perpscope.health', { treeDataProvider: this, showCollapseAll: true }),
    );
    this.#disposables.add(
      session.onDidChange((state) => {
        if (!state.isRefreshing) this.#changed.fire(undefined);
      }),
    );
    const timer = setInterval(() => {
      if (view.visible && session.state.snapshot !== undefined) this.#changed.fire(undefined);
    }, REDRAW_MS);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    return [...(node?.children ?? healthTree(await this.#session.health(), this.#session.nowMs()))];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return treeItemOf(node);
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
