/** One row of a tree: plain data, without the editor's types. `id` is stable over refreshes. */
export interface TreeNode {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly isExpanded: boolean;
  readonly children: readonly TreeNode[];
}
