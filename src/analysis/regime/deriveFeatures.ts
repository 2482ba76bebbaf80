import { addDepth } from './derive/depth.ts';
import { addPriceAndVolume, addTakerFlow } from './derive/flow.ts';
import { addLiquidations } from './derive/liquidations.ts';
import { addBasis, addSpot } from './derive/spot.ts';
import type { FeatureInput } from './derive/input.ts';
import { addOpenInterest } from './derive/openInterest.ts';
import { addFunding } from './derive/positioning.ts';
import { FeatureCollector } from './featureCollector.ts';
import type { FeatureSet } from './features.ts';

export type { FeatureHistory, FeatureInput, FeatureReadings } from './derive/input.ts';

/**
 * Computes the regime's features from stored bars and current readings. Pure. What cannot be computed is absent, with
 * the reason; windows, sources and ages are kept beside each value. Definitions: definitions §1 to §3, §8.
 */
export function deriveFeatures(input: FeatureInput): FeatureSet {
  const table = new FeatureCollector(input.asset, input.nowMs);
  addPriceAndVolume(table, input);
  addOpenInterest(table, input);
  addTakerFlow(table, input);
  addFunding(table, input);
  addLiquidations(table, input);
  addDepth(table, input);
  addSpot(table, input);
  addBasis(table, input);
  return table.result();
}
