import { HOUR_MS } from '../../core/units.ts';
import { DAY_MS } from '../../core/units.ts';
import type { ExchangeReadings } from './exchangeReadings.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow, type StatedNow, statedNow, sumNow } from './kit/now.ts';
import { AMOUNT } from './kit/range.ts';

/** What each exchange traded in the last 24 h, in USD. */
export function volumesNow(readings: readonly ExchangeReadings[]): StatedNow {
  return statedNow(
    readings,
    (one) => one.volume24hUsd,
    (one) => one.volumeAtMs,
  );
}

export const volume = defineMetric({
  id: 'volume',
  name: 'Futures volume',
  unit: 'USD',
  formula: 'Σ traded volume, each trade counted once',
  window: { words: '24 hours', ms: 24 * HOUR_MS },
  sources: 'ticker endpoints',
  caveats: 'As the exchanges report it; wash trading cannot be told apart.',
  range: AMOUNT,
  inputs: ['now:volume'],
  shown: {
    id: 'volume',
    label: 'Volume 24 h',
    names: ['volume 24h', 'vol 24h', 'vol'],
    ofAll: 'Volume, 24 h',
  },
  computation: atOnce(({ readings }) => {
    const volumes = volumesNow(readings);
    const value = sumNow(volumes);
    if (value === undefined) return { absent: 'no exchange gave the volume of 24 h' };
    return { value, origin: { windowMs: DAY_MS, ...originNow(volumes) } };
  }),
});
