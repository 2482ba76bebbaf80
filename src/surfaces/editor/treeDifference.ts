import type { TreeNode } from './treeNode.ts';

/**
 * Returns the rows that must be drawn again, by id, topmost ones only: those whose own text or list of children has
 * changed. 'all' where the top level is another. Rows that are as they were keep their place, selection and hover.
 */
export function changedRows(
  before: readonly TreeNode[],
  after: readonly TreeNode[],
): readonly string[] | 'all' {
  if (!isSameList(before, after)) return 'all';
  return after.flatMap((node, index) => changedBelow(before[index], node));
}

function changedBelow(before: TreeNode | undefined, after: TreeNode): readonly string[] {
  if (before === undefined || !isSameRow(before, after) || !isSameList(before.children, after.children))
    return [after.id];
  return after.children.flatMap((child, index) => changedBelow(before.children[index], child));
}

const isSameRow = (a: TreeNode, b: TreeNode): boolean =>
  a.label === b.label &&
  a.description === b.description &&
  a.tooltip === b.tooltip &&
  a.icon === b.icon &&
  a.spoken === b.spoken &&
  a.copied === b.copied;

/** Whether two lists hold the same rows in the same order, whatever these say. */
export const isSameList = (a: readonly TreeNode[], b: readonly TreeNode[]): boolean =>
  a.length === b.length && a.every((node, index) => node.id === b[index]?.id);
