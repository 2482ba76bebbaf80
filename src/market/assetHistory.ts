import type { AssetSeries } from '../series/assetSeries.ts';

/** An asset's stored history, as features, charts and changes are made from it. */
export type AssetHistory = AssetSeries;
