import type { RegimeLabel } from './assessment.ts';

/** Returns a label in words: spot-led rally, leverage build-up. */
export function labelWords(label: RegimeLabel): string {
  return label.replace(/-(?!led|up|off)/g, ' ');
}
