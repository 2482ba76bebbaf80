import { fits, wrapped } from './rowWidth.ts';
import type { SettingFault } from './settingsReader.ts';
import type { TreeNode } from './treeNode.ts';

/** More of them are closed, so that the numbers stay in sight. */
const MOST_OPEN = 2;

/** Returns a row for each faulty setting with its line, and below it the line once more in as many rows as a narrow view needs. */
export function faultNodes(faults: readonly SettingFault[]): TreeNode[] {
  return faults.map(({ key, line }, index) => {
    const id = `setting/${index}/${key}`;
    const told = line.replace(`perpscope.${key} `, '');
    return {
      id,
      label: [key, key.split('.').at(-1) ?? key].find((one) => fits(1, one, '', true)) ?? 'setting',
      // Words, which the editor may cut: the rows below have all of them.
      description: told,
      tooltip: `Setting: ${line}`,
      icon: 'warning',
      isExpanded: faults.length <= MOST_OPEN,
      children: wrapped(2, told).map((text, part) => ({
        id: `${id}/${part}`,
        label: text,
        description: '',
        tooltip: line,
        icon: 'dash',
        isExpanded: false,
        children: [],
      })),
      spoken: `Setting, ${line}`,
      copied: line,
      opens: `perpscope.${key}`,
    };
  });
}
