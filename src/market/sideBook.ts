import { wholeLots, type SideEvidence } from '../analysis/metrics/sideEvidence/evidence.ts';
import { EVEN_LOTS_NEEDED, evenLots, oneLot } from '../analysis/metrics/sideEvidence/lots.ts';
import { twoStatements } from '../analysis/metrics/sideEvidence/twoStatements.ts';
import type { ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import { MINUTE_MS } from '../core/units.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { OpenInterestAnswer } from '../sources/collect/openInterestAnswer.ts';

/** What an exchange's numbers say of how an endpoint counts open interest, beside what its adapter says. */
export interface SideFinding {
  readonly endpoint: string;
  /** What the adapter says, and sums are made by. */
  readonly stated: OpenInterest['sides'];
  readonly evidence: SideEvidence;
  readonly atMs: number;
  /** The evidence proves the other convention than the stated one. */
  readonly isContradiction: boolean;
  /** An earlier answer of this session proved this convention, and this one does not fit it. */
  readonly changedFrom?: { readonly verdict: 'one' | 'both'; readonly provenAtMs: number };
}

interface Entry {
  readonly finding: SideFinding;
  readonly proven: { readonly verdict: 'one' | 'both'; readonly atMs: number } | undefined;
}

/** A sum of both sides is even to the last lot; below this share of even values it is no such sum any more. */
const STILL_EVEN = 0.9;
/** Two endpoints that state one number are compared where they speak of the same minute. */
const SAME_MOMENT_MS = MINUTE_MS;

/** Remembers the evidence of this session, one finding for each endpoint. Bounded by the endpoints of an exchange. */
export class SideBook {
  readonly #entries = new Map<
    ExchangeId,
    { isSimulated: boolean | undefined; byEndpoint: Map<string, Entry> }
  >();

  /** Takes in what one refresh of an exchange brought. The simulated market's evidence and the live one's never mix. */
  record(result: ExchangeResult): void {
    const { exchange, isSimulated } = result;
    if (isSimulated === undefined) return;
    const before = this.#entries.get(exchange);
    const byEndpoint = before?.isSimulated === isSimulated ? before.byEndpoint : new Map<string, Entry>();
    this.#entries.set(exchange, { isSimulated, byEndpoint });
    for (const found of [...(result.openInterestAnswers ?? []).flatMap(ofAnswer), ...ofStatements(result)])
      byEndpoint.set(found.endpoint, entryOf(found, byEndpoint.get(found.endpoint)?.proven));
  }

  /** What is known of one exchange, by endpoint. */
  of(exchange: ExchangeId): SideFinding[] {
    return [...(this.#entries.get(exchange)?.byEndpoint.values() ?? [])].map(({ finding }) => finding);
  }
}

export type Found = Omit<SideFinding, 'isContradiction' | 'changedFrom'>;

function entryOf(found: Found, proven: Entry['proven']): Entry {
  const { evidence, stated, atMs } = found;
  const { verdict } = evidence;
  const isContradiction = verdict !== 'undecided' && stated !== 'unverified' && verdict !== stated;
  const isOther =
    proven !== undefined &&
    (verdict === 'undecided' ? isNoMoreEven(proven.verdict, evidence) : verdict !== proven.verdict);
  const changedFrom = isOther ? { verdict: proven.verdict, provenAtMs: proven.atMs } : undefined;
  const finding = { ...found, isContradiction, ...(changedFrom === undefined ? {} : { changedFrom }) };
  // What was proven first stands, so that a change stays in sight.
  const isNew = verdict !== 'undecided' && !isOther;
  return { finding, proven: isNew ? { verdict, atMs } : proven };
}

function isNoMoreEven(proven: 'one' | 'both', { check, counted, of }: SideEvidence): boolean {
  return proven === 'both' && check === 'even-lots' && of >= EVEN_LOTS_NEEDED && counted < STILL_EVEN * of;
}

/** Returns what the lots of one answer say; nothing where there are too few, or where sizes are no whole lots. */
export function ofAnswer({ endpoint, sides, receivedAtMs, sizes }: OpenInterestAnswer): Found[] {
  const lots = sizes.flatMap(({ size, lot }) => wholeLots(size, lot) ?? []);
  // Where a size is no whole number of lots, the lot is not the one that sizes are made of, and parity means nothing.
  if (lots.length < sizes.length) return [];
  const [even, single] = [evenLots(lots), oneLot(lots)];
  const evidence = single.verdict === 'one' ? single : even;
  if (evidence.verdict === 'undecided' && evidence.of < EVEN_LOTS_NEEDED) return [];
  return [{ endpoint, stated: sides, evidence, atMs: receivedAtMs }];
}

/** Readings of one instrument from two endpoints, of which one is known to count one side. */
function ofStatements({ observations }: ExchangeResult): Found[] {
  const readings = observations.flatMap((row) =>
    row.kind === 'open-interest' && row.barMs === undefined && row.openInterestBase !== undefined
      ? [{ row, base: row.openInterestBase }]
      : [],
  );
  const oneSided = readings.filter(({ row }) => row.sides === 'one');
  const pairs = readings.flatMap(({ row, base }) => {
    const known = oneSided.find(
      ({ row: one }) =>
        one.instrument === row.instrument &&
        one.endpoint !== row.endpoint &&
        Math.abs(one.atMs - row.atMs) <= SAME_MOMENT_MS,
    );
    const isAsked = known !== undefined && row.sides === 'unverified';
    return isAsked ? [{ row, stated: base, oneSided: known.base }] : [];
  });
  return [...Map.groupBy(pairs, ({ row }) => row.endpoint)].map(([endpoint, own]) => {
    const atMs = Math.max(...own.map(({ row }) => row.receivedAtMs));
    return { endpoint, stated: 'unverified', evidence: twoStatements(own), atMs };
  });
}
