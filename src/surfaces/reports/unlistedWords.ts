import type { AssetSnapshot } from '../../market/snapshot.ts';

/** Says that no exchange lists an asset and what is listed instead; undefined where one does, or nobody could say. */
export function unlistedWords({
  asset,
  unlisted,
}: Pick<AssetSnapshot, 'asset' | 'unlisted'>): string | undefined {
  if (unlisted === undefined) return undefined;
  const { lists, of, nearest } = unlisted;
  const scope = lists === of ? '' : ` (the lists of ${lists} of ${of} exchanges were read)`;
  const who = `No exchange lists ${asset} as a perpetual${scope}.`;
  const last = nearest.at(-1);
  if (last === undefined) return who;
  const names = nearest.length === 1 ? last : `${nearest.slice(0, -1).join(', ')} or ${last}`;
  return `${who} Did you mean ${names}?`;
}
