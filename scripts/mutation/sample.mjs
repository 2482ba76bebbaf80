/**
 * `count` of the items, the same ones for the same seed, in their old order (mulberry32 and a partial Fisher-Yates shuffle).
 * @template T
 * @param {readonly T[]} items
 * @param {number} count
 * @param {number} seed
 * @returns {T[]}
 */
export function sampleOf(items, count, seed) {
  const indexes = items.map((_, index) => index);
  const random = randomOf(seed);
  const size = Math.min(count, items.length);
  for (let at = 0; at < size; at++) {
    const other = at + Math.floor(random() * (items.length - at));
    [indexes[at], indexes[other]] = [indexes[other], indexes[at]];
  }
  const chosen = new Set(indexes.slice(0, size));
  return items.filter((_, index) => chosen.has(index));
}

function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
