/** One row of a tree: plain data, without the editor's types. `id` is stable over refreshes. */
export interface TreeNode {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly isExpanded: boolean;
  readonly children: readonly TreeNode[];
  /** What a screen reader says: the whole of it, where the row has room for a part. Label and description without it. */
  readonly spoken?: string;
  /** What copying the row's value gives; rows without a number have none. */
  readonly copied?: string;
  /** The setting that clicking the row opens. */
  readonly opens?: string;
  /** The command that clicking the row runs. */
  readonly runs?: string;
  /** The asset that the row is about, for the commands of its menu. */
  readonly asset?: string;
}
