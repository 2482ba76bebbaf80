import { changedRows, isSameList } from './treeDifference.ts';
import type { TreeNode } from './treeNode.ts';

/** What the editor holds of a row. It compares these by identity, so that one id has one handle for good. */
export interface TreeHandle {
  readonly id: string;
}

/** The rows that a tree shows now, by the handles that the editor asks with. */
export class TreeHandles {
  #roots: readonly TreeNode[] = [];
  /** The top rows that the editor has asked for and got; it may not have heard that there are others. */
  #given: readonly TreeNode[] | undefined;
  #nodes = new Map<string, TreeNode>();
  #handles = new Map<string, TreeHandle>();

  /**
   * Takes in the rows of now and returns what the editor must be told of: the handles of the rows that are other than
   * before, `undefined` for all of them. Handles of rows that are gone are forgotten.
   */
  show(roots: readonly TreeNode[]): TreeHandle[] | undefined {
    const changed = changedRows(this.#roots, roots);
    this.#roots = roots;
    this.#nodes = new Map();
    const note = (node: TreeNode): void => {
      this.#nodes.set(node.id, node);
      node.children.forEach(note);
    };
    roots.forEach(note);
    this.#handles = new Map([...this.#handles].filter(([id]) => this.#nodes.has(id)));
    // An editor that was told while it asked keeps what it was given then: it is told until it asks again.
    const isGiven = this.#given !== undefined && isSameList(this.#given, roots);
    return changed === 'all' || !isGiven ? undefined : changed.map((id) => this.#handleOf(id));
  }

  /** The rows below a handle, at the top without one. */
  childrenOf(handle: TreeHandle | undefined): TreeHandle[] {
    if (handle === undefined) this.#given = this.#roots;
    const nodes = handle === undefined ? this.#roots : (this.nodeOf(handle)?.children ?? []);
    return nodes.map(({ id }) => this.#handleOf(id));
  }

  #handleOf(id: string): TreeHandle {
    const handle = this.#handles.get(id) ?? { id };
    this.#handles.set(id, handle);
    return handle;
  }

  /** The row of a handle; undefined where it is gone. */
  nodeOf({ id }: TreeHandle): TreeNode | undefined {
    return this.#nodes.get(id);
  }
}
