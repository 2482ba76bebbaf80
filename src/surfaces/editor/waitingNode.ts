import type { MarketState } from '../../market/snapshot.ts';
import { notStartedWords } from './notStartedWords.ts';
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
  failed: { label: 'Not started', about: '', icon: 'error', runs: 'perpscope.showLog' },
}; // prettier-ignore

/**
 * Returns the row that stands for the welcome view where rows of faulty settings hide it: how things are, and by a click
 * the way on.
 */
export function waitingNode(state: MarketState): TreeNode {
  const { label, icon, runs, ...words } = WORDS[state.phase];
  const about = state.phase === 'failed' ? notStartedWords(state) : words.about;
  return {
    id: 'waiting',
    label,
    // Words, which the editor may cut: the hover has all of them.
    description: about,
    tooltip: about,
    icon,
    isExpanded: false,
    children: [],
    spoken: `${label}, ${about}`,
    ...(runs === undefined ? {} : { runs }),
  };
}
