import { ASSET_NAME_RULE, parseAsset } from '../../core/assetName.ts';
import type { Asset } from '../../core/ids.ts';
import { nearestNames } from '../../core/nearest.ts';

/** One line of the list of assets. A line without `asset` says something and cannot be chosen. */
export interface AssetChoice {
  readonly label: string;
  readonly description?: string;
  readonly asset?: Asset;
  /** Stays in sight although what is typed does not stand in it. */
  readonly isAnswer?: true;
}

export interface AssetChoicesInput {
  readonly typed: string;
  readonly current: Asset;
  /** The assets that are followed already. */
  readonly followed: readonly Asset[];
  /** What the exchanges list, by the lists that were read; empty while none was. */
  readonly listed: readonly Asset[];
}

const MOST_NEAR = 5;

/**
 * Returns what there is to choose for what is typed: the followed assets, then all listed ones. A name that stands in no
 * list cannot be chosen: the nearest that do are offered. Scaled names find their coin: 1000PEPE and kPEPE find PEPE.
 * Before any list was read the name is taken as it is, and the line says so.
 */
export function assetChoices({ typed, current, followed, listed }: AssetChoicesInput): AssetChoice[] {
  const isListed = (asset: Asset): boolean => listed.length === 0 || listed.includes(asset);
  const lines = [...new Set([...followed, ...listed])].map((asset): AssetChoice => {
    const notes = [
      ...(asset === current ? ['shown now'] : []),
      ...(followed.includes(asset) ? ['followed'] : []),
      ...(isListed(asset) ? [] : ['listed by no exchange that was read']),
    ];
    const description = notes.length === 0 ? {} : { description: notes.join(', ') };
    return { label: asset, ...description, ...(isListed(asset) ? { asset } : {}) };
  });
  const known = lines.flatMap(({ asset }) => asset ?? []);
  return [...answers(typed.trim(), known, listed), ...lines];
}

function answers(typed: string, known: readonly Asset[], listed: readonly Asset[]): AssetChoice[] {
  if (typed === '') return [];
  const asset = parseAsset(typed);
  if (asset === undefined) {
    const [first = ''] = typed.split(/[\s/\\,;|]+/u);
    const near = parseAsset(first);
    const hint = near !== undefined && known.includes(near) ? [offered(near, 'listed')] : [];
    return [...hint, said(`"${typed}" is no ticker`, `Write ${ASSET_NAME_RULE}`)];
  }
  if (known.includes(asset))
    return asset === typed.toUpperCase() ? [] : [offered(asset, `${typed} is counted in single ${asset}`)];
  if (listed.length === 0)
    return [offered(asset, 'the lists of the exchanges have not been read yet, so it is not checked')];
  const near = nearestNames(asset, listed, MOST_NEAR);
  return [
    said(
      `No exchange that was read lists ${asset}`,
      near.length === 0 ? 'and no listed name is like it' : 'Did you mean',
    ),
    ...near.map((name) => offered(name, `${name}?`)),
  ];
}

const offered = (asset: Asset, description: string): AssetChoice => ({
  label: asset,
  description,
  asset,
  isAnswer: true,
});
const said = (label: string, description: string): AssetChoice => ({ label, description, isAnswer: true });
