import { depthSum } from './depth.ts';
import type { ExchangeReadings } from './exchangeReadings.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow, type StatedNow, statedNow, sumNow } from './kit/now.ts';
import { AMOUNT } from './kit/range.ts';

/** Bids plus asks within the band on each exchange, in USD. `isLowerBound`: a returned book ended inside the band. */
export function depthNow(
  readings: readonly ExchangeReadings[],
): StatedNow & { readonly isLowerBound: boolean } {
  const sumOf = ({ depth }: ExchangeReadings) => (depth === undefined ? undefined : depthSum(depth));
  const stated = statedNow(
    readings,
    (one) => sumOf(one)?.totalUsd,
    (one) => one.depth?.atMs,
  );
  return { ...stated, isLowerBound: readings.some((one) => sumOf(one)?.isLowerBound === true) };
}

export const depth1pct = defineMetric({
  id: 'depth-1pct',
  name: 'Depth within 1 %',
  unit: 'USD',
  formula: 'Σ resting bids and asks within 1 % of the mid price',
  window: { words: 'now' },
  sources: 'order books of the exchanges',
  caveats: 'A lower bound where the returned book ends inside the band.',
  range: AMOUNT,
  inputs: ['now:depth'],
  shown: { id: 'depth', label: 'Depth ±1 %', names: ['depth ±1 %', 'depth'], ofAll: 'Depth ±1 %' },
  computation: atOnce(({ readings }) => {
    const { isLowerBound, ...depths } = depthNow(readings);
    const value = sumNow(depths);
    if (value === undefined) return { absent: 'no exchange gave its order book' };
    return { value, origin: { ...originNow(depths), ...(isLowerBound ? { isPartial: true } : {}) } };
  }),
});
