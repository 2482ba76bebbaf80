import type { RegimeAssessment } from '../../analysis/regime/assessment.ts';
import type { MarketState } from '../../market/snapshot.ts';
import { formatUtc } from './format.ts';

/** Of the faults of a file so many are repeated where regimes are shown; the log has more. */
const SHOWN = 3;

/**
 * Returns what must be said of the rules beside a regime, a sentence each: that a chosen file is not what judges, and why, or that other
 * rules than this window's have judged. Nothing where all is as it was chosen.
 */
export function rulesWords({ rules, isFollowing }: MarketState, regime: RegimeAssessment): string[] {
  const lines: string[] = [];
  if (rules === undefined) return lines;
  const { version, digest, file, readAtMs, faults } = rules;
  if (faults !== undefined) {
    const which = readAtMs === undefined ? 'built-in rules' : `rules from ${file} of ${formatUtc(readAtMs)}`;
    const more = faults.length > SHOWN ? '; …' : '';
    lines.push(
      `The ${which} are in force; the file has an error: ${faults.slice(0, SHOWN).join('; ')}${more}.`,
    );
  }
  if (regime.rulesVersion !== version || regime.rulesDigest !== digest) {
    const whose = isFollowing ? ' of the window that collects' : '';
    lines.push(`Judged by rules ${regime.rulesVersion}${whose}, not by ${version} of this one.`);
  }
  return lines;
}
