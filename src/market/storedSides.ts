import type { ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import type { ExchangeAdapter, OpenInterestSides } from '../sources/exchanges/contract.ts';

type Known = Pick<ExchangeAdapter, 'id' | 'openInterestSides'>;

/** What every row of an exchange counts, where that is known of all of them; the first of its table is about perpetuals. */
function verdictOf(evidence: readonly OpenInterestSides[] = []): OpenInterest['sides'] | undefined {
  return evidence.some((one) => one.sides === 'unverified') ? undefined : evidence[0]?.sides;
}

/**
 * Returns stored open interest with the sides that are known today. Rows keep what was known when they were stored: one
 * that was `unverified` then would be taken as is beside newer ones that are halved, and the series would fall by half
 * on the day the verdict came, without a position closed.
 */
export function withKnownSides(
  rows: readonly OpenInterest[],
  adapters: readonly Known[],
): readonly OpenInterest[] {
  const verdicts = new Map<ExchangeId, OpenInterest['sides']>();
  for (const { id, openInterestSides } of adapters) {
    const verdict = verdictOf(openInterestSides);
    if (verdict !== undefined) verdicts.set(id, verdict);
  }
  return rows.map((row) => {
    const sides = row.sides === 'unverified' ? verdicts.get(row.exchange) : undefined;
    return sides === undefined ? row : { ...row, sides };
  });
}
