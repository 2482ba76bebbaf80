import * as vscode from 'vscode';
import { plainText, printable } from '../../core/outsideText.ts';
import type { TreeNode } from './treeNode.ts';

/** Returns the editor's form of a row. Its `contextValue` says which commands its menu has: `value`, `asset`. */
export function treeItemOf(node: TreeNode): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const state = node.children.length === 0 ? None : node.isExpanded ? Expanded : Collapsed;
  // The last place before the editor: whatever a row was made from, nothing in it reorders or hides text.
  const [label, description] = [plainText(node.label), plainText(node.description)];
  const item = new vscode.TreeItem(label, state);
  item.id = node.id;
  item.description = description;
  item.tooltip = node.tooltip === '' ? `${label}: ${description}` : printable(node.tooltip);
  if (node.icon !== 'dash') item.iconPath = new vscode.ThemeIcon(node.icon);
  item.accessibilityInformation = { label: printable(node.spoken ?? `${label}, ${description}`) };
  if (node.opens !== undefined)
    item.command = {
      title: 'Open the setting',
      command: 'workbench.action.openSettings',
      arguments: [node.opens],
    };
  if (node.runs !== undefined) item.command = { title: label, command: node.runs };
  const menus = [
    ...(node.copied === undefined ? [] : ['value']),
    ...(node.asset === undefined ? [] : ['asset']),
  ];
  if (menus.length > 0) item.contextValue = menus.join(' ');
  return item;
}
