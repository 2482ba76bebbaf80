import type { ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import type { ExchangeAdapter, OpenInterestSides } from '../sources/exchanges/contract.ts';

type Known = Pick<ExchangeAdapter, 'id' | 'openInterestSides'>;

/** What every row of an exchange counts, where that is known of all of them; the first of its table is about perpetuals. */
function verdictOf(evidence: readonly OpenInterestSides[] = []): OpenInterest['sides'] | undefined {
  return evidence.some((one) => one.sides === 'unverified') ? undefined : evidence[0]?.sides;
}

/** Returns how exchanges count open interest, of those where that is known of every row. For rows that were stored before it was. */
export function knownSides(adapters: readonly Known[]): ReadonlyMap<ExchangeId, OpenInterest['sides']> {
  const verdicts = new Map<ExchangeId, OpenInterest['sides']>();
  for (const { id, openInterestSides } of adapters) {
    const verdict = verdictOf(openInterestSides);
    if (verdict !== undefined) verdicts.set(id, verdict);
  }
  return verdicts;
}
