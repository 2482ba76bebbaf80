import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import { healthTree } from './healthTreeModel.ts';
import type { MarketSession } from './marketSession.ts';
import type { PromptPause } from './promptPause.ts';
import { TreeHandles, type TreeHandle } from './treeHandles.ts';
import { treeItemOf } from './treeItem.ts';

/** Streams change between refreshes: often enough to watch one reconnect. */
const REDRAW_MS = 5_000;

/** The tree of exchanges and how they answer. Looking at it fetches nothing. */
export class HealthTree implements vscode.TreeDataProvider<TreeHandle>, vscode.Disposable {
  readonly #session: MarketSession;
  readonly #pause: PromptPause;
  readonly #view: vscode.TreeView<TreeHandle>;
  readonly #handles = new TreeHandles();
  readonly #changed = new vscode.EventEmitter<TreeHandle[] | undefined>();
  readonly #disposables = new DisposableStore();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: MarketSession, pause: PromptPause) {
    this.#session = session;
    this.#pause = pause;
    this.#disposables.add(this.#changed);
    this.#view = this.#disposables.add(
      vscode.window.createTreeView('perpscope.health', { treeDataProvider: this, showCollapseAll: true }),
    );
    this.#disposables.add(this.#view.onDidChangeVisibility(() => this.#draw()));
    this.#disposables.add(
      session.onDidChange((state) => {
        if (!state.isRefreshing) this.#draw();
      }),
    );
    const timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
  }

  getChildren(handle?: TreeHandle): TreeHandle[] {
    return this.#handles.childrenOf(handle);
  }

  getTreeItem(handle: TreeHandle): vscode.TreeItem {
    const node = this.#handles.nodeOf(handle);
    return node === undefined ? new vscode.TreeItem('') : treeItemOf(node);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #draw(): void {
    this.#pause.draw(this.#drawRows);
  }

  /** Only rows that are other than before are drawn again, and only in sight. */
  readonly #drawRows = async (): Promise<void> => {
    if (!this.#view.visible) return;
    const health = await this.#session.health();
    const after = healthTree(health, this.#session.nowMs());
    this.#view.description = health?.source === 'simulated' && after.length > 0 ? 'SIMULATED' : '';
    const changed = this.#handles.show(after);
    if (changed?.length !== 0) this.#changed.fire(changed);
  };
}
