import type { Observation } from '../../core/observation.ts';

/** No exchange lets a rate come near 20 % per interval; a value beyond is a percentage or a mistake. */
const MAX_FUNDING_PER_INTERVAL = 0.2;

/** Returns why an observation cannot be true, or undefined. Holds for every exchange, so adapters need not repeat it. */
export function whyImpossible(observation: Observation): string | undefined {
  // A plain loop: this runs for every row of every answer.
  for (const key in observation) {
    const value: unknown = observation[key as keyof Observation];
    if (typeof value === 'number' && !Number.isFinite(value)) return `${key} is not finite`;
  }
  if (observation.kind === 'funding-rate') {
    const rate = observation.fundingRatePerInterval;
    return Math.abs(rate) > MAX_FUNDING_PER_INTERVAL
      ? `a funding rate of ${rate} per interval is not possible`
      : undefined;
  }
  if (observation.kind === 'candle') {
    const { openQuote, highQuote, lowQuote, closeQuote } = observation;
    const isOrdered =
      highQuote >= Math.max(openQuote, closeQuote) && lowQuote <= Math.min(openQuote, closeQuote);
    return isOrdered ? undefined : 'the high or low of the bar contradicts its open and close';
  }
  return undefined;
}
