import type { ExchangeId } from '../../../src/core/ids.ts';
import type { Observation } from '../../../src/core/observation.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/core/units.ts';
import { PerpscopeError } from '../../../src/core/errors.ts';
import { exchangeAdapters } from '../../../src/sources/exchanges/registry.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { sharedMarkets, type Answers, type SharedWindow } from '../../support/sharedMarkets.ts';
import { hoursBack, openInterestRow, THIS_HOUR } from '../analysis/regime/history.ts';
import { NOW, observe, resultOf, tracked } from './builders.ts';

/** What several test files ask windows that share a history, and what the exchanges answer them. */
export const BTC = { assets: ['BTC'] };
export const TIMED = { ...BTC, servedByMs: 45 * SECOND_MS };
export const NINE = exchangeAdapters.map(({ id }) => id);

/** Rows as exchanges answer them: readings, an hour that has ended, and one that still runs. */
function rowsOf(id: ExchangeId, nowMs: number): Observation[] {
  const at = { atMs: nowMs - 500, receivedAtMs: nowMs };
  const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const bar = {
    barMs: HOUR_MS,
    priceType: 'last',
    openQuote: 1,
    highQuote: 1,
    lowQuote: 1,
    closeQuote: 1,
  } as const;
  return [
    observe(id, 'mark-price', { ...at, markPriceQuote: 100 + (nowMs % 1_000) / 1_000 }),
    observe(id, 'open-interest', { ...at, openInterestBase: 5_000 }),
    observe(id, 'funding-rate', { ...at, fundingRatePerInterval: 0.0001 }),
    observe(id, 'candle', { ...bar, atMs: hour - HOUR_MS, receivedAtMs: nowMs }),
    observe(id, 'candle', { ...bar, atMs: hour, receivedAtMs: nowMs }),
  ];
}

export const answers: Answers = (id, { assets }, clock) => {
  const nowMs = clock.nowMs();
  const failures =
    id === 'gate' ? [{ poll: 'gate/depth', asset: 'BTC', error: new PerpscopeError('timeout', 'too late', { what: 'late' }) }] : []; // prettier-ignore
  return resultOf(id, rowsOf(id, nowMs), {
    startedAtMs: nowMs - 1_000,
    failures,
    tracked: assets.map((asset) => tracked(id, { asset })),
    listed: new Set(['BTC', 'ETH']),
    issues: [{ code: 'decode', path: 'a.b', message: 'no number' }],
    budgets: [{ host: 'rest', usedWeight: 3, weight: 1_200, windowMs: MINUTE_MS }],
    // As where the list could not be read: no contract size is known.
    ...(id === 'htx' ? { tracked: [tracked(id, { isProvisional: true, instrument: { ...tracked(id).instrument, contractSize: { amount: Number.NaN, unit: 'base' } } })] } : {}), // prettier-ignore
  });
};

export async function windows(names: readonly string[], given = answers) {
  const stores = { live: createMemoryStore('live'), simulated: createMemoryStore('simulated') };
  await stores.live.append(
    hoursBack(200, THIS_HOUR, (atMs, index) => openInterestRow('okx', atMs, 100 + index)),
  );
  const rig = sharedMarkets(stores, given, { startMs: NOW });
  const opened = names.map((name) => rig.open(name));
  const roundsOf = () => rig.all.map(({ asked }) => asked.length);
  return { ...rig, stores, opened, roundsOf };
}

export const snapshotOf = ({ market }: SharedWindow) => {
  const { asOfMs: _now, ...snapshot } = market.state.snapshot!;
  return snapshot;
};
