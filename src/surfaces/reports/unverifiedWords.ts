import { unverifiedSidesWords } from '../../analysis/regime/unverifiedSidesWords.ts';
import { exchangeName } from '../../core/exchangeNames.ts';
import type { AssetAggregate } from '../../market/snapshot.ts';

/** Returns whose sides are not verified, in one sentence for wherever a sum is shown; undefined where all are known. */
export function unverifiedWords({
  unverifiedSides,
}: Pick<AssetAggregate, 'unverifiedSides'>): string | undefined {
  return unverifiedSides === undefined
    ? undefined
    : `${unverifiedSidesWords(unverifiedSides, exchangeName)}.`;
}
