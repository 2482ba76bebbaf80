import { alternativeMe } from './alternativeMe.ts';
import { coinalyze } from './coinalyze.ts';
import { coinGecko } from './coinGecko.ts';
import { coinGlass } from './coinGlass.ts';
import type { ContextProvider } from './contract.ts';
import { cryptoQuant } from './cryptoQuant.ts';
import { fred } from './fred.ts';

/** Every context provider, in the order in which it is shown. */
export const contextProviders: readonly ContextProvider[] = [
  alternativeMe,
  coinGecko,
  fred,
  coinGlass,
  cryptoQuant,
  coinalyze,
];

/** Returns a context provider, or undefined for an id that none has. */
export function contextProviderOf(id: string): ContextProvider | undefined {
  return contextProviders.find((provider) => provider.id === id);
}
