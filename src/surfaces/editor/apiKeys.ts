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

/** Asks for a provider and its key; an empty key removes it. Returns whether anything changed. */
export async function setApiKey(
  keys: SecretKeys,
  providers: readonly KeyedProvider[],
  prompts: KeyPrompts,
): Promise<boolean> {
  const items = await Promise.all(
    providers.map(async (provider) => ({
      label: provider.displayName,
      description: (await keys.get(provider.id)) === undefined ? 'no key' : 'a key is set',
      detail: `Adds ${provider.adds}.`,
      provider,
    })),
  );
  const chosen = await prompts.showQuickPick(items, { title: 'Set API key', placeHolder: 'Provider' });
  if (chosen === undefined) return false;
  const { id, displayName, environment, signUpUrl } = chosen.provider;
  const key = await prompts.showInputBox({
    title: `API key of ${displayName}`,
    prompt: `Kept in the editor's secret storage. Empty removes it. Keys: ${signUpUrl}. ${environment} goes before it.`,
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' || /^[\x21-\x7e]{4,512}$/.test(value.trim())
        ? undefined
        : 'At least four visible characters without spaces',
  });
  if (key === undefined) return false;
  await keys.set(id, key.trim());
  return true;
}
