import { newestLabel, valueAt } from '../../series/hours.ts';
import { netTakerVolume as netOf } from './flow.ts';
import type { MetricInputs } from './kit/inputs.ts';
import { defineMetric } from './kit/metric.ts';
import { ofSums } from './kit/ofSums.ts';
import { ANY } from './kit/range.ts';
import { newest } from './kit/tails.ts';
import { ofTrailing } from './kit/through.ts';
import { FLOW_WINDOW_HOURS } from './kit/windows.ts';
import { OF_DAY, TAKERS } from './takerSums.ts';

/** The newest close of an hour that has ended; of several that of the endpoint, then instrument, last by name. NaN without one. */
function newestClose({ series, nowMs }: MetricInputs): number {
  let best = { atMs: -Infinity, from: '', close: Number.NaN };
  for (const { endpoint, instrument, column } of series.parts('last-close')) {
    const atMs = newestLabel(column, nowMs);
    const from = `${endpoint} ${instrument}`;
    if (atMs === undefined || atMs < best.atMs || (atMs === best.atMs && from < best.from)) continue;
    best = { atMs, from, close: valueAt(column, atMs) };
  }
  return best.close;
}

export const netTakerVolume = defineMetric({
  id: 'net-taker-volume',
  name: 'Net taker volume',
  unit: 'USD',
  formula: '(taker buys − taker sells in coins) × newest price',
  window: { words: 'named with the number' },
  sources: 'taker volume endpoints or bars',
  caveats: 'An absolute amount; what is large depends on the asset.',
  range: ANY,
  inputs: ['taker-buy', 'taker-sell', 'last-close'],
  feature: { key: 'netTakerVolumeUsd', unit: 'usd', words: 'net taker volume' },
  computation: ofSums({
    ...TAKERS,
    tail: newest(ofTrailing(FLOW_WINDOW_HOURS, netOf)),
    outcome: (net, origin, inputs) => ({
      value: net * newestClose(inputs),
      origin: { ...OF_DAY, ...origin },
    }),
  }),
});
