/** More texts than exchanges list instruments: a stream may name anything, and memory is bounded. */
const MOST_TEXTS = 5_000;

/** Returns a function that makes something of a text once, for texts that come again with every push. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    if (made.size >= MOST_TEXTS) made.clear();
    const own = make(text);
    made.set(text, own);
    return own;
  };
}
