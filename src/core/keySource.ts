/** Gives a provider's key, from the environment or the editor's secret storage. A key is never stored elsewhere. */
export interface KeySource {
  get(providerId: string): Promise<string | undefined>;
}

/** Returns the first key that one of the sources has. */
export function firstKeyOf(...sources: readonly KeySource[]): KeySource {
  return {
    async get(providerId) {
      for (const source of sources) {
        const key = await source.get(providerId);
        if (key !== undefined && key.trim() !== '') return key.trim();
      }
      return undefined;
    },
  };
}
