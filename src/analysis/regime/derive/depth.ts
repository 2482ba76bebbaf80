import { depthIndex, depthSum } from '../../metrics/depth.ts';
import type { FeatureCollector } from '../featureCollector.ts';
import { hourlyByExchange, newestAlignedSum } from '../hourly.ts';
import type { FeatureInput } from './input.ts';
import { BASELINE_HOURS, freshHour, last, originOfReadings, windowMs } from './window.ts';

/**
 * Adds the depth index: z of the log of resting orders within 1 % of mid, over the exchanges whose books were read for
 * half a week. Exchanges publish no history of depth, so only hours in which Perpscope ran count.
 */
export function addDepth(table: FeatureCollector, { history, nowMs }: FeatureInput): void {
  // A book that ends inside the band is a lower bound; its sum would move with the number of levels returned.
  const whole = history.depth.filter((book) => book.reachedBid && book.reachedAsk);
  const byExchange = hourlyByExchange(whole, 'sum', (book) => depthSum(book)?.totalUsd);
  const sum =
    freshHour(byExchange, nowMs) === undefined
      ? undefined
      : newestAlignedSum(byExchange, nowMs, BASELINE_HOURS + 1, BASELINE_HOURS / 2);
  if (sum === undefined) {
    const needed = `needs ${BASELINE_HOURS / 2} hours of order books (exchanges publish none), recorded by Perpscope itself`;
    table.miss('depthZ', `${needed}. Leave the editor open, or use --store`);
    return;
  }
  const score = depthIndex(sum.values.slice(0, -1), last(sum.values), { windowPoints: BASELINE_HOURS });
  const origin = { baselineWindowMs: windowMs(BASELINE_HOURS), ...originOfReadings(sum) };
  table.setZ('depthZ', score, origin, { unit: 'usd', of: Math.exp });
}
