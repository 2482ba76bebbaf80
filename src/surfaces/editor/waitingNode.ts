import { plainText } from '../../core/outsideText.ts';
import type { MarketState } from '../../market/snapshot.ts';
import type { TreeNode } from './treeNode.ts';

interface Waiting {
  readonly label: string;
  readonly about: string;
  readonly icon: string;
  readonly runs?: string;
}

const WORDS: Readonly<Record<MarketState['phase'], Waiting>> = {
  idle: { label: 'Refresh now', about: 'No numbers have been read yet.', icon: 'refresh', runs: 'perpscope.refresh' },
  loading: { label: 'Loading', about: 'Asking the exchanges.', icon: 'sync' },
  ready: { label: 'No numbers', about: 'No exchange gave a number. Health names the reason for each.', icon: 'pulse', runs: 'perpscope.showExchangeHealth' },
  offline: { label: 'Show reasons', about: 'No exchange could be reached. Health names the reason for each.', icon: 'pulse', runs: 'perpscope.showExchangeHealth' },
  failed: { label: 'Could not start', about: 'Perpscope could not start.', icon: 'error', runs: 'perpscope.showLog' },
}; // prettier-ignore

/**
 * Returns the row that stands for the welcome view where rows of faulty settings hide it: how things are, and by a click
 * the way on.
 */
export function waitingNode({ phase, lastError }: MarketState): TreeNode {
  const { label, about, icon, runs } = WORDS[phase];
  const why = phase === 'failed' && lastError !== undefined ? ` ${plainText(lastError)}` : '';
  return {
    id: 'waiting',
    label,
    // Words, which the editor may cut: the hover has all of them.
    description: about,
    tooltip: `${about}${why}`,
    icon,
    isExpanded: false,
    children: [],
    spoken: `${label}, ${about}${why}`,
    ...(runs === undefined ? {} : { runs }),
  };
}
