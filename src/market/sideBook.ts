import { wholeLots, type SideEvidence } from '../analysis/metrics/sideEvidence/evidence.ts';
import { changeWithinVolume, FILLS_NEEDED, singleFills } from '../analysis/metrics/sideEvidence/fills.ts';
import { EVEN_LOTS_NEEDED, evenLots, oneLot } from '../analysis/metrics/sideEvidence/lots.ts';
import { twoStatements } from '../analysis/metrics/sideEvidence/twoStatements.ts';
import type { DataSource, ExchangeId } from '../core/ids.ts';
import type { OpenInterest } from '../core/observation.ts';
import { HOUR_MS, MINUTE_MS } from '../core/units.ts';
import type { ExchangeResult } from '../sources/collect/exchangeSession.ts';
import type { OpenInterestAnswer } from '../sources/collect/openInterestAnswer.ts';
import type { FillWindow } from '../sources/collect/streams/fillWindows.ts';
import type { AssetSeries } from '../series/assetSeries.ts';
import { hourlyIntervals } from './hourlyIntervals.ts';

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

interface Book {
  readonly isSimulated: boolean;
  readonly entries: Map<string, Entry>;
  /** Changes over lone trades, newest last, by endpoint. */
  readonly fills: Map<string, FillWindow[]>;
}

/** A sum of both sides is even to the last lot; below this share of even values it is no such sum any more. */
const STILL_EVEN = 0.9;
/** Two endpoints that state one number are compared where they speak of the same minute. */
const SAME_MOMENT_MS = MINUTE_MS;
/** The newest windows with a change: enough to decide, and few enough that a change of convention shows. */
const KEPT_FILLS = 30;
const MAX_ASSETS = 1_000;

/** Remembers the evidence of this session, one finding for each endpoint and kind of check. Bounded by the endpoints of an exchange. */
export class SideBook {
  readonly #books = new Map<ExchangeId, Book>();
  /** The hour in which an asset's history was looked at, by source and asset. */
  readonly #hours = new Map<string, number>();

  /** Takes in what one refresh of an exchange brought. */
  record(result: ExchangeResult): void {
    const { exchange, isSimulated } = result;
    if (isSimulated === undefined) return;
    const { entries } = this.#bookOf(exchange, isSimulated);
    for (const found of [...(result.openInterestAnswers ?? []).flatMap(ofAnswer), ...ofStatements(result)])
      enter(entries, found);
  }

  /** Takes in lone trades between two statements of open interest; says nothing until enough of them changed it. */
  recordFills(source: DataSource, windows: readonly FillWindow[], nowMs: number): void {
    for (const window of windows) {
      const { exchange, endpoint, sides, before, after } = window;
      if (before === after) continue;
      const { entries, fills } = this.#bookOf(exchange, source === 'simulated');
      const key = `${endpoint} ${sides}`;
      const own = [...(fills.get(key) ?? []), window].slice(-KEPT_FILLS);
      fills.set(key, own);
      if (own.length < FILLS_NEEDED) continue;
      enter(entries, { endpoint, stated: sides, evidence: singleFills(own), atMs: nowMs });
    }
  }

  /** Looks at an asset's hourly bars, once an hour. Only what they prove is kept: most markets trade more than they open. */
  recordHistory(
    source: DataSource,
    history: AssetSeries,
    results: readonly ExchangeResult[],
    nowMs: number,
  ): void {
    const [key, hour] = [`${source} ${history.asset}`, Math.floor(nowMs / HOUR_MS)];
    if (this.#hours.get(key) === hour) return;
    if (this.#hours.size >= MAX_ASSETS) this.#hours.clear();
    this.#hours.set(key, hour);
    const instruments = results.flatMap(({ tracked }) => tracked.map(({ instrument }) => instrument));
    const units = new Map(instruments.map((one) => [one.key, one.contractSize.unit]));
    for (const { exchange, endpoint, sides, intervals } of hourlyIntervals(history, units)) {
      const evidence = changeWithinVolume(intervals);
      if (evidence.verdict === 'undecided') continue;
      const { entries } = this.#bookOf(exchange, source === 'simulated');
      enter(entries, { endpoint, stated: sides, evidence, atMs: nowMs });
    }
  }

  /** What is known of one exchange. */
  of(exchange: ExchangeId): SideFinding[] {
    return [...(this.#books.get(exchange)?.entries.values() ?? [])].map(({ finding }) => finding);
  }

  /** The simulated market's evidence and the live one's never mix. */
  #bookOf(exchange: ExchangeId, isSimulated: boolean): Book {
    const known = this.#books.get(exchange);
    if (known?.isSimulated === isSimulated) return known;
    const book = { isSimulated, entries: new Map<string, Entry>(), fills: new Map<string, FillWindow[]>() };
    this.#books.set(exchange, book);
    return book;
  }
}

/** Lots are one kind of check; the others stand beside it, so that what one of them has proven is not judged by another. */
function enter(entries: Map<string, Entry>, found: Found): void {
  const { endpoint, stated, evidence } = found;
  const isOfLots = evidence.check === 'even-lots' || evidence.check === 'one-lot';
  const key = isOfLots ? endpoint : `${endpoint} ${evidence.check} ${stated}`;
  entries.set(key, entryOf(found, entries.get(key)?.proven));
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

/** Fields that state one number, of one answer or of two at one moment, of which one is known to count one side. */
function ofStatements({ sideStatements = [] }: ExchangeResult): Found[] {
  const known = new Map(
    sideStatements.flatMap((one) =>
      one.sides === 'one' && one.size > 0 ? [[one.venueSymbol, one] as const] : [],
    ),
  );
  const pairs = sideStatements.flatMap((row) => {
    const one = row.sides === 'one' ? undefined : known.get(row.venueSymbol);
    const isSame = one !== undefined && Math.abs(one.receivedAtMs - row.receivedAtMs) <= SAME_MOMENT_MS;
    return isSame && row.size > 0 ? [{ row, stated: row.size, oneSided: one.size }] : [];
  });
  const fields = Map.groupBy(pairs, ({ row }) => `${row.endpoint} ${row.field}`);
  return [...fields].flatMap(([endpoint, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const atMs = own.reduce((newest, { row }) => Math.max(newest, row.receivedAtMs), 0);
    return [{ endpoint, stated: first.row.sides, evidence: twoStatements(own), atMs }];
  });
}
