import type { ExchangeReadings } from './exchangeReadings.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { originNow, statedNow, type StatedNow } from './kit/now.ts';
import { RATIO } from './kit/range.ts';
import { median } from './statistics.ts';

/** The hourly ratio of all accounts of each exchange. */
export function longShortNow(readings: readonly ExchangeReadings[]): StatedNow {
  return statedNow(
    readings,
    (one) => one.longShort?.longShortRatio,
    (one) => one.longShort?.atMs,
  );
}

export const longShortRatio = defineMetric({
  id: 'long-short-ratio',
  name: 'Long/short ratio',
  unit: 'ratio',
  formula: 'long accounts / short accounts; over exchanges the median',
  window: { words: 'latest bar of the exchange' },
  sources: 'long/short endpoints',
  caveats: 'Counts accounts, not money. Above 1.5 is common; the percentile says more.',
  range: RATIO,
  inputs: ['now:long-short-ratio'],
  feature: { key: 'longShortRatio', unit: 'ratio', words: 'long/short ratio' },
  shown: {
    id: 'long-short',
    label: 'Long/short accounts 1 h',
    names: ['long/short 1h', 'L/S 1h'],
    ofAll: 'Long/short, median',
  },
  computation: atOnce(({ readings }) => {
    const ratios = longShortNow(readings);
    if (ratios.values.length === 0) return { absent: 'no fresh long/short ratio of all accounts' };
    return { value: median(ratios.values), origin: originNow(ratios) };
  }),
});
