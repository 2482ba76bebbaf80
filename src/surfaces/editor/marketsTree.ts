import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable.ts';
import type { MarketSession } from './marketSession.ts';
import { marketsTree, treeHeader, type Grouping } from './marketsTreeModel.ts';
import type { PromptPause } from './promptPause.ts';
import { TreeHandles, type TreeHandle } from './treeHandles.ts';
import { treeItemOf } from './treeItem.ts';
import type { TreeNode } from './treeNode.ts';

/** Ages grow and fresh numbers turn stale while nothing is read. */
const REDRAW_MS = 10_000;
const GROUPING_KEY = 'perpscope.marketsGrouping';

/** The tree of exchanges and assets. Opening it counts as first use; while it is in sight, its numbers follow the streams. */
export class MarketsTree implements vscode.TreeDataProvider<TreeHandle>, vscode.Disposable {
  readonly #session: MarketSession;
  readonly #memento: vscode.Memento;
  readonly #pause: PromptPause;
  readonly #view: vscode.TreeView<TreeHandle>;
  readonly #handles = new TreeHandles();
  readonly #changed = new vscode.EventEmitter<TreeHandle[] | undefined>();
  readonly #disposables = new DisposableStore();
  #watching: vscode.Disposable | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: MarketSession, memento: vscode.Memento, pause: PromptPause) {
    this.#session = session;
    this.#memento = memento;
    this.#pause = pause;
    this.#handles.show(this.#rows());
    this.#view = this.#disposables.add(
      vscode.window.createTreeView('perpscope.markets', { treeDataProvider: this, showCollapseAll: true }),
    );
    this.#describe();
    this.#disposables.add(
      session.onDidChange(() => {
        if (this.#view.visible) this.#draw();
        else this.#describe();
      }),
    );
    this.#disposables.add(this.#view.onDidChangeVisibility(({ visible }) => this.#follow(visible)));
    this.#disposables.add(this.#changed);
    const timer = setInterval(() => {
      if (this.#view.visible) this.#draw();
    }, REDRAW_MS);
    this.#disposables.add({ dispose: () => clearInterval(timer) });
  }

  /** Groups by exchange, then by asset, then by exchange again; remembered for the workspace. */
  async toggleGrouping(): Promise<void> {
    await this.#memento.update(GROUPING_KEY, this.#grouping === 'exchange' ? 'asset' : 'exchange');
    this.#draw();
  }

  getChildren(handle?: TreeHandle): TreeHandle[] {
    return this.#handles.childrenOf(handle);
  }

  getTreeItem(handle: TreeHandle): vscode.TreeItem {
    const node = this.#handles.nodeOf(handle);
    // A row that went away while the editor asked for it.
    return node === undefined ? new vscode.TreeItem('') : treeItemOf(node);
  }

  /** The row behind a handle that the editor passes to a command of its menu; undefined for anything else. */
  rowOf(handle: unknown): TreeNode | undefined {
    const isHandle = typeof handle === 'object' && handle !== null && 'id' in handle;
    return isHandle && typeof handle.id === 'string' ? this.#handles.nodeOf({ id: handle.id }) : undefined;
  }

  dispose(): void {
    this.#follow(false);
    this.#disposables.dispose();
  }

  #follow(isVisible: boolean): void {
    this.#watching?.dispose();
    this.#watching = isVisible ? this.#session.watch() : undefined;
    if (!isVisible) return;
    this.#draw();
    void this.#session.ensureNumbers();
  }

  /** Tells the editor of the rows that are other than before, and of no others: these keep their selection and hover. */
  #draw(): void {
    this.#describe();
    this.#pause.draw(this.#drawRows);
  }

  readonly #drawRows = (): void => {
    const changed = this.#handles.show(this.#rows());
    if (changed?.length !== 0) this.#changed.fire(changed);
  };

  #describe(): void {
    const { message, badge } = treeHeader(this.#session.state);
    if (this.#view.message !== message) this.#view.message = message;
    if (this.#view.description !== badge) this.#view.description = badge;
  }

  #rows(): TreeNode[] {
    const { state, settings } = this.#session;
    return marketsTree(state, this.#grouping, this.#session.nowMs(), settings.faults);
  }

  get #grouping(): Grouping {
    return this.#memento.get(GROUPING_KEY) === 'asset' ? 'asset' : 'exchange';
  }
}
