import type { TreeNode } from './treeNode.ts';

/** What the editor holds of a row. It compares these by identity, so that one id has one handle for good. */
export interface TreeHandle {
  readonly id: string;
}

/** The rows that a tree shows now, by the handles that the editor asks with. */
export class TreeHandles {
  #roots: readonly TreeNode[] = [];
  #nodes = new Map<string, TreeNode>();
  #handles = new Map<string, TreeHandle>();

  get roots(): readonly TreeNode[] {
    return this.#roots;
  }

  /** Takes in the rows of now. Handles of rows that are gone are forgotten. */
  show(roots: readonly TreeNode[]): void {
    this.#roots = roots;
    this.#nodes = new Map();
    const note = (node: TreeNode): void => {
      this.#nodes.set(node.id, node);
      node.children.forEach(note);
    };
    roots.forEach(note);
    this.#handles = new Map([...this.#handles].filter(([id]) => this.#nodes.has(id)));
  }

  handlesOf(nodes: readonly TreeNode[]): TreeHandle[] {
    return nodes.map(({ id }) => this.handleOf(id));
  }

  handleOf(id: string): TreeHandle {
    const handle = this.#handles.get(id) ?? { id };
    this.#handles.set(id, handle);
    return handle;
  }

  /** The row of a handle; undefined where it is gone. */
  nodeOf({ id }: TreeHandle): TreeNode | undefined {
    return this.#nodes.get(id);
  }
}
