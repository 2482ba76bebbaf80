import type { KeySource } from '../../core/keySource.ts';
import type { ContextProvider } from './contract.ts';

/** What people need to know to choose and set a key. Plain data; holds no key. */
export interface KeyedProvider {
  readonly id: string;
  readonly displayName: string;
  readonly adds: string;
  readonly environment: string;
  readonly signUpUrl: string;
}

/** Returns the providers that take a key. */
export function keyedProviders(providers: readonly ContextProvider[]): KeyedProvider[] {
  return providers.flatMap(({ id, displayName, adds, key }) =>
    key === undefined
      ? []
      : [{ id, displayName, adds, environment: key.environment, signUpUrl: key.signUpUrl }],
  );
}

/** Keys from environment variables. */
export function environmentKeys(
  providers: readonly ContextProvider[],
  environment: Readonly<Record<string, string | undefined>>,
): KeySource {
  return {
    get: (id) => {
      const name = providers.find((provider) => provider.id === id)?.key?.environment;
      return Promise.resolve(name === undefined ? undefined : environment[name]);
    },
  };
}

/** Returns how a key is set, for the row of a provider that has none. */
export function howToSetKey({ key }: Pick<ContextProvider, 'key'>): string {
  return key === undefined
    ? ''
    : `set ${key.environment}, or run Perpscope: Set API Key; keys: ${key.signUpUrl}`;
}

/** Returns whether a text can be sent as a key: visible ASCII without spaces, as every header demands. */
export function isSendableKey(key: string): boolean {
  return /^[\x21-\x7e]{4,512}$/.test(key);
}
