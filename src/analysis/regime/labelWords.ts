import type { RegimeLabel } from './assessment.ts';

const LABELS: Readonly<Record<RegimeLabel, string>> = {
  'spot-led-rally': 'spot-led rally',
  'leverage-led-rally': 'leverage-led rally',
  'short-squeeze': 'short squeeze',
  'crowded-long': 'crowded long',
  'crowded-short': 'crowded short',
  'leverage-build-up': 'leverage build-up',
  deleveraging: 'deleveraging',
  'long-squeeze': 'long squeeze',
  'illiquid-sell-off': 'illiquid sell-off',
  neutral: 'neutral',
  unknown: 'unknown',
};

/** Returns a label in words: spot-led rally. */
export function labelWords(label: RegimeLabel): string {
  return LABELS[label];
}
