/** Returns the known word closest to `given` by edit distance, if it is close enough to be a slip, else undefined. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(given.length / 3));
  const ranked = known
    .map((word) => ({ word, distance: editDistance(given.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= limit ? best.word : undefined;
}

/**
 * Returns the known names that somebody may have meant, nearest first, at most `count`: those that hold the given one
 * or are held in it (PEPE and 1000PEPE, BTCUSDT and BTC), then slips of a letter, of two in names from five letters on.
 */
export function nearestNames(given: string, known: readonly string[], count: number): string[] {
  const MIN_PART = 3;
  const holds = (whole: string, part: string): boolean => part.length >= MIN_PART && whole.includes(part);
  return known
    .map((name) => {
      const isPart = holds(name, given) || holds(given, name);
      const distance = editDistance(given, name);
      const slips = given.length >= 5 ? 2 : 1;
      return { name, rank: isPart ? 0 : distance <= slips ? 1 : 2, distance };
    })
    .filter(({ rank }) => rank < 2)
    .sort((a, b) => a.rank - b.rank || a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
