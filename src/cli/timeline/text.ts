import { labelWords } from '../../analysis/regime/labelWords.ts';
import type { RuleSet } from '../../analysis/regime/ruleTypes.ts';
import type { TimelineLine } from '../../analysis/timeline/line.ts';
import { formatRarity, formatUtc } from '../../surfaces/reports/format.ts';
import { confidencePercent, regimeName } from '../../surfaces/reports/regimeWords.ts';
import { runsOf } from '../../analysis/timeline/runs.ts';
import { familyWords } from '../../surfaces/protocol/regimeNames.ts';
import { transitionsOf } from '../../surfaces/protocol/transitions.ts';

/** Returns a line of a timeline in words, those of the rules where they are at hand: when, what, how sure, and how often noise shows as much. */
export function timelineText(line: TimelineLine, rules?: RuleSet): string {
  const { atMs, asset, label, family, isWeak, candidates, confidence, rarity, rarityBasis } = line;
  const isKnown = family !== 'unknown' && label !== 'neutral';
  const others = candidates.filter((one) => one !== label).map((one) => labelWords(one, rules));
  return [
    `${formatUtc(atMs)}  ${asset}`,
    `${regimeName({ words: labelWords(label, rules), isWeak })}${isKnown ? ` (${familyWords(family)})` : ''}`,
    ...(others.length === 0 ? [] : [`or ${others.join(', ')}`]),
    ...(confidence === null || label === 'unknown'
      ? []
      : [`confidence ${confidencePercent({ confidence })}`]),
    ...(rarity === null || label === 'unknown' ? [] : [`seen in ${formatRarity(rarity, rarityBasis)}`]),
  ].join('  ');
}

/**
 * Returns what followed upon what in lines of one asset, a line each: how often, of how many stays whose end was seen. Nothing
 * where no label was seen to change. Between lines further apart than `longestPauseMs` nobody watched.
 */
export function transitionsText(lines: readonly TimelineLine[], longestPauseMs: number): string[] {
  const found = transitionsOf(runsOf(lines, longestPauseMs)).map(({ from, to, count, of, unseen }) => {
    const rest = unseen === 0 ? '' : ` (the end of ${unseen} more was not seen)`;
    return `  ${from} -> ${to}  ${count} of ${of} ${of === 1 ? 'stay' : 'stays'}${rest}`;
  });
  return found.length === 0 ? [] : ['', `Transitions of ${lines[0]?.asset}`, ...found];
}
