import type { ContextSnapshot, ContextStatus } from '../../core/contextValue.ts';
import { plainText } from '../../core/outsideText.ts';
import { contextNotes, contextRows, type ContextRow } from '../reports/contextRows.ts';
import { formatShortAge } from '../reports/format.ts';
import { copyText } from './copyText.ts';
import { fitting, fittedNumber } from './rowWidth.ts';
import type { TreeNode } from './treeNode.ts';

const ICONS: Readonly<Record<ContextStatus, string>> = {
  fresh: 'circle-filled',
  stale: 'history',
  limited: 'watch',
  failed: 'error',
  'needs-key': 'key',
  off: 'circle-slash',
};
/** Numbers beside the exchanges stand at the second level. */
const LEVEL = 2;

/** Returns the tree's group of numbers beside the exchanges: a row per number, and one per provider without. */
export function contextNodes(context: readonly ContextSnapshot[], mark: string, nowMs: number): TreeNode[] {
  if (context.length === 0) return [];
  const children = context.flatMap((one): TreeNode[] => {
    const rows = contextRows([one], undefined, nowMs).map((row) => numberNode(row, mark, nowMs));
    const notes = contextNotes([one]);
    if (notes.length === 0) return rows;
    const about = plainText(notes.join('; '));
    const status = one.status === 'needs-key' ? 'needs a key' : one.status;
    return [
      ...rows,
      {
        id: `context/${one.provider}`,
        label: one.displayName,
        description: fitting(LEVEL, one.displayName, [status, ''], true),
        tooltip: about,
        icon: ICONS[one.status],
        isExpanded: false,
        children: [],
        spoken: `${one.displayName}, ${about}`,
      },
    ];
  });
  return [
    {
      id: 'context',
      label: 'Context',
      description: '',
      tooltip: 'Numbers beside the exchanges',
      icon: 'globe',
      isExpanded: false,
      children,
      spoken: `${mark}Context, numbers beside the exchanges`,
    },
  ];
}

/** Value and unit, then age and name as far as there is room for both. */
function numberNode(row: ContextRow, mark: string, nowMs: number): TreeNode {
  const value = plainText(row.value);
  // A score with its word may be longer than the row: the word goes first, then the unit, which the hover has.
  const [short = value] = value.split(', ');
  const values = [value, short, short.replace(' points', ' pts'), short.split(' ')[0] ?? short];
  const { isStale } = row;
  const age = formatShortAge(row.atMs, nowMs);
  const names = [row.label, row.shortLabel];
  const { lastLabel: lastName } = row;
  const { label, description, hasIcon } = fittedNumber(LEVEL, { values, age, names, lastName, isStale });
  return {
    id: `context/${row.id}`,
    label,
    description,
    tooltip: `${mark}${plainText(`${row.label}: ${row.value}, ${row.ageText}; ${row.about}; ${row.source}`)}`,
    icon: hasIcon ? 'history' : 'dash',
    isExpanded: false,
    children: [],
    spoken: `${mark}${row.label}, ${value}, ${row.ageText}`,
    copied: copyText(mark, value),
  };
}
