import type { Collecting } from '../../market/health.ts';

/** Returns in two words who asks the exchanges, of windows that share a history. */
export function collectorName({ isHere, by }: Collecting): string {
  if (by.startsWith('collect ')) return isHere ? 'This process' : 'perpscope collect';
  return isHere ? 'This window' : 'Another window';
}

/** Returns in a sentence who asks the exchanges, and what that means here. */
export function collectingText(collecting: Collecting): string {
  const name = collectorName(collecting);
  if (collecting.isHere) return `${name} collects; other windows show what it collects.`;
  return `${name} collects; this one shows what it collects and takes its place when it ends.`;
}
