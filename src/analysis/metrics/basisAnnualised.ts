import type { ExchangeReadings } from './exchangeReadings.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow, statedNow, type StatedNow } from './kit/now.ts';
import { percentOf } from './kit/outcomes.ts';
import { PERCENT } from './kit/range.ts';
import { median } from './statistics.ts';

/** The basis a year of each exchange's future nearest three months, a fraction. */
export function basisNow(readings: readonly ExchangeReadings[]): StatedNow {
  return statedNow(
    readings,
    (one) => one.basis?.annualised,
    (one) => one.basis?.atMs,
  );
}

export const basisAnnualised = defineMetric({
  id: 'basis-annualised',
  name: 'Basis, annualised',
  unit: 'percent per year',
  formula: '(mark of the future / index − 1) × 365 / days to expiry',
  window: { words: 'now' },
  sources: 'dated futures and their index; the median over exchanges of the future nearest three months',
  caveats: 'Simple, 365 days, nothing within two days of expiry. The premium of a perpetual is not a basis.',
  range: PERCENT,
  inputs: ['now:basis'],
  feature: { key: 'basisAnnualisedPct', unit: 'percent', words: 'annualised basis' },
  shown: { ofAll: 'Basis a year, future nearest three months, median' },
  computation: atOnce(({ readings }) => {
    const stated = basisNow(readings);
    if (stated.values.length === 0) return { absent: 'no exchange gave a dated future with its index' };
    return { value: percentOf(median(stated.values)), origin: originNow(stated) };
  }),
});
