/** Returns a regime in words, and whether it is weak: short squeeze (weak). */
export function regimeName({ words, isWeak }: { readonly words: string; readonly isWeak: boolean }): string {
  return `${words}${isWeak ? ' (weak)' : ''}`;
}

/** Returns a family in words: new longs. */
export function familyWords(family: string): string {
  return family.replaceAll('-', ' ');
}
