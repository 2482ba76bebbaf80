import type * as vscode from 'vscode';
import type { KeySource } from '../../core/keySource.ts';

/** A provider that takes a key, as people choose it. */
export interface KeyedProvider {
  readonly id: string;
  readonly displayName: string;
  readonly adds: string;
  readonly environment: string;
  readonly signUpUrl: string;
}

/** Keys in the editor's secret storage: never in settings, never synchronised, never logged. */
export class SecretKeys implements KeySource {
  readonly #secrets: vscode.SecretStorage;

  constructor(secrets: vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  async get(providerId: string): Promise<string | undefined> {
    return this.#secrets.get(secretId(providerId));
  }

  /** Keeps a key, or removes it where the text is empty. */
  async set(providerId: string, key: string): Promise<void> {
    if (key === '') await this.#secrets.delete(secretId(providerId));
    else await this.#secrets.store(secretId(providerId), key);
  }
}

const secretId = (providerId: string): string => `key/${providerId}`;

/** The parts of the editor's window that ask people. */
export type KeyPrompts = Pick<typeof vscode.window, 'showQuickPick' | 'showInputBox'>;

/** The shortest keys of providers have 32 characters; half of it is no key of any. */
const SHORTEST_KEY = 16;
const LONGEST_KEY = 512;

/** Returns what is wrong with the form of a key, in words; undefined where it could be one, or is empty. */
function keyProblem(key: string): string | undefined {
  if (key === '') return undefined;
  if (!/^[\x21-\x7e]*$/.test(key)) return 'A key has letters, digits and signs of ASCII, and no spaces.';
  if (key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY) return undefined;
  return `A key has ${SHORTEST_KEY} to ${LONGEST_KEY} characters; this has ${key.length}.`;
}

/** Asks for a provider and its key, one prompt each; an empty key removes it. Returns whether anything changed. */
export async function setApiKey(
  keys: SecretKeys,
  providers: readonly KeyedProvider[],
  prompts: () => KeyPrompts,
): Promise<boolean> {
  const items = await Promise.all(
    providers.map(async (provider) => ({
      label: provider.displayName,
      description: (await keys.get(provider.id)) === undefined ? 'no key' : 'a key is set',
      detail: `Adds ${provider.adds}.`,
      provider,
    })),
  );
  const chosen = await prompts().showQuickPick(items, { title: 'Set API key', placeHolder: 'Provider' });
  if (chosen === undefined) return false;
  const { id, displayName, environment, signUpUrl } = chosen.provider;
  const key = await prompts().showInputBox({
    title: `API key of ${displayName}`,
    prompt: `Stored in the editor's secret storage. Leave empty to remove. Get a key: ${signUpUrl}. If the environment variable ${environment} is set, it is used instead. Only the form is checked here: whether ${displayName} takes the key shows after the next refresh.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => keyProblem(value.trim()),
  });
  if (key === undefined) return false;
  await keys.set(id, key.trim());
  return true;
}
