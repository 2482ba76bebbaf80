/**
 * Returns the keys that stand below `perpscope.` in some settings file and that nothing declares; one of the groups in
 * which declared settings stand is among them where it is something else than a group.
 */
export function unknownKeys(value: unknown, known: readonly string[], prefix = ''): string[] {
  if (!isGroup(value)) return [];
  return Object.entries(value).flatMap(([name, below]) => {
    const key = `${prefix}${name}`;
    if (known.includes(key)) return [];
    const holdsKnown = known.some((one) => one.startsWith(`${key}.`));
    if (holdsKnown && below === undefined) return [];
    return holdsKnown && isGroup(below) ? unknownKeys(below, known, `${key}.`) : [key];
  });
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
