/** Returns the list with one of its entries a place further up or down, as far as there is a place. */
export function moved<T>(list: readonly T[], one: T, by: -1 | 1): readonly T[] {
  const at = list.indexOf(one);
  const to = at + by;
  if (at < 0 || to < 0 || to >= list.length) return list;
  return list.toSpliced(at, 1).toSpliced(to, 0, one);
}
