import { HOUR_MS } from '../../core/units.ts';
import { defineMetric } from './kit/metric.ts';
import { CHANGE } from './kit/range.ts';

export const openInterestChangeSameExchanges = defineMetric({
  id: 'open-interest-change-same-exchanges',
  name: 'Open interest change, same exchanges',
  unit: 'percent',
  formula:
    'Σ coins now / Σ coins then − 1 over the exchanges that have both; coins then = coins now × the exchange’s own then / now',
  window: { words: '1 hour, 24 hours or 7 days', ms: 24 * HOUR_MS },
  sources:
    'readings with readings (then: within 5 minutes of an hour ago, within 30 of a day or a week ago), else the newest hour of an exchange’s history, at most 3 hours old, with the hour then',
  caveats:
    'Both ends count sides alike. Hours are never compared over one hour. Absent where these exchanges hold less than half of the coins.',
  range: CHANGE,
  inputs: ['now:open-interest', 'open-interest'],
});
