import { fundingPer8h } from './funding.ts';
import { atOnce, defineMetric } from './kit/metric.ts';
import { CAP, CAP_BY_EXCHANGE } from './kit/range.ts';
import { NO_FUNDING, usableFunding } from './usableFunding.ts';

export const fundingCap = defineMetric({
  id: 'funding-cap',
  name: 'Funding cap',
  unit: 'percent per 8 h',
  formula: 'the highest of the caps of the exchanges with a usable rate, each cap × 8 h / its interval',
  window: { words: 'now' },
  sources: 'instrument or funding endpoints',
  caveats: 'Where it is below 0.5 % the usual alarm level of 0.5 % per interval cannot be reached.',
  range: CAP,
  inputs: ['now:funding', 'now:open-interest'],
  feature: {
    key: 'fundingCapPct',
    unit: 'percent',
    words: 'funding cap',
    beside: { fundingCapPctByExchange: CAP_BY_EXCHANGE },
  },
  computation: atOnce((inputs) => {
    const usable = usableFunding(inputs);
    if (usable === undefined) return { absent: NO_FUNDING };
    const caps = usable.readings.flatMap(({ exchange, funding }) => {
      const cap = funding.cap === undefined ? undefined : fundingPer8h(funding.cap, funding.intervalMs);
      return cap === undefined ? [] : [[exchange, cap * 100] as const];
    });
    if (caps.length === 0) return { absent: 'no exchange with a usable rate states its cap' };
    return {
      value: Math.max(...caps.map(([, cap]) => cap)),
      origin: usable.origin,
      beside: {
        fundingCapPctByExchange: { value: Object.fromEntries(caps), origin: usable.origin },
      },
    };
  }),
});
