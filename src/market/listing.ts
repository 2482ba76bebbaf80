import type { Asset } from '../core/ids.ts';
import { nearestNames } from '../core/nearest.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { Unlisted } from './snapshot.ts';

/** Returns every asset that the exchanges list a perpetual on, by the lists that were read; sorted. */
export function listedAssets(results: readonly Pick<ExchangeResult, 'listed'>[]): Asset[] {
  return [...new Set(results.flatMap(({ listed }) => [...(listed ?? [])]))].sort();
}

/**
 * Returns that no list holds an asset, with the nearest names that lists do hold; undefined where one of them holds it
 * and where no list could be read: silence says nothing. `exchanges` is how many there are, chosen or not.
 */
export function unlistedOf(
  asset: Asset,
  results: readonly Pick<ExchangeResult, 'listed'>[],
  exchanges: number,
): Unlisted | undefined {
  const lists = results.flatMap(({ listed }) => listed ?? []);
  if (lists.length === 0 || lists.some((list) => list.has(asset))) return undefined;
  return { lists: lists.length, of: exchanges, nearest: nearestNames(asset, listedAssets(results), 3) };
}
