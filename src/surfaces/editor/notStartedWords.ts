import { plainText } from '../../core/outsideText.ts';
import type { MarketState } from '../../market/snapshot.ts';

/** Returns why there is no market, as a whole sentence for every surface: a setting that lets nobody be asked, or an error. */
export function notStartedWords({ lastError, isBlocked }: MarketState): string {
  const what = isBlocked === true ? 'Perpscope asks nobody' : 'Perpscope could not start';
  const why = plainText(lastError ?? 'the log says why');
  return `${what}: ${why}${/[.!?]$/.test(why) ? '' : '.'}`;
}
