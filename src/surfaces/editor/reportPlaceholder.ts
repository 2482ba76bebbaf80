import type { Asset } from '../../core/ids.ts';
import { escapeMarkdown } from '../../core/outsideText.ts';
import type { MarketState } from '../../market/snapshot.ts';
import { notStartedWords } from './notStartedWords.ts';

const HEALTH = '**Perpscope: Show Exchange Health** names what failed.';

/** Returns what stands in place of an asset's report while there is none, in Markdown: why, and the way on. */
export function reportPlaceholder(asset: Asset | '', state: MarketState): string {
  return `# ${escapeMarkdown(asset)} regime\n\n${reasonOf(state)}\n`;
}

function reasonOf(state: MarketState): string {
  if (state.phase === 'failed') {
    const way =
      state.isBlocked === true
        ? 'Set it right in the settings.'
        : 'Run **Perpscope: Refresh Now** to try again.';
    return `${escapeMarkdown(notStartedWords(state))} ${way}`;
  }
  const why = state.phase === 'offline' ? 'No exchange could be reached.' : 'No numbers have been read yet.';
  return `${why} Run **Perpscope: Refresh Now**; ${HEALTH}`;
}
