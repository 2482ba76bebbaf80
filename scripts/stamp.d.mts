export function hashOf(inputs: readonly string[], base?: string): string;
export function unlessUnchanged(job: {
  readonly stampFile: string;
  readonly inputs: readonly string[];
  readonly results: readonly string[];
  readonly work: () => Promise<void>;
  readonly base?: string;
}): Promise<boolean>;
