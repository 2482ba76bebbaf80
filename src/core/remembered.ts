/** Returns a look-up that keeps what it made, up to `most` of it; then it forgets all and starts again. */
export function remembered<Key, T>(make: (key: Key) => T, most: number): (key: Key) => T {
  const made = new Map<Key, T>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= most) made.clear();
    const own = make(key);
    made.set(key, own);
    return own;
  };
}
