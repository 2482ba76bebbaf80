import type { TimelineLine } from '../../analysis/timeline/line.ts';

/** Returns a line of a timeline in words: when, what, how sure, and how often noise shows as much. */
export function timelineText(line: TimelineLine): string {
  const { atMs, asset, label, family, isWeak, candidates, confidence, rarity } = line;
  const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  return [
    `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')}  ${asset}`,
    `${isWeak ? 'weak ' : ''}${label}${family === 'unknown' ? '' : ` (${family})`}`,
    ...(candidates.length === 0 ? [] : [`or ${candidates.join(', ')}`]),
    ...(confidence === null ? [] : [percent(confidence)]),
    ...(rarity === null ? [] : [`seen in ${percent(rarity)} of shuffled hours`]),
  ].join('  ');
}
