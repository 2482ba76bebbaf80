import type { ExchangeId } from '../../core/ids.ts';
import type { UnverifiedSides } from '../metrics/unverifiedSides.ts';
import { inShownOrder, joinedWords } from '../../core/exchangeNames.ts';

/** Returns whose sides are not verified and how much that can matter, as a sentence without its end. */
export function unverifiedSidesWords(
  { exchanges, tooHighAtMost, areLikelyOne }: UnverifiedSides,
  nameOf: (id: ExchangeId) => string,
): string {
  const names = joinedWords(inShownOrder(exchanges).map(nameOf));
  const [say, count] = exchanges.length === 1 ? ['does', 'it counts'] : ['do', 'they count'];
  const likely = areLikelyOne ? ' (probably one)' : '';
  const percent = (tooHighAtMost * 100).toPrecision(3);
  return `${names} ${say} not say whether ${count} one side or both${likely}; if both, the sum is up to ${percent} % too high`;
}
