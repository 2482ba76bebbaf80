import type { ContextSnapshot, ContextStatus } from '../../core/contextValue.ts';
import { contextNotes, contextRows } from '../reports/contextRows.ts';
import { plainText } from '../../core/outsideText.ts';
import type { TreeNode } from './treeNode.ts';

const ICONS: Readonly<Record<ContextStatus, string>> = {
  fresh: 'circle-filled',
  stale: 'history',
  limited: 'watch',
  failed: 'error',
  'needs-key': 'key',
  off: 'circle-slash',
};

/** Returns the tree's group of numbers beside the exchanges: a row per number, and one per provider without. */
export function contextNodes(context: readonly ContextSnapshot[], mark: string, nowMs: number): TreeNode[] {
  if (context.length === 0) return [];
  const children = context.flatMap((one): TreeNode[] => {
    const rows = contextRows([one], undefined, nowMs).map((row) => ({
      id: `context/${row.id}`,
      label: row.label,
      description: [
        plainText(row.value),
        ...(mark === '' ? [] : ['SIMULATED']),
        row.ageText.replace(' old', ''),
      ].join(' · '),
      tooltip: `${mark}${plainText(`${row.label}: ${row.value}; ${row.about}; ${row.source}`)}`,
      icon: row.isStale ? 'history' : 'dash',
      isExpanded: false,
      children: [],
    }));
    const notes = contextNotes([one]);
    if (notes.length === 0) return rows;
    return [
      ...rows,
      {
        id: `context/${one.provider}`,
        label: one.displayName,
        description: one.status === 'needs-key' ? `needs a key: ${one.adds ?? ''}` : one.status,
        tooltip: plainText(notes.join('; ')),
        icon: ICONS[one.status],
        isExpanded: false,
        children: [],
      },
    ];
  });
  const [first] = contextRows(context, undefined, nowMs);
  return [
    {
      id: 'context',
      label: 'Context',
      description: `${mark}${first === undefined ? 'no numbers' : plainText(`${first.label} ${first.value}`)}`,
      tooltip: 'Numbers beside the exchanges',
      icon: 'globe',
      isExpanded: false,
      children,
    },
  ];
}
