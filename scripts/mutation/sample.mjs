import { seededRandom } from '../../test/support/mutate.ts';

/**
 * `count` of the items, the same ones for the same seed, in their old order (a partial Fisher-Yates shuffle).
 * @template T
 * @param {readonly T[]} items
 * @param {number} count
 * @param {number} seed
 * @returns {T[]}
 */
export function sampleOf(items, count, seed) {
  const indexes = items.map((_, index) => index);
  const random = seededRandom(seed);
  const size = Math.min(count, items.length);
  for (let at = 0; at < size; at++) {
    const other = at + Math.floor(random() * (items.length - at));
    [indexes[at], indexes[other]] = [indexes[other], indexes[at]];
  }
  const chosen = new Set(indexes.slice(0, size));
  return items.filter((_, index) => chosen.has(index));
}
