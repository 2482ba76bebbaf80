import type { ExchangeHealth } from '../../market/health.ts';
import { formatUtc } from './format.ts';
import type { HealthRow } from './healthRow.ts';

type SideFinding = ExchangeHealth['sideEvidence'][number];

const CONVENTIONS: Readonly<Record<SideFinding['stated'], string>> = {
  one: 'one side',
  both: 'both sides, halved for sums',
  unverified: 'unverified',
};

/** Returns one line for each endpoint whose numbers say how its open interest counts sides. */
export function sideRows(findings: readonly SideFinding[]): HealthRow[] {
  return findings.map((finding) => {
    const { endpoint, stated, evidence, atMs, isContradiction, changedFrom } = finding;
    const warning = warningOf(finding);
    return {
      id: `sides-${evidence.check}-${endpoint}`,
      label: 'Sides of open interest',
      value: `${evidence.words}${warning === undefined ? '' : `. ${warning}`}`,
      detail: `${endpoint}, ${formatUtc(atMs)}. Perpscope reads it as: ${CONVENTIONS[stated]}.`,
      isTrouble: isContradiction || changedFrom !== undefined,
    };
  });
}

function warningOf({ stated, isContradiction, changedFrom }: SideFinding): string | undefined {
  if (changedFrom !== undefined) {
    const before = changedFrom.verdict === 'one' ? 'one side' : 'both sides';
    return `It counted ${before} until after ${formatUtc(changedFrom.provenAtMs)}: the convention has changed, sums with it may be wrong`;
  }
  if (!isContradiction) return undefined;
  return `Perpscope reads it as ${stated === 'one' ? 'one side' : 'both sides'}: sums with it are wrong by a factor of two`;
}
