import * as vscode from 'vscode';
import type { TreeNode } from './treeNode.ts';

/** Returns the editor's form of a row. Its `contextValue` says which commands its menu has: `value`, `asset`. */
export function treeItemOf(node: TreeNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const state = node.children.length === 0 ? None : node.isExpanded ? Expanded : Collapsed;
  const item = new vscode.TreeItem(node.label, state);
  item.id = node.id;
  item.description = node.description;
  item.tooltip = node.tooltip === '' ? `${node.label}: ${node.description}` : node.tooltip;
  if (node.icon !== 'dash') item.iconPath = new vscode.ThemeIcon(node.icon);
  item.accessibilityInformation = { label: node.spoken ?? `${node.label}, ${node.description}` };
  if (node.opens !== undefined)
    item.command = {
      title: 'Open the setting',
      command: 'workbench.action.openSettings',
      arguments: [node.opens],
    };
  const menus = [
    ...(node.copied === undefined ? [] : ['value']),
    ...(node.asset === undefined ? [] : ['asset']),
  ];
  if (menus.length > 0) item.contextValue = menus.join(' ');
  return item;
}
